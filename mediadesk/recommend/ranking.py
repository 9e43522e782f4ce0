"""Asks the rankers: from candidates and opinions to blended scores."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TypeVar

import numpy as np

from mediadesk.api import Ranker, RankRequest, Run, Score, UserError
from mediadesk.recommend.blend import Ranked, blend

log = logging.getLogger(__name__)
T = TypeVar("T")


class Guard(Protocol):
    """Calls into a plugin: gets the plugin's object and the call; may raise `UserError`."""

    def __call__(self, part: Ranker, call: Callable[[], T], /) -> T:
        """Give what the call gives."""
        ...


class Rankers:
    """The rankers, each with the `run` of its model."""

    def __init__(self, rankers: Sequence[tuple[Ranker, Run]], guard: Guard) -> None:
        self._rankers = rankers
        self._guard = guard

    def rank(self, request: RankRequest) -> Ranked:
        """Blend what all rankers say; one that fails is left out."""
        scores: dict[str, Sequence[Score]] = {}
        for ranker, run in self._rankers:
            try:
                scores[ranker.name] = self._guard(ranker, partial(_ask, ranker, request, run))
            except UserError as error:
                log.warning("the panel goes on without a ranker: %s", error)
        return blend(request.candidates, scores)


def _ask(ranker: Ranker, request: RankRequest, run: Run) -> Sequence[Score]:
    scores = ranker.rank(request, run)
    if [score.item for score in scores] != list(request.candidates):
        raise ValueError(f"the ranker “{ranker.name}” did not score the candidates in their order")
    if not np.isfinite([score.value for score in scores]).all():
        raise ValueError(f"the ranker “{ranker.name}” gave a score that is no number")
    return scores
