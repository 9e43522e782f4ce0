"""The ranker of what is new, and of whom one has heard in the last days."""

from collections.abc import Callable

import numpy as np

from mediadesk.api import Array, Cause, RankRequest, Run, Scores
from mediadesk_next.lately import by_the_same
from mediadesk_next.signal import DAY, MODEL, NOBODY, Signal, nothing, opinions, scores

_NEW = 14.0  # days
_TIRED = 1.0  # day: for rankers time stands still until the next opinion or day
_WEIGHT = 0.5


class Novelty:
    """Scores by how new something is in the library, and music by how long its artist rested."""

    name = "novelty"
    model = MODEL

    def __init__(self, text: Callable[[str], str]) -> None:
        """Translate by `text`."""
        self._new = Cause(text=text("Newer in your library than others"))
        self._old = Cause(text=text("Longer in your library than others"))
        self._again = Cause(text=text("You have played or judged them in the last few days"))

    def rank(self, request: RankRequest, run: Run) -> Scores:
        """Score every candidate; 0 is as new as the others."""
        if request.facts is None:
            return nothing(len(request.candidates), request.without)
        _, days = opinions(request)
        count = len(request.candidates)
        rests = by_the_same(self._again, request.facts, -(0.5 ** (days / _TIRED)))
        newness = _WEIGHT * _newness(request.facts.candidates.added, request.now)
        new = Signal(cause=self._new, values=np.maximum(newness, 0), due=NOBODY)
        old = Signal(cause=self._old, values=np.minimum(newness, 0), due=NOBODY)
        return scores([new, old, rests], run, count=count, without=request.without)


def _newness(added: Array, now: float) -> Array:
    """Give by how many days newer than the mean of the candidates each is, most for new ones.

    What one scan found came on one day: in which order it did says nothing.
    """
    days = np.floor(np.maximum(now - np.nan_to_num(added), 0) / DAY)
    newness: Array = 0.5 ** (days / _NEW)
    return newness - newness.mean() if len(newness) else newness
