"""Which of several subtitle tracks is taken, beside a film or inside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import library_factory
import numpy as np
import pytest
import voice_factory
from media_factory import clip, film

from mediadesk.api import SURE, Feature, Item, Kind, Run, Sample, said
from mediadesk.engine import inside
from mediadesk.extract.batch import checked
from mediadesk.extract.understanding import derive
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk.understand import FEATURE
from mediadesk_subtitles import Subtitles
from mediadesk_subtitles.languages import code, detect, told

subtitles, media = Subtitles(), GuardedMedia()
SAID = {"en": "This is what they say", "zh": "他们这样说", "fr": "Voilà ce qu'ils disent"}


@pytest.fixture(scope="module")
def french(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    return film(folder / "film.mkv", seconds=2, audio=[("fre", "Main")], subtitles=[])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    models = Models(library_factory.models(tmp_path_factory.getbasetemp()))
    yield models.runner(subtitles.model)
    models.close()


def write(film: Path, ending: str, text: str, count: int = 20) -> Path:
    path = film.with_name(f"film{ending}")
    path.write_text(
        "\n".join(
            f"{n}\n00:{n:02}:00,000 --> 00:{n:02}:04,000\n{text} {n}\n" for n in range(count)
        ),
        encoding="utf-8",
    )
    return path


def read(film: Path, *sidecars: Path) -> Sample:
    item = Item(id="x", kind=Kind.FILM, title="", path=film, sidecars=sidecars)
    return subtitles.prepare(item, media)


def taken(sample: Sample) -> str:
    (name,) = [track["name"] for track in sample.data["tracks"] if track["chosen"]]
    return str(name)


def test_the_language_of_the_film_itself_is_taken(french: Path) -> None:
    files = [write(french, f".{language}.srt", text) for language, text in SAID.items()]
    sample = read(french, *files)
    assert taken(sample) == "film.fr.srt"
    assert sample.data["language"] == "fr"
    assert sample.data["languages"] == ["fr"]
    assert sample.data["passages"] == 20
    assert all(text.startswith("Voilà") for text in sample.texts[:20])
    told = {track["name"]: track for track in sample.data["tracks"]}
    assert told["film.zh.srt"]["passages"] == 20
    assert (told["film.zh.srt"]["source"], told["film.zh.srt"]["confidence"]) == ("name", 0.9)


@pytest.mark.parametrize("sidecars", [(".en.srt",), (".en.srt", ".zh.srt"), ()])
def test_translations_are_no_languages_of_the_film(
    french: Path, run: Run, sidecars: tuple[str, ...]
) -> None:
    sample = read(french, *(write(french, each, SAID[each[1:3]]) for each in sidecars))
    (feature,) = checked("subtitles", subtitles.encode([sample], run), 1)
    assert feature.data["sound"] == {"language": "fr", "language_confidence": 0.9}
    assert [each["language"] for each in feature.data.get("tracks", ())] == [
        each[1:3] for each in sidecars
    ]
    assert shown({"subtitles": feature}) == {"fr": 0.9}


def test_without_a_word_on_its_sound_subtitles_are_no_sure_sign(tmp_path: Path, run: Run) -> None:
    untold = clip(tmp_path / "film.mkv", seconds=1)
    sample = read(untold, write(untold, ".en.srt", SAID["en"]))
    (feature,) = subtitles.encode([sample], run)
    assert "sound" not in feature.data
    found = shown({"subtitles": feature})
    assert list(found) == ["en"]
    assert 0.3 < found["en"] < SURE


def test_a_batch_may_have_films_without_subtitles(french: Path, run: Run) -> None:
    samples = [read(french), read(french, write(french, ".fr.srt", SAID["fr"])), read(french)]
    none, some, last = subtitles.encode(samples, run)
    assert some.summary is not None
    assert (none.summary, none.moments, none) == (None, (), last)


def shown(known: dict[str, Feature]) -> dict[str, float]:
    """Give what the item page tells of the languages."""
    item = Item(id="x", kind=Kind.FILM, title="", path=None)
    return inside.languages(known | {FEATURE: derive(known, {}, item)})


def test_other_languages_are_kept_as_texts_and_change_nothing_else(
    french: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [write(french, f".{language}.srt", text) for language, text in SAID.items()]
    more = [write(french, ".en.commentary.srt", "I say", 30), write(french, ".fr.sdh.srt", "Eh")]
    alone, among = subtitles.encode([read(french, files[-1]), read(french, *files, *more)], run)
    assert np.allclose(among.summary, alone.summary, atol=1e-6)
    others = [each for each in among.moments if each.language]
    assert [each.text for each in others if each.language == "zh"][:2] == [
        "他们这样说 0",
        "他们这样说 1",
    ]
    assert [each.language for each in others].count("en") == 20, (
        "what somebody says about it is not"
    )
    assert {each.language for each in others} == {"en", "zh"}
    assert all(each.vector is None for each in others)
    assert [each.text for each in said({"subtitles": among}).moments] == [
        each.text for each in alone.moments
    ]
    passages = inside.passages("x", {"subtitles": among})
    assert [each.text for each in passages] == [each.text for each in alone.moments]
    monkeypatch.setattr("mediadesk_subtitles._MOST_PASSAGES", 30)
    assert len(read(french, *files).texts) == 30
    monkeypatch.setattr("mediadesk_subtitles._MOST_PASSAGES", 10)
    assert len(read(french, *files).texts) == 20, "the chosen ones are kept in any case"


def test_a_track_in_the_language_that_the_chosen_one_turns_out_to_be_in_is_left_out(
    run: Run,
) -> None:
    unknown = Sample(
        texts=(*(f"{SAID['fr']} {n}" for n in range(9)), "Voilà", "Esto"),
        times=tuple((float(n), n + 1.0) for n in range(11)),
        arrays={"language": np.array([*[""] * 9, "fr", "es"])},
        data={"language": "", "languages": ["es", "fr"], "passages": 9, "tracks": []},
    )
    (feature,) = subtitles.encode([unknown], run)
    assert feature.data["language"] == "fr"
    assert [each.language for each in feature.moments] == [*[""] * 9, "es"]


def test_of_many_languages_the_fullest_four_are_kept(french: Path) -> None:
    files = [write(french, ".fr.srt", SAID["fr"])] + [
        write(french, f".{language}.srt", f"Text {language}", count)
        for count, language in enumerate(("en", "de", "es", "it", "nl"), 12)
    ]
    languages = read(french, *files).arrays["language"].tolist()
    assert list(dict.fromkeys(languages)) == ["", "nl", "it", "es", "de"]


def test_without_it_one_of_unknown_language_goes_before_a_translation(french: Path) -> None:
    files = [write(french, ".srt", SAID["fr"]), write(french, ".en.srt", SAID["en"], 30)]
    assert taken(read(french, *files)) == "film.srt"


def test_without_either_that_which_covers_most_is_taken(french: Path) -> None:
    files = [write(french, ".en.srt", SAID["en"], 20), write(french, ".zh.srt", SAID["zh"], 25)]
    assert taken(read(french, *files)) == "film.zh.srt"


def test_signs_comments_and_sounds_are_left_to_last(french: Path) -> None:
    files = [
        write(french, ".fr.forced.srt", SAID["fr"], 50),
        write(french, ".fr.commentary.srt", SAID["fr"], 50),
        write(french, ".fr.sdh.srt", SAID["fr"], 25),
        write(french, ".fr.srt", SAID["fr"], 20),
    ]
    assert taken(read(french, *files)) == "film.fr.srt"
    assert taken(read(french, *files[:3])) == "film.fr.sdh.srt"
    assert taken(read(french, *files[:2])) == "film.fr.forced.srt"
    few = write(french, ".fr.full.srt", SAID["fr"], 3)
    assert taken(read(french, few, write(french, ".en.srt", SAID["en"], 30))) == "film.en.srt"


def test_a_film_that_can_not_be_opened_keeps_what_lies_beside_it(tmp_path: Path) -> None:
    broken = tmp_path / "film.mkv"
    broken.write_bytes(b"\0" * 1000)
    files = [write(broken, ".en.srt", SAID["en"]), write(broken, ".zh.srt", SAID["zh"])]
    assert read(broken, *files).data["passages"] == 20


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_streams_tell_their_languages(tmp_path: Path, suffix: str) -> None:
    path = film(
        tmp_path / f"film{suffix}",
        seconds=4,
        audio=[("ger", "Main")],
        subtitles=[("eng", ""), ("ger", ""), ("fre", "")],
    )
    sample = read(path)
    assert [track["language"] for track in sample.data["tracks"]] == ["en", "de", "fr"]
    assert sample.data["language"] == "de"
    assert sample.data["tracks"][1]["source"] == "stream"
    assert [text[:3] for text in sample.texts] == ["ger", "eng", "fre"]
    assert sample.arrays["language"].tolist() == ["", "en", "fr"]


@pytest.mark.parametrize("forced", [True, False])
def test_streams_tell_what_they_are_for_by_their_flags(tmp_path: Path, forced: bool) -> None:
    path = tmp_path / "film.mkv"
    voice_factory.talk(path, np.zeros(44_100), subtitles="A sign", forced=forced)
    (track,) = read(path).data["tracks"]
    assert track["roles"] == (["forced"] if forced else [])


def test_forced_subtitles_beside_a_film_leave_those_inside_in_their_place(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mkv", seconds=4, audio=[("eng", "")], subtitles=[("eng", "Full")])
    sample = read(path, write(path, ".en.forced.srt", SAID["en"], 1))
    assert sample.texts == ("eng 0 eng 1 eng 2 eng 3",)


def test_of_an_mp4_file_little_more_than_its_subtitles_is_read(tmp_path: Path) -> None:
    said = [(1, 2, "The first line"), (8, 9, "The last line")]
    path = clip(tmp_path / "film.mp4", seconds=10, size=(640, 360), subtitles=said)
    item = Item(id="x", kind=Kind.FILM, title="", path=path)
    before = bytes_read()
    media.open(path).__enter__().close()
    opening = bytes_read() - before
    sample = subtitles.prepare(item, media)
    assert sample.texts == ("The first line", "The last line")
    assert bytes_read() - before - 2 * opening < path.stat().st_size / 3


def bytes_read() -> int:
    (line,) = [x for x in Path("/proc/self/io").read_text().splitlines() if x.startswith("rchar")]
    return int(line.split()[1])


@pytest.mark.parametrize(
    ("name", "language", "roles"),
    [
        ("", "", set()),
        (".zh", "zh", set()),
        (".zh-TW.forced", "zh", {"forced"}),
        (".English", "en", set()),
        (".eng.sdh", "en", {"sdh"}),
        (".hi", "hi", set()),
        (".en.hi", "en", {"sdh"}),
        (".ger.cc", "de", {"sdh"}),
        (".chs&eng", "zh", set()),
        (".繁體中文", "zh", set()),
        (".pt-BR", "pt", set()),
        (".default", "", set()),
        (".Part2", "", set()),
        (".und", "", set()),
    ],
)
def test_a_name_tells_language_and_role(name: str, language: str, roles: set[str]) -> None:
    assert told(name) == (language, roles)


def test_languages_have_codes_of_two_letters() -> None:
    assert [code(each) for each in ("chi", "zho", "deu", "fre", "English", "xx", "")] == [
        "zh", "zh", "de", "fr", "en", "", "",
    ]  # fmt: skip


def test_a_text_tells_its_language() -> None:
    assert detect(["我们今天晚上去看电影吧。"]) == ("zh", 1.0)
    assert detect(["今夜は映画を見に行きましょう。"])[0] == "ja"
    language, confidence = detect(["Let us go to the cinema tonight, said the old man. "] * 5)
    assert language == "en"
    assert confidence > 0.9
    assert detect(["1234 …"]) == ("", 0.0)
