"""A figure with the number of cases that it rests on, and the interval that it may be in."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array

_NORMAL = 1.96  # standard deviations on both sides hold 95 %
_RESAMPLES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What was measured; `low` to `high` hold the true value in 95 of 100 cases.

    Where something was left out there is no value, and `note` says why and what to do.
    """

    name: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Measures of one thing; `meaning` says what a value of theirs is, and which is best."""

    name: str
    meaning: str
    measures: tuple[Measure, ...]


def left_out(name: str, why: str) -> Measure:
    """Say that something could not be measured."""
    return Measure(name=name, value=None, n=0, low=None, high=None, note=why)


def share(name: str, hits: Sequence[bool] | Array, note: str = "") -> Measure:
    """Give how many of n cases are right, with the interval of Wilson (1927)."""
    n = len(hits)
    value = float(np.mean(hits))
    middle = (value + _NORMAL**2 / (2 * n)) / (1 + _NORMAL**2 / n)
    spread = np.sqrt(value * (1 - value) / n + _NORMAL**2 / (4 * n**2)) / (1 + _NORMAL**2 / n)
    reach = float(spread * _NORMAL)
    return _rounded(name, value, n, (max(middle - reach, 0.0), min(middle + reach, 1.0)), note)


def mean(name: str, values: Sequence[float] | Array, note: str = "") -> Measure:
    """Give the mean of n cases, with a bootstrap interval."""
    return estimate(name, np.asarray(values), lambda cases: float(cases.mean()), note)


def estimate(name: str, cases: Array, of: Callable[[Array], float], note: str = "") -> Measure:
    """Give what `of` makes of n cases [n, ...], with a bootstrap interval (Efron 1979)."""
    chance = np.random.default_rng(0)
    drawn = chance.integers(0, len(cases), size=(_RESAMPLES, len(cases)))
    low, high = np.percentile([of(cases[each]) for each in drawn], [2.5, 97.5])
    return _rounded(name, of(cases), len(cases), (float(low), float(high)), note)


def _rounded(name: str, value: float, n: int, ends: tuple[float, float], note: str) -> Measure:
    low, high = (round(each, 3) for each in ends)
    return Measure(name=name, value=round(value, 3), n=n, low=low, high=high, note=note)
