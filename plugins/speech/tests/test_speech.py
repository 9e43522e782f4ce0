"""The plugin “speech” on speech read aloud, with a small model that says what it was made to."""

from __future__ import annotations

import os
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import media_factory
import numpy as np
import pytest

pytest.importorskip("faster_whisper", reason="faster-whisper is not here")
import voice_factory
from voice_factory import RATE, broadcast, talk
from whisper_factory import whisper

from mediadesk.api import Kind, PanelRequest, Sample, Skip, UnreadableError, testing
from mediadesk.media import GuardedMedia
from mediadesk_speech import extractors, panels, sound
from mediadesk_speech.listening import Heard, Limits, heard
from mediadesk_speech.passages import Line, passages
from mediadesk_speech.whisper import Whisper, speech_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL = os.environ.get("MEDIADESK_WHISPER", "")
PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
CHINESE = PROJECT["tool"]["mediadesk"]["plugin"]["translations"]["zh_CN"]
SAID = "The ships come in from the sea at night, and the harbour wakes. Nobody sleeps in the town."
HEARD = "The harbour wakes. Ships come in from the sea."
media = GuardedMedia()
needs_voice = pytest.mark.skipif(not voice_factory.PROGRAM, reason="espeak-ng is not here")


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> NDArray[Any]:
    """Some seconds of speech and a second of silence."""
    found = voice_factory.spoken(tmp_path_factory.mktemp("voice"), SAID)
    return np.concatenate([found, np.zeros(RATE, np.float32)])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plugin's folder with a model in it that hears German."""
    folder = tmp_path_factory.mktemp("place")
    whisper(folder / "small", language="de")
    return folder


def context(place: Path, minutes: int = 60, **more: Any) -> testing.Context:
    return testing.Context(settings={"minutes": minutes}, folder=place, **more)


def prepare(place: Path, path: Path | None, minutes: int = 60, **item: Any) -> Sample:
    (extractor,) = extractors(context(place, minutes))
    return extractor.prepare(testing.item(path=path, **item), media)


def listen(path: Path, folder: Path, *, minutes: int = 60, seconds: float = 600) -> Heard:
    with media.open(path) as container:
        return heard(container, Whisper(folder), Limits(minutes=minutes, seconds=seconds))


@needs_voice
def test_what_is_said_becomes_passages_with_times_and_a_language(
    place: Path, speech: NDArray[Any], tmp_path: Path
) -> None:
    silence = np.zeros(20 * RATE, np.float32)
    film = talk(tmp_path / "film.mkv", np.concatenate([silence, speech]))
    sample = prepare(place, film)
    assert sample.texts == (HEARD,)
    ((start, end),) = sample.times
    assert 19 < start < 21
    assert start < end <= 20 + len(speech) / RATE
    assert sample.problem == ""
    assert sample.data["language"] == "de"
    assert sample.data["languages"] == ["de"]
    (track,) = sample.data["tracks"]
    assert (track["source"], track["passages"], track["chosen"]) == ("speech", 1, True)
    assert track["confidence"] > 0.9


@needs_voice
def test_times_are_those_of_the_file_where_sound_begins_late_or_has_a_gap(
    place: Path, speech: NDArray[Any], tmp_path: Path
) -> None:
    film = talk(tmp_path / "film.mkv", speech, starts=(7, 40))
    found = listen(film, place / "small")
    starts = [line.start for line in found.lines if "harbour" in line.text]
    assert starts == pytest.approx([7, 40], abs=0.6)


