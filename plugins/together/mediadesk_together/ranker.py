"""The ranker: adds up what each opinion of the asker, shared with others, says of the rest."""

import numpy as np

from mediadesk.api import Array, Cause, Crowd, RankRequest, Run, Scores
from mediadesk_together.fit import Fit, fit

_NAMED = 3
_COMMON = 3  # opinions on the same items: whoever has fewer is no company
_COMPANY = 3  # one or two people are no crowd
_ENOUGH = 1_000.0  # opinions of others on what the asker knows, with which half is believed


class Together:
    """Scores by item-to-item weights that it learns from the crowd, once for each crowd.

    A score is a sum over the asker's opinions, so that every share of it is exact. 0 is the mean of
    the candidates that the crowd knows; what it does not know stays there.
    """

    name = "together"
    model = None

    def __init__(self) -> None:
        self._fitted: tuple[str, Fit] | None = None

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002 - it has no model
        """Score every candidate; it has no confidence where hardly anybody knows the same items."""
        crowd = request.crowd
        if crowd is None or not len(crowd.item) or not request.history:
            return Scores(values=np.zeros(len(request.candidates)), confidence=0.0)
        learnt = self._fit(crowd)
        values = np.array([opinion.value for opinion in request.history], np.float32)
        mine, shared = _in_common(crowd)
        person = learnt.person[shared]
        agreement = np.zeros((len(values), len(learnt.people)), np.float32)
        weight = learnt.items[crowd.item[shared]] ** 2 * learnt.people[person]
        agreement[mine, person] = weight * (1 + values[mine] * crowd.value[shared])
        shares = _shares(crowd, learnt.counts, agreement)
        return _scores(shares, is_liked=values > 0, confidence=_confidence(person))

    def _fit(self, crowd: Crowd) -> Fit:
        fitted = self._fitted
        if fitted is None or fitted[0] != crowd.mark:
            fitted = self._fitted = crowd.mark, fit(crowd)
        return fitted[1]


def _in_common(crowd: Crowd) -> tuple[Array, Array]:
    """Give the places in the history that others know, and the entry of the crowd for each."""
    place = np.full(crowd.items, -1)
    known = np.flatnonzero(crowd.history >= 0)
    place[crowd.history[known]] = known
    shared = np.flatnonzero(place[crowd.item] >= 0)
    return place[crowd.item[shared]], shared


def _confidence(person: Array) -> float:
    """Tell how much there is to go by, from whose opinions are on what the asker knows, too."""
    common = np.bincount(person)
    company = common[common >= _COMMON]
    known = float(company.sum())
    return known / (known + _ENOUGH) if len(company) >= _COMPANY else 0.0


def _shares(crowd: Crowd, counts: Array, agreement: Array) -> Array:
    """Give [n, m]: what each opinion adds to each candidate."""
    shares = np.zeros((len(crowd.candidates), len(agreement)), np.float32)
    known = crowd.candidates >= 0
    if known.any():
        found = counts[crowd.candidates[known]] @ agreement.T
        shares[known] = found - found.mean(axis=0)
    return shares


def _scores(shares: Array, *, is_liked: Array, confidence: float) -> Scores:
    """Name the opinions that speak most for a candidate, and add up the rest."""
    may_be_named = is_liked if is_liked.any() else np.ones_like(is_liked)
    named = min(_NAMED, int(may_be_named.sum()))
    eligible = np.where(may_be_named, shares, -np.inf)
    seeds = np.argpartition(-eligible, named - 1, axis=1)[:, :named]
    strongest = np.take_along_axis(shares, seeds, axis=1)
    values = shares.sum(axis=1, dtype=np.float64)
    rest = values - strongest.sum(axis=1)
    none = np.full((len(shares), 1), -1)
    split = np.column_stack([strongest, rest])
    return Scores(
        values=values,
        confidence=confidence,
        causes=(Cause(block="crowd"),),
        shares=split,
        cause=np.zeros(split.shape, np.int64),
        seed=np.column_stack([seeds, none]),
    )
