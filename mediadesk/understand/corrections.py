"""Learns from the tags that people put on items and take away: few examples, at once.

Each label has the middle of its examples, and of those that are surely like them. How near an item
is to it, around the middle of the library, is added to the log-odds that the taggers give. A tag
that was taken away makes itself less likely near where it was wrong, and nowhere else.
"""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mediadesk.api import Array, unit
from mediadesk.understand.examples import NEAR, Prototype, weight

LEAST = 0.2
"""Confidence of a tag that is worth keeping as a guess."""
_NOT_GIVEN = -0.5  # log-odds of a label that taggers know and did not give
_NOT_KNOWN = -3.5  # log-odds of a label that nobody knows, from one example
_SUREST = 2.5  # log-odds that a tagger's word has at most against a person's


@dataclass(frozen=True, slots=True)
class Examples:
    """Vectors of the items that a person gave a label, float32 [k, d], and took it from [m, d]."""

    put: Array
    taken: Array


class Corrections:
    """What all corrections of a library teach, as of now."""

    def __init__(
        self,
        examples: Mapping[str, Examples],
        *,
        mean: Array,
        known: set[str],
        untold: Array,
        given: Sequence[Mapping[str, float]],
    ) -> None:
        """Learn.

        Args:
            examples: label → its examples, where it has any.
            mean: the mean of the library's vectors, float32 [d].
            known: the labels that taggers give.
            untold: vectors of n items that nobody corrected, float32 [n, d].
            given: label → confidence of each of these, as the taggers gave it.
        """
        self.mean = mean
        vectors = self._centred(untold)
        self._labels = [
            _Label(
                label,
                Prototype.of(self._centred(own.put)) if len(own.put) else None,
                self._centred(own.taken),
                is_known=label in known,
            ).self_trained(vectors, _given(label, given))
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
            before = _given(label.name, given)
            for n, sure in enumerate(label.confidence(centred, before)):
                if vectors[n].any() and (sure >= LEAST or before[n]):
                    judged[n][label.name] = round(float(sure), 3)
        return judged

    def _centred(self, vectors: Array) -> Array:
        return unit(vectors - self.mean)


@dataclass(frozen=True, slots=True)
class _Label:
    """A label with its examples, and the centred unit vectors of those it was taken from."""

    name: str
    put: Prototype | None
    taken: Array
    is_known: bool

    def self_trained(self, vectors: Array, before: Array) -> _Label:
        """Learn from items of which nobody said anything, as `confidence` takes them."""
        if self.put is None or not len(vectors):
            return self
        return replace(self, put=self.put.self_trained(vectors, self.confidence(vectors, before)))

    def confidence(self, vectors: Array, before: Array) -> Array:
        """Give float [n] in 0..1 for centred unit vectors [n, d] with what taggers said [n]."""
        said = np.clip(before, 0.01, 0.99)
        odds = np.clip(np.log(said / (1 - said)), -_SUREST, _SUREST)
        if self.put is not None:
            near = self.put.evidence(vectors)
            unsaid = _NOT_GIVEN if self.is_known else _NOT_KNOWN / len(self.put.examples)
            # One example says nothing against what is unlike it: a label means many things.
            odds = np.where(before > 0, odds + np.maximum(near, 0), unsaid + near)
        else:
            odds = np.where(before > 0, odds, -np.inf)
        if len(self.taken):
            wrong = vectors @ self.taken.T - NEAR
            # Only those count that are near: however often it was taken away elsewhere.
            odds = odds - weight((wrong > 0).sum(axis=1)) * np.maximum(wrong.max(axis=1), 0)
        found: Array = 1 / (1 + np.exp(-odds))
        return found


def _given(label: str, given: Sequence[Mapping[str, float]]) -> Array:
    return np.array([tags.get(label, 0.0) for tags in given])
