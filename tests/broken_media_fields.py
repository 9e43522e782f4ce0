"""The numbers in the headers of media files: where they stand, and how a lie is written there."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

LARGEST = {"B": 0xFF, "H": 0xFFFF, "I": 0xFFFFFFFF, "Q": (1 << 64) - 1, "q": (1 << 63) - 1}
"""The largest number of each format of `struct`."""
_OGG_HEAD = 27


@dataclass(frozen=True, slots=True)
class Field:
    """A number in a header: `what` it means, after which bytes it comes, and how it is packed.

    Where `per` is given, a `struct` format at an offset from the mark says how many make a second;
    else `a_second` does.
    """

    what: str
    mark: bytes
    offset: int
    packed: str
    per: tuple[int, str] | None = None
    a_second: float = 1.0

    def write(self, data: bytearray, value: float, random: Random) -> None:
        """Write a number wherever the mark is, or at one of these places."""
        places, at = [], data.find(self.mark)
        while at >= 0:
            places.append(at + self.offset)
            at = data.find(self.mark, at + 1)
        if len(places) > 1 and random.random() < 0.5:
            places = [random.choice(places)]
        for place in places:
            if 0 <= place <= len(data) - struct.calcsize(self.packed):
                struct.pack_into(self.packed, data, place, value)

    def write_seconds(self, data: bytearray, seconds: float, random: Random) -> None:
        """Write a duration, or the longest that fits."""
        scale = self.a_second
        if self.per is not None and (at := data.find(self.mark)) >= 0:
            offset, packed = self.per
            (scale,) = struct.unpack_from(packed, data, at + offset)
        value, kind = seconds * scale, self.packed[-1]
        self.write(data, value if kind == "d" else min(int(value), LARGEST[kind]), random)


def of(suffix: str, what: str) -> list[Field]:
    """Give the fields of a container that mean: length, size, time base or duration."""
    return [field for field in _FIELDS[suffix] if field.what == what]


def seal(data: bytearray, suffix: str) -> None:
    """Have the check sums of an Ogg file be right again, or nobody would read on."""
    at = 0
    while suffix == ".ogg" and data[at : at + 4] == b"OggS" and len(data) > at + _OGG_HEAD:
        segments = data[at + 26]
        lengths = data[at + _OGG_HEAD : at + _OGG_HEAD + segments]
        end = at + _OGG_HEAD + segments + sum(lengths)
        data[at + 22 : at + 26] = bytes(4)
        data[at + 22 : at + 26] = _check_sum(data[at:end]).to_bytes(4, "little")
        at = end


def _check_sum(page: bytes) -> int:
    """Give the CRC-32 of RFC 3533: the common one's polynomial, its bits the other way round."""
    found = 0
    for byte in page:
        found = (found << 8 & 0xFFFFFFFF) ^ _CRC[found >> 24 ^ byte]
    return found


def _crc(byte: int) -> int:
    found = byte << 24
    for _ in range(8):
        found = (found << 1 & 0xFFFFFFFF) ^ (0x04C11DB7 if found & 1 << 31 else 0)
    return found


def _mp4(*entries: tuple[bytes, int]) -> tuple[Field, ...]:
    """Give what any ISO file has, and the numbers of sample entries: (name, offset), of 16 bits."""
    return (
        *(
            Field("length", mark, -4, ">I")
            for mark in (b"ftyp", b"moov", b"trak", b"stbl", b"mdat")
        ),
        *(Field("length", mark, 8, ">I") for mark in (b"stts", b"stsc", b"stco")),
        Field("length", b"stsz", 12, ">I"),
        *(Field("time base", mark, 16, ">I") for mark in (b"mvhd", b"mdhd")),
        Field("time base", b"stts", 16, ">I"),
        *(Field("duration", mark, 20, ">I", per=(16, ">I")) for mark in (b"mvhd", b"mdhd")),
        Field("duration", b"tkhd", 24, ">I", a_second=1000),
        *(Field("size", mark, offset, ">H") for mark, offset in entries),
    )


