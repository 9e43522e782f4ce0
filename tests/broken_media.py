"""Breaks media files in every way that files break, the same each time: `python broken_media.py`.

The damage is done to the bytes of whole files, so that each kind hits every container: cut off at
each tenth, bits flipped, stretches of zeros, lengths that lie, no streams, pictures of 65,535
pixels a side, 0 seconds, 24 hours, odd time bases, and far too much text.
"""

from __future__ import annotations

import argparse
import struct
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import av
from media_factory import clip, song
from mutagen import id3

SUFFIXES = (".mp4", ".mkv", ".webm", ".avi", ".mp3", ".flac", ".ogg", ".m4a")
_VIDEOS = frozenset(SUFFIXES[:4])
_TIMED = frozenset({".mp4", ".mkv", ".webm", ".ogg"})  # their packets may be a day apart
_DAY = 24 * 3600
_HEAD = 4096
_ID3_TEXT = 2 << 20
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">IIBBBBB", 65_535, 65_535, 8, 2, 0, 0, 0)


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
_FIELDS: Mapping[str, tuple[Field, ...]] = {
    ".mp4": _mp4((b"avc1", 28), (b"avc1", 30), (b"tkhd", 80), (b"mp4a", 20)),
    ".m4a": _mp4((b"mp4a", 20), (b"mp4a", 22), (b"mp4a", 28)),
    ".mkv": _MATROSKA,
    ".webm": _MATROSKA,
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
}
_NO_STREAMS: Mapping[str, tuple[bytes, bytes]] = {  # what names a stream → what nobody knows
    ".mp4": (b"trak", b"free"),
    ".m4a": (b"trak", b"free"),
    ".mkv": (b"\x16\x54\xae\x6b", b"\x16\x54\xae\x6c"),
    ".webm": (b"\x16\x54\xae\x6b", b"\x16\x54\xae\x6c"),
    ".avi": (b"strl", b"JUNK"),
    ".mp3": (b"\xff\xfb", b"\xff\x00"),
    ".flac": (b"\xff\xf8", b"\x00\x00"),
    ".ogg": (b"OpusHead", b"OpusDead"),
}
_LARGEST = {"B": 0xFF, "H": 0xFFFF, "I": 0xFFFFFFFF, "Q": (1 << 64) - 1, "q": (1 << 63) - 1}


