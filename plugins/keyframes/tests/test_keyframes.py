"""The keyframes plugin on real media, through the guarded door, with the real picture model."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from media_factory import clip, moving_pictures, song

from mediadesk.api import Item, Kind, Run, Skip, UnreadableError
from mediadesk.extract.extraction import cover
from mediadesk.host import Registry, State
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk_keyframes import Keyframes, budget
from mediadesk_keyframes.frames import looks

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


def film(path: Path, pictures: list[NDArray[Any]], *, gop: int = 10) -> Path:
    """Write pictures of a second each."""
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"preset": "veryfast"})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt, stream.gop_size = "yuv420p", gop
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


def repacked(source: Path, target: Path, **options: str) -> Path:
    """Write the video of a file into another container as it is."""
    with av.open(source) as old, av.open(target, "w", options=options) as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(old.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    return target


def seen(path: Path, most: int = 16) -> list[float]:
    with media.open(path) as container:
        return [second for second, frame in looks(container, most) if frame is not None]


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm"])
def test_a_long_video_is_looked_at_all_over(tmp_path: Path, suffix: str) -> None:
    path = clip(tmp_path / f"long{suffix}", seconds=70, size=(160, 90), audio=False)
    seconds = seen(path)
    assert len(seconds) == 16
    assert seconds[0] < 6
    assert seconds[-1] > 64
    assert max(np.diff(seconds)) < 8


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of 70 seconds with a key frame each."""
    return clip(tmp_path_factory.mktemp("long") / "long.mp4", seconds=70, size=(160, 90))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("fragments.mp4", {"movflags": "frag_keyframe+empty_moov"}),
        ("live.mkv", {"live": "1"}),
        ("stream.ts", {}),
        ("flash.flv", {}),
    ],
)
def test_a_container_without_a_whole_index_is_looked_at_all_over(
    tmp_path: Path, long: Path, name: str, options: dict[str, str]
) -> None:
    seconds = seen(repacked(long, tmp_path / name, **options))
    assert 14 <= len(seconds) <= 16
    assert seconds[0] < 6
    assert seconds[-1] > 60
    assert max(np.diff(seconds)) < 9


@pytest.mark.parametrize(
    ("name", "codec", "fps"),
    [("tape.mpg", "mpeg2video", 25), ("free.ogv", "libvpx", 2), ("old.avi", "mpeg4", 25)],
)
def test_so_is_one_of_another_age(tmp_path: Path, name: str, codec: str, fps: int) -> None:
    path = written(tmp_path / name, codec, fps=fps)
    seconds = seen(path)
    assert len(seconds) >= 14
    assert seconds[-1] > 60


def test_an_avi_that_lost_its_index_is_read_through(tmp_path: Path) -> None:
    path = written(tmp_path / "old.avi", "mpeg4")
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"idx1")])
    assert max(np.diff(seen(path))) < 9


def written(path: Path, codec: str, *, fps: int = 25) -> Path:
    """Write a video of 70 seconds with a key frame each."""
    with av.open(path, "w", format="ogg" if path.suffix == ".ogv" else None) as container:
        fast = {"deadline": "realtime", "cpu-used": "8"} if codec == "libvpx" else {}
        stream = container.add_stream(codec, rate=fps, options=fast)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 160, 96, "yuv420p", fps
        for n, picture in enumerate(moving_pictures(7 * fps, 1, (160, 96))):
            picture.pts, picture.time_base = n, Fraction(1, fps)
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("fast.mp4", {"movflags": "faststart"}),
        ("film.mkv", {}),
        ("flash.flv", {}),
    ],
)
def test_a_video_that_is_cut_short_gives_what_is_there_and_says_so(
    tmp_path: Path, long: Path, name: str, options: dict[str, str]
) -> None:
    path = repacked(long, tmp_path / name, **options)
    assert plugin.prepare(item(path, 70), media).problem == ""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    sample = plugin.prepare(item(path, 70), media)
    assert len(sample.times) >= 4
    assert all(start < 45 for start, _ in sample.times)
    assert re.fullmatch(
        r"No picture after 0:[234]\d can be decoded: the file is cut short\.", sample.problem
    )


def test_a_damaged_video_gives_the_rest_and_says_how_much_is_missing(
    tmp_path: Path, long: Path
) -> None:
    path = repacked(long, tmp_path / "damaged.mp4", movflags="faststart")
    content = bytearray(path.read_bytes())
    third = len(content) // 3
    for place in range(third, 2 * third, 200):
        content[place] ^= 0xFF
    path.write_bytes(content)
    sample = plugin.prepare(item(path, 70), media)
    assert not [start for start, _ in sample.times if 28 < start < 44]
    assert sample.times[-1][0] > 50
    assert re.fullmatch(
        r"3\d% of the pictures looked at can't be decoded: the file is damaged\.", sample.problem
    )


