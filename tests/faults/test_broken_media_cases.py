"""The broken files are broken as they are said to be: each case, in each container that has it."""

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import av
import broken_media
import broken_media_texts
import pytest
from broken_media import SUFFIXES, Damage, Whole

from mediadesk.media import open_media
from mediadesk_subtitles.streams import read_embedded

_TURNS = 12
_VIDEOS = SUFFIXES[:6]
_A_DAY = 24 * 3600 - 1  # seconds
_HUGE = 8_000  # pixels of a side
_BOMB = 20_000  # bytes


@dataclass(frozen=True)
class Broken:
    """A file, what it was made of, and what FFmpeg sees in it: nothing where it can't open it."""

    path: Path
    whole: bytes
    data: bytes
    seconds: float = 0
    sides: tuple[int, ...] = ()
    """Widths of pictures and numbers of channels."""
    beside: int = 0
    """Bytes of subtitles."""

    @property
    def bits(self) -> int:
        """How many are others than in the whole file."""
        one, other = (int.from_bytes(each) for each in (self.whole, self.data))
        return (one ^ other).bit_count()

    @property
    def words(self) -> int:
        """How many bytes more there are, inside and beside."""
        return len(self.data) - len(self.whole) + self.beside


Check = Callable[[Iterator[Broken]], bool]
CASES: dict[str, tuple[Damage, Check, tuple[str, ...]]] = {
    "truncations at every tenth": (
        broken_media.truncated,
        lambda made: all(
            len(each.data) == len(each.whole) * (n % 10) // 10 for n, each in enumerate(made)
        ),
        SUFFIXES,
    ),
    "bit flips": (
        broken_media.flipped,
        lambda made: all(1 <= each.bits <= 300 for each in made),
        SUFFIXES,
    ),
    "stretches of zeros": (
        broken_media.zeroed,
        lambda made: all(bytes(len(each.whole) // 20) in each.data for each in made),
        SUFFIXES,
    ),
    "wrong lengths": (
        broken_media.lying,
        lambda made: sum(each.bits > 0 for each in made) > _TURNS / 2,
        SUFFIXES,
    ),
    "zero streams": (
        broken_media.without_streams,
        lambda made: not any(any(each.sides) for each in made),
        SUFFIXES,
    ),
    "huge dimensions": (
        broken_media.huge,
        lambda made: any(max(each.sides, default=0) > _HUGE for each in made),
        _VIDEOS,
    ),
    "0 seconds": (
        broken_media.without_length,
        lambda made: any(each.bits and each.seconds < 0.1 for each in made),
        tuple({*SUFFIXES} - {".mp3", ".wav"}),  # as below
    ),
    "24 hours": (
        broken_media.a_day,
        lambda made: any(each.seconds >= _A_DAY for each in made),
        tuple({*SUFFIXES} - {".m4a", ".wav"}),  # FFmpeg believes their packets, not this
    ),
    "odd time bases": (
        broken_media.out_of_time,
        lambda made: any(each.bits for each in made),
        SUFFIXES,
    ),
    "subtitle bombs": (
        broken_media.wordy,
        lambda made: any(each.words > _BOMB for each in made),
        SUFFIXES,
    ),
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Whole]]:
    return broken_media.whole(tmp_path_factory.mktemp("whole"))


def test_every_damage_is_a_case() -> None:
    assert [damage for damage, *_ in CASES.values()] == list(broken_media.DAMAGES)


@pytest.mark.parametrize("case", CASES)
def test_files_are_broken_as_they_are_said_to_be(
    tmp_path: Path, sources: dict[str, list[Whole]], case: str
) -> None:
    damage, is_so, suffixes = CASES[case]
    failed = [
        suffix
        for suffix in suffixes
        if not is_so(broken(tmp_path / suffix, suffix, sources[suffix][0].data, damage))
    ]
    assert failed == []


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm"])
def test_subtitle_bombs_are_inside_files_too(
    tmp_path: Path, sources: dict[str, list[Whole]], suffix: str
) -> None:
    made = broken(tmp_path, suffix, sources[suffix][0].data, broken_media.wordy)
    assert any(each.words > _BOMB for each in made if not each.beside)


def test_what_is_packed_into_a_track_is_not_all_kept(
    tmp_path: Path, sources: dict[str, list[Whole]]
) -> None:
    path = tmp_path / "packed.mkv"
    path.write_bytes(sources[".mkv"][0].data)
    cues = broken_media_texts.packed_cues()[:3]
    path.write_bytes(broken_media_texts.pack(broken_media.remuxed(path, said=cues)))
    with open_media(path) as container:
        assert [packet.size for packet in container.demux(subtitles=0) if packet.size] == [
            9_500_000
        ] * len(cues)
    tracemalloc.start()
    with open_media(path) as container:
        read_embedded(container)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 9_500_000


def test_long_files_are_episodes_of_a_quarter_of_an_hour(
    tmp_path: Path, sources: dict[str, list[Whole]]
) -> None:
    long = {suffix: files[1] for suffix, files in sources.items() if len(files) > 1}
    assert long.keys() == {".mp4", ".mkv", ".ts", ".m2ts"}
    for suffix, each in long.items():
        path = tmp_path / f"{each.named(7, 'whole')}{suffix}"
        path.write_bytes(each.data)
        assert path.stem == "Storm S01E07 whole"
        assert seen(path, each.data).seconds >= 15 * 60


def broken(folder: Path, suffix: str, whole: bytes, damage: Damage) -> Iterator[Broken]:
    """Break a file in twelve turns, each time otherwise."""
    folder.mkdir(exist_ok=True)
    for turn in range(_TURNS):
        path = folder / f"{turn}{suffix}"
        data = bytearray(whole)
        random = Random(turn)  # noqa: S311 - it must be the same each time
        damage(data=data, random=random, suffix=suffix, path=path, turn=turn)
        path.write_bytes(data)
        yield seen(path, whole)


def seen(path: Path, whole: bytes) -> Broken:
    """Look into a file."""
    data = path.read_bytes()
    others = [each for each in path.parent.glob(f"{path.stem}.*") if each != path]
    beside = sum(each.stat().st_size for each in others)
    try:
        with av.open(path) as container:
            seconds = (container.duration or 0) / av.time_base
            contexts = [each.codec_context for each in container.streams if each.codec_context]
    except (av.FFmpegError, ValueError):
        return Broken(path, whole, data, beside=beside)
    sides = tuple(getattr(each, "width", 0) or getattr(each, "channels", 0) for each in contexts)
    return Broken(path, whole, data, seconds, sides, beside)