def truncated(data: bytearray, turn: int, **_: object) -> None:
    """Cut off at a tenth; at the first nothing is left."""
    del data[len(data) * (turn % 10) // 10 :]


def flipped(data: bytearray, random: Random, **_: object) -> None:
    """Flip 1 to 300 bits, half of the times in the headers only."""
    within = min(_HEAD, len(data)) if random.random() < 0.5 else len(data)
    for _n in range(random.choice([1, 10, 300])):
        data[random.randrange(within)] ^= 1 << random.randrange(8)


def zeroed(data: bytearray, random: Random, **_: object) -> None:
    """Turn a stretch to zeros, as a download or a disk leaves it."""
    length = int(len(data) * random.uniform(0.05, 0.9))
    start = random.randrange(len(data) - length)
    data[start : start + length] = bytes(length)


def lying(data: bytearray, random: Random, suffix: str, **_: object) -> None:
    """Have one or two lengths and counts say something else."""
    for field in random.choices(_of(suffix, "length"), k=random.randint(1, 2)):
        largest = _LARGEST[field.packed[-1]]
        values = [0, 1, 7, largest // 2, largest - 1, largest, random.randrange(largest)]
        _write(data, field, random.choice(values), random)


def without_streams(data: bytearray, suffix: str, **_: object) -> None:
    """Leave a container in which there is nothing."""
    data[:] = data.replace(*_NO_STREAMS[suffix])


def huge(data: bytearray, random: Random, suffix: str, path: Path, **_: object) -> None:
    """Claim a picture or cover of 65,535 pixels a side, 255 channels, or a rate of gigahertz."""
    if suffix == ".mp3":
        cover = id3.APIC(mime="image/png", type=3, data=_PNG + b"\0" * 99)
        data[:] = _tagged(path, data, cover)
    for field in _of(suffix, "size"):
        kind = field.packed[-1]
        largest = random.choice([1e300, -1.0, float("nan")]) if kind == "d" else _LARGEST[kind]
        _write(data, field, largest, random)


def without_length(data: bytearray, random: Random, suffix: str, **_: object) -> None:
    """Claim to last 0 seconds."""
    for field in _of(suffix, "duration"):
        _write(data, field, 0, random)


def a_day(data: bytearray, random: Random, suffix: str, path: Path, **_: object) -> None:
    """Claim to last 24 hours, with the content of a few seconds or of none at all.

    Some do last that long: nothing happens between their first second and the last.
    """
    if suffix in _TIMED and random.random() < 0.3:
        path.write_bytes(data)
        data[:] = remuxed(path, pause=_DAY)
        return
    for field in _of(suffix, "duration"):
        scale = field.a_second
        if field.per is not None and (at := data.find(field.mark)) >= 0:
            offset, packed = field.per
            (scale,) = struct.unpack_from(packed, data, at + offset)
        value = _DAY * scale
        kind = field.packed[-1]
        _write(data, field, value if kind == "d" else min(int(value), _LARGEST[kind]), random)
    if random.random() < 0.5:
        del data[len(data) * 2 // 3 :]


def out_of_time(data: bytearray, random: Random, suffix: str, **_: object) -> None:
    """Count time in other units: none a second, one, or billions."""
    for field in random.choices(_of(suffix, "time base"), k=2):
        largest = _LARGEST[field.packed[-1]]
        _write(data, field, random.choice([0, 1, largest // 2 + 1, largest]), random)


def wordy(data: bytearray, random: Random, suffix: str, path: Path, turn: int) -> None:
    """Put far too much or far too odd text beside a video, or into the tags of what is heard."""
    bomb = _bombs()[turn % len(_bombs())]
    if suffix in _VIDEOS:
        path.with_suffix(random.choice([".srt", ".en.srt", ".ass", ".vtt"])).write_bytes(bomb)
    elif suffix == ".mp3":
        text = bomb.decode("utf-8", "replace")[:_ID3_TEXT]
        title = text[: random.choice([0, 5_000])]
        data[:] = _tagged(path, data, id3.TIT2(text=[title]), id3.USLT(text=text))
    else:
        path.with_suffix(".lrc").write_bytes(bomb)
        data += bomb


def _tagged(path: Path, data: bytes, *frames: id3.Frame) -> bytes:
    """Give sound with ID3 frames in front of it; it goes through a file at `path`."""
    path.write_bytes(data)
    tags = id3.ID3()
    for frame in frames:
        tags.add(frame)
    tags.save(path)
    return path.read_bytes()


Damage = Callable[..., None]
DAMAGES: tuple[Damage, ...] = (
    truncated,
    flipped,
    zeroed,
    lying,
    without_streams,
    huge,
    without_length,
    a_day,
    out_of_time,
    wordy,
)


def whole(folder: Path, *, seconds: float = 2) -> dict[str, list[bytes]]:
    """Make one sound file of each container: a picture of 160 × 90, sound, tags and subtitles."""
    folder.mkdir(parents=True, exist_ok=True)
    said = [(n / 2, n / 2 + 0.4, f"And this is line {n}, spoken at sea.") for n in range(4)]
    made = {}
    for seed, suffix in enumerate(SUFFIXES):
        path = folder / f"whole{suffix}"
        if suffix in _VIDEOS:
            spoken = () if suffix == ".avi" else said
            size = (160, 90)
            clip(path, seconds=seconds, seed=seed, size=size, title="Storm", subtitles=spoken)
        else:
            song(path, seconds=seconds, seed=seed, title="Rain", artist="Anna", album="Weather")
        made[suffix] = [remuxed(path)]
    return made


def remuxed(path: Path, *, pause: float = 0) -> bytes:
    """Give a file without the numbers that its writer threw dice for.

    It pauses for so many seconds after the first.
    """
    copy = path.with_name(f"remuxed{path.suffix}")
    options = {"fflags": "+bitexact"}
    with av.open(path) as source, av.open(copy, "w", options=options) as target:
        target.metadata.update(source.metadata)
        streams = {
            stream.index: target.add_stream_from_template(stream) for stream in source.streams
        }
        for packet in source.demux():
            if packet.dts is not None and packet.pts is not None:
                later = round(pause / packet.time_base) if packet.dts * packet.time_base > 1 else 0
                packet.pts, packet.dts = packet.pts + later, packet.dts + later
                packet.stream = streams[packet.stream_index]
                target.mux(packet)
    made = copy.read_bytes()
    copy.unlink()
    return made


def corpus(
    folder: Path, sources: Mapping[str, Sequence[bytes]], *, count: int, seed: int = 0
) -> Iterator[tuple[Path, str]]:
    """Write `count` broken files; give (path, kind of damage). Each kind meets each container.

    `sources` are whole files by suffix. The same sources and seed make the same files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    suffixes = [suffix for suffix in SUFFIXES if sources.get(suffix)]
    for n in range(count):
        rounds, which = divmod(n, len(suffixes))
        rounds, kind = divmod(rounds, len(DAMAGES))
        suffix, damage = suffixes[which], DAMAGES[kind]
        path = folder / f"{n:04} {damage.__name__}{suffix}"
        data = bytearray(sources[suffix][rounds % len(sources[suffix])])
        random = Random(f"{seed} {n}")  # noqa: S311 - it must be the same each time
        # Steps of three meet each of ten in ten rounds, and most of them in the first two.
        turn = 3 * rounds + which
        damage(data=data, random=random, suffix=suffix, path=path, turn=turn)
        path.write_bytes(data)
        yield path, damage.__name__


def _of(suffix: str, what: str) -> list[Field]:
    return [field for field in _FIELDS[suffix] if field.what == what]


def _write(data: bytearray, field: Field, value: float, random: Random) -> None:
    """Write a number wherever its mark is, or at one of these places."""
    places, at = [], data.find(field.mark)
    while at >= 0:
        places.append(at + field.offset)
        at = data.find(field.mark, at + 1)
    if len(places) > 1 and random.random() < 0.5:
        places = [random.choice(places)]
    for place in places:
        if 0 <= place <= len(data) - struct.calcsize(field.packed):
            struct.pack_into(field.packed, data, place, value)


@cache
def _bombs() -> tuple[bytes, ...]:
    """Give subtitles that cost far more than they tell."""
    odd = f"99:99:99,999 --> -1:00:00,000\n\u202e\0{chr(0x10FFFF)}\n\n"
    texts = (
        _cue(1, "<" * 40_000),
        "".join(_cue(n, f"Line {n}") for n in range(40_000)),
        _cue(1, "word " * 600_000),
        _cue(1, r"{\i1\b1\fnX" * 20_000 + "x"),
        "".join(f"{n}\n{odd}" for n in range(2_000)),
        "[Script Info]\n[Events]\nFormat: " + "Text," * 50_000 + "\n",
        "WEBVTT\n\n" + "NOTE\n" * 100_000,
    )
    return (
        *(text.encode() for text in texts),
        b"\xff\xfe" + _cue(1, "Meer").encode("utf-16-le") + b"\xd8",
        bytes(range(256)) * 1_000,
        bytes(500_000),
    )


def _cue(n: int, text: str) -> str:
    return f"{n}\n00:00:{n % 60:02},000 --> 00:00:{n % 60:02},900\n{text}\n\n"


def main() -> None:
    """Write a corpus into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    made = corpus(
        chosen.folder, whole(chosen.folder / "whole"), count=chosen.count, seed=chosen.seed
    )
    for path, damage in made:
        sys.stdout.write(f"{damage}: {path}\n")


if __name__ == "__main__":
    main()
