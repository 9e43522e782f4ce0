"""Finds where the sound of a file ends, and whether the file is cut short there."""

from __future__ import annotations

import re
from contextlib import suppress

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from mediadesk_audio.frames import seek
from mediadesk_audio.lengths import begin, path

ENDS = (av.FFmpegError, EOFError, IndexError)
"""Of a truncated file; and of one that turned out to have more streams (PyAV counts them once)."""
SLACK = 3.0
"""Seconds by which whole files are short: FFmpeg's own Windows Media are by two."""
_SHARE = 0.005  # of all, by which long ones are
_APART = 10.0  # seconds: what belongs together lies no farther apart in a file
_FRAMES = frozenset({"aac", "ac3", "eac3", "dts", "flac"})  # FFmpeg's names of bare streams
_TAIL = 1 << 16  # bytes: no page of Ogg is larger, and no frame of sound
_LAST = 4  # the flag of the page that ends a stream
_PAGE = 27  # bytes before the lengths of what is in a page
_SYNC, _FEW = b"G", 4  # what each begins with; so many may do so by chance
_TAGS = re.compile(rb"(?:TAG.{125}|APETAGEX.{24})\Z", re.DOTALL)  # come last in whole files only
_PACKETS = ((188, 0), (192, 4))  # of a transport stream: its bytes, and those before the sync


def end(container: InputContainer, stream: AudioStream, said: float) -> float:
    """Give the second, from that on at which it begins, at which the sound ends.

    `said` is when it should; the sound of a film may end earlier.
    """
    if _reaches(container, stream, said - _slack(said), only=stream):
        return said
    low, high = 0.0, said
    while high - low > 1:
        middle = (low + high) / 2
        if _reaches(container, stream, middle, only=stream):
            low = middle
        else:
            high = middle
    return low


def is_cut(container: InputContainer, stream: AudioStream, said: float) -> bool:
    """Tell whether nothing, be it sound or pictures, is left where the sound should end."""
    return not _reaches(container, stream, said - _slack(said), only=None)


def breaks_off(container: InputContainer, stream: AudioStream) -> bool:
    """Tell whether a file that can't know its length ends within a unit of what it is made of.

    These are pages in Ogg, of which the last says so, packets in a transport stream, and frames
    where there is nothing else: AAC (ADTS), AC-3, DTS, FLAC without a length. Where such a stream
    is cut between two of them nothing tells.
    """
    tail = _tail(container)
    match container.format.name:
        case _ if _TAGS.search(tail):
            return False
        case "ogg":
            return _page_breaks_off(tail)
        case "mpegts":
            return _packet_breaks_off(tail)
        case name:
            return name in _FRAMES and _frame_breaks_off(container, stream)


def _slack(said: float) -> float:
    return max(SLACK, _SHARE * said)


def _reaches(
    container: InputContainer, stream: AudioStream, second: float, *, only: AudioStream | None
) -> bool:
    """Tell whether anything comes at a second, counted from the beginning of the sound."""
    if second <= 0:
        return True
    first = begin(stream) + second
    try:
        seek(container, stream, first)
    except ENDS:
        return True  # there is no getting anywhere in it
    with suppress(*ENDS):
        for packet in container.demux():
            if packet.pts is None or not packet.size:
                continue
            starts = packet.pts * packet.time_base
            lasts = (packet.duration or 0) * packet.time_base
            if starts + lasts >= first and only in {None, packet.stream}:
                return True
            if starts > first + _APART:
                return False
    return False


def _tail(container: InputContainer) -> bytes:
    with path(container).open("rb") as file:
        file.seek(max(container.size - _TAIL, 0))
        return file.read()


def _page_breaks_off(tail: bytes) -> bool:
    last = tail[tail.rfind(b"OggS") :]
    if len(last) < _PAGE or not last[5] & _LAST:
        return True
    lengths = last[_PAGE : _PAGE + last[26]]
    return len(last) < _PAGE + last[26] + sum(lengths)


def _packet_breaks_off(tail: bytes) -> bool:
    """Tell whether the last packet is shorter than those before; recorders write whole ones."""
    for size, before in _PACKETS:
        for rest in range(size):
            syncs = tail[len(tail) - rest - size + before :: -size]
            if len(syncs) > _FEW and syncs.strip(_SYNC) == b"":
                return rest > 0
    return False


def _frame_breaks_off(container: InputContainer, stream: AudioStream) -> bool:
    """Tell whether the last frame, which begins like the one before, can't be decoded."""
    last, before, sound = b"", b"", list[AudioFrame]()
    container.seek(max(container.size - _TAIL, 0), unsupported_byte_offset=True)
    with suppress(*ENDS):
        for packet in container.demux(stream):
            if not packet.size:
                break
            last, before, sound = bytes(packet)[:2], last, []
            with suppress(av.FFmpegError):
                sound = [frame for frame in packet.decode() if isinstance(frame, AudioFrame)]
    is_whole = any(not frame.is_corrupt for frame in sound)
    return last == before and not is_whole
