"""How well items were foretold as time went by."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Mapping, Sequence

import numpy as np

from mediadesk.api import Array
from mediadesk.engine.messages import LATELY, Moment
from mediadesk.engine.trials.cases import Case
from mediadesk.engine.trials.dataset import Dataset
from mediadesk.engine.trials.trial import Measured

_NDCG = "ndcg@10"
_DIGITS = 4


def course(
    data: Dataset, cases: Sequence[Case], found: Mapping[str, Measured]
) -> tuple[Moment, ...]:
    """Give the moments of one person's cases, which are in order of time; `found` by scorer."""
    lately = {name: _lately(own.people[:, own.names.index(_NDCG)]) for name, own in found.items()}
    turned = dict(zip(data.item.tolist(), data.at.tolist(), strict=True))
    moments = []
    for n, case in enumerate(cases):
        (item,) = case.relevant.tolist()
        moments.append(
            Moment(
                at=turned[item],
                item=data.items[item].id,
                title=data.items[item].title,
                places={name: _place(own.lists[n], item) for name, own in found.items()},
                ndcg={name: means[n] for name, means in lately.items()},
            )
        )
    return tuple(moments)


def _lately(values: Array) -> list[float]:
    """Give for each value the mean of it and those right before it."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(sums))
    starts = np.maximum(0, ends - LATELY)
    means: list[float] = ((sums[ends] - sums[starts]) / (ends - starts)).round(_DIGITS).tolist()
    return means


def _place(top: Array, item: int) -> int | None:
    places = np.flatnonzero(top == item).tolist()
    return int(places[0]) + 1 if places else None
