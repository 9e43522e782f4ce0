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

    `person` int64 [z] is whose each entry of the crowd is, -1 of those left out. `people` [p] and
    `items` [items] scale their opinions. `counts` [items, p] is how much each agreement of a person
    with the asker speaks for each item. These three are float32.
    """

    person: Array
    people: Array
    items: Array
    counts: Array


@dataclass(frozen=True, slots=True)
class _Said:
    """Opinions that count, scaled, in no order: whose, on what, that it is known, how it is."""

    person: Array
    item: Array
    known: Array
    value: Array


def fit(crowd: Crowd) -> Fit:
    """Solve EASE in closed form, in its dual: as many equations as people.

    Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", 2019. Each item stands twice, once
    for who knows it and once for what they think of it (Jeunen et al., "Closed-Form Models for
    Collaborative Filtering with Side-Information", 2020); neither may predict itself. People and
    items with many opinions are scaled down half of the way that cosines would go. Of a great crowd
    the 4,000 people with most opinions count.

    This is no graph: ONNX has nothing that solves equations, and it happens once for each crowd.
    """
    sizes = np.diff(crowd.start)
    counted = np.sort(np.argsort(-sizes, kind="stable")[:_MOST_PEOPLE])
    place = np.full(len(sizes), -1, np.int64)
    place[counted] = np.arange(len(counted))
    person = np.repeat(place, sizes)
    people = np.maximum(sizes[counted], 1.0) ** _HALFWAY
    items = np.maximum(np.bincount(crowd.item, minlength=crowd.items), 1.0) ** _HALFWAY
    own = np.flatnonzero(person >= 0)
    known = people[person[own]] * items[crowd.item[own]]
    said = _Said(person[own], crowd.item[own], known, known * crowd.value[own])
    size = len(people), crowd.items
    ridge = _RIDGE * float(said.known @ said.known + said.value @ said.value) / crowd.items
    kernel = np.zeros((len(people), len(people)))
    for seen, liked, _ in _columns(said, size):
        kernel += seen @ seen.T + liked @ liked.T
    inverse = np.linalg.inv(kernel + ridge * np.eye(len(kernel))).astype(np.float32)
    counts = np.empty(size[::-1], np.float32)
    for seen, liked, part in _columns(said, size):
        counts[part] = (_counts(seen, liked, inverse) / items[part]).T
    return Fit(
        person=person,
        people=people.astype(np.float32),
        items=items.astype(np.float32),
        counts=counts,
    )


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


def _columns(said: _Said, size: tuple[int, int]) -> Iterator[tuple[Array, Array, slice]]:
    """Give float32 [people, chunk] twice, who knows items and what is thought of them, by chunk."""
    people, items = size
    order = np.argsort(said.item, kind="stable")
    starts = np.arange(0, items, _CHUNK)
    ends = np.minimum(starts + _CHUNK, items)
    bounds = np.searchsorted(said.item[order], [starts, ends])
    for start, end, first, last in zip(starts, ends, *bounds, strict=True):
        at = order[first:last]
        seen, liked = np.zeros((2, people, end - start), np.float32)
        seen[said.person[at], said.item[at] - start] = said.known[at]
        liked[said.person[at], said.item[at] - start] = said.value[at]
        yield seen, liked, slice(start, end)
