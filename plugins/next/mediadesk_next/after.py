"""What others went on to, after what a person had last."""

import numpy as np

from mediadesk.api import Array, Cause, Crowd
from mediadesk_next.signal import Signal, Sparse

_LAST = 5  # opinions
_STEPS = 3
_FADE = 0.7  # for each opinion since
_HALF_LIFE = 30.0  # days
_DOUBT = 10.0  # people: as much as those who went on must be those who went elsewhere
_STRENGTH = 3.0


def after(cause: Cause, crowd: Crowd, values: Array, days: Array) -> Signal:
    """Say how often others had a candidate soon after what was had last: a Markov chain of steps.

    Args:
        cause: what to call it.
        crowd: what others had, and when.
        values: the opinions float [m], the latest last.
        days: how old they are.
    """
    last = np.arange(len(values))[: -_LAST - 2 : -1]
    steps = _steps(crowd, crowd.history[last])
    steps *= _STRENGTH * (1 + values[last]) / 2 * 0.5 ** (days[last] / _HALF_LIFE)
    told = _faded(steps)
    counted = last[:_LAST]
    due = [told - _faded(np.delete(steps, n, axis=1)) for n in range(len(counted))]
    return Signal(
        cause=cause,
        values=told,
        due=Sparse(
            row=np.tile(np.arange(len(told)), len(counted)),
            opinion=np.repeat(counted, len(told)),
            value=np.ravel(due),
        ),
    )


def _faded(steps: Array) -> Array:
    kept = steps[:, :_LAST]
    faded: Array = kept @ _FADE ** np.arange(kept.shape[1])
    return faded


def _steps(crowd: Crowd, had: Array) -> Array:
    """Give [n, k]: the part of those who know an item of `had` who soon went on to a candidate."""
    place = np.full(crowd.items, -1)
    known = np.flatnonzero(had >= 0)
    place[had[known]] = known
    target = np.full(crowd.items, -1)
    wanted = np.flatnonzero(crowd.candidates >= 0)
    target[crowd.candidates[wanted]] = wanted
    starts = np.flatnonzero(place[crowd.item] >= 0)
    person = np.searchsorted(crowd.start, starts, side="right")
    steps = np.zeros((len(crowd.candidates), len(had)))
    for step in range(1, _STEPS + 1):
        ends = starts + step
        is_same = ends < crowd.start[person]
        came = target[crowd.item[ends[is_same]]]
        went = place[crowd.item[starts[is_same]]]
        np.add.at(steps, (came[came >= 0], went[came >= 0]), 0.5 ** (step - 1))
    people = np.bincount(place[crowd.item[starts]], minlength=len(had))
    return steps / (people + _DOUBT)
