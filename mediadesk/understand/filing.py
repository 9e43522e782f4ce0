"""Learns from the kinds that people file items under: few examples, at once, as of tags.

How near an item is to those that a person filed under a kind is added to the log-odds that its
content gives. One example makes a kind likely, some make it clear. A kind is of many themes, so
that its nearest examples count, and not the middle of all.
"""

from __future__ import annotations  # Array is a name for type checkers only

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from mediadesk.api import Array, Kind, unit
from mediadesk.understand.examples import JOINED, NEAR, surest, weight
from mediadesk.understand.kinds import BY_LENGTH, LEAST, SURE_KIND, probabilities

_MOST = 3.0  # log-odds that one example gives; more give more, as their square root
_NEAREST = 3  # examples of a person that count for an item, and as many that joined them
_KEPT = 0.65  # probability down to which an item stays filed as it is
_UNLIKELY = LEAST / 2  # probability of a kind that is not named


class Filing:
    """What the kinds that people gave to items for the eye, or to those for the ear, teach."""

    def __init__(
        self,
        medium: AbstractSet[Kind],
        examples: Mapping[Kind, Array],
        *,
        mean: Array,
        untold: Array,
        given: Sequence[Mapping[str, float]],
    ) -> None:
        """Learn.

        Args:
            medium: the kinds of one medium; what is given another one is not judged.
            examples: kind → vectors of those that a person filed under it, float32 [k, d].
            mean: the mean of the vectors of that medium, float32 [d].
            untold: vectors of n items that nobody filed, float32 [n, d].
            given: kind → probability of each of these by its content.
        """
        self._medium, self._mean = medium, mean
        self._learnt: dict[Kind, _Examples] = {
            kind: _Examples(self._centred(own), np.zeros_like(own[:0]))
            for kind, own in examples.items()
            if len(own) and kind != Kind.EPISODE  # its number makes it one
        }
        if len(untold):
            likely, vectors = self.judge(untold, given), self._centred(untold)
            self._learnt = {
                kind: own.joined_by(vectors, np.array([each.get(kind, 0.0) for each in likely]))
                for kind, own in self._learnt.items()
            }

    def judge(self, vectors: Array, given: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
        """Give kind → probability for n items, empty where nothing is learnt of an item.

        Args:
            vectors: the items', float32 [n, d].
            given: kind → probability of each by its content, the likeliest first.
        """
        centred = self._centred(vectors)
        near = {kind: own.evidence(centred) for kind, own in self._learnt.items()}
        judged: list[dict[str, float]] = []
        for n, own in enumerate(given):
            told = {kind: float(each[n]) for kind, each in near.items() if each[n] > 0}
            likeliest = next(iter(own), Kind.EPISODE)
            if not told or likeliest not in self._medium - {Kind.EPISODE}:
                judged.append({})
                continue
            odds = {
                kind: math.log(max(own.get(kind, 0.0), _UNLIKELY)) + told.get(kind, 0.0)
                for kind in self._medium
            }
            judged.append(probabilities(odds))
        return judged

    def filed(self, found: Mapping[str, float], now: str) -> str:
        """Give the kind to file an item under that was judged so.

        It is empty where that isn't clear, or where its length tells it. `now` is the kind that
        the item is filed under: it stays where it was about as clear.
        """
        kind, sure = next(iter(found.items()), ("", 0.0))
        is_told = kind in self._learnt or kind not in BY_LENGTH
        return kind if is_told and sure >= (_KEPT if kind == now else SURE_KIND) else ""

    def _centred(self, vectors: Array) -> Array:
        return unit(vectors - self._mean)


@dataclass(frozen=True, slots=True)
class _Examples:
    """Those of one kind, centred unit vectors: of a person [k, d], and what joined them [m, d]."""

    told: Array
    joined: Array

    def joined_by(self, vectors: Array, sure: Array) -> _Examples:
        """Give them after a step of self-training, as `Prototype.self_trained` does it."""
        return replace(self, joined=surest(vectors, sure, len(self.told)))

    def evidence(self, vectors: Array) -> Array:
        """Give log-odds of at least 0 [n]: what is unlike examples may be of their kind as well.

        What joined them makes an item nearer, but makes no fact of what one example of a person
        makes likely.
        """
        near, told = self._near(self.told, vectors)
        near_joined, joined = self._near(self.joined, vectors)
        total = told + JOINED * joined
        mean = (near + JOINED * near_joined) / np.maximum(total, JOINED)
        count = np.where(told > 1, np.minimum(total, len(self.told)), np.minimum(total, 1.0))
        return np.clip(weight(count) * mean, 0.0, _MOST * np.sqrt(count))

    def _near(self, examples: Array, vectors: Array) -> tuple[Array, Array]:
        """Give how near the nearest examples are in sum, and how many of them are near [n]."""
        beyond = np.sort(vectors @ examples.T - NEAR, axis=1)[:, -_NEAREST:]
        return np.maximum(beyond, 0).sum(axis=1), (beyond > 0).sum(axis=1)