_MATROSKA = (
    *(Field("length", mark, 4, ">Q") for mark in (b"\x18\x53\x80\x67",)),
    *(
        Field("length", mark, 4, ">H")
        for mark in (b"\x16\x54\xae\x6b", b"\x1f\x43\xb6\x75", b"\x1c\x53\xbb\x6b")
    ),
    Field("time base", b"\x2a\xd7\xb1\x83", 4, ">H"),
    Field("time base", b"\xe7\x81", 2, ">B"),
    Field("duration", b"\x44\x89\x88", 3, ">d", a_second=1000),
    Field("size", b"\xb0\x82", 2, ">H"),
    Field("size", b"\xba\x81", 2, ">B"),
    Field("size", b"\xb5\x88", 2, ">d"),
)
_PICTURES, _SOUND = b"\x00\x00\x01\xe0", b"\x00\x00\x01\xc0"  # begin packets of a transport stream
_TRANSPORT = (
    *(Field("length", mark, 2, ">H") for mark in (b"\x00\x00\xb0", b"\x00\x02\xb0")),  # tables
    *(Field("length", mark, 4, ">H") for mark in (_PICTURES, _SOUND)),
    *(Field("time base", mark, 10, ">I") for mark in (_PICTURES, _SOUND)),
    *(Field("duration", mark, 10, ">I", a_second=90_000) for mark in (_PICTURES, _SOUND)),
)
_FIELDS: Mapping[str, tuple[Field, ...]] = {
    ".mp4": _mp4((b"avc1", 28), (b"avc1", 30), (b"tkhd", 80), (b"mp4a", 20)),
    ".m4a": _mp4((b"mp4a", 20), (b"mp4a", 22), (b"mp4a", 28)),
    ".mkv": _MATROSKA,
    ".webm": _MATROSKA,
    ".ts": _TRANSPORT,
    ".m2ts": _TRANSPORT,
    ".avi": (
        *(Field("length", m, 4, "<I") for m in (b"RIFF", b"LIST", b"avih", b"strh", b"idx1")),
        Field("time base", b"strh", 28, "<I"),
        Field("time base", b"strh", 32, "<I"),
        Field("duration", b"avih", 24, "<I", a_second=10),
        Field("duration", b"strh", 40, "<I", a_second=10),
        *(Field("size", b"strf", offset, "<I") for offset in (8, 12, 16)),
    ),
    ".mp3": (
        Field("length", b"ID3", 6, ">I"),
        Field("length", b"TIT2", 4, ">I"),
        Field("time base", b"Info", 4, ">I"),
        Field("duration", b"Info", 8, ">I", a_second=1000 / 24),
    ),
    ".flac": (
        Field("length", b"fLaC", 5, ">H"),
        Field("length", b"fLaC", 8, ">I"),
        Field("size", b"fLaC", 10, ">H"),
        Field("time base", b"fLaC", 18, ">H"),
        Field("duration", b"fLaC", 22, ">I", a_second=48_000),
    ),
    ".ogg": (
        Field("length", b"OggS", 26, ">B"),
        Field("length", b"OpusTags", 8, "<I"),
        Field("size", b"OpusHead", 9, ">B"),
        Field("time base", b"OpusHead", 12, "<I"),
        Field("duration", b"OggS", 6, "<q", a_second=48_000),
    ),
    ".wav": (
        *(Field("length", mark, 4, "<I") for mark in (b"RIFF", b"fmt ", b"LIST")),
        *(Field("size", b"fmt ", offset, "<H") for offset in (10, 22)),
        Field("time base", b"fmt ", 12, "<I"),
        Field("duration", b"data", 4, "<I", a_second=96_000),
    ),
}
_CRC = [_crc(byte) for byte in range(256)]
