"""Asks the rankers: from candidates and opinions to blended scores."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from mediadesk.api import (
    Explainer,
    Ranker,
    RankRequest,
    Run,
    Scores,
    ShelfMaker,
    UserError,
)
from mediadesk.host.isolate.remote import Remote
from mediadesk.host.isolate.results import check_scores
from mediadesk.recommend.blend import Ranked, blend

log = logging.getLogger(__name__)
T = TypeVar("T")


class Guard(Protocol):
    """Calls into a plugin: gets the plugin's object and the call; may raise `UserError`."""

    def __call__(self, part: Ranker | ShelfMaker | Explainer, call: Callable[[], T], /) -> T:
        """Give what the call gives."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What plugins contribute to recommending; the rankers each with the `run` of its model."""

    rankers: Sequence[tuple[Ranker, Run]]
    shelf_makers: Sequence[ShelfMaker] = ()
    explainers: Sequence[Explainer] = ()


def rank(rankers: Sequence[tuple[Ranker, Run]], guard: Guard, request: RankRequest) -> Ranked:
    """Blend what all rankers say; one that fails is left out."""
    scores: dict[str, Scores] = {}
    for ranker, run in rankers:
        try:
            scores[ranker.name] = guard(ranker, partial(_ask, ranker, request, run))
        except UserError as error:
            log.warning("the panel goes on without a ranker: %s", error)
    return blend(request.candidates, scores, history=request.history)


def _ask(ranker: Ranker, request: RankRequest, run: Run) -> Scores:
    """Ask one ranker and check that what it gives can be blended.

    Raises:
        ValueError: if it can't; it says what was given and what was expected.
    """
    scores = ranker.rank(request, run)
    if isinstance(ranker, Remote):
        return scores  # its guest has checked them
    try:
        check_scores(scores, request)
    except ValueError as error:
        raise ValueError(f"“{ranker.name}” went wrong: {error}") from error
    return scores
