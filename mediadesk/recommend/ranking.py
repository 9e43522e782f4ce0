"""The one way from opinions to a ranking: the panel, Why and every evaluation go by it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from mediadesk.api import (
    Explainer,
    Opinion,
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
from mediadesk.recommend.fondness import FONDNESS, apart, fondness
from mediadesk.recommend.leaning import LEANING, leaning
from mediadesk.recommend.requests import Requests, without

if TYPE_CHECKING:
    from mediadesk.recommend.rehearsing import Rehearsing
    from mediadesk.store import Database

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A ranking, and what was asked for it."""

    request: RankRequest
    ranked: Ranked


class Ranking:
    """Ranks items for a profile; one thread at a time."""

    def __init__(
        self,
        requests: Requests,
        rehearsing: Rehearsing,
        parts: Callable[[], Parts],
        *,
        guard: Guard,
    ) -> None:
        """Ask the rankers that `parts` gives, anew each time, through `guard`."""
        self._requests = requests
        self._rehearsing = rehearsing
        self._parts = parts
        self._guard = guard

    def rank(
        self,
        db: Database,
        profile: str,
        *,
        among: Sequence[str],
        held: Sequence[Opinion],
        now: float,
        but: Collection[str] = (),
        leanings: bool = True,
    ) -> Answer:
        """Rank the items `among` which a profile chooses, by the opinions `held`, oldest first.

        What is held of those `but` some of them tells only how much each ranker counts, as it does
        whatever is asked. Without `leanings` what the profile asked for more or less of counts
        nothing.
        """
        rankers = self._parts().rankers
        others, own = apart(held, among)
        request = self._requests.make(db, profile, among=among, held=others, now=now)
        weights = self.weights(db, profile, held)
        wanted = leaning(db, profile, among) if leanings else None
        also = {LEANING: wanted} if wanted else {}
        own = [each for each in own if each.item not in but]
        if (fond := fondness(own, among, now)) is not None:
            also[FONDNESS] = fond
        ranked = rank(rankers, self._guard, request, weights=weights, also=also)
        return Answer(request=request, ranked=ranked)

    def weights(self, db: Database, profile: str, held: Sequence[Opinion]) -> dict[str, float]:
        """Give how much each ranker counts for a profile with these opinions, 1 on average."""
        names = [ranker.name for ranker, _ in self._parts().rankers]
        return self._rehearsing.weights(names, held, partial(self._plain, db, profile))

    def without(self, answer: Answer, seed: str) -> Ranked:
        """Rank the same as if nothing was held of one item, all else equal: scales as well."""
        request = without(answer.request, seed)
        ranked = answer.ranked
        also = {name: ranked.scores[name] for name in (LEANING, FONDNESS) if name in ranked.scores}
        return rank(self._parts().rankers, self._guard, request, scale=ranked.scale, also=also)

    def _plain(
        self,
        db: Database,
        profile: str,
        among: Sequence[str],
        held: Sequence[Opinion],
        now: float,
    ) -> Ranked:
        """Rank with each ranker counting the same."""
        request = self._requests.make(db, profile, among=among, held=held, now=now)
        return rank(self._parts().rankers, self._guard, request)


def rank(
    rankers: Sequence[tuple[Ranker, Run]],
    guard: Guard,
    request: RankRequest,
    *,
    weights: Mapping[str, float] | None = None,
    scale: Mapping[str, float] | None = None,
    also: Mapping[str, Scores] | None = None,
) -> Ranked:
    """Blend what all rankers say, and what is said `also`, as `blend` does.

    A ranker that fails is left out.
    """
    scores: dict[str, Scores] = dict(also or {})
    for ranker, run in rankers:
        try:
            scores[ranker.name] = guard(ranker, partial(_ask, ranker, request, run))
        except UserError as error:
            log.warning("the panel goes on without a ranker: %s", error)
    return blend(request.candidates, scores, weights, history=request.history, scale=scale)


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
