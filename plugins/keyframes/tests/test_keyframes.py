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
from av.stream import Disposition
from media_factory import clip, moving_pictures, picture, song

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


@pytest.mark.parametrize(("name", "options"), [("a.mp4", {"movflags": "faststart"}), ("a.mkv", {})])
def test_so_is_a_short_one_with_one_key_frame(
    tmp_path: Path, name: str, options: dict[str, str]
) -> None:
    slides = [noise(n, grain=10) for n in range(20) for _ in range(5)]
    whole = timed(tmp_path / f"whole{name}", slides, [n / 5 for n in range(100)], **STILL)
    path = repacked(whole, tmp_path / name, **options)
    assert plugin.prepare(item(path, 20), media).problem == ""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    sample = plugin.prepare(item(path, 20), media)
    assert len(sample.times) > 4
    assert all(start < 14 for start, _ in sample.times)
    assert re.fullmatch(
        r"No picture after 0:(0\d|1[0-3]) can be decoded: the file is cut short\.", sample.problem
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


def timed(
    path: Path,
    pictures: list[NDArray[Any]],
    times: list[float],
    *,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    sound: int = 0,
    **options: str,
) -> Path:
    """Write pictures of some times, with one key frame, and so many seconds of silence."""
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=10, options=options)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt, stream.gop_size = pixels, 9999
        stream.codec_context.time_base = Fraction(1, 10)
        silence = container.add_stream("aac", rate=8000) if sound else None
        for second, picture in zip(times, pictures, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = round(10 * second), Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if silence is not None:
            zeros = np.zeros((1, 8000 * sound), np.float32)
            wave = av.AudioFrame.from_ndarray(zeros, format="fltp", layout="mono")
            wave.sample_rate, wave.pts = 8000, 0
            container.mux(silence.encode(wave))
            container.mux(silence.encode())
    return path


STILL = {"preset": "ultrafast", "x264-params": "keyint=infinite:scenecut=0"}


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi", ".ts"])
def test_a_video_of_one_frame_gives_it(tmp_path: Path, suffix: str) -> None:
    sample = plugin.prepare(item(timed(tmp_path / f"one{suffix}", [noise(1)], [0])), media)
    assert len(sample.times) == 1
    assert sample.problem == ""


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
@pytest.mark.parametrize("frames", [1, 100])
def test_a_still_picture_with_music_is_no_damaged_film(
    tmp_path: Path, suffix: str, frames: int
) -> None:
    path = tmp_path / f"song{suffix}"
    timed(path, [noise(1)] * frames, [float(n) for n in range(frames)], sound=100, **STILL)
    sample = plugin.prepare(item(path, 100), media)
    assert [(round(start) < 100, end) for start, end in sample.times] == [(True, 100)]
    assert sample.problem == ""


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi", ".ts", ".flv"])
def test_each_picture_of_a_slideshow_is_seen_from_when_it_is_shown(
    tmp_path: Path, suffix: str
) -> None:
    slides = [noise(n, grain=10) for n in range(10)]
    path = timed(tmp_path / f"slides{suffix}", slides, [5.0 * n for n in range(10)], **STILL)
    sample = plugin.prepare(item(path, 50), media)
    starts = [round(start) for start, _ in sample.times]
    assert set(range(5, 45, 5)) <= set(starts) <= set(range(0, 50, 5))
    assert sample.problem == ""


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
def test_a_key_frame_that_stands_for_minutes_is_no_gap(tmp_path: Path, suffix: str) -> None:
    pictures = [*[noise(1)] * 10, *[noise(2)] * 190]  # a key frame where it changes, and no more
    path = tmp_path / f"screen{suffix}"
    timed(path, pictures, [float(n) for n in range(200)], **STILL | {"x264-params": "keyint=999"})
    sample = plugin.prepare(item(path, 200), media)
    assert sample.times[0][0] < 10
    assert sample.problem == ""


def test_key_frames_too_far_apart_to_be_found_are_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "tape.mpg"
    with av.open(path, "w") as container:
        stream = container.add_stream("mpeg2video", rate=25, options={"sc_threshold": "1000000000"})
        stream.height, stream.width, stream.pix_fmt, stream.gop_size = 90, 160, "yuv420p", 600
        for n in range(75 * 25):
            drawn = noise(n // 25, grain=10)
            frame = av.VideoFrame.from_ndarray(drawn, format="rgb24")
            frame.pts, frame.time_base = n, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    sample = plugin.prepare(item(path, 75), media)
    assert len(sample.times) >= 2
    assert sample.problem == ""


def test_what_comes_at_odd_times_is_seen_all_over(tmp_path: Path) -> None:
    gaps = np.random.default_rng(0).choice([0.1, 0.1, 0.1, 8.0], 60)
    times = np.cumsum(gaps).round(1).tolist()
    pictures = [noise(n, grain=10) for n in range(60)]
    path = timed(tmp_path / "phone.mp4", pictures, times, **STILL)
    sample = plugin.prepare(item(path, times[-1]), media)
    starts = [start for start, _ in sample.times]
    assert len(starts) >= 14
    assert max(np.diff(starts)) < 17
    assert sample.problem == ""


@pytest.mark.parametrize(
    ("suffix", "codec", "pixels", "options"),
    [
        (".avi", "mjpeg", "yuvj422p", {}),
        (".mov", "prores_ks", "yuva444p10le", {}),
        (".webm", "libvpx-vp9", "yuva420p", {"deadline": "realtime", "cpu-used": "8"}),
        (".mkv", "ffv1", "gray16le", {}),
        (".mp4", "libx265", "yuv420p10le", {"preset": "ultrafast", "x265-params": "log-level=0"}),
        (".mpg", "mpeg2video", "yuv420p", {"flags": "+ildct+ilme"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_kind_of_picture_comes_out_as_it_looks(
    tmp_path: Path, suffix: str, codec: str, pixels: str, options: dict[str, str]
) -> None:
    rate = 25 if codec == "mpeg2video" else 10
    picture = np.random.default_rng(0).integers(30, 226, (3, 5, 1), np.uint8)
    wanted = picture.repeat(60, 0).repeat(64, 1).repeat(3, 2)
    path = tmp_path / f"video{suffix}"
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=rate, options=options)
        stream.height, stream.width, stream.pix_fmt = 180, 320, pixels
        for n in range(rate):
            frame = av.VideoFrame.from_ndarray(wanted, format="rgb24")
            frame.pts, frame.time_base = n, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    sample = plugin.prepare(item(path, 1), media)
    (seen, *others) = sample.arrays["pixels"]
    assert others == []
    middles = seen[26:224:85, 13::91].mean(axis=2)  # of the three inner columns
    assert np.abs(middles[:, :3] - picture[:, 1:4, 0]).max() < 8


def test_a_cover_is_no_film_and_hides_none(tmp_path: Path) -> None:
    cover = Disposition.attached_pic
    drawn = picture(tmp_path / "cover.jpg").read_bytes()

    def covered(name: str, source: Path) -> Path:
        with av.open(source) as old, av.open(tmp_path / name, "w") as new:
            still = new.add_stream("mjpeg", rate=1)
            still.width, still.height, still.pix_fmt = 400, 600, "yuvj420p"
            still.disposition = cover
            own = {
                old_stream: new.add_stream_from_template(old_stream) for old_stream in old.streams
            }
            packet = av.Packet(drawn)
            packet.stream, packet.pts, packet.dts = still, 0, 0
            new.mux(packet)
            for packet in old.demux():
                if packet.dts is not None:
                    packet.stream = own[packet.stream]
                    new.mux(packet)
        return tmp_path / name

    film = covered("film.mp4", clip(tmp_path / "plain.mp4", seconds=4, size=(160, 90)))
    assert len(plugin.prepare(item(film, 4), media).times) > 1
    with pytest.raises(Skip):
        plugin.prepare(item(covered("song.mp4", song(tmp_path / "plain.m4a")), 3), media)


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


def test_a_film_of_pixels_that_are_not_square_is_not_squeezed(tmp_path: Path) -> None:
    path = tmp_path / "disc.mkv"
    with av.open(path, "w") as container:
        stream = container.add_stream("mpeg2video", rate=25)
        stream.width, stream.height, stream.pix_fmt = 720, 576, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(64, 45)
        frame = av.VideoFrame.from_ndarray(noise(1, grain=64)[:, :720], format="rgb24")
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    (image, *_) = plugin.prepare(item(path), media).images
    with av.open(BytesIO(image), format="mjpeg") as jpeg:
        assert (jpeg.streams.video[0].width, jpeg.streams.video[0].height) == (320, 180)


def test_an_hdr_film_is_shown_as_bright_as_it_looks(tmp_path: Path) -> None:
    """Grey of 1, 18, 50 and 100 % of a white page, and a lamp of five times that."""
    light = np.array([0.01, 0.18, 0.5, 1, 5]) * 203 / 10_000
    power = light**0.1593017578125
    codes = ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    bars = (codes * 65535).astype(np.uint16).repeat(64)[None, :, None]
    frame = av.VideoFrame.from_ndarray(np.tile(bars, (180, 1, 3)), format="rgb48le")
    frame.pts, frame.time_base = 0, Fraction(1, 10)
    with av.open(tmp_path / "hdr.mkv", "w") as container:
        stream = container.add_stream("ffv1", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p10le"
        stream.codec_context.color_trc, stream.codec_context.color_primaries = 16, 9
        stream.codec_context.colorspace = 9
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    (picture, *_) = plugin.prepare(item(tmp_path / "hdr.mkv"), media).arrays["pixels"]
    seen = picture[112, [21, 112, 203]].astype(int)  # 18, 50, 100 %
    assert np.abs(seen - np.array([[117], [186], [255]])).max() < 6


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
