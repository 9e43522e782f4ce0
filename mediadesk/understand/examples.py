"""What few examples of a class tell of other items, by how near these are to the middle of them."""

from __future__ import annotations  # Array is a name for type checkers only

from dataclasses import dataclass, replace

import numpy as np

from mediadesk.api import SURE, Array

NEAR = 0.3
"""Cosine from which two items are more alike than things of two themes are."""
_SLOPE = 35.0  # log-odds for each 1 of cosine beyond that, where the middle is known exactly
JOINED = 0.5
"""Weight of an example that nobody gave, of one that a person gave."""


def weight(count: Array | int) -> Array:
    """Give the log-odds for each 1 of cosine from so many examples.

    A class weighs as much with few examples as with many, but for how far the middle of few can be
    from that of all: its variance is 1/n of that of an item.
    """
    return _SLOPE * np.divide(count, np.add(count, 1))


def surest(vectors: Array, sure: Array, most: int) -> Array:
    """Give those of n items [n, d] with a confidence of a fact [n] that it is greatest of."""
    best = np.argsort(-sure, kind="stable")[:most]
    found: Array = vectors[best[sure[best] >= SURE]]
    return found


@dataclass(frozen=True, slots=True)
class Prototype:
    """A class: its examples, centred unit vectors [k, d], and their middle [d].

    The middle is no unit vector: it is the shorter, the less the examples have in common.
    """

    examples: Array
    middle: Array

    @classmethod
    def of(cls, examples: Array) -> Prototype:
        """Make it of one example or more."""
        return cls(examples, examples.mean(axis=0))

    def evidence(self, vectors: Array) -> Array:
        """Give the log-odds [n] of centred unit vectors [n, d]: below 0 for what is unlike it."""
        found: Array = weight(len(self.examples)) * (vectors @ self.middle - NEAR)
        return found

    def self_trained(self, vectors: Array, sure: Array) -> Prototype:
        """Give it after one step of self-training (Yarowsky 1995).

        The surest of n items that nobody gave to any class, [n, d] with their confidence [n], join
        the examples: at most as many of them, each with half the weight.
        """
        joining = surest(vectors, sure, len(self.examples))
        total = self.examples.sum(axis=0) + JOINED * joining.sum(axis=0)
        return replace(self, middle=total / (len(self.examples) + JOINED * len(joining)))
