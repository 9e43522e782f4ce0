"""How good a list is for somebody whose tastes are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mediadesk.api import Array

TOP = 10


def ndcg(gains: Sequence[float], possible: Sequence[float]) -> float:
    """Give the discounted gain of a list, 1 for the best that there can be; nan without any.

    Järvelin & Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (TOIS 2002).

    Args:
        gains: those of the items in the list, in their order.
        possible: those of all items that might stand there.
    """
    best = sorted(possible, reverse=True)[:TOP]
    ideal = _discounted(np.array(best))
    return _discounted(np.array(gains[:TOP])) / ideal if ideal else float("nan")


def expected_ndcg(scores: Array, gains: Array) -> float:
    """Give the NDCG of a ranking by scores [n] that is expected when equals are ordered by chance.

    McSherry & Najork, "Computing information retrieval performance measures efficiently in the
    presence of tied scores" (ECIR 2008).
    """
    _, places, counts = np.unique(-scores, return_inverse=True, return_counts=True)
    mean = np.bincount(places, gains) / counts
    return ndcg(mean[np.sort(places)].tolist(), gains.tolist())


def _discounted(gains: Array) -> float:
    return float((gains / np.log2(np.arange(2, len(gains) + 2))).sum())
