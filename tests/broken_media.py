"""Breaks media files in every way that files break, the same each time: `python broken_media.py`.

The damage is done to the bytes of whole files, so that each kind hits every container: cut off at
each tenth, bits flipped, stretches of zeros, lengths that lie, no streams, pictures of 65,535
pixels a side, 0 seconds, 24 hours, odd time bases, and far too much text, beside them and inside.
Some of them are episodes of a quarter of an hour.
"""

from __future__ import annotations

import argparse
import struct
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from pathlib import Path
from random import Random

import av
import broken_media_fields as fields
import broken_media_texts as texts
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from film_factory import film, text_packet, when
from media_factory import add_subtitles, clip, song
from mutagen import id3

_VIDEOS = (".mp4", ".mkv", ".webm", ".avi", ".ts", ".m2ts")
SUFFIXES = (*_VIDEOS, ".mp3", ".flac", ".ogg", ".m4a", ".wav")
_TEXTED = frozenset({".mp4", ".mkv", ".webm"})  # containers of text tracks
_LONG = (".mp4", ".mkv", ".ts", ".m2ts")  # hold the codecs of the long film, each for 4 seconds
_TIMED = frozenset({".mp4", ".mkv", ".webm", ".ts", ".m2ts", ".ogg"})
"""Containers whose packets may be a day apart."""
_DAY = 24 * 3600
_HEAD = 4096
_ID3_TEXT = 2 << 20
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">IIBBBBB", 65_535, 65_535, 8, 2, 0, 0, 0)
_SPS = b"\x67\x42\xc0"  # begins what an H.264 decoder goes by: of x264's simplest profile
_VP9 = b"\x49\x83\x42"  # comes before the size of a key picture
_SIDES = ((65_520, 65_520), (16_368, 16_368), (8_176, 4_320))  # the last is within what is allowed
_TRANSPORTED = (  # the table of streams; what begins a packet of pictures, and of sound
    (b"\x00\x02\xb0", b"\x00\x72\xb0"),
    (b"\x00\x00\x01\xe0", b"\x00\x00\x02\xe0"),
    (b"\x00\x00\x01\xc0", b"\x00\x00\x02\xc0"),
)
_NO_STREAMS: Mapping[str, Sequence[tuple[bytes, bytes]]] = {  # what names them → what nobody knows
    ".mp4": [(b"trak", b"free")],
    ".m4a": [(b"trak", b"free")],
    ".mkv": [(b"\x16\x54\xae\x6b", b"\x16\x54\xae\x6c")],
    ".webm": [(b"\x16\x54\xae\x6b", b"\x16\x54\xae\x6c")],
    ".avi": [(b"strh", b"JUNK")],
    ".ts": _TRANSPORTED,
    ".m2ts": _TRANSPORTED,
    ".mp3": [(b"\xff\xfb", b"\xff\x00")],
    ".flac": [(b"fLaC", b"JUNK"), (b"\xff\xf8", b"\x00\x00")],
    ".ogg": [(b"OpusHead", b"OpusDead")],
    ".wav": [(b"fmt ", b"junk")],
}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole file; what is made of it is an episode of a series, or stands for itself."""

    data: bytes
    is_episode: bool = False

    def named(self, n: int, what: str) -> str:
        """Give the name of a file made of it."""
        return (
            f"Storm S{1 + n // 100:02}E{n % 100:02} {what}" if self.is_episode else f"{n:04} {what}"
        )


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
    for field in random.choices(fields.of(suffix, "length"), k=random.randint(1, 2)):
        largest = fields.LARGEST[field.packed[-1]]
        values = [0, 1, 7, largest // 2, largest - 1, largest, random.randrange(largest)]
        field.write(data, random.choice(values), random)
    fields.seal(data, suffix)


def without_streams(data: bytearray, suffix: str, **_: object) -> None:
    """Leave a container in which there is nothing."""
    for name, nothing in _NO_STREAMS[suffix]:
        data[:] = data.replace(name, nothing)
    fields.seal(data, suffix)


def huge(data: bytearray, random: Random, suffix: str, path: Path, **_: object) -> None:
    """Claim a picture or cover of 65,535 pixels a side, 255 channels, or a rate of gigahertz.

    Some claim as large a picture as is just allowed, where only the decoder learns of it.
    """
    if suffix == ".mp3":
        cover = id3.APIC(mime="image/png", type=3, data=_PNG + b"\0" * 99)
        data[:] = _tagged(path, data, cover)
    claimed = fields.of(suffix, "size")
    if suffix in _VIDEOS and (not claimed or random.random() < 0.5):
        _enlarge(data, *random.choice(_SIDES))
        return
    for field in claimed:
        kind = field.packed[-1]
        largest = (
            random.choice([1e300, -1.0, float("nan")]) if kind == "d" else fields.LARGEST[kind]
        )
        field.write(data, largest, random)
    fields.seal(data, suffix)


def without_length(data: bytearray, random: Random, suffix: str, **_: object) -> None:
    """Claim to last 0 seconds."""
    for field in fields.of(suffix, "duration"):
        field.write(data, 0, random)
    fields.seal(data, suffix)


def a_day(data: bytearray, random: Random, suffix: str, path: Path, **_: object) -> None:
    """Claim to last 24 hours, with the content of a few seconds or of none at all.

    Some do last that long: nothing happens between their first second and the last.
    """
    if suffix in _TIMED and random.random() < 0.3:
        path.write_bytes(data)
        data[:] = remuxed(path, pause=_DAY)
        return
    for field in fields.of(suffix, "duration"):
        field.write_seconds(data, _DAY, random)
    fields.seal(data, suffix)
    if random.random() < 0.5:
        del data[len(data) * 2 // 3 :]


def out_of_time(data: bytearray, random: Random, suffix: str, **_: object) -> None:
    """Count time in other units: none a second, one, or billions."""
    for field in random.choices(fields.of(suffix, "time base"), k=2):
        largest = fields.LARGEST[field.packed[-1]]
        field.write(data, random.choice([0, 1, largest // 2 + 1, largest]), random)
    fields.seal(data, suffix)


def wordy(data: bytearray, random: Random, suffix: str, path: Path, turn: int) -> None:
    """Put far too much or far too odd text beside or into a video, or into the tags of sound."""
    bomb = texts.bombs()[turn % len(texts.bombs())]
    if suffix == ".mkv" and turn % 3 == 0:
        path.write_bytes(data)
        data[:] = texts.pack(remuxed(path, said=texts.packed_cues()))
    elif suffix in _TEXTED and random.random() < 0.5:
        path.write_bytes(data)
        data[:] = remuxed(path, said=texts.cues()[turn % len(texts.cues())])
    elif suffix in _VIDEOS:
        path.with_suffix(random.choice([".srt", ".en.srt", ".ass", ".vtt"])).write_bytes(bomb)
        data += bytes(turn + 1)  # or it would be the same item as the next one, read once
    elif suffix == ".mp3":
        text = bomb.decode("utf-8", "replace")[:_ID3_TEXT]
        title = text[: random.choice([0, 5_000])]
        data[:] = _tagged(path, data, id3.TIT2(text=[title]), id3.USLT(text=text))
    else:
        path.with_suffix(".lrc").write_bytes(bomb)
        data += bomb
    if suffix not in _VIDEOS:
        data[len(data) // 2] ^= 1 << turn % 8  # as above: sound is known by its packets


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


def whole(folder: Path, *, seed: int = 0) -> dict[str, list[Whole]]:
    """Make a sound file of each container, of 2 seconds, and a long episode where it can be.

    It has a picture of 160 × 90, sound, tags and subtitles.
    """
    folder.mkdir(parents=True, exist_ok=True)
    said = [(n / 2, n / 2 + 0.4, f"And this is line {n}, spoken at sea.") for n in range(4)]
    made = {}
    for n, suffix in enumerate(SUFFIXES, start=seed):
        path = folder / f"whole{suffix}"
        if suffix in _VIDEOS:
            spoken = said if suffix in _TEXTED else ()
            clip(path, seconds=2, seed=n, size=(160, 90), title="Storm", subtitles=spoken)
        else:
            song(path, seconds=2, seed=n, title="Rain", artist="Anna", album="Weather")
        made[suffix] = [Whole(remuxed(path))]
    long = film(folder / "long.mkv", seed=seed, title="Gale")
    lines = [(n * 8.0, n * 8.0 + 3, b"Line %d tells of gale %d." % (n, seed)) for n in range(100)]
    for suffix in _LONG:
        inside = lines if suffix in _TEXTED else None
        made[suffix].append(Whole(remuxed(long, suffix, said=inside), is_episode=True))
    return made


def remuxed(
    path: Path, suffix: str = "", *, pause: float = 0, said: texts.Cues | None = None
) -> bytes:
    """Give a file without the numbers that its writer threw dice for.

    It is in the container of `suffix`, where that is given. It pauses for so many seconds after the
    first. Where something is `said` that takes the place of all subtitles.
    """
    copy = path.with_name(f"remuxed{suffix or path.suffix}")
    options = {"fflags": "+bitexact"}
    with av.open(path) as source, av.open(copy, "w", options=options) as target:
        target.metadata.update(source.metadata)
        kept = [each for each in source.streams if said is None or each.type != "subtitle"]
        streams = {each.index: target.add_stream_from_template(each) for each in kept}
        track = add_subtitles(target, copy) if said is not None else None
        if track is not None:
            track.metadata["title"] = texts.NAME
        target.start_encoding()
        spoken = [text_packet(track, *cue) for cue in said or () if track is not None]
        for packet in merge(_packets(source, streams, pause), spoken, key=when):
            target.mux(packet)
    made = copy.read_bytes()
    copy.unlink()
    return made


def corpus(
    folder: Path,
    sources: Mapping[str, Sequence[Whole]],
    *,
    count: int,
    each: int = 1,
    seed: int = 0,
) -> Iterator[tuple[Path, str]]:
    """Write `count` broken files; give (path, kind of damage). Each kind meets each container.

    `sources` are by suffix. The same sources and seed make the same files. Of these every second is
    written, or third, where `each` says so.
    """
    folder.mkdir(parents=True, exist_ok=True)
    suffixes = [suffix for suffix in SUFFIXES if sources.get(suffix)]
    for n in range(0, count * each, each):
        rounds, which = divmod(n, len(suffixes))
        rounds, kind = divmod(rounds, len(DAMAGES))
        suffix, damage = suffixes[which], DAMAGES[kind]
        source = sources[suffix][(rounds + which + kind // 2) % len(sources[suffix])]
        path = folder / f"{source.named(n, damage.__name__)}{suffix}"
        data = bytearray(source.data)
        random = Random(f"{seed} {n}")  # noqa: S311 - it must be the same each time
        # Steps of three meet each of ten in ten rounds, and most of them in the first two.
        damage(data=data, random=random, suffix=suffix, path=path, turn=3 * rounds + which)
        path.write_bytes(data)
        yield path, damage.__name__


def _packets(
    source: InputContainer, streams: Mapping[int, Stream], pause: float
) -> Iterator[Packet]:
    """Give the packets of some streams of a file, for the streams of another."""
    for packet in source.demux([source.streams[n] for n in streams]):
        if packet.dts is not None and packet.pts is not None:
            later = round(pause / packet.time_base) if when(packet) > 1 else 0
            packet.pts, packet.dts = packet.pts + later, packet.dts + later
            packet.stream = streams[packet.stream_index]
            yield packet


def _tagged(path: Path, data: bytes, *frames: id3.Frame) -> bytes:
    """Give sound with ID3 frames in front of it; it goes through a file at `path`."""
    path.write_bytes(data)
    tags = id3.ID3()
    for frame in frames:
        tags.add(frame)
    tags.save(path)
    return path.read_bytes()


def _enlarge(data: bytearray, width: int, height: int) -> None:
    """Have pictures themselves claim to be so large: those of H.264 by multiples of 16, or VP9's.

    The sequence parameter set (ITU-T H.264, 7.3.2.1.1) is written over; what is left of the one
    that was there comes behind its end.
    """
    # Identifier, frame numbers, order of pictures, how many are kept.
    numbers = "".join(map(_exp_golomb, (0, 0, 2, 16)))
    sides = "".join(_exp_golomb(side // 16 - 1) for side in (width, height))
    level = b"\x3e"  # 6.2, the highest
    for mark, claimed in (
        (_SPS, level + _packed(f"{numbers}0{sides}11001")),
        (_VP9, _packed(f"0000{width - 1:016b}{height - 1:016b}0000")),  # behind 4 bits of colour
    ):
        at = data.find(mark)
        while at >= 0:
            at += len(mark)
            data[at : at + len(claimed)] = claimed
            at = data.find(mark, at)


def _packed(bits: str) -> bytes:
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _exp_golomb(number: int) -> str:
    bits = f"{number + 1:b}"
    return "0" * (len(bits) - 1) + bits


def main() -> None:
    """Write a corpus into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1100)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    made = corpus(
        chosen.folder, whole(chosen.folder / "whole"), count=chosen.count, seed=chosen.seed
    )
    for path, damage in made:
        sys.stdout.write(f"{damage}: {path}\n")


if __name__ == "__main__":
    main()