@needs_voice
def test_what_has_subtitles_is_not_listened_to_unless_they_are_forced_ones(
    place: Path, speech: NDArray[Any], tmp_path: Path
) -> None:
    film = talk(tmp_path / "film.mkv", speech)
    for name in ("film.srt", "film.en.srt"):
        with pytest.raises(Skip, match="subtitles"):
            prepare(place, film, sidecars=(tmp_path / name,))
    for name in ("film.en.forced.srt", "film.en-forced.srt", "film.lrc"):
        assert prepare(place, film, sidecars=(tmp_path / name,)).texts
    titled = talk(tmp_path / "Signs.2002.mkv", speech)
    with pytest.raises(Skip, match="subtitles"):
        prepare(place, titled, sidecars=(tmp_path / "Signs.2002.en.srt",))
    inside = talk(tmp_path / "inside.mkv", speech, subtitles="Hello")
    with pytest.raises(Skip, match="subtitles"):
        prepare(place, inside)
    assert prepare(place, talk(tmp_path / "f.mkv", speech, subtitles="Hello", forced=True)).texts


def test_music_videos_concerts_and_songs_are_not_for_it(place: Path) -> None:
    (extractor,) = extractors(context(place))
    assert not extractor.kinds & {Kind.MUSIC_VIDEO, Kind.CONCERT, Kind.SONG}
    assert extractor.kinds >= {Kind.FILM, Kind.TALK, Kind.PODCAST, Kind.AUDIOBOOK}


def test_music_silence_and_no_sound_at_all_are_passed_over(place: Path, tmp_path: Path) -> None:
    music = media_factory.song(tmp_path / "song.flac")
    silent = testing.sound(tmp_path / "silent.flac", np.zeros(48000 * 5))
    for path, why in (
        (music, "there is no speech in it"),
        (silent, "there is no speech in it"),
        (media_factory.clip(tmp_path / "mute.mp4", audio=False), "there is no sound"),
        (None, "the file is away"),
    ):
        with pytest.raises(Skip, match=f"^{why}$"):
            prepare(place, path)


