import contextlib
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


_texts = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="/,\ufffe\uffff"
    ),
    max_size=12,
)
_numbers = st.none() | st.integers(0, 9999)
_nfos = st.builds(
    nfo.Nfo,
    root=st.sampled_from(["movie", "episodedetails", "musicvideo", "tvshow"]),
    title=_texts,
    show=_texts,
    season=_numbers,
    episode=_numbers,
    year=st.none() | st.integers(1, 9999),
    plot=_texts,
    genres=st.lists(_texts.filter(bool), max_size=3).map(tuple),
    artist=_texts,
    album=_texts,
    tags=st.lists(_texts.filter(bool), max_size=3).map(tuple),
    set=_texts,
    ids=st.dictionaries(st.sampled_from(["imdb", "tmdb"]), _texts.filter(bool)),
    watched=st.none() | st.booleans(),
    plays=_numbers,
    last_played=st.sampled_from(["", "2024-05-01 20:15:00"]),
    stars=st.none() | st.integers(1, 10).map(lambda half: half / 2),
)


@given(_nfos)
def test_what_is_written_is_read_again(wanted: nfo.Nfo) -> None:
    assert nfo.parse(nfo.written(None, wanted)) == wanted


@given(_nfos, _nfos)
def test_writing_again_changes_what_is_said_and_keeps_the_rest(
    first: nfo.Nfo, second: nfo.Nfo
) -> None:
    once = nfo.written(None, first)
    twice = nfo.parse(nfo.written(once, second))
    for name in nfo.SAID:
        wanted = getattr(second, name)
        kept = getattr(first, name) if wanted in (None, "", (), {}) else wanted
        assert getattr(twice, name) == kept, name
    assert nfo.differences(twice, second) == []


_FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by a scraper -->
<movie>
  <title>Old</title>
  <ratings><rating name="imdb" max="10"><value>7.5</value></rating></ratings>
  <actor><name>Ann</name><role>Herself</role></actor>
  <!-- inside -->
  <genre>Drama</genre>
  <uniqueid type="imdb" default="true">tt1</uniqueid>
