"""Asks the rankers: from candidates and opinions to blended scores."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

import numpy as np

from mediadesk.api import (
    Array,
    Explainer,
    Ranker,
    RankRequest,
    Run,
    Scores,
    ShelfMaker,
    UserError,
)
from mediadesk.recommend.blend import Ranked, blend

log = logging.getLogger(__name__)
T = TypeVar("T")
_LARGEST = 1e9
_LONGEST = 300


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
        ValueError: if a score or share is missing, no number, or due to nothing that there is or
            can be shown.
    """
    scores = ranker.rank(request, run)
    values = np.asarray(scores.values)
    if values.shape != (len(request.candidates),) or not _are_numbers(values):
        raise ValueError(
            f"the ranker “{ranker.name}” did not give each of {len(request.candidates)} "
            "candidates a number"
        )
    for cause in scores.causes:
        if len(cause.text) > _LONGEST or not cause.text.isprintable():
            raise ValueError(f"the cause {cause.text[:40]!r} is no line of {_LONGEST} characters")
    if scores.shares is not None:
        _check_shares(scores, opinions=len(request.history))
    return scores


def _check_shares(scores: Scores, *, opinions: int) -> None:
    shares, cause = np.asarray(scores.shares), np.asarray(scores.cause)
    seed = np.full(shares.shape, -1) if scores.seed is None else np.asarray(scores.seed)
    if shares.ndim != 2 or not len(shares) == len(scores.values) or not _are_numbers(shares):
        raise ValueError("the shares are not [n, k] numbers")
    for name, index, end in (("cause", cause, len(scores.causes)), ("seed", seed, opinions)):
        if index.shape != shares.shape or index.dtype.kind not in "iu":
            raise ValueError(f"`{name}` is not [n, k] whole numbers like the shares")
        if index.size and not (-1 if name == "seed" else 0) <= index.min() <= index.max() < end:
            raise ValueError(f"`{name}` points to what is not there")


def _are_numbers(values: Array) -> bool:
    """Whether they can be added up; sums and squares of larger ones drown all others."""
    return values.dtype.kind in "fiu" and bool((np.abs(values) <= _LARGEST).all())
