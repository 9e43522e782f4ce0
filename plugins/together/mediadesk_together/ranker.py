"""The ranker: adds up what each opinion of the asker, shared with others, says of the rest."""

from pathlib import Path

import numpy as np

from mediadesk.api import Array, Cause, Crowd, ModelSpec, RankRequest, Run, Scores
from mediadesk_together.fit import Fit, fit

_COMMON = 3  # opinions on the same items: whoever has fewer is no company
_COMPANY = 3  # one or two people are no crowd
_ENOUGH = 1_000.0  # opinions of others on what the asker knows, with which half is believed


class Together:
    """Scores by item-to-item weights that it learns from the crowd, once for each crowd.

    A score is a sum over the asker's opinions, so that every share of it is exact. 0 is the mean of
    the candidates that the crowd knows; what it does not know stays there.
    """

    name = "together"
    model = ModelSpec(task="rank", name="together", file=Path(__file__).with_name("together.onnx"))

    def __init__(self) -> None:
        self._fitted: tuple[str, Fit] | None = None

    def rank(self, request: RankRequest, run: Run) -> Scores:
        """Score every candidate; it has no confidence where hardly anybody knows the same items."""
        crowd, count = request.crowd, len(request.candidates)
        left = np.array(request.without, int)
        nothing = Scores(
            values=np.zeros(count), confidence=0.0, without=np.zeros((len(left), count))
        )
        if crowd is None or not len(crowd.item) or not request.history:
            return nothing
        known = np.flatnonzero(crowd.candidates >= 0)
        if not len(known):
            return nothing
        learnt = self._fit(crowd)
        opinion, shared = _in_common(crowd, learnt.person)
        person = learnt.person[shared]
        told = run(
            {
                "counts": learnt.counts[crowd.candidates[known]],
                "people": learnt.people,
                "mine": np.array([own.value for own in request.history], np.float32),
                "theirs": crowd.value[shared],
                "items": learnt.items[crowd.item[shared]],
                "place": np.stack([person, opinion], axis=1, dtype=np.int64),
            }
        )
        shares = np.zeros((count, told["shares"].shape[1]))
        shares[known] = told["shares"]
        seed = np.full(shares.shape, -1)
        seed[known, :-1] = told["seed"]
        values = shares.sum(axis=1)
        without = np.tile(values, (len(left), 1))
        without[:, known] -= told["parts"].T[left]
        return Scores(
            values=values,
            confidence=_confidence(person),
            causes=(Cause(block="crowd"),),
            shares=shares,
            cause=np.zeros(shares.shape, np.int64),
            seed=seed,
            without=without,
        )

    def _fit(self, crowd: Crowd) -> Fit:
        fitted = self._fitted
        if fitted is None or fitted[0] != crowd.mark:
            fitted = self._fitted = crowd.mark, fit(crowd)
        return fitted[1]


def _in_common(crowd: Crowd, person: Array) -> tuple[Array, Array]:
    """Give the places in the history that others know, and the entry of the crowd for each.

    `person` is whose each entry is, -1 where it does not count.
    """
    place = np.full(crowd.items, -1)
    known = np.flatnonzero(crowd.history >= 0)
    place[crowd.history[known]] = known
    shared = np.flatnonzero((place[crowd.item] >= 0) & (person >= 0))
    return place[crowd.item[shared]], shared


def _confidence(person: Array) -> float:
    """Tell how much there is to go by, from whose opinions are on what the asker knows, too."""
    common = np.bincount(person)
    company = common[common >= _COMMON]
    known = float(company.sum())
    return known / (known + _ENOUGH) if len(company) >= _COMPANY else 0.0
