"""Facts of items for rankers: year, public opinion, numbers and names as columns, and genres."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array, Block, Facts, Kind, Traits
from mediadesk.store import browse
from mediadesk.store.traits import NUMBERS, Trait, traits

if TYPE_CHECKING:
    from mediadesk.recommend.space import Empty
    from mediadesk.store import Database

GENRES = "genres"
"""The name of the block."""

_MOST_GENRES = 256
_REMEMBERED = 20_000
_MIDDLE, _DOUBT = 0.65, 50.0  # where public opinion lies, and how many votes weigh as much as that
_UNCOUNTED = 5.0  # votes that a rating is taken to have which does not tell
_UNKNOWN = (None,) * len(NUMBERS)
_KINDS = {kind: n for n, kind in enumerate(Kind)}
Known = Mapping[str, Trait]
_Name = str | tuple[str, str]


class Traited:
    """Reads traits of items; remembers them until any item changes."""

    def __init__(self) -> None:
        self._known: dict[str, Trait] = {}
        self._seq = -1

    def of(self, db: Database, items: Sequence[str]) -> Known:
        """Give item → trait for those that exist, and perhaps for others."""
        seq, _ = browse.last(db)
        if seq != self._seq or len(self._known) > _REMEMBERED:
            self._known, self._seq = {}, seq
        if missing := [item for item in items if item not in self._known]:
            self._known |= traits(db, missing)
        return self._known


def facts(known: Known, candidates: Sequence[str], history: Sequence[str]) -> Facts:
    """Give the facts of a request's items as columns."""
    names: dict[_Name, int] = {"": -1}
    asked, judged = ([known.get(item) for item in ids] for ids in (candidates, history))
    return Facts(candidates=_traits(asked, names), history=_traits(judged, names))


def genres(
    known: Known, candidates: Sequence[str], history: Sequence[str], *, empty: Empty = np.empty
) -> Block | None:
    """Give the genres as a block: a column for each of the candidates', and one for all others.

    A row is the set of an item's genres, of length 1. The candidates' rows do not depend on the
    history. None where no candidate and item of the history have one in common.
    """
    asked, judged = ([_genres(known, item) for item in ids] for ids in (candidates, history))
    counted = Counter(genre for own in asked for genre in own)
    most = sorted(counted, key=lambda genre: (-counted[genre], genre))[:_MOST_GENRES]
    columns = {genre: n for n, genre in enumerate(most)}
    if not any(genre in columns for own in judged for genre in own):
        return None
    there = _sets(asked, columns, empty)
    mine = _sets(judged, columns, empty)
    mine[:, -1] = [_rest(own, columns) for own in judged]  # alike to no candidate
    return Block(candidates=there, history=mine)


def _genres(known: Known, item: str) -> frozenset[str]:
    trait = known.get(item)
    return trait.genres if trait else frozenset()


def _sets(owned: Sequence[frozenset[str]], columns: Mapping[str, int], empty: Empty) -> Array:
    rows = empty((len(owned), len(columns) + 1), np.float32)
    rows[:] = 0
    at = [(n, columns[genre]) for n, own in enumerate(owned) for genre in own if genre in columns]
    if at:
        lines, places = np.array(at).T
        rows[lines, places] = np.array([len(own) or 1 for own in owned])[lines] ** -0.5
    return rows


def _rest(own: frozenset[str], columns: Mapping[str, int]) -> float:
    missing = sum(genre not in columns for genre in own)
    return float(np.sqrt(missing / max(len(own), 1)))


def _traits(found: Sequence[Trait | None], names: dict[_Name, int]) -> Traits:
    """Give items as columns; `names` is name → number, and grows."""

    def codes(get: Callable[[Trait], _Name]) -> Array:
        called = (get(trait) if trait else "" for trait in found)
        return np.fromiter(
            (names.setdefault(name, len(names) - 1) for name in called), np.int32, len(found)
        )

    rows = [trait.numbers if trait else _UNKNOWN for trait in found]
    table = np.array(rows, np.float64).reshape(len(rows), len(NUMBERS))  # None becomes nan
    numbers = dict(zip(NUMBERS, table.T, strict=True))
    added, rating = numbers.pop("added_at"), numbers.pop("rating")
    told = {name: np.ascontiguousarray(column, np.float32) for name, column in numbers.items()}
    return Traits(
        **told,
        kind=np.fromiter((_KINDS[trait.kind] if trait else -1 for trait in found), np.int8),
        quality=_quality(rating, numbers["votes"]).astype(np.float32),
        series=codes(lambda trait: trait.series),
        album=codes(lambda trait: trait.album and (trait.album, trait.album_artist)),
        artist=codes(lambda trait: trait.artist),
        added=added.copy(),
    )


def _quality(rating: Array, votes: Array) -> Array:
    """Draw ratings to the middle where few votes stand behind them: a Bayesian average."""
    counted = np.where(np.isnan(votes), _UNCOUNTED, votes)
    quality: Array = (counted * rating + _DOUBT * _MIDDLE) / (counted + _DOUBT)
    return quality
