"""Chapters proposed where the file of an item has none: where words and pictures turn to others."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from mediadesk.api import Array, Feature, Item, Moment, said, unit
from mediadesk.understand.sentences import shortened, whole, width

_SHORTEST_ITEM = 15 * 60.0
_SHORTEST, _LONGEST = 5 * 60.0, 20 * 60.0  # seconds of a chapter
_NEAR = 150.0  # seconds on both sides that are compared, or three times those between two moments
_FEWEST = 8  # moments that tell of turns
_PRICE = 0.5  # standard deviations by which a turn must stand out to begin a chapter
_TOO_LONG = 0.02  # standard deviations for each second that a chapter is too long
_LONGEST_TITLE = 60  # letters
_TRIED = 3  # passages: the best title is not always in the most typical

Timed: TypeAlias = tuple[Array, Array]
"""When moments begin, in seconds [n], and their vectors [n, d], in the order of time."""


def chapters(item: Item, known: Mapping[str, Feature]) -> list[tuple[float, str]]:
    """Give (seconds, title) of chapters of 5 to 20 minutes, for items of at least 15.

    A chapter begins where the passages, and the pictures, of the next minutes are least like those
    of the last ones (TextTiling, Hearst 1997). [] where nothing tells, or there is but one.
    """
    words = [each for each in said(known).moments if each.vector is not None and each.text]
    pictures = [
        each for each in known.get("keyframes", Feature()).moments if each.vector is not None
    ]
    length = item.duration or max((each.end for each in (*words, *pictures)), default=0.0)
    told = [_timed(each) for each in (words, pictures) if len(each) >= _FEWEST]
    if length < _SHORTEST_ITEM or not told:
        return []
    starts = np.unique(np.concatenate([times for times, _ in told]))
    starts = starts[(starts >= _SHORTEST) & (starts <= length - _SHORTEST)]
    turns = np.mean([_turns(own, starts) for own in told], axis=0)
    begins = [0.0, *_cut(starts, turns, length)]
    if len(begins) < 2:
        return []
    ends = [*begins[1:], length]
    return [
        (round(begin, 3), _title(words, begin, end) or f"Chapter {n}")
        for n, (begin, end) in enumerate(zip(begins, ends, strict=True), 1)
    ]


def _timed(moments: Sequence[Moment]) -> Timed:
    times = np.array([each.start for each in moments])
    vectors = np.stack([np.asarray(each.vector) for each in moments])
    order = np.argsort(times, kind="stable")
    # What all of an item has in common tells of no turn.
    return times[order], unit(vectors[order] - vectors.mean(axis=0))


def _turns(own: Timed, starts: Array) -> Array:
    """Give how unlike what follows each of these seconds is to what goes before: mean 0, sd 1."""
    times, vectors = own
    near = max(_NEAR, 3 * float(np.median(np.diff(times))))
    sums = np.vstack([np.zeros(vectors.shape[1]), np.cumsum(vectors, axis=0, dtype=np.float64)])
    first, here, last = (np.searchsorted(times, starts + shift) for shift in (-near, 0.0, near))
    likeness = np.sum(unit(sums[here] - sums[first]) * unit(sums[last] - sums[here]), axis=1)
    spread = float(likeness.std()) if len(likeness) else 0.0
    turns: Array = (likeness.mean() - likeness) / spread if spread else np.zeros(len(starts))
    return turns


def _cut(starts: Array, turns: Array, length: float) -> list[float]:
    """Give at which seconds to begin chapters so that the turns between them are the greatest.

    Dynamic programming over all choices whose chapters are at least 5 minutes long; those that are
    longer than 20 minutes cost the more the longer they are.
    """
    times = np.concatenate([[0.0], starts, [length]])
    gains = np.concatenate([[0.0], turns - _PRICE, [0.0]])
    best, before = np.zeros(len(times)), np.zeros(len(times), dtype=int)
    for n in range(1, len(times)):
        lengths = times[n] - times[:n]
        worth = best[:n] - _TOO_LONG * np.maximum(lengths - _LONGEST, 0)
        worth[lengths < _SHORTEST] = -np.inf
        before[n] = int(worth.argmax())
        best[n] = worth[before[n]] + gains[n]
    found, n = [], before[-1]
    while n > 0:
        found.append(float(times[n]))
        n = before[n]
    return found[::-1]


def _title(words: Sequence[Moment], begin: float, end: float) -> str:
    """Give a short line that is typical of what is said in a chapter, and not of all the item."""
    places = [n for n, each in enumerate(words) if begin <= each.start < end]
    if not places:
        return ""
    vectors = np.stack([np.asarray(each.vector) for each in words])
    typical = vectors[places] @ (vectors[places].mean(axis=0) - vectors.mean(axis=0))
    texts = [each.text for each in words]
    by_likeness = [places[n] for n in np.argsort(-typical, kind="stable")]
    lines = [line for n in by_likeness[:_TRIED] for line in whole(texts, n)]
    fitting = [line for line in lines if width(line) <= _LONGEST_TITLE]
    return max(fitting, key=width) if fitting else shortened(lines[0], _LONGEST_TITLE)