@needs_voice
def test_a_broken_file_is_told_and_a_truncated_one_heard_as_far_as_it_goes(
    place: Path, speech: NDArray[Any], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mkv"
    broken.write_bytes(b"no film at all")
    with pytest.raises(UnreadableError, match=r"broken\.mkv"):
        prepare(place, broken)
    whole = talk(tmp_path / "whole.mkv", np.tile(speech, 6)).read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole[: len(whole) // 2])
    sample = prepare(place, cut)
    assert sample.texts
    assert re.match(r"Only \d+ of \d+ seconds of its sound could be read", sample.problem)


@needs_voice
def test_of_a_film_whose_sound_ends_before_its_pictures_all_was_heard(
    place: Path, speech: NDArray[Any], tmp_path: Path
) -> None:
    film = talk(tmp_path / "film.mkv", speech, starts=(0, 30))
    with av.open(film) as old, av.open(tmp_path / "short.mkv", "w") as new:
        streams = {each.index: new.add_stream_from_template(each) for each in old.streams}
        for packet in old.demux():
            is_late = packet.stream.type == "audio" and (packet.pts or 0) * packet.time_base > 20
            if packet.size and not is_late:
                packet.stream = streams[packet.stream_index]
                new.mux(packet)
    sample = prepare(place, tmp_path / "short.mkv")
    assert sample.texts
    assert sample.problem == ""


@needs_voice
def test_the_budget_is_minutes_of_speech_and_the_rest_is_told(
    place: Path, speech: NDArray[Any], tmp_path: Path
) -> None:
    times = int(40 / (len(speech) / RATE)) + 1
    film = talk(tmp_path / "film.mkv", np.tile(speech, times), starts=(0, 60))
    found = listen(film, place / "small", minutes=1)
    told = re.fullmatch(
        r"The first ([\d.]+) of ([\d.]+) minutes were heard: the plugin's settings allow 1 minute "
        r"of speech\.",
        found.problem,
    )
    assert told
    assert 1.1 <= float(told[1]) < float(told[2])
    assert found.lines[-1].end <= float(told[1]) * 60 + 3
    assert listen(film, place / "small", minutes=60).problem == ""


@needs_voice
def test_it_stops_when_its_time_is_over(place: Path, speech: NDArray[Any], tmp_path: Path) -> None:
    film = talk(tmp_path / "film.mkv", np.tile(speech, 8))
    found = listen(film, place / "small", seconds=0)
    assert len(found.lines) == 1
    assert re.match(r"The first [\d.]+ of [\d.]+ minutes were heard: one file may", found.problem)


@needs_voice
def test_an_english_model_is_as_sure_as_its_words_fit_and_leaves_other_languages(
    speech: NDArray[Any], tmp_path: Path
) -> None:
    whisper(tmp_path / "place" / "english", multilingual=False)
    sample = prepare(tmp_path / "place", talk(tmp_path / "film.mkv", speech, language="eng"))
    assert sample.data["language"] == "en"
    assert 0 < sample.data["tracks"][0]["confidence"] <= 1
    with pytest.raises(Skip, match="not in English"):
        prepare(tmp_path / "place", talk(tmp_path / "film.mkv", speech, language="chi"))


@needs_voice
def test_what_the_model_repeats_again_and_again_it_has_made_up(
    speech: NDArray[Any], tmp_path: Path
) -> None:
    lines = ((0.0, 9.0, " Thank you for watching." * 20),)
    whisper(tmp_path / "place" / "odd", lines=lines)
    with pytest.raises(Skip, match="no words could be made out"):
        prepare(tmp_path / "place", talk(tmp_path / "film.mkv", speech))


@needs_voice
def test_the_clock_is_looked_at_though_the_model_makes_all_up(
    speech: NDArray[Any], tmp_path: Path
) -> None:
    folder = whisper(tmp_path / "odd", lines=((0.0, 9.0, " Thank you for watching." * 20),))
    film = talk(tmp_path / "film.mkv", np.tile(speech, 8))
    with pytest.raises(Skip, match=r"no words could be made out\. The first 0\.\d+ of .* heard"):
        listen(film, folder, seconds=0)


@needs_voice
def test_the_clock_is_looked_at_each_half_minute_in_which_the_model_hears_nothing(
    speech: NDArray[Any], tmp_path: Path
) -> None:
    folder = whisper(tmp_path / "deaf", lines=())
    film = talk(tmp_path / "film.mkv", np.tile(speech, 1 + 100 * RATE // len(speech)))
    told = r"no words could be made out\. The first (0\.\d+) of 1\.\d minutes were heard"
    with pytest.raises(Skip, match=told) as found:
        listen(film, folder, seconds=0)
    (minutes,) = re.findall(told, str(found.value))
    assert 0.2 < float(minutes) < 0.7


@needs_voice
def test_speech_is_heard_in_pieces_of_half_a_minute_that_lose_nothing(
    speech: NDArray[Any], tmp_path: Path
) -> None:
    quick = np.tile(speech[:-RATE], 10)  # no pause at which to cut
    path = talk(tmp_path / "film.mkv", np.concatenate([np.tile(speech, 10), quick]))
    with media.open(path) as container:
        (window,) = sound.windows(container, sound.stream_of(container))
    whole = speech_in(window.sound, most=3600)
    pieces = list(whole.pieces())
    assert len(pieces) >= 4
    assert all(10 < each.seconds <= 31 for each in pieces[:-1])
    assert [chunk for each in pieces for chunk in each.chunks] == whole.chunks
    np.testing.assert_array_equal(np.concatenate([each.joined for each in pieces]), whole.joined)
    for each in pieces:
        assert each.seconds == sum(chunk["end"] - chunk["start"] for chunk in each.chunks) / 16000


def test_sound_goes_on_where_its_channels_change(tmp_path: Path) -> None:
    path = broadcast(tmp_path / "film.ts", "stereo", "mono", "stereo", seconds=5)
    with media.open(path) as container:
        stream = sound.stream_of(container)
        found = list(sound.windows(container, stream))
        assert sound.damage(container, sound.length(container, stream), found[-1].end) == ""
    assert [each.start for each in found] == pytest.approx([0, 5, 10], abs=0.1)
    assert sum(len(each.sound) for each in found) / sound.RATE == pytest.approx(15, abs=0.2)


def test_sound_goes_on_behind_a_stretch_that_cannot_be_decoded(tmp_path: Path) -> None:
    path = media_factory.song(tmp_path / "song.m4a", seconds=60)
    with media.open(media_factory.harmed(path, 0.1, 0.25)) as container:
        found = list(sound.windows(container, sound.stream_of(container)))
    assert len(found) > 1
    assert found[-1].end == pytest.approx(60, abs=1)
    assert sum(len(each.sound) for each in found) / sound.RATE == pytest.approx(51, abs=3)


def test_a_stream_that_appears_late_ends_nothing(tmp_path: Path) -> None:
    path = media_factory.song(tmp_path / "song.flv", seconds=20)
    with media.open(media_factory.surprising(path)) as container:
        found = list(sound.windows(container, sound.stream_of(container)))
    assert found[-1].end == pytest.approx(20, abs=0.5)


def test_windows_follow_each_other_and_end_in_a_pause(tmp_path: Path) -> None:
    second = np.concatenate([np.full(38000, 0.2), np.zeros(10000)])  # 48,000 a second
    path = testing.sound(tmp_path / "long.flac", np.tile(second, 610))
    with media.open(path) as container:
        found = list(sound.windows(container, sound.stream_of(container)))
    assert len(found) == 3
    assert found[0].start == pytest.approx(0, abs=0.05)
    for one, other in pairwise(found):
        assert other.start == pytest.approx(one.end, abs=1e-3)
        assert np.abs(one.sound[-800:]).max() < 0.05
        assert 290 <= one.end - one.start <= 302
    assert found[-1].end == pytest.approx(610, abs=0.1)


def test_lines_are_joined_until_there_are_four_or_a_pause() -> None:
    def line(start: float, text: str = "Some words.") -> Line:
        return Line(start=start, end=start + 1, text=text, confidence=1)

    found = list(passages([line(n) for n in range(5)] + [line(20), line(21, "x" * 200)]))
    assert [(start, end) for start, end, _ in found] == [(0, 4), (4, 5), (20, 21), (21, 22)]
    assert found[0][2] == "Some words. Some words. Some words. Some words."
    assert not list(passages([]))


def test_every_passage_is_kept_and_512_of_them_have_vectors(place: Path) -> None:
    (extractor,) = extractors(context(place))
    asked: list[int] = []

    def run(arrays: Any) -> Any:
        asked.append(len(arrays["text"]))
        return {"embedding": np.eye(len(arrays["text"]), 600, dtype=np.float32)}

    def sample(count: int) -> Sample:
        texts = tuple(f"passage {n}" for n in range(count))
        return Sample(texts=texts, times=tuple((n, n + 1.0) for n in range(count)))

    many, few = extractor.encode([sample(2000), sample(3)], run)
    assert asked == [515]
    assert len(many.moments) == 2000
    assert sum(moment.vector is not None for moment in many.moments) == 512
    assert [moment.vector is not None for moment in few.moments] == [True] * 3
    assert few.summary is not None
    assert np.linalg.norm(few.summary) == pytest.approx(1)


# The model.


def problem(place: Path) -> str:
    """Give why it passes over an item, and see that the page says the same."""
    film = media_factory.clip(place.parent / "film.mp4")
    (extractor,) = extractors(context(place))
    with pytest.raises(Skip) as told:
        extractor.prepare(testing.item(path=film), media)
    (page,) = panels(context(place))
    (section,) = page.view(PanelRequest(items=(), data={}, language="en"))
    assert section.text == str(told.value)
    return section.text


def test_without_a_model_it_says_where_to_put_one(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    assert problem(place).startswith("There is no speech model yet: put the folder of a Whisper")
    assert f"“{place}”" in problem(place)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "vocabulary.json"])
def test_a_model_that_lacks_a_file_is_told(tmp_path: Path, name: str) -> None:
    folder = whisper(tmp_path / "place" / "small")
    (folder / name).unlink()
    assert f"“{folder}” lacks {name}:" in problem(tmp_path / "place")


@pytest.mark.parametrize(
    ("name", "share"),
    [("model.bin", 0), ("model.bin", 0.7), ("tokenizer.json", 0.5), ("vocabulary.json", 0.5)],
)
def test_a_model_that_was_copied_by_half_is_told_until_it_is_whole(
    tmp_path: Path, name: str, share: float
) -> None:
    place = tmp_path / "place"
    file = whisper(place / "small") / name
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    assert re.match(r"The speech model in “.*small” can't be used \(.+\): copy all", problem(place))
    (extractor,) = extractors(context(place))
    assert extractor.version == 1
    file.write_bytes(whole)
    with pytest.raises(Skip, match="no speech in it"):
        prepare(place, tmp_path / "film.mp4")


def test_a_text_vocabulary_that_breaks_off_is_told(tmp_path: Path) -> None:
    folder = whisper(tmp_path / "place" / "small")
    (folder / "vocabulary.json").unlink()
    (folder / "vocabulary.txt").write_text("!\n?\n", encoding="utf-8")
    assert "vocabulary.txt is not complete" in problem(tmp_path / "place")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RuntimeError(), r"can't be used \(RuntimeError\)"),
        (MemoryError(), "needs more memory than the plugin may have: take a smaller one"),
    ],
)
def test_an_error_without_words_is_told_and_a_lack_of_memory_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def fails(_: Path) -> None:
        raise error

    place = tmp_path / "place"
    whisper(place / "small")
    monkeypatch.setattr("mediadesk_speech.weights.check", fails)
    film = media_factory.clip(tmp_path / "film.mp4")
    with pytest.raises(Skip, match=told):
        prepare(place, film)
    assert (place / ".unusable.json").exists() is not isinstance(error, MemoryError)


