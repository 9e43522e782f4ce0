"""What is tried out: drawn from what is uncertain, so that it teaches something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array

if TYPE_CHECKING:
    from mediadesk.recommend.space import Space

_NOISE = 0.5  # standard deviation of what is said of one item, where that of taste is 1
_LATEST = 200
_NOTHING = 1e-9


def doubt(spaces: Sequence[Space], items: Sequence[str], held: Sequence[str]) -> Array:
    """Give how little is known of items, 1 nothing … 0 all, by the opinions that are held.

    It is the standard deviation of a Gaussian process whose covariance is the likeness of items:
    that of a Bayesian linear head over their vectors (Rasmussen & Williams, "Gaussian Processes for
    Machine Learning", 2006, eq. 2.26 by algorithm 2.1).

    Args:
        spaces: those in which items are compared; the likeness is the mean over them.
        items: n of them.
        held: the items that there are opinions of.
    """
    known = list(held)[-_LATEST:]
    if not spaces or not known:
        return np.ones(len(items))
    asked = np.zeros((len(items), len(known)), np.float32)
    judged = np.zeros((len(known), len(known)), np.float32)
    for space in spaces:
        own, theirs = (space.centred(space.vectors(ids)) for ids in (items, known))
        asked += own @ theirs.T / len(spaces)
        judged += theirs @ theirs.T / len(spaces)
    root = np.linalg.cholesky(judged + _NOISE**2 * np.eye(len(known), dtype=np.float32))
    left: Array = 1 - ((asked @ np.linalg.inv(root).T) ** 2).sum(axis=1)
    deviation: Array = np.sqrt(left.clip(0, 1))
    return deviation


def drawn(worth: Array, doubt: Array, chance: np.random.Generator) -> list[int]:
    """Order places by one draw of what each may be worth, of those with most doubt.

    This is Thompson sampling: Chapelle & Li, "An Empirical Evaluation of Thompson Sampling" (2011).

    Args:
        worth: scores [n].
        doubt: how little is known of each [n], 0..1.
        chance: draws; the same draws the same.
    """
    if not len(worth):
        return []
    spread = worth.std()
    standard = (worth - worth.mean()) / spread if spread > _NOTHING else np.zeros(len(worth))
    sampled = standard + doubt * chance.standard_normal(len(worth))
    order = np.argsort(-sampled, kind="stable")
    is_unsure = doubt >= np.median(doubt)
    places: list[int] = order[is_unsure[order]].tolist()
    return places
