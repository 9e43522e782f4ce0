"""Reads how long a file says its sound is, where FFmpeg goes by what there is of it."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

_GUESSED = frozenset({"aac", "ac3", "eac3", "dts"})  # these don't say it at all
_FRAME = 1500  # bytes: none of an MP3 is larger
# The number of frames, which Xing's header has only with the lowest of its flags (Info is the same
# at a constant bit rate), and Fraunhofer's always.
_HEADER = re.compile(
    rb"(?:(?:Xing|Info)\0\0\0[\1\3\5\7\x09\x0b\x0d\x0f]|VBRI.{10})(.{4})", re.DOTALL
)
_ENDLESS = 0x7FFF0000  # bytes: what writes into a pipe says about so many, or twice as many
_ENDLESS_64 = 1 << 62
_PARTS = 1000  # of a gigabyte each
_W64 = b"riff\x2e\x91\xcf\x11"  # and eight bytes more, before the length of all
# The file properties of ASF: how long it plays, how much of that is read ahead, and flags.
_ASF = re.compile(
    rb"\xa1\xdc\xab\x8c\x47\xa9\xcf\x11\x8e\xe4\x00\xc0\x0c\x20\x53\x65.{48}(.{8}).{8}(.{12})",
    re.DOTALL,
)
_ASF_HEAD = 1 << 16
_BROADCAST = 1  # the flag of what was written before its length was known


def begin(stream: AudioStream) -> float:
    """Give the second at which the sound begins."""
    return float((stream.start_time or 0) * (stream.time_base or 0))


def length(container: InputContainer, stream: AudioStream) -> float:
    """Give the length of the sound in seconds as FFmpeg has it, 0 if it is unknown."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if not container.duration:
        return 0.0
    end = (container.duration + (container.start_time or 0)) / av.time_base
    return max(end - begin(stream), 0.0)


def stated(container: InputContainer, stream: AudioStream) -> float:
    """Give the seconds that a file says there are, 0 if it doesn't; the next packet may be lost.

    A stream of AAC (ADTS), AC-3 or DTS says nothing, nor does what was written into a pipe, and
    what a WAV says of anything but PCM is not relied on.
    """
    known = length(container, stream)
    match container.format.name:
        case "mp3":  # of several put together FFmpeg doesn't trust the header
            own = _mpeg(container, stream)
            return own if abs(own - known) < 1 else 0.0
        case "wav" | "w64" | "avi":
            return _sized(container, stream)
        case "caf":
            return float(stream.frames * (stream.time_base or 0))
        case "asf":
            return _asf(container)
        case "matroska,webm":  # some writers count from 0 on, though the first comes later
            return max(known - max(container.start_time or 0, 0) / av.time_base, 0.0)
        case name:
            return 0.0 if name in _GUESSED else known


def path(container: InputContainer) -> Path:
    """Give the file that is read."""
    return Path(container.name.removeprefix("file:"))


def _mpeg(container: InputContainer, stream: AudioStream) -> float:
    """Give the seconds that the first frame of an MP3 says, which then holds no sound; or 0."""
    first = next(container.demux(stream), None)
    if first is None or not first.pos:
        return 0.0
    with path(container).open("rb") as file:
        file.seek(max(first.pos - _FRAME, 0))
        header = _HEADER.search(file.read(min(_FRAME, first.pos)))
    if header is None:
        return 0.0
    samples = 1152 if stream.rate >= 32000 else 576  # of a frame: MPEG-1 has more than 2 and 2.5
    return int.from_bytes(header[1]) * samples / stream.rate


def _sized(container: InputContainer, stream: AudioStream) -> float:
    """Give the seconds of what FFmpeg takes to go on to the end of the file, by its stated size."""
    name = container.format.name
    if name != "avi" and not stream.codec_context.name.startswith("pcm"):
        return 0.0  # what it says of its bit rate, by which it is sought, is often wrong
    with path(container).open("rb") as file:
        size = _w64(file) if name == "w64" else _riff(file, container.size)
    return length(container, stream) * max(size / container.size, 1) if size else 0.0


def _riff(file: BinaryIO, actual: int) -> int:
    """Give the bytes that a WAV or an AVI says it has, 0 if its writer couldn't know.

    A large AVI is several, one behind the other; of a large WAV (RF64) FFmpeg reads the length.
    """
    end = 0
    for _ in range(_PARTS):
        if (head := file.read(8)).startswith(b"RF64"):
            return actual
        if not head.startswith(b"RIFF"):
            break
        size = int.from_bytes(head[4:], "little")
        if size >= _ENDLESS:
            return 0
        end = file.seek(end + 8 + size + size % 2)
    return end


def _w64(file: BinaryIO) -> int:
    """Give the bytes that a Sony Wave64 says it has, 0 if its writer couldn't know."""
    head = file.read(24)
    size = int.from_bytes(head[16:], "little") if head.startswith(_W64) else 0
    return size if size < _ENDLESS_64 else 0


def _asf(container: InputContainer) -> float:
    """Give the seconds that Windows Media say they last, 0 if its writer couldn't know."""
    with path(container).open("rb") as file:
        found = _ASF.search(file.read(_ASF_HEAD))
    if found is None:
        return 0.0
    (played,) = struct.unpack("<Q", found[1])
    ahead, flags = struct.unpack("<QI", found[2])
    return 0.0 if flags & _BROADCAST else max(played / 1e7 - ahead / 1e3, 0.0)
