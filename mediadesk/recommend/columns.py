"""What is known of items, as columns that grow: to ask for thousands again costs no reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array, Kind
from mediadesk.store import browse
from mediadesk.store.traits import NUMBERS, Trait, traits

if TYPE_CHECKING:
    from mediadesk.store import Database

_REMEMBERED = 20_000
_FEW = 1_000  # items that have changed: of more, it is as quick to read all anew
_KINDS = {kind: n for n, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of different lengths: `values` of all of them in order, and the `counts` [n] of each."""

    values: Array
    counts: Array

    @property
    def lines(self) -> Array:
        """The row of each value."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    def rows(self, chosen: Array) -> Ragged:
        """Give some rows."""
        counts = self.counts[chosen]
        ends = np.cumsum(self.counts)
        begins = ends[chosen] - counts
        inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return Ragged(self.values[np.repeat(begins, counts) + inside], counts)

    def joined(self, more: Ragged) -> Ragged:
        """Give these rows and then others."""
        return Ragged(
            np.concatenate([self.values, more.values]), np.concatenate([self.counts, more.counts])
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Items as rows; the first is one of which nothing is known.

    `kind` int8 [n] is the place in `tuple(Kind)`, `numbers` float64 [n, 9] are `NUMBERS`, nan where
    unknown, `names` int32 [n, 3] the series, album and artist: the same number is the same name, -1
    none. `genres` are places in `genre_names`.
    """

    kind: Array
    numbers: Array
    names: Array
    genres: Ragged
    genre_names: Sequence[str]


_NOTHING = Columns(
    kind=np.full(1, -1, np.int8),
    numbers=np.full((1, len(NUMBERS)), np.nan),
    names=np.full((1, 3), -1, np.int32),
    genres=Ragged(np.zeros(0, int), np.zeros(1, int)),
    genre_names=(),
)


class Traited:
    """Reads what is known of items, and remembers it until it changes; one thread at a time."""

    def __init__(self) -> None:
        self._seq = -1
        self._rows: dict[str, int] = {}
        self._numbered: dict[int, str] = {}
        self._names: dict[str | tuple[str, str], int] = {"": -1}
        self._genres: dict[str, int] = {}
        self._known = _NOTHING

    def of(self, db: Database, items: Sequence[str]) -> tuple[Columns, Array]:
        """Give what is known, and the rows [n] of items in it: 0 for those that do not exist."""
        self._follow(db)
        if len(self._known.kind) > max(_REMEMBERED, 2 * len(items)):
            self._forget()
        missing = list(dict.fromkeys(item for item in items if item not in self._rows))
        if missing:
            self._read(db, missing)
        return self._known, np.fromiter((self._rows.get(i, 0) for i in items), int, len(items))

    def _follow(self, db: Database) -> None:
        """Forget what has changed."""
        seq, _ = browse.last(db)
        if seq == self._seq:
            return
        touched = browse.touched(db, after=self._seq, upto=seq, most=_FEW)
        if touched is None:
            self._forget()
        for number in touched or ():
            self._rows.pop(self._numbered.pop(number, ""), None)
        self._seq = seq

    def _read(self, db: Database, items: Sequence[str]) -> None:
        found = traits(db, items)
        first = len(self._known.kind)
        self._rows |= {item: first + n for n, item in enumerate(found)}
        self._numbered |= {number: item for item, number in browse.numbers(db, items).items()}
        self._add(list(found.values()))

    def _add(self, found: Sequence[Trait]) -> None:
        known = self._known
        names = [
            (
                self._code(each.series),
                self._code(each.album and (each.album, each.album_artist)),
                self._code(each.artist),
            )
            for each in found
        ]
        genres = [[self._genre(name) for name in each.genres] for each in found]
        more = Ragged(
            np.array(list(chain.from_iterable(genres)), int), np.array(list(map(len, genres)), int)
        )
        numbers = np.array([each.numbers for each in found], np.float64)  # None becomes nan
        self._known = Columns(
            kind=np.append(known.kind, np.array([_KINDS[each.kind] for each in found], np.int8)),
            numbers=np.concatenate([known.numbers, numbers.reshape(len(found), len(NUMBERS))]),
            names=np.concatenate([known.names, np.array(names, np.int32).reshape(len(found), 3)]),
            genres=known.genres.joined(more),
            genre_names=list(self._genres),
        )

    def _code(self, name: str | tuple[str, str]) -> int:
        return self._names.setdefault(name, len(self._names) - 1)

    def _genre(self, name: str) -> int:
        return self._genres.setdefault(name, len(self._genres))

    def _forget(self) -> None:
        self._rows, self._numbered, self._known = {}, {}, _NOTHING
        self._names, self._genres = {"": -1}, {}
