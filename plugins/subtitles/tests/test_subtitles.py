"""The subtitles plugin on real files, through the guarded door, with the real text model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import av
import library_factory
import numpy as np
import pytest
from media_factory import clip

from mediadesk.api import Feature, Item, Kind, Run, Sample, Skip, UnreadableError
from mediadesk.extract.batch import checked
from mediadesk.host import Registry, State
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk_subtitles import Subtitles

SUBS = Path(__file__).parents[4] / "shared/data/media/subs"
needs_shared = pytest.mark.skipif(not SUBS.is_dir(), reason=f"needs the subtitles of {SUBS}")
subtitles, media = Subtitles(), GuardedMedia()

CHINESE = ["我们今天晚上去看电影吧。", "这个城市的夜晚非常漂亮。", "你喜欢喝茶还是喝咖啡？"]
ENGLISH = ["Let us go to the cinema tonight.", "The city is beautiful at night.", "Tea or coffee?"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    models = Models(library_factory.models(tmp_path_factory.getbasetemp()))
    yield models.runner(subtitles.model)
    models.close()


@pytest.fixture(scope="module")
def mute(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip(tmp_path_factory.mktemp("films") / "mute.mp4", audio=False)


def read(path: Path, *sidecars: Path) -> Sample:
    item = Item(id="x", kind=Kind.FILM, title="", path=path, sidecars=sidecars)
    return subtitles.prepare(item, media)


def clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes) // 60:02}:{int(minutes) % 60:02}:{rest:06.3f}"


def checked_problem(sample: Sample) -> str:
    """Give the problem of a sample as the host keeps it, which refuses what is no sentence."""
    (feature,) = checked("subtitles", [Feature(problem=sample.problem)], 1)
    return feature.problem


def srt(lines: list[str]) -> str:
    stamp = "00:{:02}:{:02},000"
    return "\n\n".join(
        f"{n + 1}\n{stamp.format(*divmod(3 * n, 60))} --> {stamp.format(*divmod(3 * n + 2, 60))}"
        f"\n{line}"
        for n, line in enumerate(lines)
    )


@needs_shared
@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        *(
            (f"bom-utf-{kind}.srt", "About 2 months ago I found myself on the comment")
            for kind in ("8", "16-le", "16-be", "32-le", "32-be")
        ),
        ("no-indexes.srt", "About 2 months ago"),
        ("empty.srt", "About 2 months ago"),
        ("windows-1252.srt", "CE FILM RELATE DES ÉVÉNEMENTS QUI ONT EXISTÉ"),
        ("example.ass", "Like an Angel with pity on nobody The second line"),
        ("example.ssa", "Like an angel with pity on nobody"),
        ("example.srt", "Senator, we're making our final approach"),
        ("example2.srt", "Una vez que la gente se entere de que ustedes están"),
        ("capability_tester.srt", "SubRip subtitles capability tester 1.3o"),
    ],
)
def test_every_encoding_and_format_is_read(mute: Path, name: str, beginning: str) -> None:
    sample = read(mute, SUBS / name)
    assert sample.texts[0].startswith(beginning)
    assert len(sample.texts) == len(sample.times) == sample.data["passages"]
    assert not any(mark in passage for passage in sample.texts for mark in ("<i>", "</", "{\\"))
    assert all(start < end for start, end in sample.times)


@needs_shared
@pytest.mark.parametrize(
    ("name", "language"),
    [("bom-utf-8.srt", "en"), ("windows-1252.srt", "fr"), ("example2.srt", "es")],
)
def test_the_text_tells_the_language_where_no_name_does(
    mute: Path, run: Run, name: str, language: str
) -> None:
    sample = read(mute, SUBS / name)
    assert sample.data["language"] == ""
    (feature,) = subtitles.encode([sample], run)
    assert feature.data["language"] == language
    assert feature.data["languages"] == [language]
    (track,) = feature.data["tracks"]
    assert track["source"] == "text"
    assert track["language"] == language
    assert 0.5 < track["confidence"] <= 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_chinese_is_read_in_every_usual_encoding(tmp_path: Path, mute: Path, encoding: str) -> None:
    path = tmp_path / "film.zh.srt"
    path.write_bytes(srt(CHINESE).encode(encoding))
    sample = read(mute, path)
    assert sample.texts == (" ".join(CHINESE),)
    assert sample.data["languages"] == ["zh"]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm"])
def test_a_track_inside_the_video_is_read_without_its_markup(tmp_path: Path, suffix: str) -> None:
    cues = [(1, 2, "Good {\\i1}evening{\\i0}, <b>captain</b>"), (8, 9, "The engine, sir,\\Nis hot")]
    sample = read(clip(tmp_path / f"film{suffix}", seconds=10, subtitles=cues))
    assert sample.texts == ("Good evening, captain", "The engine, sir, is hot")
    assert sample.times == ((1.0, 2.0), (8.0, 9.0))


SMALL = (64, 36)
CUT = r"The subtitles inside the file were read up to 0:(0\d|1[0-4]) only: it is cut short .*"


@pytest.mark.parametrize("suffix", [".mkv", ".webm", ".mp4"])
def test_a_film_that_is_cut_short_gives_what_there_is_and_says_so(
    tmp_path: Path, suffix: str
) -> None:
    cues = [(n, n + 0.8, f"This is line number {n} of what they say.") for n in range(20)]
    path = clip(tmp_path / f"film{suffix}", seconds=20, size=SMALL, audio=False, subtitles=cues)
    if suffix == ".mp4":
        path = remuxed(path, "faststart")
    whole = read(path)
    assert (whole.problem, whole.data["passages"]) == ("", 5)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    cut = read(path)
    assert 0 < cut.data["passages"] < 5
    assert re.fullmatch(CUT, checked_problem(cut))


def test_a_film_that_ends_before_the_first_word_is_partial(tmp_path: Path) -> None:
    cues = [(18.0, 19.0, "They say little.")]
    path = clip(tmp_path / "film.mkv", seconds=20, size=SMALL, subtitles=cues)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    sample = read(path)
    assert sample.texts == ()
    assert re.fullmatch(CUT, checked_problem(sample))


@pytest.mark.parametrize("form", [".mkv", ".mp4", "faststart", "frag_keyframe+empty_moov"])
@pytest.mark.parametrize("audio", [True, False])
def test_of_a_whole_film_that_is_silent_at_its_end_nothing_is_missing(
    tmp_path: Path, form: str, audio: bool
) -> None:
    suffix = form if form.startswith(".") else ".mp4"
    cues = [(1.0, 2.0, "They say little.")]
    path = clip(tmp_path / f"film{suffix}", seconds=20, size=SMALL, audio=audio, subtitles=cues)
    sample = read(path if suffix == form else remuxed(path, form))
    assert (sample.texts, sample.problem) == (("They say little.",), "")


def test_of_a_film_whose_sound_ends_before_its_pictures_nothing_is_missing(tmp_path: Path) -> None:
    cues = [(1.0, 2.0, "They say little.")]
    film = clip(tmp_path / "film.mkv", seconds=20, size=SMALL, subtitles=cues)
    sample = read(remuxed(film, "", hushed=8))
    assert (sample.texts, sample.problem) == (("They say little.",), "")


def remuxed(path: Path, form: str, *, hushed: float = 1e9) -> Path:
    """Write a film anew in another form of MP4, or without its sound from a second on."""
    moved = path.with_stem("other")
    with av.open(path) as old, av.open(moved, "w", options={"movflags": form}) as new:
        streams = {each.index: new.add_stream_from_template(each) for each in old.streams}
        for packet in old.demux():
            is_heard = packet.stream.type == "audio"
            if packet.dts is not None and not (is_heard and packet.dts * packet.time_base > hushed):
                packet.stream = streams[packet.stream_index]
                new.mux(packet)
    return moved


def test_cues_are_joined_into_passages_that_end_at_a_pause(tmp_path: Path, mute: Path) -> None:
    path = tmp_path / "film.srt"
    path.write_text(srt([f"Sentence number {n}." for n in range(6)]), encoding="utf-8")
    sample = read(mute, path)
    assert sample.times == ((0.0, 11.0), (12.0, 17.0))
    assert all(len(passage) <= 200 for passage in sample.texts)


def test_what_is_said_after_the_end_of_the_film_is_left_out(tmp_path: Path, mute: Path) -> None:
    path = tmp_path / "film.srt"
    path.write_text(srt([f"Sentence number {n}." for n in range(6)]), encoding="utf-8")
    item = Item(id="x", kind=Kind.FILM, title="", path=mute, sidecars=(path,), duration=11.0)
    assert subtitles.prepare(item, media).times == ((0.0, 11.0),)


def test_advertisements_and_empty_cues_are_left_out(tmp_path: Path, mute: Path) -> None:
    path = tmp_path / "film.srt"
    path.write_text(srt(["Subtitles from www.example.org", "<i></i>", *ENGLISH]), encoding="utf-8")
    assert read(mute, path).texts == (" ".join(ENGLISH),)


def test_all_passages_are_kept_and_some_of_them_compared(
    tmp_path: Path, mute: Path, run: Run
) -> None:
    path = tmp_path / "film.en.vtt"
    cues = [
        f"{clock(10 * n)} --> {clock(10 * n + 2)}\nThis is line number {n}." for n in range(900)
    ]
    path.write_text("WEBVTT\n\n" + "\n\n".join(cues), encoding="utf-8")
    sample = read(mute, path)
    assert len(sample.texts) == 900
    (feature,) = subtitles.encode([sample], run)
    compared = [moment.start for moment in feature.moments if moment.vector is not None]
    assert len(feature.moments) == 900
    assert len(compared) == 512
    assert compared[0] == 0
    assert compared[-1] > 8900  # spread to the end, not cut off
    assert max(np.diff(compared)) <= 20


def test_a_broken_file_is_named_and_the_rest_is_used(tmp_path: Path, mute: Path) -> None:
    broken, good = tmp_path / "film.en.srt", tmp_path / "film.zh.srt"
    broken.write_bytes(bytes(range(256)) * 4)
    good.write_text(srt(CHINESE), encoding="utf-8")
    with pytest.raises(UnreadableError, match=r"film\.en\.srt"):
        read(mute, broken)
    with pytest.raises(UnreadableError, match=r"gone\.srt"):
        read(mute, tmp_path / "gone.srt")
    sample = read(mute, broken, good)
    assert sample.data["languages"] == ["zh"]
    assert "film.en.srt" in sample.problem
    assert checked_problem(sample) == sample.problem


def test_a_video_without_subtitles_is_skipped(mute: Path) -> None:
    with pytest.raises(Skip):
        read(mute)


def test_a_passage_finds_its_translation(tmp_path: Path, mute: Path, run: Run) -> None:
    samples = []
    for name, lines in (("en", ENGLISH), ("zh", CHINESE)):
        path = tmp_path / f"{name}.vtt"
        cues = "\n\n".join(
            f"00:{n}0:00.000 --> 00:{n}0:02.000\n{line}" for n, line in enumerate(lines)
        )
        path.write_text(f"WEBVTT\n\n{cues}\n", encoding="utf-8")
        samples.append(read(mute, path))
    english, chinese = subtitles.encode(samples, run)
    vectors = [
        np.stack([moment.vector for moment in feature.moments if moment.vector is not None])
        for feature in (english, chinese)
    ]
    assert (vectors[0] @ vectors[1].T).argmax(axis=1).tolist() == [0, 1, 2]
    assert [moment.text for moment in chinese.moments] == CHINESE
    assert np.linalg.norm(english.summary) == pytest.approx(1, abs=1e-5)


def test_the_host_finds_the_plugin() -> None:
    (found,) = (own for own in Registry().plugins if own.name == "subtitles")
    assert found.state is State.READY
    assert [extractor.name for extractor in found.parts["extractors"]] == ["subtitles", "text"]
