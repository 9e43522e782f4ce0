"""Order that does not repeat itself: relevance against likeness to what already stands there."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from mediadesk.api import Array
from mediadesk.recommend.calibration import Calibration

LAMBDA = 0.7
BALANCE = 0.5
CALIBRATION = 0.4
_RUN = 2


def mmr(
    relevance: Sequence[float],
    similarity: Array,
    count: int,
    *,
    groups: Sequence[str] = (),
    seeds: Sequence[str] = (),
    tastes: Sequence[Calibration] = (),
    trade: float = LAMBDA,
) -> list[int]:
    """Pick `count` positions by maximal marginal relevance (Carbonell & Goldstein, 1998).

    Args:
        relevance: n scores; brought to -1..1 here, 0 stays 0.
        similarity: float [n, n], at most 1.
        count: how many, all of them at most.
        groups: an album or artist for each, "" for none; at most two of one follow each other
            while there is anything else.
        seeds: the liked item that speaks most for each, "" for none; a seed that has had more than
            its turn waits, so that a strong taste does not silence the others.
        tastes: what the list shall hold as much of as a person likes; what is chosen is taken.
        trade: 1 looks at relevance alone, 0 at diversity alone.

    Returns:
        positions in the order in which they should be shown.
    """
    worth = np.array(relevance, dtype=np.float64)
    worth /= max(np.abs(worth).max(initial=0), 1e-9)
    likeness = np.zeros(len(relevance))
    left = np.ones(len(relevance), dtype=bool)
    names = np.array(groups or [""] * len(relevance), dtype=object)
    causes = np.array(seeds or [""] * len(relevance), dtype=object)
    chosen: list[int] = []
    while len(chosen) < min(count, len(relevance)):
        open_ = left & ~_tires(names, chosen)
        gain = np.where(open_ if open_.any() else left, 1.0, -np.inf)
        gain += trade * worth - (1 - trade) * likeness - BALANCE * _turns(causes, chosen)
        for taste in tastes:
            gain -= CALIBRATION * taste.divergence()
        best = int(gain.argmax())
        for taste in tastes:
            taste.take(best)
        chosen.append(best)
        left[best] = False
        likeness = np.maximum(likeness, similarity[best])
    return chosen


def _turns(causes: Array, chosen: Sequence[int]) -> Array:
    """By how much, 0..1, each position's seed has had more than an equal share so far."""
    had = Counter(causes[n] for n in chosen if causes[n])
    fair = 1 / max(len(set(causes) - {""}), 1)
    share = {cause: times / len(chosen) for cause, times in had.items()}
    return np.array([max(share.get(cause, 0) - fair, 0) for cause in causes])


def _tires(names: Array, chosen: Sequence[int]) -> Array:
    """Which positions would make one group stand there too often in a row."""
    last = {names[n] for n in chosen[-_RUN:]}
    if len(chosen) < _RUN or len(last) > 1 or last == {""}:
        return np.zeros(len(names), dtype=bool)
    return np.array(names == last.pop(), dtype=bool)
