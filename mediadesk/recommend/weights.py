"""How much each ranker counts for a profile: learnt from what it said before it was judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array

_DOUBT = 100.0  # opinions that weigh as much as the belief that all rankers are equally good
_EXPECTED = 0.3  # correlation of all rankers together with what a person will think
_MOST = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What rankers said of items that were judged later, and of some that never were.

    `shares` are ranker → float [n], brought to one scale, the judged items first. `verdicts` are
    their opinions, float [j], j ≤ n.
    """

    shares: Mapping[str, Array]
    verdicts: Array


def learn(rehearsals: Sequence[Rehearsal], rankers: Sequence[str]) -> dict[str, float]:
    """Give ranker → weight, 1 on average; where nothing was rehearsed each has 1.

    The weights are those of a ridge regression of the verdicts on the shares, drawn to equal ones
    instead of to 0: in closed form (Hoerl & Kennard, "Ridge Regression", 1970; Bishop, "Pattern
    Recognition and Machine Learning", 3.3). An item that was never judged counts as one without
    interest, and all of them as much as those that were. None is below 0: nobody gets what a ranker
    thinks the worst of.
    """
    equal = dict.fromkeys(rankers, 1.0)
    known = [own for own in (_told(each, rankers) for each in rehearsals) if own]
    if len(rankers) < 2 or not known:
        return equal
    shares, verdicts = (np.concatenate(parts) for parts in zip(*known, strict=True))
    # A ranker that said nothing, of all rehearsed, keeps what it has.
    spoke = shares.any(axis=0)
    prior = np.full(len(rankers), _EXPECTED / np.sqrt(max(spoke.sum(), 1)))
    fitted = np.linalg.solve(
        shares.T @ shares + _DOUBT * np.eye(len(rankers)), shares.T @ verdicts + _DOUBT * prior
    )
    weights = np.clip(fitted / prior, 0, _MOST)
    if not weights[spoke].any():
        return equal
    weights[spoke] *= spoke.sum() / weights[spoke].sum()
    return dict(zip(rankers, weights.tolist(), strict=True))


def _told(rehearsal: Rehearsal, rankers: Sequence[str]) -> tuple[Array, Array] | None:
    """Give shares [n, r] and verdicts [n], around their means and weighed; None if all alike."""
    judged = len(rehearsal.verdicts)
    count = max((len(own) for own in rehearsal.shares.values()), default=0)
    if not judged or not count:
        return None
    nothing = np.zeros(count)
    shares = np.stack([rehearsal.shares.get(name, nothing) for name in rankers], axis=1)
    verdicts = np.zeros(count)
    verdicts[:judged] = rehearsal.verdicts
    weight = np.ones(count)
    weight[judged:] = judged / max(count - judged, 1)
    shares = shares - np.average(shares, axis=0, weights=weight)
    verdicts -= np.average(verdicts, weights=weight)
    spread = np.sqrt(np.average(verdicts**2, weights=weight))
    if spread < 1e-9:
        return None
    root = np.sqrt(weight)
    return shares * root[:, None], verdicts / spread * root
