"""The ranker of what is new, and of whom one has heard in the last days."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mediadesk.api import Array, Cause, RankRequest, Run, Scores
from mediadesk_next.lately import by_the_same
from mediadesk_next.signal import DAY, Signal, opinions, saturated, scores

_NEW = 14.0  # days
_TIRED = 1.0  # day: for rankers time stands still until the next opinion or day
_WEIGHT = 0.5


class Novelty:
    """Scores by how new something is in the library, and music by how long its artist rested."""

    name = "novelty"
    model = None

    def __init__(self, text: Callable[[str], str]) -> None:
        """Translate by `text`."""
        self._new = Cause(text=text("New in your library"))
        self._old = Cause(text=text("Longer in your library than others"))
        self._again = Cause(text=text("You have heard them in the last few days"))

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002 - it has no model
        """Score every candidate; 0 is as new as the others."""
        if request.facts is None:
            return Scores(values=np.zeros(len(request.candidates)), confidence=0.0)
        _, days = opinions(request)
        tired = saturated(self._again, by_the_same(request.facts, days, half_life=_TIRED))
        newness = _WEIGHT * _newness(request.facts.candidates.added, request.now)
        nobody = np.zeros_like(tired.due)
        new = Signal(cause=self._new, values=np.maximum(newness, 0), due=nobody)
        old = Signal(cause=self._old, values=np.minimum(newness, 0), due=nobody)
        rests = replace(tired, values=-tired.values, due=-tired.due)
        return scores([new, old, rests], count=len(request.candidates))


def _newness(added: Array, now: float) -> Array:
    """Give how much newer than the mean of the candidates each is."""
    days = np.maximum(now - np.nan_to_num(added), 0) / DAY
    newness: Array = 0.5 ** (days / _NEW)
    return newness - newness.mean() if len(newness) else newness
