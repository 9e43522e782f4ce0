"""Learns from the tags that people put on items and take away: few examples, at once.

Each label has the middle of its examples. How near an item is to it, around the middle of the
library, is added to the log-odds that the taggers give. A tag that was taken away makes itself
less likely near where it was wrong, and nowhere else.
"""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array, unit

LEAST = 0.2
"""Confidence of a tag that is worth keeping as a guess."""
_NEAR = 0.3  # cosine from which two items are more alike than things of two themes are
_SLOPE = 14.0  # log-odds for each 1 of cosine beyond that, from one example
_MOST_TOLD = 4  # examples, whose square root makes evidence stronger: a rare label is as strong
_NOT_GIVEN = -0.5  # log-odds of a label that taggers know and did not give
_NOT_KNOWN = -2.5  # log-odds of a label that nobody knows, from one example
_SUREST = 2.5  # log-odds that a tagger's word has at most against a person's


@dataclass(frozen=True, slots=True)
class Examples:
    """Vectors of the items that a person gave a label, float32 [k, d], and took it from [m, d]."""

    put: Array
    taken: Array


class Corrections:
    """What all corrections of a library teach, as of now."""

    def __init__(self, examples: Mapping[str, Examples], *, mean: Array, known: set[str]) -> None:
        """Learn.

        Args:
            examples: label → its examples, where it has any.
            mean: the mean of the library's vectors, float32 [d].
            known: the labels that taggers give.
        """
        self.mean = mean
        self._labels = [
            _Label(label, self._centred(own.put), self._centred(own.taken), is_known=label in known)
            for label, own in examples.items()
        ]

    def judge(self, vectors: Array, given: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
        """Give label → confidence for n items, of the labels that were corrected anywhere.

        Left out is what is neither likely enough to be kept nor was given by a tagger.

        Args:
            vectors: the items', float32 [n, d]; one of zeros learns nothing.
            given: label → confidence of each, as the taggers gave it.
        """
        judged: list[dict[str, float]] = [{} for _ in given]
        centred = self._centred(vectors)
        for label in self._labels:
            before = np.array([tags.get(label.name, 0.0) for tags in given])
            for n, sure in enumerate(label.confidence(centred, before)):
                if vectors[n].any() and (sure >= LEAST or before[n]):
                    judged[n][label.name] = round(float(sure), 3)
        return judged

    def _centred(self, vectors: Array) -> Array:
        return unit(vectors - self.mean)


@dataclass(frozen=True, slots=True)
class _Label:
    """A label with the centred unit vectors of its examples."""

    name: str
    put: Array
    taken: Array
    is_known: bool

    def confidence(self, vectors: Array, before: Array) -> Array:
        """Give float [n] in 0..1 for centred unit vectors [n, d] with what taggers said [n]."""
        said = np.clip(before, 0.01, 0.99)
        odds = np.clip(np.log(said / (1 - said)), -_SUREST, _SUREST)
        unsaid = _NOT_GIVEN if self.is_known else _NOT_KNOWN / max(len(self.put), 1)
        if len(self.put):
            near = _weight(self.put) * (vectors @ self.put.mean(axis=0) - _NEAR)
            # One example says nothing against what is unlike it: a label means many things.
            odds = np.where(before > 0, odds + np.maximum(near, 0), unsaid + near)
        else:
            odds = np.where(before > 0, odds, -np.inf)
        if len(self.taken):
            wrong = (vectors @ self.taken.T).max(axis=1) - _NEAR
            odds = odds - _weight(self.taken) * np.maximum(wrong, 0)
        found: Array = 1 / (1 + np.exp(-odds))
        return found


def _weight(examples: Array) -> float:
    return float(_SLOPE * np.sqrt(min(len(examples), _MOST_TOLD)))
