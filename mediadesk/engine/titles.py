"""Finds the items that the lines of another program's history are about."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mediadesk.api import AUDIO, Item, Kind, Watched
from mediadesk.library.names import bare
from mediadesk.search.folding import fold

_YEARS_OFF = 1
_REMEMBERED = 100_000
_SIGNS = re.compile(r"[\W_]+")
_EPISODE = re.compile(r"(.+) S(\d{1,4})(?:E(\d{1,4}))?(?: · (.*))?")
_LAST = re.compile(r" S\d{1,4}E\d{1,4}-E(\d{1,4})(?: · |$)")
_REMASTER = re.compile(
    r"\s+(?:-\s+|[(\[])(?:\d{4}\s+)?(?:digital(?:ly)?\s+)?remaster(?:ed)?(?:\s+version)?"
    r"(?:\s+\d{4})?[)\]]?$",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"\s+(?:3D|\([^()]*\b(?:cut|uncut|edition|extended|version|remastered|theatrical|unrated|imax"
    r"|uncensored)\b[^()]*\))$",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\s+(?:&|and|und|et|y|x|vs\.?|with|feat\.?|ft\.?|featuring|/)\s+|[,;]\s*", re.IGNORECASE
)
_GUESTS = re.compile(r"(?<=\w)\s+(?:[(\[](?:feat|ft|featuring)\b|(?:feat|ft)\.).*", re.IGNORECASE)
_COUNTRY_OR_YEAR = re.compile(r"\s+\((?:[A-Z.]{2,6}|\d{4})\)$")
Episode = tuple[str, int, int | None, str]
"""Series, season, number or None, title or an empty text."""


class Titles:
    """Items by title, however it is written, and by year and artist where they are known.

    An episode is found by its number in its series whatever it is called, else by its season and
    title. Where a line could mean several works, none is found: a guess would be a false history.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        """Look through all items once."""
        self._by_key: dict[object, list[Item]] = {}
        for item in items:
            own = _own(item)
            keys = dict.fromkeys(key for each in own for key in (*_keys(each), *_named(each)))
            if item.kind is Kind.FILM:
                keys[_plain(_VERSION.sub("", item.title))] = None
            for key in dict.fromkeys((_plain(item.title), *keys)):
                self._by_key.setdefault(key, []).append(item)
        self._find = lru_cache(_REMEMBERED)(self._look)  # who listens, listens again

    def find(self, line: Watched) -> Item | None:
        """Give the item that a line is about; of several copies always the same one."""
        found = self._find(line.title, line.year, line.artist)
        if found is None and line.original:
            return self._find(line.original, line.year, line.artist)
        return found

    def _look(self, told: str, year: int | None, artist: str) -> Item | None:
        title = _plain(told)
        titled = self._by_key.get(title, []) if title else []
        fitting = _nearest([item for item in titled if _fits(item, year, artist)], year)
        if not fitting:
            fitting = self._first(key for each in _parsed(told) for key in _keys(each))
        if not fitting and not artist:
            fitting = self._first(key for each in _halves(told) for key in _named(each))
        if len({_work(item, artist) for item in fitting} - {None}) > 1:
            return None
        return min(fitting, key=lambda item: (item.path is None, item.id), default=None)

    def _first(self, keys: Iterable[object]) -> list[Item]:
        return next((self._by_key[key] for key in keys if key in self._by_key), [])


def _fits(item: Item, year: int | None, artist: str) -> bool:
    years = item.year, year
    if None not in years and abs((item.year or 0) - (year or 0)) > _YEARS_OFF:
        return False
    if not artist:
        return item.kind not in AUDIO or not item.artist  # no film is meant by a song of its name
    artists = _artists(item.artist) | _artists(item.album_artist)
    return bool(artists & _artists(artist)) or (not artists and item.kind in AUDIO)


def _artists(written: str) -> set[str]:
    """Give an artist, and each of those who are named together: one of them is enough."""
    return {_plain(each) for each in (written, *_TOGETHER.split(written))} - {""}


def _nearest(fitting: list[Item], year: int | None) -> list[Item]:
    """Leave those of the very year, where there are any."""
    if year is None:
        return fitting
    return [item for item in fitting if item.year == year] or fitting


def _work(item: Item, artist: str) -> object:
    """Give what is the same for copies of a work: a song is the same on every album."""
    if item.series:
        return _plain(item.series), item.season, item.episode
    return None if artist else item.year


def _own(item: Item) -> list[Episode]:
    """Give what episodes a file holds, which its title tells: “Lost S01E01-E02 · Pilot”."""
    if not item.series or item.episode is None:
        return _parsed(item.title)
    title = bare(item.title, series=item.series, season=item.season, episode=item.episode)
    last = _LAST.search(item.title)
    numbers = range(item.episode, int(last[1]) + 1) if last else [item.episode]
    return [(item.series, item.season or 0, number, title) for number in numbers]


def _parsed(title: str) -> list[Episode]:
    found = _EPISODE.fullmatch(title)
    if found is None:
        return []
    return [(found[1], int(found[2]), int(found[3]) if found[3] else None, found[4] or "")]


def _halves(title: str) -> Iterator[Episode]:
    """Give the episodes that “Series: Title” may mean, as IMDb and Netflix write them."""
    parts = title.split(": ")
    for n in range(1, len(parts)):
        yield ": ".join(parts[:n]), 0, None, ": ".join(parts[n:])


def _keys(episode: Episode) -> Iterator[object]:
    """Give what an episode is known by, the surest first: also without “(US)” or “(2005)”."""
    series, season, number, title = episode
    for name in _names(series):
        if number is not None:
            yield name, season, number
        if title:
            yield name, season, _plain(title)


def _named(episode: Episode) -> Iterator[object]:
    """Give what an episode is known by whose season nobody tells."""
    series, _, _, title = episode
    for name in _names(series) if title else ():
        yield name, _plain(title)


def _names(series: str) -> Iterable[str]:
    return dict.fromkeys((_plain(series), _plain(_COUNTRY_OR_YEAR.sub("", series))))


def _plain(title: str) -> str:
    told = _REMASTER.sub("", _GUESTS.sub("", title)).replace("&", "and")
    return _SIGNS.sub("", fold(told))
