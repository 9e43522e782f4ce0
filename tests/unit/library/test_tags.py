"""Tags of hostile and odd files; those of whole files are read and written in test_writing."""

import logging
import random
from pathlib import Path

import mutagen
import pytest
from media_factory import song
from mutagen.id3 import TPE3

from mediadesk.library import tags

_FORMATS = (".mp3", ".flac", ".ogg", ".m4a", ".wav")


def test_what_is_written_is_read_again_and_the_rest_is_left(tmp_path: Path) -> None:
    for ending in _FORMATS:
        path = song(tmp_path / f"a{ending}", seconds=0.2)
        tags.write(path, {"title": "T", "album": "A", "genres": ("Pop", "Jazz")})
        tags.write(path, {"title": "新", "artist": "Ann", "album_artist": "V", "year": 1999})
        tags.write(path, {"disc": 1, "track": 12})
        assert tags.read(path) == {
            "title": "新", "artist": "Ann", "album": "A", "album_artist": "V",
            "genres": ("Pop", "Jazz"), "year": 1999, "disc": 1, "track": 12,
        }, ending  # fmt: skip


@pytest.mark.parametrize(
    ("ending", "key"),
    [(".flac", "conductor"), (".m4a", "----:com.apple.iTunes:CONDUCTOR"), (".mp3", "TPE3")],
)
def test_who_conducts_is_credited(tmp_path: Path, ending: str, key: str) -> None:
    path = song(tmp_path / f"a{ending}", seconds=0.1)
    held = mutagen.File(path)
    if ending == ".mp3":
        held.tags.add(TPE3(encoding=3, text=["Ann"]))
    else:
        held[key] = [b"Ann"] if ending == ".m4a" else ["Ann"]
    held.save()
    assert tags.read(path)["credits"] == {"conductor": ("Ann",)}


def test_damaged_tags_are_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    dice = random.Random(7)  # noqa: S311 - the same damage each time
    known = {"title": "T" * 40, "artist": "A", "album": "B", "genres": ("C",), "track": 3}
    with caplog.at_level(logging.CRITICAL):
        for ending in _FORMATS:
            path = song(tmp_path / f"a{ending}", seconds=0.1)
            tags.write(path, known)
            whole = path.read_bytes()
            for _ in range(60):
                data = bytearray(whole)
                for _ in range(dice.randint(1, 30)):
                    data[dice.randrange(min(len(data), 2000))] = dice.randrange(256)
                path.write_bytes(data[: dice.choice([len(data), dice.randrange(1, len(data))])])
                found = tags.read(path)
                assert found.keys() <= {*tags.FIELDS, "credits"}


def test_a_file_that_can_hold_no_tags_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_text("no music")
    assert tags.read(path) == {}
    assert not tags.can_hold(path)
    with pytest.raises(ValueError, match="a"):
        tags.write(path, {"title": "x"})


def test_genres_in_one_text_are_taken_apart() -> None:
    assert tags.genres(["Jazz; Blues/Soul", "Jazz", " "]) == ("Jazz", "Blues", "Soul")


def test_every_real_file_has_sane_tags(shared: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = shared / "media" / "audio-tags"
    with caplog.at_level(logging.CRITICAL):
        found = {path: tags.read(path) for path in folder.rglob("*") if path.is_file()}
    told = [each for each in found.values() if each.get("title")]
    assert len(told) >= 80
    for each in found.values():
        assert each.keys() <= {*tags.FIELDS, "credits"}
        assert all(type(each[name]) is int for name in ("year", "disc", "track") if name in each)
