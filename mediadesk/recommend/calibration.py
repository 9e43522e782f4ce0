"""Lists that hold of each kind and language about as much as a person likes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array

_SMOOTH = 0.01  # of what is wanted is in every list, so that the divergence stays finite


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """How much of each value a person likes, value → share, and which value each item has."""

    wanted: Mapping[str, float]
    values: Mapping[str, str]


def shares(weighed: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Give value → its share of all weights; nothing for no weights."""
    total: dict[str, float] = {}
    for value, weight in weighed:
        total[value] = total.get(value, 0.0) + weight
    whole = sum(total.values())
    return {value: weight / whole for value, weight in total.items() if weight > 0}


class Calibration:
    """Tells by how much each candidate would turn a list away from a taste.

    It is the divergence of Kullback and Leibler of the list's shares from those that are wanted
    (Steck, "Calibrated Recommendations", RecSys 2018), in nats.
    """

    def __init__(self, taste: Taste, items: Sequence[str]) -> None:
        """Prepare for candidates; one of which nothing is told has the value ""."""
        own = [taste.values.get(item, "") for item in items]
        places = {value: n for n, value in enumerate(dict.fromkeys([*taste.wanted, *own]))}
        self._codes = np.array([places[value] for value in own], dtype=np.intp)
        self._wanted = np.array([taste.wanted.get(value, 0.0) for value in places])
        self._counts = np.zeros(len(places))

    def take(self, n: int) -> None:
        """Count the candidate at place n as one of the list."""
        self._counts[self._codes[n]] += 1

    def divergence(self) -> Array:
        """Give for each candidate [n] the divergence of the list with that one more."""
        lists = self._counts + np.eye(len(self._counts))
        mixed = (1 - _SMOOTH) * lists / lists.sum(axis=1, keepdims=True) + _SMOOTH * self._wanted
        told = self._wanted > 0
        each = (self._wanted[told] * np.log(self._wanted[told] / mixed[:, told])).sum(axis=1)
        divergence: Array = each[self._codes]
        return divergence
