"""Intervals that hold the true value in 95 of 100 cases, had other people been asked."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Sequence

import numpy as np

from mediadesk.api import Array
from mediadesk.engine.messages import ENOUGH, Figure

_RESAMPLES = 1_000
_NORMAL = 1.96
_DIGITS = 4


def means(columns: Array, *, seed: int, least: int = ENOUGH) -> list[Figure]:
    """Give the mean of each column [people, m], nan left out, with percentile intervals.

    The people are drawn anew (Efron, "Bootstrap methods", 1979), the same ones for all columns. A
    column of fewer than `least` has no interval: a few equal values would leave it no width.
    """
    there = ~np.isnan(columns)
    filled = np.where(there, columns, 0.0)
    people = len(columns)
    throw = np.random.default_rng(seed)
    drawn = np.empty((_RESAMPLES, columns.shape[1]))
    with np.errstate(invalid="ignore"):
        for row in drawn:
            times = np.bincount(throw.integers(people, size=people), minlength=people)
            row[:] = (times @ filled) / (times @ there)
        values = filled.sum(axis=0) / there.sum(axis=0)
    kept = there.sum(axis=0) >= least
    low, high = np.full((2, columns.shape[1]), np.nan)
    if kept.any():
        low[kept], high[kept] = np.nanpercentile(drawn[:, kept], [2.5, 97.5], axis=0)
    return [_figure(*each) for each in zip(values, low, high, strict=True)]


def coverage(lists: Sequence[Array], count: int) -> Figure:
    """Give the share of `count` items that stand in any list.

    Drawing people anew would only lose items: the interval is the jackknife's (Tukey, 1958). Fewer
    than `ENOUGH` lists have none.
    """
    times = np.bincount(np.concatenate(lists), minlength=count)
    value = float((times > 0).sum()) / count
    without = value - np.array([(times[own] == 1).sum() for own in lists]) / count
    people = len(lists)
    if people < ENOUGH:
        return _figure(value, np.nan, np.nan)
    spread = (people - 1) / people * ((without - without.mean()) ** 2).sum()
    reach = _NORMAL * float(np.sqrt(spread))
    return _figure(value, max(value - reach, 0.0), min(value + reach, 1.0))


def _figure(value: float, low: float, high: float) -> Figure:
    return Figure(value=_rounded(value), low=_rounded(low), high=_rounded(high))


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), _DIGITS)
