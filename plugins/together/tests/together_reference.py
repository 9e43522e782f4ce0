"""What the graph of Together computes, one opinion and one person at a time."""

import numpy as np

from mediadesk.api import Array, RankRequest
from mediadesk_together.fit import Fit


def parts(learnt: Fit, request: RankRequest) -> Array:
    """Give what each opinion adds to each candidate, float64 [n, m]."""
    crowd = request.crowd
    people = [
        dict(zip(crowd.item[start:end].tolist(), crowd.value[start:end].tolist(), strict=True))
        for start, end in zip(crowd.start[:-1], crowd.start[1:], strict=True)
    ]
    found = np.zeros((len(crowd.candidates), len(crowd.history)))
    known = crowd.candidates >= 0
    for column, opinion in enumerate(request.history):
        item = int(crowd.history[column])
        for person, theirs in enumerate(people):
            if item in theirs:
                speaks = learnt.counts[crowd.candidates[known], person].astype(np.float64)
                agreement = 1 + opinion.value * theirs[item]
                weight = learnt.items[item] ** 2 * learnt.people[person]
                found[known, column] += speaks * weight * agreement
    found[known] -= found[known].mean(axis=0)
    return found


def split(told: Array, may_be_named: Array) -> Array:
    """Give the three largest parts of those that may be named, and what the others come to."""
    own = -np.sort(-told[:, may_be_named], axis=1)[:, :3]
    return np.column_stack([own, told.sum(axis=1) - own.sum(axis=1)])
