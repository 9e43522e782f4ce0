"""Which pictures are looked at, and what is refused before anything is read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from media_factory import clip, song, surprising
from voice_factory import talk

from mediadesk.api import Sample, Skip, UnreadableError, UserError, testing
from mediadesk.media import GuardedMedia
from mediadesk_ocr import extractors, written
from mediadesk_ocr.frames import AGAIN, Look, coarse_to_fine, looks
from mediadesk_ocr.reader import Page
from mediadesk_ocr.written import Written

TEXT = testing.Context(settings={"pictures": 24})


def seen(path: Path, most: int = 100, duration: float = 0.0) -> list[Look]:
    with GuardedMedia().open(path) as container:
        return [each for each in looks(container, most, duration) if each[1] is not AGAIN]


def sparse(
    path: Path,
    *,
    seconds: int,
    every: int,
    rate: int = 5,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Write a video of `rate` frames a second with a key picture only each `every` seconds."""
    with av.open(path, "w", container_options=container_options) as container:
        options = {"preset": "ultrafast", "x264-params": f"keyint={rate * every}:scenecut=0"}
        stream = container.add_stream("libx264", rate=rate, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        random = np.random.default_rng(0)
        for _ in range(rate * seconds):
            picture = random.integers(0, 255, (48, 64, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def slides(path: Path, *, count: int, seconds: int, between: int = 0) -> Path:
    """Write a video of so many pictures, each of which stays, the first a key picture only.

    With `between` so many in a row may be of the kind that no other is built on.
    """
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=1, options={"bf": f"{between}"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1)
        packets = list[av.Packet]()
        for n in range(count):
            picture = np.full((48, 64, 3), 40 * n, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = n * seconds, Fraction(1, 1)
            packets += stream.encode(frame)
        for packet in packets + stream.encode():
            packet.duration = round(seconds / (packet.time_base or 1))
            container.mux(packet)
    return path


def prepare(path: Path | None, **fields: object) -> Sample:
    return Written(24).prepare(testing.item(path=path, duration=3.0, **fields), GuardedMedia())


def test_key_pictures_are_taken_far_apart_first(tmp_path: Path) -> None:
    path = clip(tmp_path / "clip.mp4", seconds=16, size=(64, 48), audio=False)
    found = seen(path)
    assert len(found) == 8
    assert all(frame is not None and frame.key_frame for _, frame in found)
    times = [second for second, _ in found]
    assert sorted(times) == sorted({*times})
    assert {int(second // 8) for second in times[:2]} == {0, 1}
    assert {int(second // 4) for second in times[:4]} == {0, 1, 2, 3}


def test_no_more_pictures_are_looked_at_than_are_wanted(tmp_path: Path) -> None:
    path = clip(tmp_path / "clip.mkv", seconds=20, size=(64, 48), audio=False)
    assert len(seen(path, most=3)) == 3


def test_a_short_video_with_few_key_pictures_is_decoded_whole(tmp_path: Path) -> None:
    found = seen(sparse(tmp_path / "short.mp4", seconds=20, every=20))
    assert [round(second) for second, _ in found] == list(range(1, 20, 2))


def test_of_a_long_video_each_key_picture_is_taken_once(tmp_path: Path) -> None:
    found = seen(sparse(tmp_path / "long.mp4", seconds=80, every=10))
    assert sorted(round(second) for second, _ in found) == list(range(0, 80, 10))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_still_video_lacks_nothing_where_its_key_pictures_are_far_apart(
    tmp_path: Path, suffix: str
) -> None:
    found = seen(sparse(tmp_path / f"still{suffix}", seconds=600, every=250, rate=1))
    assert sorted(round(second) for second, _ in found) == [0, 250, 500]
    assert all(frame is not None for _, frame in found)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("between", [0, 3])
def test_each_slide_is_looked_at_from_the_first_to_the_last(
    tmp_path: Path, suffix: str, between: int
) -> None:
    path = slides(tmp_path / f"slides{suffix}", count=5, seconds=10, between=between)
    found = seen(path)
    assert [round(second) for second, _ in found] == [0, 10, 20, 30, 40]
    greys = [frame.to_ndarray(format="gray").mean() for _, frame in found]
    assert greys == pytest.approx([0, 40, 80, 120, 160], abs=5)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_of_long_slides_only_key_pictures_are_looked_at_and_none_is_missed(
    tmp_path: Path, suffix: str
) -> None:
    found = seen(slides(tmp_path / f"slides{suffix}", count=4, seconds=90))
    assert [(second, frame is None) for second, frame in found] == [(0, False)]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_file_that_is_cut_off_is_told_though_its_key_pictures_are_far_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(written, "page", lambda *_, top: Page(top=top, lines=()))
    fast = {"movflags": "faststart"} if suffix == ".mp4" else {}
    path = sparse(tmp_path / f"whole{suffix}", seconds=600, every=250, container_options=fast)
    with pytest.raises(Skip, match="nothing is written"):
        prepare(path)
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(path.read_bytes()[: path.stat().st_size * 7 // 12])  # after 350 s
    told = re.fullmatch(
        r"(\d+) of \d+ pictures can't be decoded: the file is cut short or damaged, so copy it "
        r"again from its source\.",
        prepare(cut).problem,
    )
    assert told
    assert 9 <= int(told[1]) <= 11


def test_what_a_truncated_video_lacks_is_counted(tmp_path: Path) -> None:
    whole = sparse(tmp_path / "long.mkv", seconds=80, every=2).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) // 2])
    found = seen(tmp_path / "cut.mkv")
    assert len(found) == pytest.approx(30, abs=3)  # the last before the cut stand for 20 s more
    assert sum(frame is None for _, frame in found) == pytest.approx(10, abs=2)


@pytest.mark.parametrize("seconds", [20, 80])
def test_a_stream_that_appears_late_ends_nothing(tmp_path: Path, seconds: int) -> None:
    path = sparse(tmp_path / "film.flv", seconds=seconds, every=seconds // 2)
    with GuardedMedia().open(path) as container:
        known = [second for second, _ in looks(container, 10, 0.0)]
    with GuardedMedia().open(surprising(path)) as container:
        assert [second for second, _ in looks(container, 10, 0.0)] == known


def test_any_number_of_times_keeps_all_of_them() -> None:
    for count in (1, 2, 3, 7, 8, 100):
        assert sorted(coarse_to_fine(range(count))) == list(range(count))


def test_sound_has_no_picture(tmp_path: Path) -> None:
    with pytest.raises(Skip, match="there is no picture"):
        prepare(song(tmp_path / "song.flac"))


def test_subtitles_as_text_are_left_to_those_who_read_them(tmp_path: Path) -> None:
    path = clip(tmp_path / "clip.mkv", subtitles=[(0.5, 2.5, "Said inside.")])
    with pytest.raises(Skip, match="it has subtitles"):
        prepare(path)
    with pytest.raises(Skip, match="it has subtitles"):
        prepare(tmp_path / "signs.mp4", sidecars=(tmp_path / "Signs.en.srt",))
    with pytest.raises(Skip, match="the file is away"):
        prepare(None)


def test_forced_subtitles_and_lyrics_leave_a_video_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written, "page", lambda *_, top: Page(top=top, lines=()))
    film = clip(tmp_path / "film.mp4")
    for name in ("film.en.forced.srt", "film.signs.ass", "film.lrc"):
        with pytest.raises(Skip, match="nothing is written"):
            prepare(film, sidecars=(tmp_path / name,))
    for forced, why in ((True, "nothing is written"), (False, "it has subtitles")):
        path = tmp_path / f"inside-{forced}.mkv"
        talk(path, np.zeros(44_100), subtitles="A sign", forced=forced)
        with pytest.raises(Skip, match=why):
            prepare(path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"\0" * 5000)
    with pytest.raises(UnreadableError, match=r"broken\.mp4"):
        prepare(path)


def test_a_video_whose_pictures_are_noise_is_named(tmp_path: Path) -> None:
    raw = bytearray(clip(tmp_path / "clip.mp4", audio=False).read_bytes())
    begin = raw.index(b"mdat") + 4
    end = raw.index(b"moov", begin) - 4
    raw[begin:end] = bytes(end - begin)
    (tmp_path / "noise.mp4").write_bytes(raw)
    with pytest.raises(UnreadableError, match=r"No picture of “.*noise\.mp4” can be decoded"):
        prepare(tmp_path / "noise.mp4")


@pytest.mark.parametrize("entry", [b"avc1", b"tx3g"])
def test_a_track_of_no_known_codec_is_as_if_it_were_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: bytes
) -> None:
    monkeypatch.setattr(written, "page", lambda *_, top: Page(top=top, lines=()))
    whole = clip(tmp_path / "clip.mp4", subtitles=[(0.5, 2.5, "Said inside.")]).read_bytes()
    (tmp_path / "odd.mp4").write_bytes(whole.replace(entry, b"zzzz"))
    why = {b"avc1": "it has subtitles", b"tx3g": "nothing is written"}[entry]
    with pytest.raises(Skip, match=why):
        prepare(tmp_path / "odd.mp4")
    bare = clip(tmp_path / "bare.mp4").read_bytes().replace(b"avc1", b"zzzz")
    (tmp_path / "bare.mp4").write_bytes(bare)
    with pytest.raises(Skip, match="no picture that can be decoded"):
        prepare(tmp_path / "bare.mp4")


def test_another_number_of_pictures_has_all_read_anew() -> None:
    assert len({Written(pictures).version for pictures in range(8, 901)}) == 893


def test_without_its_library_the_plugin_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mediadesk_ocr.find_spec", lambda _: None)
    with pytest.raises(UserError, match=r"“rapidocr”.*install it again"):
        extractors(TEXT)


def test_what_took_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "_PATIENCE", -60.0)
    monkeypatch.setattr(written, "page", lambda *_, top: Page(top=top, lines=()))
    sample = prepare(clip(tmp_path / "clip.mp4", seconds=8))
    assert sample.problem.startswith("Text was looked for in 1 pictures only")


@pytest.mark.parametrize("nothing", [None, AGAIN])
def test_the_clock_is_looked_at_where_there_is_nothing_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing: Look
) -> None:
    def found(container: object, *_: object) -> Iterator[Look]:
        yield 0.0, next(container.decode(video=0))
        yield from ((1.0, nothing) for _ in range(99))
        pytest.fail("it goes on though its time is over")

    clock = itertools.count(step=10)
    monkeypatch.setattr(written, "looks", found)
    monkeypatch.setattr(written, "page", lambda *_, top: Page(top=top, lines=()))
    monkeypatch.setattr(written.time, "monotonic", lambda: float(next(clock)))
    sample = prepare(clip(tmp_path / "clip.mp4"))
    assert sample.problem.startswith("Text was looked for in 1 pictures only")


def test_places_that_were_seen_before_are_told_as_such(tmp_path: Path) -> None:
    with GuardedMedia().open(sparse(tmp_path / "long.mp4", seconds=80, every=10)) as container:
        found = list(looks(container, 40, 0.0))
    assert len(found) == 40
    assert sum(frame is AGAIN for _, frame in found) == 32


def test_each_language_has_a_track_that_says_how_sure_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mediadesk_ocr.languages.detect", lambda _: (("zh", 1.0), ("en", 0.7)))
    sample = Sample(texts=("清晨 The ship has left.",), times=((0.0, 1.0),))
    (found,) = Written(24).encode([sample], lambda _: {"embedding": np.eye(1, 4)})
    tracks = found.data["tracks"]
    assert [(each["language"], each["confidence"]) for each in tracks] == [("zh", 1.0), ("en", 0.7)]
    assert [each["chosen"] for each in tracks] == [True, False]


def test_a_partial_reading_without_text_is_a_feature_of_its_own() -> None:
    sample = Sample(data={"pictures_read": 1}, problem="It took too long.")
    (found,) = Written(24).encode([sample], testing.no_model)
    assert (found.summary, found.moments, found.problem) == (None, (), "It took too long.")


def test_cards_are_told_from_scenes() -> None:
    random = np.random.default_rng(0)
    card = np.full((90, 160, 3), 12, np.uint8)
    card[30:60, 40:120] = 255
    assert written._is_card(card)
    assert not written._is_card(random.integers(0, 255, (90, 160, 3), dtype=np.uint8))


def test_at_most_512_passages_have_vectors_and_all_have_text() -> None:
    def run(arrays):
        rows = len(arrays["text"])
        return {"embedding": np.tile(np.eye(1, 512, dtype=np.float32), (rows, 1))}

    texts = tuple(f"the passage number {n} of many" for n in range(600))
    few = Sample(texts=("one passage of another video",), times=((0.0, 1.0),), data={})
    many = Sample(texts=texts, times=tuple((2.0 * n, 2.0 * n + 1) for n in range(600)), data={})
    first, second = Written(24).encode([few, many], run)
    assert [moment.text for moment in second.moments] == list(texts)
    assert sum(moment.vector is not None for moment in second.moments) == 512
    assert len(first.moments) == 1
    for feature in (first, second):
        assert feature.summary is not None
        assert feature.summary.shape == (512,)
        assert feature.data["languages"] == ["en"]
        (track,) = feature.data["tracks"]
        assert track["passages"] == len(feature.moments)
