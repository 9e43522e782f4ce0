"""The keyframes plugin on real media, through the guarded door, with the real picture model."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from media_factory import clip, song

from mediadesk.api import Item, Kind, Run, Skip, UnreadableError
from mediadesk.host import Registry, State
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk_keyframes import Keyframes

if TYPE_CHECKING:
    from numpy.typing import NDArray

VIDEOS = Path(__file__).parents[4] / "shared/data/media/video"
BIKES_CUTS = [29, 75, 136, 186, 241]  # frames, at 25 a second

needs_shared = pytest.mark.skipif(not VIDEOS.is_dir(), reason=f"needs the videos of {VIDEOS}")
plugin, media = Keyframes(), GuardedMedia()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    models = Models(tmp_path_factory.mktemp("cache"))
    yield models.runner(plugin.model)
    models.close()


def item(path: Path, duration: float = 0.0) -> Item:
    return Item(id=path.stem, kind=Kind.CLIP, title=path.stem, path=path, duration=duration)


def film(path: Path, pictures: list[NDArray[Any]]) -> Path:
    """Write pictures of a second each."""
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for n in range(10 * len(pictures)):
            frame = av.VideoFrame.from_ndarray(pictures[n // 10], format="rgb24")
            frame.pts, frame.time_base = n, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def noise(seed: int, *, grain: int = 20) -> NDArray[Any]:
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 16, 3), dtype=np.uint8)
    return coarse.repeat(grain, 0).repeat(grain, 1)


@needs_shared
def test_pictures_of_a_video_come_from_different_shots() -> None:
    sample = plugin.prepare(item(VIDEOS / "bikes.mp4", 10.0), media)
    shots = [bisect(BIKES_CUTS, round(start * 25)) for start, _ in sample.times]
    assert shots == [0, 1, 2, 3, 4, 5]


@needs_shared
@pytest.mark.parametrize("path", sorted(VIDEOS.glob("*")), ids=lambda path: path.name)
def test_every_real_video_gives_pictures_thumbnails_and_times(path: Path, run: Run) -> None:
    sample = plugin.prepare(item(path, 5.0), media)
    count = len(sample.times)
    assert 1 <= count <= 16
    assert sample.arrays["pixels"].shape == (count, 224, 224, 3)
    assert sample.arrays["pixels"].dtype == np.uint8
    assert [start for start, _ in sample.times] == sorted({start for start, _ in sample.times})
    for image in sample.images:
        with av.open(BytesIO(image), format="mjpeg") as jpeg:
            assert max(jpeg.streams.video[0].width, jpeg.streams.video[0].height) <= 320
    (feature,) = plugin.encode([sample], run)
    assert feature.summary is not None
    assert feature.summary.shape == (1280,)
    assert np.linalg.norm(feature.summary) == pytest.approx(1, abs=1e-5)
    assert len(feature.moments) == len(sample.images) == feature.data["frames"] == count


@needs_shared
def test_what_is_in_the_picture_is_named(run: Run) -> None:
    (feature,) = plugin.encode([plugin.prepare(item(VIDEOS / "imageio_cockatoo.mp4"), media)], run)
    assert next(iter(feature.data["classes"])) == "sulphur-crested cockatoo"


@needs_shared
def test_a_distorted_copy_is_nearer_to_its_original_than_any_other_video(run: Run) -> None:
    paths = [p for p in sorted(VIDEOS.glob("*")) if p.stem != "carphone_pristine"]
    original = VIDEOS / "carphone_pristine.mp4"
    samples = [plugin.prepare(item(path), media) for path in [original, *paths]]
    first, *others = (feature.summary for feature in plugin.encode(samples, run))
    assert first is not None
    nearest = int(np.argmax(np.stack([v for v in others if v is not None]) @ first))
    assert paths[nearest].stem == "carphone_distorted"


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm"])
def test_a_long_video_gives_sixteen_pictures_spread_over_it(tmp_path: Path, suffix: str) -> None:
    path = clip(tmp_path / f"long{suffix}", seconds=70, size=(160, 90), audio=False)
    with media.open(path) as container:
        from mediadesk_keyframes.frames import key_frames

        seconds = [second for second, _ in key_frames(container)]
    assert len(seconds) == 16
    assert seconds[0] < 6
    assert seconds[-1] > 64
    assert max(np.diff(seconds)) < 8


def test_a_batch_gives_what_each_alone_gives(tmp_path: Path, run: Run) -> None:
    samples = [
        plugin.prepare(item(clip(tmp_path / f"{n}.mp4", seed=n, seconds=2 + n)), media)
        for n in range(3)
    ]
    for sample, feature in zip(samples, plugin.encode(samples, run), strict=True):
        (alone,) = plugin.encode([sample], run)
        assert feature.summary == pytest.approx(alone.summary, abs=1e-4)
        assert len(feature.moments) == len(alone.moments) == len(sample.times)


def test_black_and_repeated_pictures_are_left_out(tmp_path: Path) -> None:
    black = np.zeros((180, 320, 3), np.uint8)
    path = film(tmp_path / "film.mp4", [black, noise(1), noise(1), noise(2), black, noise(1)])
    sample = plugin.prepare(item(path, 6.0), media)
    starts = [int(start) for start, _ in sample.times]
    assert starts == [1, 3]
    assert sample.times[-1][1] == 6.0


def test_a_video_that_is_black_all_through_keeps_one_picture(tmp_path: Path) -> None:
    path = film(tmp_path / "black.mp4", [np.zeros((180, 320, 3), np.uint8)] * 4)
    assert len(plugin.prepare(item(path), media).times) == 1


def test_a_truncated_video_gives_what_can_be_decoded(tmp_path: Path) -> None:
    whole = clip(tmp_path / "whole.mkv", seconds=70, size=(160, 90), audio=False)
    cut = tmp_path / "cut.mkv"
    content = whole.read_bytes()
    cut.write_bytes(content[: len(content) // 2])
    sample = plugin.prepare(item(cut), media)
    assert len(sample.times) >= 4
    assert all(start < 40 for start, _ in sample.times)


def test_a_picture_taken_upright_is_shown_upright(tmp_path: Path) -> None:
    lying = np.zeros((180, 320, 3), np.uint8)
    lying[:, :160] = noise(3)[:, :160]  # the left half becomes the upper half
    path = film(tmp_path / "turned.mp4", [lying] * 2)
    one, sixteen = (1 << 16).to_bytes(4, "big"), (1 << 30).to_bytes(4, "big")
    zero, minus = bytes(4), (-(1 << 16)).to_bytes(4, "big", signed=True)
    plain = one + zero * 3 + one + zero * 3 + sixteen
    quarter = zero + one + zero + minus + zero * 4 + sixteen
    content = path.read_bytes()
    track = content.index(b"tkhd")
    path.write_bytes(content[:track] + content[track:].replace(plain, quarter, 1))
    (picture, *_) = plugin.prepare(item(path), media).arrays["pixels"]
    assert picture[:100].std() > 20
    assert picture[124:].std() < 5


def test_a_song_has_no_pictures(tmp_path: Path) -> None:
    with pytest.raises(Skip):
        plugin.prepare(item(song(tmp_path / "song.flac")), media)


def test_a_file_that_is_no_video_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_text("not a film")
    with pytest.raises(UnreadableError, match=r"film\.mp4"):
        plugin.prepare(item(path), media)


def test_an_item_without_a_file_is_skipped() -> None:
    with pytest.raises(Skip):
        plugin.prepare(Item(id="x", kind=Kind.FILM, title="Away", path=None), media)


def test_the_host_finds_the_plugin() -> None:
    (found,) = (own for own in Registry().plugins if own.name == "keyframes")
    assert found.state is State.READY
    assert [extractor.name for extractor in found.parts["extractors"]] == ["keyframes"]
