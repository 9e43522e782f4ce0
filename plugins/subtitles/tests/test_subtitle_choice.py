"""Which of several subtitle tracks is taken, beside a film or inside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from media_factory import clip, film

from mediadesk.api import Item, Kind, Sample
from mediadesk.media import GuardedMedia
from mediadesk_subtitles import Subtitles
from mediadesk_subtitles.languages import code, detect, told

subtitles, media = Subtitles(), GuardedMedia()
SAID = {"en": "This is what they say", "zh": "他们这样说", "fr": "Voilà ce qu'ils disent"}


@pytest.fixture(scope="module")
def french(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    return film(folder / "film.mkv", seconds=2, audio=[("fre", "Main")], subtitles=[])


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
    assert sample.data["languages"] == ["fr", "en", "zh"]
    assert all(text.startswith("Voilà") for text in sample.texts)
    told = {track["name"]: track for track in sample.data["tracks"]}
    assert told["film.zh.srt"]["passages"] == 20
    assert (told["film.zh.srt"]["source"], told["film.zh.srt"]["confidence"]) == ("name", 0.9)


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
    assert len(read(broken, *files).texts) == 20


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
    assert sample.texts == ("ger 0 ger 1 ger 2 ger 3",)


def test_forced_subtitles_beside_a_film_leave_those_inside_in_their_place(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mkv", seconds=4, audio=[("eng", "")], subtitles=[("eng", "Full")])
    sample = read(path, write(path, ".en.forced.srt", SAID["en"], 1))
    assert sample.texts == ("eng 0 eng 1 eng 2 eng 3",)


def test_of_an_mp4_file_little_more_than_its_subtitles_is_read(tmp_path: Path) -> None:
    said = [(1, 2, "The first line"), (8, 9, "The last line")]
    path = clip(tmp_path / "film.mp4", seconds=10, size=(960, 540), subtitles=said)
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
