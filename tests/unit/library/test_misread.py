"""Tags that say Latin-1 and hold the encoding of a country, as in ID3v1 and from older programs."""

from pathlib import Path

import mutagen
import pytest
from media_factory import song
from mutagen.id3 import ID3, TALB, TIT2, TPE1

from mediadesk.library import tags


def _tagged(path: Path, *texts: str, encoding: str) -> Path:
    held = ID3()
    for frame, text in zip((TIT2, TPE1, TALB), texts, strict=False):
        held.add(frame(encoding=0, text=[text.encode(encoding).decode("latin-1")]))
    held.save(path)
    return path


@pytest.mark.parametrize(
    ("encoding", "texts"),
    [
        ("cp1251", ("Группа крови", "Кино")),
        ("gb18030", ("月亮代表我的心", "邓丽君", "精选")),
        ("gb18030", ("红豆", "王菲", "唱游")),
        ("big5", ("七里香", "周杰倫")),
        ("cp932", ("君をのせて", "久石譲", "ラピュタ")),
        ("cp949", ("나의 노래", "김광석", "네번째")),
        ("cp1252", ("It’s “it” – €", "Sigur Rós", "Ágætis")),
        ("utf-8", ("Café naïve", "Björk", "月亮")),
        ("latin-1", ("Café naïve", "Björk", "Début")),
        ("latin-1", ("Été", "Øya", "Ñu")),
        ("latin-1", ("Ça ira", "Édith Piaf", "À l'Olympia")),
        ("latin-1", ("Öö", "Öö", "Öö")),
        ("latin-1", ("Óð", "Yö", "À ça, é à é")),
        ("latin-1", ("ÆØÅ", "Åå Ää", "Ýmir")),
    ],
)
def test_what_is_in_the_encoding_of_a_country_is_read(
    tmp_path: Path, encoding: str, texts: tuple[str, ...]
) -> None:
    path = _tagged(song(tmp_path / "a.mp3", seconds=0.2), *texts, encoding=encoding)
    found = tags.read(path)
    names = ("title", "artist", "album")[: len(texts)]
    assert tuple(found[name] for name in names) == texts
    tags.write(path, {"track": 3})
    assert tags.read(path) == found | {"track": 3}, "what is not changed stays as it is"


def test_id3v1_alone_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = song(tmp_path / "a.mp3", seconds=0.2)
    ID3(path).delete()
    title, artist = ("每一个人都有自己的故事和梦想吗".encode("gb18030"), "邓丽君".encode("gb18030"))
    body = title[:29] + b"\0" + artist.ljust(30, b"\0") + bytes(30) + b"1988" + bytes(29) + b"\x07"
    with path.open("ab") as file:
        file.write(b"TAG" + body[:94] + bytes(28) + b"\0\x05\x02")
    found = tags.read(path)
    assert (found["title"], found["artist"]) == ("每一个人都有自己的故事和梦想", "邓丽君")
    assert (found["year"], found["track"]) == (1988, 5)


@pytest.mark.parametrize(
    ("date", "year"),
    [("0000", None), ("19", None), ("01/02/1999", None), ("20231301", 2023), ("99999", None),
     ("1999-00-00", 1999)],
)  # fmt: skip
def test_a_date_that_is_none_gives_no_year(tmp_path: Path, date: str, year: int | None) -> None:
    path = song(tmp_path / "a.flac", seconds=0.2)
    held = mutagen.File(path)
    held.update({"date": date, "tracknumber": "-1", "discnumber": "0"})
    held.save()
    found = tags.read(path)
    assert found.get("year") == year
    assert found.keys() <= {"year", "credits"}
