"""What a trial gave, as it is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mediadesk.engine.trials.dataset import Dataset
from mediadesk.engine.trials.exposure import exposure
from mediadesk.engine.trials.intervals import Figure
from mediadesk.engine.trials.trial import Measured, differences

Protocol = Literal["crowd", "household", "mine"]
OURS = "mediadesk"
"""The name of what is tried, among those of what it is compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a trial gave: figures of MediaDesk and of others, and how much better it is than each.

    `users` are the people that were asked of; of one's own history, its moments. Figures of a
    household bear how many events were known: `ndcg@10@k=20`. `exposure` is what stands in the
    lists: kind or language → which one → its share.
    """

    protocol: Protocol
    users: int
    metrics: Mapping[str, Figure]
    baselines: Mapping[str, Mapping[str, Figure]]
    differences: Mapping[str, Mapping[str, Figure]]
    exposure: Mapping[str, Mapping[str, float]]


def outcome(
    protocol: Protocol,
    data: Dataset,
    people: int,
    found: Mapping[str, Mapping[str, Measured]],
    seed: int,
) -> Outcome:
    """Join what was found: how many events were known, as a suffix → scorer → its worth."""
    figured: dict[str, dict[str, Figure]] = defaultdict(dict)
    better: dict[str, dict[str, Figure]] = defaultdict(dict)
    for suffix, measured in found.items():
        for name, own in measured.items():
            figured[name] |= {f"{each}{suffix}": figure for each, figure in own.figures.items()}
            if name != OURS:
                less = differences(measured[OURS], own, seed=seed)
                better[name] |= {f"{each}{suffix}": figure for each, figure in less.items()}
    ours = figured.pop(OURS)
    last = list(found.values())[-1]
    return Outcome(
        protocol=protocol,
        users=people,
        metrics=ours,
        baselines=figured,
        differences=better,
        exposure=exposure(data, last[OURS].lists),
    )
