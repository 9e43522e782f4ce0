"""One trial: the ranking of the library and what it is compared with, on the same people."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array
from mediadesk.engine.messages import Figure
from mediadesk.engine.trials import figures
from mediadesk.engine.trials.baselines import Scorer
from mediadesk.engine.trials.cases import Case
from mediadesk.engine.trials.figures import Scales
from mediadesk.engine.trials.intervals import coverage, means

Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one scorer is worth: a figure for each measure, those of each person, and its lists.

    `people` is float [p, m], a column for each of the m measures that have a value a person, nan
    where that has none.
    """

    figures: Figures
    people: Array
    names: tuple[str, ...]
    lists: Sequence[Array]


def measure(
    cases: Sequence[Case],
    scorer: Scorer,
    scales: Scales,
    *,
    pairs: bool,
    seed: int,
    by_chance: bool = False,
) -> Measured:
    """Measure a scorer on all cases; with `pairs` by comparisons of two items, too.

    One that scores `by_chance` has the worth that it has on average, not that of one throw; each
    case has one relevant item then.
    """
    rows, lists = [], []
    for case in cases:
        scores = np.asarray(scorer(case), dtype=np.float64)
        top = figures.best(case, scores)
        own = figures.of_list(case, top, scales)
        if by_chance:
            own |= figures.of_chance(len(case.candidates))
        rows.append(own | (figures.of_pairs(case, scores) if pairs else {}))
        lists.append(top)
    names = tuple(rows[0])
    people = np.array([[row[name] for name in names] for row in rows])
    found = dict(zip(names, means(people, seed=seed), strict=True))
    found["coverage"] = coverage(lists, len(scales.vectors))
    return Measured(figures=found, people=people, names=names, lists=lists)


def differences(own: Measured, other: Measured, *, seed: int) -> Figures:
    """Give how much greater the figures of `own` are, person by person."""
    found = means(own.people - other.people, seed=seed)
    return dict(zip(own.names, found, strict=True))
