"""Finds the items that the lines of another program's history are about."""

import re
from collections.abc import Iterable, Iterator

from mediadesk.api import AUDIO, Item, Watched
from mediadesk.library.names import bare
from mediadesk.search.folding import fold

_YEARS_OFF = 1
_EPISODE = re.compile(r"(.+) S(\d{1,4})(?:E(\d{1,4}))?(?: · (.*))?")
_LAST = re.compile(r" S\d{1,4}E\d{1,4}-E(\d{1,4})(?: · |$)")
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
            keys = dict.fromkeys(key for each in _own(item) for key in _keys(each))
            for key in (_plain(item.title), *keys):
                self._by_key.setdefault(key, []).append(item)

    def find(self, line: Watched) -> Item | None:
        """Give the item that a line is about; of several copies always the same one."""
        title = _plain(line.title)
        titled = self._by_key.get(title, []) if title else []
        fitting = _nearest([item for item in titled if _fits(item, line)], line.year)
        for parsed in _parsed(line.title):
            for key in _keys(parsed):
                fitting = fitting or self._by_key.get(key, [])
        if len({_work(item, line) for item in fitting} - {None}) > 1:
            return None
        return min(fitting, key=lambda item: (item.path is None, item.id), default=None)


def _fits(item: Item, line: Watched) -> bool:
    years = item.year, line.year
    if None not in years and abs((item.year or 0) - (line.year or 0)) > _YEARS_OFF:
        return False
    if not line.artist:
        return item.kind not in AUDIO or not item.artist  # no film is meant by a song of its name
    artists = {_plain(item.artist), _plain(item.album_artist)} - {""}
    return _plain(line.artist) in artists or (not artists and item.kind in AUDIO)


def _nearest(fitting: list[Item], year: int | None) -> list[Item]:
    """Leave those of the very year, where there are any."""
    if year is None:
        return fitting
    return [item for item in fitting if item.year == year] or fitting


def _work(item: Item, line: Watched) -> object:
    """Give what is the same for copies of a work: a song is the same on every album."""
    if item.series:
        return _plain(item.series), item.season, item.episode
    return None if line.artist else item.year


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


def _keys(episode: Episode) -> Iterator[object]:
    """Give what an episode is known by, the surest first: also without “(US)” or “(2005)”."""
    series, season, number, title = episode
    for name in dict.fromkeys((_plain(series), _plain(_COUNTRY_OR_YEAR.sub("", series)))):
        if number is not None:
            yield name, season, number
        if title:
            yield name, season, _plain(title)


def _plain(title: str) -> str:
    told = _GUESTS.sub("", title).replace("&", "and")
    return "".join(letter for letter in fold(told) if letter.isalnum())
