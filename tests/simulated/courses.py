"""How a figure goes from evening to evening, over several households."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from simulated.measuring import Measured

from mediadesk.api import Array
from mediadesk.engine.trials.intervals import Figure, means

_LEAST = 1  # household: no two are equal
Run = Sequence[Measured]
"""The panels of one household, by time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The mean of a figure on each of `days` [n], and its interval from `low` to `high`."""

    days: Array
    mean: Array
    low: Array
    high: Array


def course(runs: Sequence[Run], name: str, people: Sequence[str]) -> Course:
    """Give the course of a figure over the panels of some people, each household counting once."""
    days = sorted({each.day for run in runs for each in run if each.who in people})
    columns = [[_mean(run, name, people, {day}) for day in days] for run in runs]
    found = means(np.array(columns), seed=0, least=_LEAST)
    value, low, high = np.array([[each.value, each.low, each.high] for each in found], float).T
    return Course(days=np.array(days), mean=value, low=low, high=high)


def values(runs: Sequence[Run], name: str, people: Sequence[str], days: Sequence[int]) -> Array:
    """Give a figure's mean over the panels of some people on some days, for each household."""
    return np.array([_mean(run, name, people, set(days)) for run in runs])


def mean_of(households: Array) -> Figure:
    """Give the mean over households [n], with its interval."""
    (found,) = means(households[:, None], seed=0, least=_LEAST)
    return found


def _mean(run: Run, name: str, people: Sequence[str], days: set[int]) -> float:
    """Give the mean over panels, nan where there are none."""
    found = [getattr(each, name) for each in run if each.who in people and each.day in days]
    return float(np.mean(found)) if found else float("nan")
