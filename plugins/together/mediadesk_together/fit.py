"""Learns from a crowd which of its people count for which item."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array, Crowd

_RIDGE = 8.0  # times the mean of an item's squared columns: about 400 for unscaled MovieLens-100k
_HALFWAY = -0.25  # power of the counts: half of the way to cosines
_OPINION = 0.5  # what counts of an item is that it is known, and half of what is thought of it
_MOST_PEOPLE = 4_000
_CHUNK = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Item-to-item weights, kept by people: far fewer numbers than a square of items.

    `person` int64 [z] is whose each entry of the crowd is. `people` float [p] and `items` float
    [items] scale their opinions. `counts` float32 [items, p] is how much each agreement of a person
    with the asker speaks for each item.
    """

    person: Array
    people: Array
    items: Array
    counts: Array


def fit(crowd: Crowd) -> Fit:
    """Solve EASE in closed form, in its dual: as many equations as people.

    Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", 2019. Each item stands twice, once
    for who knows it and once for what they think of it (Jeunen et al., "Closed-Form Models for
    Collaborative Filtering with Side-Information", 2020); neither may predict itself. People and
    items with many opinions are scaled down half of the way that cosines would go.
    """
    sizes = np.diff(crowd.start)
    people = np.maximum(sizes, 1.0) ** _HALFWAY
    people[np.argsort(-sizes, kind="stable")[_MOST_PEOPLE:]] = 0
    items = np.maximum(np.bincount(crowd.item, minlength=crowd.items), 1.0) ** _HALFWAY
    person = np.repeat(np.arange(len(sizes)), sizes)
    known = people[person] * items[crowd.item]
    ridge = _RIDGE * float(known**2 @ (1 + crowd.value**2)) / crowd.items
    kernel = np.zeros((len(sizes), len(sizes)))
    for seen, liked, _ in _columns(crowd, person, known):
        kernel += seen @ seen.T + liked @ liked.T
    inverse = np.linalg.inv(kernel + ridge * np.eye(len(kernel))).astype(np.float32)
    counts = np.empty((crowd.items, len(sizes)), np.float32)
    for seen, liked, own in _columns(crowd, person, known):
        counts[own] = (_counts(seen, liked, inverse) / items[own]).T
    return Fit(person=person, people=people, items=items, counts=counts)


def _counts(seen: Array, liked: Array, inverse: Array) -> Array:
    """Give [p, c], how much each person counts for items with these two columns [p, c] each."""
    by_seen, by_liked = inverse @ seen, inverse @ liked
    # What is left of both columns of an item once all others have explained them.
    a = 1 - (seen * by_seen).sum(axis=0)
    b = -(seen * by_liked).sum(axis=0)
    c = 1 - (liked * by_liked).sum(axis=0)
    both = by_seen * (c - _OPINION * b) + by_liked * (_OPINION * a - b)
    counts: Array = both / (a * c - b * b)
    return counts


def _columns(crowd: Crowd, person: Array, known: Array) -> Iterator[tuple[Array, Array, slice]]:
    """Give float32 [people, chunk] twice, who knows items and what is thought of them, by chunk."""
    order = np.argsort(crowd.item, kind="stable")
    starts = np.arange(0, crowd.items, _CHUNK)
    ends = np.minimum(starts + _CHUNK, crowd.items)
    bounds = np.searchsorted(crowd.item[order], [starts, ends])
    for start, end, first, last in zip(starts, ends, *bounds, strict=True):
        at = order[first:last]
        seen, liked = np.zeros((2, len(crowd.start) - 1, end - start), np.float32)
        seen[person[at], crowd.item[at] - start] = known[at]
        liked[person[at], crowd.item[at] - start] = known[at] * crowd.value[at]
        yield seen, liked, slice(start, end)