def test_another_model_or_budget_has_all_listened_to_anew(tmp_path: Path) -> None:
    versions = []
    for name, minutes in (("a", 60), ("a", 30), ("b", 60)):
        if not (tmp_path / name).exists():
            whisper(tmp_path / name, lines=((0.0, 2.0, f" {name}" * len(versions)),))
        (extractor,) = extractors(context(tmp_path, minutes))
        versions.append(extractor.version)
        (same,) = extractors(context(tmp_path, minutes))
        assert same.version == extractor.version
    assert len(set(versions)) == 3
    assert min(versions) > 1


def test_the_page_tells_what_was_heard_and_that_a_new_model_waits(tmp_path: Path) -> None:
    whisper(tmp_path / "a")
    (page,) = panels(context(tmp_path))
    known = {
        "1": {"language": "en", "passages": 3},
        "2": {"language": "zh", "passages": 1000},
        "3": {},
    }
    items = tuple(testing.item(id=id_) for id_ in "123")
    request = PanelRequest(items=items, data={"speech": known}, language="en")
    model, languages, listened = page.view(request)
    assert str(tmp_path / "a") in model.text
    assert languages.rows == (("zh", "1", "1,000"), ("en", "1", "3"))
    assert listened.items == ("1", "2")
    whisper(tmp_path / "b", lines=((0.0, 1.0, " One more token or two."),))
    (tmp_path / "b" / "model.bin").open("ab").write(b"\0")
    assert "another one now" in page.view(request)[0].text


def test_it_speaks_chinese(tmp_path: Path) -> None:
    (page,) = panels(context(tmp_path, translations=CHINESE))
    (section,) = page.view(PanelRequest(items=(), data={}, language="zh_CN"))
    assert page.title == "语音"
    assert section.text.startswith("还没有语音模型")


@needs_voice
@pytest.mark.skipif(not MODEL, reason="needs MEDIADESK_WHISPER, the folder of a real model")
def test_a_real_model_hears_what_is_said(speech: NDArray[Any], tmp_path: Path) -> None:
    found = listen(talk(tmp_path / "film.mkv", speech), Path(MODEL))
    text = " ".join(line.text for line in found.lines).casefold()
    assert found.language == "en"
    said = {"ships", "sea", "night", "nobody", "sleeps", "town"}
    assert len(said & set(re.findall("[a-z]+", text))) >= 4, text
