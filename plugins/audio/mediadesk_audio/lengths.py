"""Reads how long a file says its sound is, where FFmpeg goes by what there is of it."""

from __future__ import annotations

import re
from pathlib import Path

from av.audio.stream import AudioStream
from av.container import InputContainer

_GUESSED = frozenset({"aac", "ac3", "eac3", "dts"})  # these don't say it at all
_FRAME = 1500  # bytes: none of an MP3 is larger
# The number of frames, which Xing's header has only with the lowest of its flags (Info is the same
# at a constant bit rate), and Fraunhofer's always.
_HEADER = re.compile(
    rb"(?:(?:Xing|Info)\0\0\0[\1\3\5\7\x09\x0b\x0d\x0f]|VBRI.{10})(.{4})", re.DOTALL
)
_PAGE = 1 << 16  # bytes: none of Ogg is larger
_LAST = 4  # the flag of the page that ends a stream
_ENDLESS = 0x7FFF0000  # bytes: what writes into a pipe says about so many, or twice as many


def stated(container: InputContainer, stream: AudioStream, length: float) -> float:
    """Give the seconds that a file says there are, 0 if it doesn't; the next packet may be lost.

    `length` is what FFmpeg gives, which is what most formats say.
    """
    name = container.format.name
    if name == "mp3":  # of several put together FFmpeg doesn't trust the header
        own = _mpeg(container, stream)
        return own if abs(own - length) < 1 else 0.0
    if name == "wav":
        return length * max(_riff(container) / container.size, 1)
    return 0.0 if name in _GUESSED else length


def breaks_off(container: InputContainer) -> bool:
    """Tell whether the last page of an Ogg file, which can't know its length, isn't an end."""
    if container.format.name != "ogg":
        return False
    with _path(container).open("rb") as file:
        file.seek(max(container.size - _PAGE, 0))
        pages = file.read()
    last = pages[pages.rfind(b"OggS") :]
    return len(last) < 6 or not last[5] & _LAST


def _mpeg(container: InputContainer, stream: AudioStream) -> float:
    """Give the seconds that the first frame of an MP3 says, which then holds no sound; or 0."""
    first = next(container.demux(stream), None)
    if first is None or not first.pos:
        return 0.0
    with _path(container).open("rb") as file:
        file.seek(max(first.pos - _FRAME, 0))
        header = _HEADER.search(file.read(min(_FRAME, first.pos)))
    if header is None:
        return 0.0
    samples = 1152 if stream.rate >= 32000 else 576  # of a frame: MPEG-1 has more than 2 and 2.5
    return int.from_bytes(header[1]) * samples / stream.rate


def _riff(container: InputContainer) -> int:
    """Give the bytes that a WAV says it has, 0 if its writer couldn't know."""
    with _path(container).open("rb") as file:
        size = int.from_bytes(file.read(8)[4:], "little") + 8
    return size if size < _ENDLESS else 0


def _path(container: InputContainer) -> Path:
    return Path(container.name.removeprefix("file:"))
