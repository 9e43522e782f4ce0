"""Which episodes of a season are compared with each other, and when that is due again."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from mediadesk.api import Item, Kind
from mediadesk.store import library
from mediadesk.store.connection import Database

COMPARED = "compared"
"""The entry of what is derived that tells with what: neighbour → `seq` of its feature."""
NEIGHBOURS = 4


class _Episode(NamedTuple):
    """An episode in the order of its season; one without a number stands at 0."""

    at: int
    id: str
    number: int | None
    seq: int


class Seasons:
    """Seasons as they are now, each read once: daily programmes have thousands of episodes."""

    def __init__(self, db: Database, extractor: str) -> None:
        """Look only at episodes of which an extractor learnt something."""
        self._db = db
        self._extractor = extractor
        self._read: dict[tuple[str, int | None], list[_Episode]] = {}
        self._learnt: dict[int, bool] = {}

    def neighbours(self, item: Item, *, most: int = NEIGHBOURS) -> dict[str, int]:
        """Give the episodes nearest to one in its season.

        These are id → `seq` of the feature, the nearest first; those without a number are near to
        each other in the order of their ids. Copies of the same episode are none: they share
        everything.
        """
        if item.kind is not Kind.EPISODE or not item.series:
            return {}
        season = self._season(item.series, item.season)
        own = item.episode or 0
        place = bisect_left(season, (own, item.id))
        sides = (reversed(season[:place]), season[place:])
        found = sorted(
            (abs(each.at - own), far, side, each)
            for side, episodes in enumerate(sides)
            for far, each in enumerate(islice(self._others(item, episodes), most))
        )
        return {each.id: each.seq for *_, each in found[:most]}

    def outdated(self, items: Iterable[str], *, derived: str) -> list[str]:
        """Give those of these items whose `derived` was made with other neighbours than now."""
        return [
            item.id
            for item in library.items(self._db, list(items)).values()
            if compared(self._db, item.id, derived) != self.neighbours(item)
        ]

    def _others(self, item: Item, episodes: Iterable[_Episode]) -> Iterator[_Episode]:
        for each in episodes:
            is_copy = each.number is not None and each.number == item.episode
            if each.id != item.id and not is_copy and self._is_learnt(each.seq):
                yield each

    def _season(self, series: str, season: int | None) -> list[_Episode]:
        if (series, season) not in self._read:
            rows = self._db.conn.execute(
                "SELECT coalesce(episode, 0), item.id, episode, seq FROM item"
                " JOIN feature ON feature.item = item.id AND extractor = ?"
                " WHERE series = ? COLLATE NOCASE AND series <> '' AND season IS ? AND kind = ?"
                " ORDER BY coalesce(episode, 0), item.id",
                [self._extractor, series, season, Kind.EPISODE],
            )
            self._read[series, season] = [_Episode(*row) for row in rows]
        return self._read[series, season]

    def _is_learnt(self, seq: int) -> bool:
        # One by one: the data of a whole season is hundreds of megabytes.
        if seq not in self._learnt:
            sql = "SELECT data <> '{}' FROM feature WHERE seq = ?"
            self._learnt[seq] = bool(self._db.conn.execute(sql, [seq]).fetchone()[0])
        return self._learnt[seq]


def compared(db: Database, item: str, derived: str) -> dict[str, int]:
    """Give the neighbours, id → `seq`, that `derived` of an item was made with."""
    row = db.conn.execute(
        f"SELECT data ->> '{COMPARED}' FROM feature WHERE item = ? AND extractor = ?",
        [item, derived],
    ).fetchone()
    found: dict[str, int] = json.loads(row[0]) if row and row[0] else {}
    return found