</movie>
https://example.org/film/1
"""


def test_what_other_programs_wrote_is_kept() -> None:
    new = nfo.written(_FOREIGN.encode(), nfo.Nfo(title="New", genres=("Noir", "Crime"), stars=4.5))
    text = new.decode()
    for foreign in (
        "<!-- made by a scraper -->", "<!-- inside -->", '<rating name="imdb" max="10">',
        "<role>Herself</role>", '<uniqueid type="imdb" default="true">tt1</uniqueid>',
        "https://example.org/film/1",
    ):  # fmt: skip
        assert foreign in text
    read = nfo.parse(new)
    assert (read.title, read.genres, read.stars) == ("New", ("Noir", "Crime"), 4.5)
    assert text.index("Noir") < text.index("Crime") < text.index("uniqueid"), "in their old place"
    assert nfo.written(new, read) == new, "writing the same again changes no byte"


def test_tags_can_be_written_beside_the_style_of_a_music_video() -> None:
    text = "<musicvideo><title>A</title><tag>a</tag><style>Rock</style></musicvideo>"
    before = nfo.parse(text.encode())
    after = replace(before, tags=(*before.tags, "b"))
    assert nfo.parse(nfo.written(text.encode(), after)) == after


def test_a_file_of_several_episodes_tells_of_all_but_is_not_written() -> None:
    tags = "<title>T{0}</title><episode>{0}</episode><plot>P{0}</plot>"
    one = f"<episodedetails>{tags}</episodedetails>"
    data = "\n".join([one.format(1), one.format(2), "https://example.org/2"]).encode()
    said = nfo.parse(data)
    assert (said.episode, said.title, said.plot) == (1, "T1 / T2", "P1\n\nP2")
    with pytest.raises(ValueError, match="several episodes"):
        nfo.written(data, nfo.Nfo(title="x"))


def test_of_several_episodes_the_whole_ones_are_read_and_no_more_than_a_season() -> None:
    one = "<episodedetails><title>T{0}</title></episodedetails>"
    assert nfo.parse(f"{one.format(1)}<episodedetails><title>cut".encode()).title == "T1"
    many = "".join(map(one.format, range(15_000))).encode()
    assert len(nfo.parse(many).title.split(" / ")) == 100


def test_signs_that_xml_wants_written_otherwise_are_read_as_they_are_meant() -> None:
    data = "<movie><title>Tom & Jerry &eacute;&#233; &amp; &lt;i&gt; AT&T; &</title></movie>"
    said = nfo.parse(data.encode())
    assert said.title == "Tom & Jerry éé & <i> AT&T; &"
    assert nfo.parse(nfo.written(data.encode(), nfo.Nfo(stars=4.0))).title == said.title


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbfhttps://example.org/1\n\n"])
def test_behind_what_is_written_the_address_of_a_page_stays(before: bytes) -> None:
    new = nfo.written(before, nfo.Nfo(title="Film", watched=True))
    assert nfo.parse(new).title == "Film"
    assert new.decode().rstrip().endswith("https://example.org/1" if before else "</movie>")
    assert nfo.written(new, nfo.Nfo(title="Film", watched=True)) == new


def test_many_addresses_and_a_word_are_no_address_and_that_is_seen_at_once() -> None:
    assert not nfo.is_address(b"http://" * 10_000 + b" x")


def test_where_somebody_stopped_is_read() -> None:
    resume = "<resume><position>{}</position><total>{}</total></resume>"
    for position, total, read in (("61.5", "100", (61.5, 100)), ("0", "9", None), ("x", "", None)):
        said = nfo.parse(f"<movie>{resume.format(position, total)}</movie>".encode())
        assert said.stopped == read


@pytest.mark.parametrize(("rating", "stars"), [("9", 4.5), ("1", 0.5), ("0", None), ("x", None)])
def test_ratings_of_ten_are_stars_of_five(rating: str, stars: float | None) -> None:
    data = f"<movie><userrating>{rating}</userrating></movie>".encode()
    assert nfo.parse(data).stars == stars


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_file_does_more_harm_than_to_be_refused(data: bytes) -> None:
    for content in (data, b"<movie>" + data + b"</movie>"):
        with contextlib.suppress(ValueError):
            assert nfo.parse(content).root


def test_a_file_of_boxes_in_boxes_is_refused() -> None:
    deep = b"<movie><title>x</title>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</movie>"
    assert nfo.parse(deep).title == "x"
    with pytest.raises(ValueError, match="too deeply"):
        nfo.written(deep, nfo.Nfo(title="y"))


_NEW = "<ratings>{}</ratings>"
_OF_ONE = '<rating name="x" max="5"><value>3.5</value><votes>1,200</votes></rating>'
_CHOSEN = '<rating name="y" default="true"><value>6</value><votes>7</votes></rating>'


@pytest.mark.parametrize(
    ("said", "rating", "votes"),
    [
        ("<rating>7.4</rating><votes>12,345</votes>", 0.74, 12_345),
        ("<rating>7.4</rating>", 0.74, None),
        (_NEW.format(_OF_ONE), 0.7, 1_200),
        (_NEW.format(_OF_ONE + _CHOSEN), 0.6, 7),
        (_NEW.format(_OF_ONE) + "<rating>1</rating><votes>1</votes>", 0.7, 1_200),
        ("<rating>0</rating><votes>0</votes>", None, None),
        ("<rating>11</rating><votes>5</votes>", None, None),
        ("<rating>good</rating>", None, None),
        (_NEW.format('<rating max="0"><value>3</value></rating>'), None, None),
        (_NEW.format('<rating max="x"><value>3</value></rating>'), None, None),
        ("<rating>nan</rating>", None, None),
        (_NEW.format(""), None, None),
    ],
)
def test_what_the_public_thinks_is_read_from_old_and_new_files(
    said: str, rating: float | None, votes: int | None
) -> None:
    read = nfo.parse(f"<movie>{said}</movie>".encode())
    assert (read.rating, read.votes) == (pytest.approx(rating) if rating else None, votes)
    assert nfo.differences(nfo.Nfo(), read) == [], "it is never written"


def test_signs_that_stand_for_themselves_stay() -> None:
    data = b"<movie><!-- a & b --><plot><![CDATA[Tom & Jerry &amp; co]]></plot></movie>"
    assert nfo.parse(data).plot == "Tom & Jerry &amp; co"
    again = nfo.written(data, nfo.Nfo(year=1990))
    assert nfo.parse(again).plot == "Tom & Jerry &amp; co"
    assert b"<!-- a & b -->" in again
