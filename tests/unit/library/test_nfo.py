import logging
from pathlib import Path

import pytest

from mediadesk.library import nfo

_MOVIE = """<?xml version="1.0" encoding="UTF-8"?>
<movie><title>Der Berg</title><year>1999</year><plot> Snow &amp; ice. </plot>
<genre>Drama / Adventure</genre><genre>Nature</genre></movie>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_film_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.nfo"
    path.write_bytes(_MOVIE.replace("Berg", "Bärg 山").encode(encoding))
    read = nfo.read(path)
    assert read is not None
    assert (read.title, read.year, read.plot) == ("Der Bärg 山", 1999, "Snow & ice.")
    assert read.genres == ("Drama", "Adventure", "Nature")


def test_an_episode_tells_its_show_and_the_line_after_the_xml_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "a.nfo"
    path.write_text(
        "<episodedetails><title>Pilot</title><showtitle>Show</showtitle><season>1</season>"
        "<episode>2</episode><premiered>2004-05-06</premiered></episodedetails>\nhttp page\n"
    )
    read = nfo.read(path)
    assert read is not None
    assert (read.show, read.season, read.episode, read.year) == ("Show", 1, 2, 2004)


def test_no_file_means_nothing_is_known(tmp_path: Path) -> None:
    assert nfo.read(tmp_path / "none.nfo") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"https://example.org/1",
        b"<movie><title>cut",
        b"<html><title>x</title></html>",
        b"\xff\xfe\x00",
        b"<movie>" + b" " * 1024 * 1024 + b"</movie>",
        b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><movie><title>&x;</title></movie>',
        '<!DOCTYPE m [<!ENTITY x "y">]><movie><title>&x;</title></movie>'.encode("utf-16"),
        b"<movie><title>\x00</title></movie>",
    ],
    ids=["empty", "address", "cut", "html", "odd", "large", "external", "entity", "nul"],
)
def test_a_damaged_or_hostile_file_is_ignored_and_logged(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.nfo"
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert nfo.read(path) is None
    assert str(path) in caplog.text
