"""Facts of items for rankers: year, public opinion, numbers and names as columns, and genres."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array, Block, Facts, Traits
from mediadesk.recommend.columns import Columns, Ragged
from mediadesk.store.traits import NUMBERS

if TYPE_CHECKING:
    from mediadesk.recommend.space import Empty

GENRES = "genres"
"""The name of the block."""

_MOST_GENRES = 256
_MIDDLE, _DOUBT = 0.65, 50.0  # where public opinion lies, and how many votes weigh as much as that
_UNCOUNTED = 5.0  # votes that a rating is taken to have which does not tell


def facts(known: Columns, candidates: Array, history: Array) -> Facts:
    """Give the facts of a request's items, by their rows in `known`."""
    return Facts(candidates=_traits(known, candidates), history=_traits(known, history))


def genres(
    known: Columns, candidates: Array, history: Array, *, empty: Empty = np.empty
) -> Block | None:
    """Give the genres as a block: a column for each of the candidates', and one for all others.

    A row is the set of an item's genres, of length 1. The candidates' rows do not depend on the
    history. None where no candidate and item of the history have one in common.
    """
    asked, judged = known.genres.rows(candidates), known.genres.rows(history)
    names = known.genre_names
    counted = np.bincount(asked.values, minlength=len(names))
    most = sorted(
        np.flatnonzero(counted).tolist(), key=lambda genre: (-counted[genre], names[genre])
    )[:_MOST_GENRES]
    column = np.full(len(names), -1)
    column[most] = np.arange(len(most))
    if not (column[judged.values] >= 0).any():
        return None
    there = _sets(asked, column, most, empty)
    mine = _sets(judged, column, most, empty)
    missing = judged.lines[column[judged.values] < 0]
    counts = np.maximum(judged.counts, 1)
    mine[:, -1] = np.sqrt(np.bincount(missing, minlength=len(history)) / counts)  # alike to none
    return Block(candidates=there, history=mine)


def _sets(owned: Ragged, column: Array, most: Sequence[int], empty: Empty) -> Array:
    rows = empty((len(owned.counts), len(most) + 1), np.float32)
    rows[:] = 0
    places = column[owned.values]
    kept = places >= 0
    lines = owned.lines[kept]
    rows[lines, places[kept]] = owned.counts[lines] ** -0.5
    return rows


def _traits(known: Columns, rows: Array) -> Traits:
    numbers = dict(zip(NUMBERS, known.numbers[rows].T, strict=True))
    added, rating = numbers.pop("added_at"), numbers.pop("rating")
    series, album, artist = np.ascontiguousarray(known.names[rows].T)
    told = {name: np.ascontiguousarray(column, np.float32) for name, column in numbers.items()}
    return Traits(
        **told,
        kind=known.kind[rows],
        quality=_quality(rating, numbers["votes"]).astype(np.float32),
        series=series,
        album=album,
        artist=artist,
        added=added.copy(),
    )


def _quality(rating: Array, votes: Array) -> Array:
    """Draw ratings to the middle where few votes stand behind them: a Bayesian average."""
    counted = np.where(np.isnan(votes), _UNCOUNTED, votes)
    quality: Array = (counted * rating + _DOUBT * _MIDDLE) / (counted + _DOUBT)
    return quality