@pytest.mark.parametrize(
    ("minutes", "pictures"), [(0, 16), (10, 16), (40, 16), (60, 24), (120, 48), (600, 48)]
)
def test_a_longer_video_gets_more_pictures_but_not_without_end(minutes: int, pictures: int) -> None:
    assert budget(60 * minutes) == pictures


def test_a_batch_gives_what_each_alone_gives(tmp_path: Path, run: Run) -> None:
    samples = [
        plugin.prepare(item(clip(tmp_path / f"{n}.mp4", seed=n, seconds=2 + n)), media)
        for n in range(3)
    ]
    for sample, feature in zip(samples, plugin.encode(samples, run), strict=True):
        (alone,) = plugin.encode([sample], run)
        assert feature.summary == pytest.approx(alone.summary, abs=1e-4)
        assert len(feature.moments) == len(alone.moments) == len(sample.times)


def blurred(picture: NDArray[Any]) -> NDArray[Any]:
    height, width = picture.shape[:2]
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
    small = frame.reformat(width // 40, height // 40, interpolation="AREA")
    return small.reformat(width, height, interpolation="BICUBIC").to_ndarray()


def test_black_white_and_repeated_pictures_are_left_out(tmp_path: Path) -> None:
    black, white = np.zeros((180, 320, 3), np.uint8), np.full((180, 320, 3), 255, np.uint8)
    path = film(
        tmp_path / "film.mp4", [black, noise(1), noise(1), noise(2), white, black, noise(1)]
    )
    sample = plugin.prepare(item(path, 7.0), media)
    first, second = (start for start, _ in sample.times)
    assert 1 <= first < 3
    assert 3 <= second < 4
    assert sample.times[-1][1] == 7.0


def test_a_picture_out_of_focus_is_left_for_a_sharp_one_or_left_out(tmp_path: Path) -> None:
    pictures = [blurred(noise(1)), noise(1), blurred(noise(1)), blurred(noise(2)), noise(3)]
    sample = plugin.prepare(item(film(tmp_path / "film.mp4", pictures), 5.0), media)
    first, second = (start for start, _ in sample.times)
    assert 1 <= first < 2
    assert 4 <= second < 5


def test_a_video_that_is_soft_all_through_keeps_its_pictures(tmp_path: Path) -> None:
    pictures = [blurred(noise(n)) for n in range(1, 5)]
    sample = plugin.prepare(item(film(tmp_path / "fog.mp4", pictures), 4.0), media)
    assert [int(start) for start, _ in sample.times] == [0, 1, 2, 3]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
def test_each_shot_is_seen_once_however_long_it_is(tmp_path: Path, suffix: str) -> None:
    lengths = [3, 9, 4, 3, 5, 14, 6, 3, 18, 5]
    pictures = [noise(n, grain=10) for n, length in enumerate(lengths) for _ in range(length)]
    sample = plugin.prepare(item(film(tmp_path / f"film{suffix}", pictures), 70.0), media)
    cuts = np.cumsum(lengths).tolist()
    assert [bisect(cuts, start) for start, _ in sample.times] == list(range(len(lengths)))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi", ".flv", ".ts"])
def test_a_short_video_with_one_key_frame_is_seen_all_through(tmp_path: Path, suffix: str) -> None:
    still = np.repeat(noise(1, grain=10)[:, :160], 2, axis=1)
    moved = [np.roll(still, 8 * n, axis=1) for n in range(5)]  # near enough for no new key frame
    path = film(tmp_path / f"clip{suffix}", moved, gop=100)
    sample = plugin.prepare(item(path, 5.0), media)
    assert len(sample.times) > 2
    assert sample.times[-1][0] > 2.5
    assert sample.problem == ""


def test_of_many_shots_as_many_as_fit_are_kept_from_all_over(tmp_path: Path) -> None:
    pictures = [noise(n, grain=10) for n in range(45)]
    sample = plugin.prepare(item(film(tmp_path / "film.mp4", pictures), 45.0), media)
    starts = [start for start, _ in sample.times]
    assert len(starts) == 16
    assert starts[0] < 8
    assert starts[-1] > 37
    assert max(np.diff(starts)) < 9


def test_the_cover_is_a_typical_picture_not_the_card_before_it(tmp_path: Path, run: Run) -> None:
    card = np.zeros((180, 320, 3), np.uint8)
    card[80:100, 100:220] = 230
    pictures = [card, *(noise(n) for n in range(1, 6))]
    sample = plugin.prepare(item(film(tmp_path / "film.mp4", pictures), 6.0), media)
    (feature,) = plugin.encode([sample], run)
    assert sample.times[0][0] < 1
    assert feature.data["cover"] > 0
    assert cover(feature) == sample.images[feature.data["cover"]]


def test_a_video_that_is_black_all_through_keeps_one_picture(tmp_path: Path) -> None:
    path = film(tmp_path / "black.mp4", [np.zeros((180, 320, 3), np.uint8)] * 4)
    assert len(plugin.prepare(item(path), media).times) == 1


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
