"""An extractive summary: what was said in an item that says most about it, and not twice."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mediadesk.api import Array, Feature, said, unit
from mediadesk.understand.sentences import joined, shortened, whole, width

_FEWEST, _MOST = 3, 5
_EACH = 40  # passages that a line more stands for
_MOST_COMPARED = 1000
_LONGEST = 200  # characters of a line
_TELLING, _TELLING_EACH = 80, 40  # letters from which a passage, a sentence, says as much as any
_SAME = 0.85  # cosine from which two passages say the same
_RELEVANCE = 0.6  # against being unlike what is already there


def summary(known: Mapping[str, Feature]) -> list[dict[str, Any]]:
    """Give three to five lines, as {"t": seconds, "text": …}, in the order of time.

    They are chosen by maximal marginal relevance (Carbonell & Goldstein 1998): what is most alike
    to all that is said, and least to what is chosen already. [] where nothing was said.
    """
    texts = [each for each in said(known).moments if each.text]
    places = [n for n, each in enumerate(texts) if each.vector is not None]
    few = min(len(places), _MOST_COMPARED)
    places = [places[len(places) * n // few] for n in range(few)]
    if not places:
        return []
    vectors = np.stack([np.asarray(texts[n].vector) for n in places])
    written = [each.text for each in texts]
    parts = [whole(written, n) for n in places]
    count = min(_MOST, max(_FEWEST, len(places) // _EACH))
    chosen = _chosen(vectors, np.array([_telling(each) for each in parts]), count)
    return [
        {"t": texts[places[n]].start, "text": shortened(joined(parts[n]), _LONGEST)}
        for n in sorted(chosen)
    ]


def _telling(parts: Sequence[str]) -> float:
    """Give how much sentences say by their lengths, 0..1: exclamations tell no story."""
    lengths = [width(each) for each in parts]
    return min(sum(lengths) / _TELLING, sum(lengths) / len(lengths) / _TELLING_EACH, 1)


def _chosen(vectors: Array, telling: Array, count: int) -> list[int]:
    """Give which of n passages, vectors [n, d], stand for all, `count` of them at most.

    `telling` 0..1 weighs them.
    """
    likeness = unit(vectors) @ unit(vectors).T
    relevance = likeness.mean(axis=1) * telling
    relevance = relevance / (relevance.max() or 1)
    chosen: list[int] = []
    nearest = np.zeros(len(vectors))
    while len(chosen) < min(count, len(vectors)):
        worth = _RELEVANCE * relevance - (1 - _RELEVANCE) * nearest
        worth[nearest >= _SAME] = -np.inf
        worth[chosen] = -np.inf
        if np.isinf(worth).all():
            break
        chosen.append(int(worth.argmax()))
        nearest = np.maximum(nearest, likeness[chosen[-1]])
    return chosen
