"""Where to begin with somebody of whom nothing is known: items that differ from each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mediadesk.api import Array, Kind

_NEAR = 5
_ODD = 0.25  # so many are least like those near them: liking one says little of the others


def spread(kinds: Mapping[str, Kind], similarity: Array, *, count: int) -> list[str]:
    """Choose items that tell most of a library: each as unlike as can be to those before it.

    Farthest-point clustering (Gonzalez, "Clustering to minimize the maximum intercluster distance",
    1985), which begins with what is most like all others, and has each kind once before any twice.
    What is like nothing else comes last.

    Args:
        kinds: the n items, each with its kind.
        similarity: how alike they are [n, n].
        count: how many, all of them at most.
    """
    items = list(kinds)
    if not items:
        return []
    own = np.array([kinds[item].value for item in items], dtype=object)
    left = ~_odd(similarity)
    nearest = -similarity.mean(axis=1)  # the first is the one in the middle
    chosen: list[int] = []
    while len(chosen) < min(count, len(items)):
        if not left.any():
            left[:] = True
            left[chosen] = False
        unseen = left & ~np.isin(own, own[chosen])
        best = int(np.where(unseen if unseen.any() else left, nearest, np.inf).argmin())
        nearest = np.maximum(nearest, similarity[best]) if chosen else similarity[best].copy()
        chosen.append(best)
        left[best] = False
    return [items[n] for n in chosen]


def _odd(similarity: Array) -> Array:
    """Tell which of n items are less like their nearest ones than most are."""
    if len(similarity) <= _NEAR:
        return np.zeros(len(similarity), dtype=bool)
    others = np.where(np.eye(len(similarity), dtype=bool), -np.inf, similarity)
    near = np.sort(others, axis=1)[:, -_NEAR:].mean(axis=1)
    odd: Array = near < np.quantile(near, _ODD)
    return odd
