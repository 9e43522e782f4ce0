"""Tracks in words, and the one that was chosen before found again by language and name."""

from __future__ import annotations

import pytest

from mediadesk.engine.messages import Track
from mediadesk.play.player import Stream
from mediadesk.ui import tracks


def stream(number: int, language: str = "", name: str = "", path: str = "") -> Stream:
    return Stream(id=number, kind="subtitle", language=language, name=name, path=path)


STREAMS = (
    stream(3, "eng", "Full"),
    stream(4, "ger", "Forced"),
    stream(5, "deu", "Full"),
    stream(6, "", "Commentary"),
)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Track(language="de", name="Full"), 5),
        (Track(language="de", name="Gone"), 5),
        (Track(language="en"), 3),
        (Track(language="fr", name="Full"), None),
        (Track(name="Commentary"), 6),
        (Track(), None),
    ],
)
def test_a_track_is_found_by_language_and_name_whatever_its_number(
    wanted: Track, expected: int | None
) -> None:
    found = tracks.chosen(wanted, STREAMS)
    assert (found.id if found else None) == expected


SPOKEN = (
    stream(1, "jpn", "Director's commentary"),
    stream(2, "eng", "Commentary"),
    stream(3, "eng", "Surround 5.1"),
    stream(4, "eng", "Audio description"),
)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Track(language="en", name="Stereo"), 3),
        (Track(language="en"), 3),
        (Track(language="en", name="Audio description"), 4),
        (Track(language="en", name="Cast commentary"), 2),
        (Track(language="ja", name="Original"), None),
        (Track(language="ja", name="Commentary"), 1),
    ],
)
def test_a_commentary_never_stands_in_for_the_film_nor_the_film_for_nothing(
    wanted: Track, expected: int | None
) -> None:
    found = tracks.chosen(wanted, SPOKEN)
    assert (found.id if found else None) == expected


def test_languages_of_two_and_three_letters_are_the_same() -> None:
    assert tracks.code("ger") == tracks.code("deu") == tracks.code("de") == "de"
    assert tracks.code("und") == tracks.code("") == tracks.code("nonsense") == ""


def test_a_track_is_called_by_language_and_name_else_by_its_place() -> None:
    assert tracks.title(STREAMS[2], 3) == "German · Full"
    assert tracks.title(stream(1), 2) == "Track 2"
    assert tracks.title(stream(1, path="/m/Film.fr.srt"), 2) == "French · Film.fr.srt"
    assert tracks.file_title("/m/Film.srt") == "Film.srt"


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("Film.de.sdh.srt", "de"),  # and not Southern Kurdish
        ("Film.eng.hi.srt", "en"),  # for the hard of hearing
        ("Film.hi.srt", "hi"),
        ("Film.pt-BR.srt", "pt"),
        ("Film.zh_CN.default.srt", "zh"),
        ("Film.zh-Hans.ass", "zh"),
        ("Film.chs.ass", "zh"),
        ("Film.en.forced.cc.srt", "en"),
        ("The.One.de.Film.srt", ""),
        ("Film.forced.srt", ""),
    ],
)
def test_the_end_of_a_name_tells_the_language(name: str, language: str) -> None:
    assert tracks.of_file(f"/m/{name}").language == language


def test_a_file_is_found_by_its_name_else_by_its_language() -> None:
    files = ["/m/S01E02.en.srt", "/m/S01E02.de.forced.srt"]
    assert tracks.chosen_file(Track(language="en", path=files[0]), files) == files[0]
    assert tracks.chosen_file(Track(language="de"), files) == files[1]
    whole = ["/m/S01E02.de.forced.srt", "/m/S01E02.de.srt"]
    assert tracks.chosen_file(Track(language="de"), whole) == whole[1], "all that is said"
    assert tracks.chosen_file(Track(language="fr"), files) is None
    assert tracks.chosen_file(Track(language="de", name="Full"), files) is None  # one inside it
    assert tracks.of_file(files[1]) == Track(language="de", path=files[1])
