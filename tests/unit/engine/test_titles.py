"""Lines of other programs' histories meet the right item, or none where it can't be told."""

from pathlib import Path

import pytest

from mediadesk.api import EventKind, Item, Kind, Watched
from mediadesk.engine.titles import Titles


def item(
    ident: str, title: str, kind: Kind = Kind.FILM, *, year: int | None = None, artist: str = ""
) -> Item:
    return Item(id=ident, kind=kind, title=title, path=None, year=year, artist=artist)


def episode(ident: str, series: str, title: str) -> Item:
    named = f"{series} S01E01 · {title}"
    return Item(
        id=ident, kind=Kind.EPISODE, title=named, series=series, season=1, episode=1, path=None
    )


LIBRARY = [
    item("dune-1984", "Dune", year=1984),
    item("dune-2021", "Dune", year=2021),
    item("halloween-1977", "Halloween", year=1977),
    item("halloween-1978", "Halloween", year=1978),
    item("heat", "Heat", year=1995),
    item("heat-undated", "Heat"),
    item("amelie", "Amélie", year=2001),
    item("alien", "Alien³", year=1992),
    item("furious", "Fast & Furious", year=2009),
    item("dots", "…", year=2000),
    item("hurricane", "Hurricane", Kind.SONG, year=1976, artist="Bob Dylan"),
    item("titanic", "Titanic", year=1997),
    item("angel-1", "Angel", Kind.SONG, artist="Massive Attack"),
    item("angel-2", "Angel", Kind.SONG, artist="Jimi Hendrix"),
    item("rain-1", "Rain", Kind.SONG, year=2001, artist="Anna"),
    item("rain-2", "Rain", Kind.SONG, year=2010, artist="Anna"),
    item("umbrella", "Umbrella", Kind.SONG, artist="Rihanna feat. JAY-Z"),
    item("runner", "Runner (Final Cut)", Kind.FILM, year=1982),
    item("blue", "Blue 3D", Kind.FILM, year=2009),
    item("money", "Money - 2011 Remaster", Kind.SONG, artist="Pink Floyd"),
    episode("office", "The Office (US)", "Pilot"),
    Item(
        id="lost",
        kind=Kind.EPISODE,
        title="Lost S01E01-E03 · Pilot",
        series="Lost",
        season=1,
        episode=1,
        path=None,
    ),
    episode("shameless-1", "Shameless (UK)", "One"),
    episode("shameless-2", "Shameless (US)", "One"),
]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (("Dune", 2021, ""), "dune-2021"),
        (("Dune", None, ""), None),  # which of the two is not told
        (("Halloween", 1978, ""), "halloween-1978"),
        (("Heat", None, ""), "heat"),  # what has no year is taken for a copy
        (("AMELIE", 2001, ""), "amelie"),
        (("Amelie", 2002, ""), "amelie"),  # it came to other countries later
        (("Amelie", 2003, ""), None),
        (("Alien 3", 1992, ""), "alien"),
        (("Fast and Furious", 2009, ""), "furious"),
        (("!!!", None, ""), None),  # no letter in common is no match
        (("Hurricane", None, ""), None),  # a film of that name is no song
        (("Hurricane", None, "Bob Dylan"), "hurricane"),
        (("Titanic", None, "Falco"), None),  # nor a song a film
        (("Angel", None, "Jimi Hendrix"), "angel-2"),
        (("Rain", None, "Anna"), "rain-1"),  # the same song, whatever album it is on
        (("Umbrella (feat. JAY-Z)", None, "Rihanna"), "umbrella"),
        (("The Office S01E01", None, ""), "office"),
        (("Shameless S01E01", None, ""), None),
        (("Lost S01E03", None, ""), "lost"),  # a file may hold several
        (("Lost S01E04", None, ""), None),
        (("Shameless (US) S01E01 · Other", None, ""), "shameless-2"),
        (("The Office: Pilot", 2005, ""), "office"),  # as IMDb and Netflix write it
        (("The Office: The Pilot", 2005, ""), None),
        (("Shameless: One", None, ""), None),
        (("Shameless (UK): One", None, ""), "shameless-1"),
        (("Runner", 1982, ""), "runner"),
        (("Blue", 2009, ""), "blue"),
        (("Money - Remastered 2011", None, "Pink Floyd"), "money"),
        (("Money (2023 Remaster)", None, "Pink Floyd"), "money"),
        (("Money", None, "Pink Floyd"), "money"),
        (("Money - Live", None, "Pink Floyd"), None),  # another recording
        (("Umbrella", None, "JAY-Z & Rihanna"), "umbrella"),
        (("Umbrella", None, "Rihanna, JAY-Z"), "umbrella"),
        (("Umbrella", None, "JAY"), None),
    ],
)
def test_a_line_means_one_work_or_none(
    line: tuple[str, int | None, str], found: str | None
) -> None:
    title, year, artist = line
    told = Watched(title=title, year=year, artist=artist, kind=EventKind.FINISHED)
    matched = Titles(LIBRARY).find(told)
    assert (matched.id if matched else None) == found


def test_a_work_is_found_by_what_it_is_called_at_home() -> None:
    line = Watched(title="Die fabelhafte Welt", original="Amélie", year=2001, kind=EventKind.RATED)
    matched = Titles(LIBRARY).find(line)
    assert matched is not None
    assert matched.id == "amelie"


def test_of_copies_the_one_that_lies_somewhere_is_found() -> None:
    gone = item("a", "Solaris", year=1972)
    here = Item(id="b", kind=Kind.FILM, title="Solaris", year=1972, path=Path("s.mkv"))
    line = Watched(title="Solaris", year=1972, kind=EventKind.FINISHED)
    assert Titles([gone, here]).find(line) is here
