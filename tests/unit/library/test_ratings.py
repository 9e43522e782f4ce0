"""Stars in tags: each program's own scale is read, and what it wrote is written again in it."""

from pathlib import Path

import mutagen
import mutagen.asf
import mutagen.id3
import pytest
from media_factory import song
from mutagen.id3 import POPM, TXXX
from mutagen.mp4 import MP4FreeForm

from mediadesk.library import tags

_MP4 = ("rate", "----:com.apple.iTunes:FMPS_Rating")
_WMP, _PICARD = "Windows Media Player 9 Series", "users@musicbrainz.org"


@pytest.mark.parametrize(
    ("mark", "stars", "written"),
    [
        (POPM(email=_WMP, rating=196, count=7), 4, 64),
        (POPM(email=_WMP, rating=1, count=7), 1, 64),
        (POPM(email="MusicBee", rating=118, count=7), 2.5, 64),
        (POPM(email="MusicBee", rating=13, count=7), 0.5, 64),
        (POPM(email="rating@winamp.com", rating=255, count=7), 5, 64),
        (POPM(email=_PICARD, rating=51, count=7), 1, 102),
        (POPM(email=_WMP, rating=0, count=7), None, 64),
        (TXXX(encoding=3, desc="FMPS_Rating", text=["0.7"]), 3.5, ["0.4"]),
        (TXXX(encoding=3, desc="RATING", text=["4"]), 4, ["2"]),
    ],
)
def test_each_scale_of_id3_is_read_and_kept(
    tmp_path: Path, mark: mutagen.id3.Frame, stars: float | None, written: object
) -> None:
    path = song(tmp_path / "a.mp3", seconds=0.2)
    held = mutagen.id3.ID3()
    held.add(mark)
    held.save(path)
    assert tags.read(path).get("stars") == stars
    tags.write(path, {"stars": 2.0})
    assert tags.read(path)["stars"] == 2
    [frame] = mutagen.id3.ID3(path).values()
    assert frame.HashKey == mark.HashKey
    assert getattr(frame, "count", 7) == 7, "how often it was played stays"
    assert (frame.rating if frame.FrameID == "POPM" else frame.text) == written


@pytest.mark.parametrize(
    ("key", "said", "stars", "written"),
    [
        ("RATING", "80", 4, "40"),  # MusicBee, MediaMonkey, Kid3
        ("rating", "10", 0.5, "40"),
        ("rating", "4", 4, "2"),  # foobar2000
        ("rating", "0.8", 4, "0.4"),
        ("rating", "1", 1, "2"),
        ("rating", "1.0", 5, "0.4"),
        ("rating", "0", None, "40"),
        ("rating", "very good", None, "very good"),
        ("rating", "8", None, "8"),  # of ten, which 4 would not be
        ("rating", "196", None, "196"),
        ("rating_count", "17", None, "17"),
        ("FMPS_RATING", "0.9", 4.5, "0.4"),
        (f"RATING:{_PICARD}", "0.6", 3, "0.4"),  # Picard, Quod Libet
        ("fmps_rating", "1.0", 5, "0.4"),
        ("rate", "60", 3, "40"),  # MusicBee, Kid3
        ("----:com.apple.iTunes:FMPS_Rating", MP4FreeForm(b"0.7"), 3.5, b"0.4"),
    ],
)
def test_each_scale_of_other_tags_is_read_and_kept(
    tmp_path: Path, key: str, said: str | bytes, stars: float | None, written: object
) -> None:
    path = song(tmp_path / ("a.m4a" if key in _MP4 else "a.flac"), seconds=0.2)
    held = mutagen.File(path)
    held[key] = [said]
    held.save()
    assert tags.read(path).get("stars") == stars
    tags.write(path, {"stars": 2.0})
    assert tags.read(path)["stars"] == 2
    assert mutagen.File(path)[key] == [written]


@pytest.mark.parametrize(("said", "stars"), [("1", 1), ("25", 2), ("99", 5), ("0", None)])
def test_the_scale_of_windows_media_is_read_and_kept(
    tmp_path: Path, said: str, stars: float | None
) -> None:
    path = song(tmp_path / "a.wma", seconds=0.2)
    held = mutagen.asf.ASF(path)
    held["WM/SharedUserRating"] = said
    held.save()
    assert tags.read(path).get("stars") == stars
    tags.write(path, {"stars": 3.0})
    assert [str(each) for each in mutagen.asf.ASF(path)["WM/SharedUserRating"]] == ["50"]


def test_what_other_people_said_of_it_stays(tmp_path: Path) -> None:
    path = song(tmp_path / "a.mp3", seconds=0.2)
    held = mutagen.id3.ID3()
    for email, rating in {"ann@example.org": 255, "bob@example.org": 0, _WMP: 128}.items():
        held.add(POPM(email=email, rating=rating))
    held.save(path)
    assert tags.read(path)["stars"] == 3
    tags.write(path, {"stars": 1.0})
    held = mutagen.id3.ID3(path)
    assert [held[f"POPM:{who}@example.org"].rating for who in ("ann", "bob")] == [255, 0]
    assert held[f"POPM:{_WMP}"].rating == 1
    del held[f"POPM:{_WMP}"]
    held.save(path)
    tags.write(path, {"stars": 1.0})
    assert tags.read(path)["stars"] == 1, "who has rated it is whose rating is shown"
    held = mutagen.id3.ID3(path)
    assert [held[f"POPM:{who}@example.org"].rating for who in ("ann", "bob")] == [1, 0]


def test_that_which_says_most_exactly_is_believed_and_all_are_written(tmp_path: Path) -> None:
    path = song(tmp_path / "a.mp3", seconds=0.2)
    held = mutagen.id3.ID3()  # as Strawberry writes them
    held.add(POPM(email="", rating=128))
    held.add(TXXX(encoding=3, desc="FMPS_Rating", text=["0.7"]))
    held.save(path)
    assert tags.read(path)["stars"] == 3.5
    tags.write(path, {"stars": 4.5})
    held = mutagen.id3.ID3(path)
    assert (held["POPM:"].rating, held["TXXX:FMPS_Rating"].text) == (242, ["0.9"])


@pytest.mark.parametrize("ending", [".mp3", ".flac", ".ogg", ".m4a", ".wav", ".wma", ".wv"])
def test_any_half_star_is_written_where_there_were_none(tmp_path: Path, ending: str) -> None:
    path = song(tmp_path / f"a{ending}", seconds=0.2)
    assert "stars" not in tags.read(path)
    for half in range(1, 11):
        tags.write(path, {"stars": half / 2})
        assert tags.read(path)["stars"] == half / 2


@pytest.mark.parametrize("said", ["4", "80", "0.8"])
def test_any_half_star_is_written_by_a_scale_that_was_guessed(tmp_path: Path, said: str) -> None:
    path = song(tmp_path / "a.flac", seconds=0.2)
    held = mutagen.File(path)
    held["rating"] = said
    held.save()
    for half in range(1, 11):
        tags.write(path, {"stars": half / 2})
        assert tags.read(path)["stars"] == half / 2
