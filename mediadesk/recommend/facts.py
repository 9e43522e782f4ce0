"""Facts of items for rankers: year, public opinion, numbers and names as columns, and genres."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array, Block, Facts, Kind, Traits
from mediadesk.store import browse
from mediadesk.store.traits import Trait, traits

if TYPE_CHECKING:
    from mediadesk.recommend.space import Empty
    from mediadesk.store import Database

GENRES = "genres"
"""The name of the block."""

_MOST_GENRES = 256
_REMEMBERED = 20_000
_MIDDLE, _DOUBT = 0.65, 50.0  # where public opinion lies, and how many votes weigh as much as that
_UNCOUNTED = 5.0  # votes that a rating is taken to have which does not tell
_KINDS = {kind: n for n, kind in enumerate(Kind)}
Known = Mapping[str, Trait]


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
    names: dict[str, int] = {"": -1}
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


def _traits(found: Sequence[Trait | None], names: dict[str, int]) -> Traits:
    """Give items as columns; `names` is name → number, and grows."""

    def numbers(get: Callable[[Trait], float | None]) -> Array:
        values = (np.nan if trait is None else get(trait) for trait in found)
        kept = (np.nan if value is None else value for value in values)
        return np.fromiter(kept, np.float32, len(found))

    def codes(get: Callable[[Trait], str]) -> Array:
        called = (get(trait).casefold() if trait else "" for trait in found)
        return np.fromiter(
            (names.setdefault(name, len(names) - 1) for name in called), np.int32, len(found)
        )

    return Traits(
        kind=np.fromiter((_KINDS[trait.kind] if trait else -1 for trait in found), np.int8),
        year=numbers(lambda trait: trait.year),
        duration=numbers(lambda trait: trait.duration or None),
        quality=numbers(_quality),
        votes=numbers(lambda trait: trait.votes),
        season=numbers(lambda trait: trait.season),
        episode=numbers(lambda trait: trait.episode),
        disc=numbers(lambda trait: trait.disc),
        track=numbers(lambda trait: trait.track),
        series=codes(lambda trait: trait.series),
        album=codes(lambda trait: trait.album),
        artist=codes(lambda trait: trait.artist),
        added=np.fromiter((trait.added_at if trait else np.nan for trait in found), np.float64),
    )


def _quality(trait: Trait) -> float | None:
    if trait.rating is None:
        return None
    votes = _UNCOUNTED if trait.votes is None else trait.votes
    return (votes * trait.rating + _DOUBT * _MIDDLE) / (votes + _DOUBT)
