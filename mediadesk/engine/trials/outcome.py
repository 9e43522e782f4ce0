"""Joins what a trial gave, as it is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

from mediadesk.engine.messages import Figure, Moment, Outcome
from mediadesk.engine.trials.cases import Case
from mediadesk.engine.trials.dataset import Dataset
from mediadesk.engine.trials.exposure import exposure
from mediadesk.engine.trials.trial import Measured, differences

OURS = "mediadesk"
"""The name of what is tried, among those of what it is compared with."""


def outcome(
    protocol: Literal["crowd", "household", "mine"],
    data: Dataset,
    asked: Mapping[str, Sequence[Case]],
    found: Mapping[str, Mapping[str, Measured]],
    *,
    seed: int,
    moments: tuple[Moment, ...] = (),
) -> Outcome:
    """Join what was asked and found: how many events were known, as a suffix → scorer → its worth.

    What stands in the lists is told of the last of them.
    """
    figured: dict[str, dict[str, Figure]] = defaultdict(dict)
    better: dict[str, dict[str, Figure]] = defaultdict(dict)
    for suffix, measured in found.items():
        for name, own in measured.items():
            figured[name] |= {f"{each}{suffix}": figure for each, figure in own.figures.items()}
            if name != OURS:
                less = differences(measured[OURS], own, seed=seed)
                better[name] |= {f"{each}{suffix}": figure for each, figure in less.items()}
    ours = figured.pop(OURS)
    last = list(found)[-1]
    return Outcome(
        protocol=protocol,
        users=max(map(len, asked.values())),
        metrics=ours,
        baselines=figured,
        differences=better,
        exposure=exposure(data, found[last][OURS].lists),
        available=exposure(data, [case.candidates for case in asked[last]]),
        moments=moments,
    )
