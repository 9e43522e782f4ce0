"""The one way from opinions to a ranking: the panel, Why and every evaluation go by it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
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
from mediadesk.recommend.asking import ask, ask_without
from mediadesk.recommend.blend import Ranked, blend
from mediadesk.recommend.fondness import FONDNESS, apart, fondness
from mediadesk.recommend.leaning import LEANING, leaning
from mediadesk.recommend.requests import Requests

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

    def without(self, answer: Answer, seeds: Sequence[str]) -> list[Ranked]:
        """Rank the same for each seed as if nothing was held of it, all else equal: scales as well.

        Nothing is told where a ranker fails that had its say: that would be put down to the seeds.
        """
        request, ranked = answer.request, answer.ranked
        places = {opinion.item: n for n, opinion in enumerate(request.history)}
        held = [seed for seed in seeds if seed in places]
        if not held:
            return [ranked for _ in seeds]
        asked = replace(request, without=tuple(places[seed] for seed in held))
        said = {name: ranked.scores[name] for name in (LEANING, FONDNESS) if name in ranked.scores}
        scores = {seed: dict(said) for seed in held}
        for ranker, run in self._parts().rankers:
            if ranker.name not in ranked.scores:
                continue
            try:
                told = self._guard(ranker, partial(ask_without, ranker, asked, run))
            except UserError as error:
                log.warning("Why can't tell what each seed does: %s", error)
                return []
            for own, values in zip(scores.values(), told, strict=True):
                own[ranker.name] = values
        left = {
            seed: blend(request.candidates, own, scale=ranked.scale) for seed, own in scores.items()
        }
        return [left.get(seed, ranked) for seed in seeds]

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
            scores[ranker.name] = guard(ranker, partial(ask, ranker, request, run))
        except UserError as error:
            log.warning("the panel goes on without a ranker: %s", error)
    return blend(request.candidates, scores, weights, history=request.history, scale=scale)
