"""Why an item stands where it does: its rank, its reasons, and what each seed does to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mediadesk.api import ExplainRequest, Liked, Opinion
from mediadesk.recommend import sentences
from mediadesk.recommend.candidates import is_open
from mediadesk.recommend.extras import added_reasons
from mediadesk.recommend.reasons import Reasons
from mediadesk.recommend.recalling import told
from mediadesk.recommend.values import Reason, Why
from mediadesk.store import library, places

if TYPE_CHECKING:
    from mediadesk.recommend.group import Together
    from mediadesk.recommend.moments import Matcher
    from mediadesk.recommend.profile import State
    from mediadesk.recommend.ranking import Answer, Guard, Parts
    from mediadesk.store import Database

_SEEDS_ASKED = 8


class Explaining:
    """Explains rankings; one thread at a time."""

    def __init__(self, ranking: Together, matcher: Matcher, *, guard: Guard, language: str) -> None:
        """Explain what `ranking` gives; plugins are asked through `guard`, for a `language`."""
        self._ranking = ranking
        self._matcher = matcher
        self._guard = guard
        self._language = language

    def why(
        self,
        db: Database,
        item: str,
        answer: Answer,
        *,
        states: Mapping[str, State],
        held: Sequence[Opinion],
        parts: Parts,
        is_candidate: bool,
    ) -> Why:
        """Explain the place of an item in a ranking.

        That was asked for without what is held of the item, unless it `is_candidate` of the panel:
        what was said of the item itself would only explain it by itself.
        """
        ranked, now = answer.ranked, answer.request.now
        note = _note(db, item, states.get(item), now, is_candidate=is_candidate)
        reasons = Reasons(db, self._matcher, titles={}, states=states)
        asked = [opinion.item for opinion in ranked.history if opinion.value > 0][-_SEEDS_ASKED:]
        asked += [part.seed for part in ranked.parts(item) if part.seed]
        seeds = [] if note else list(dict.fromkeys(asked))
        left = self._ranking.without(answer, seeds)
        explained = reasons.explain(item, ranked)
        explained += self._said(parts, db, item, explained, held)
        return Why(
            item=item,
            rank=None if note else ranked.rank(item),
            of=len(ranked.items),
            score=float(ranked.values[ranked.places[item]]),
            rankers=ranked.shares_of(item),
            reasons=tuple(explained) or (reasons.untold(item),),
            without={seed: own.rank(item) for seed, own in zip(seeds, left, strict=False)},
            note=note,
        )

    def _said(
        self,
        parts: Parts,
        db: Database,
        item: str,
        reasons: Sequence[Reason],
        held: Sequence[Opinion],
    ) -> list[Reason]:
        if not parts.explainers:
            return []
        known = library.items(db, [item, *(opinion.item for opinion in held)])
        request = ExplainRequest(
            item=known[item],
            reasons=tuple(reason.text for reason in reasons),
            history=tuple(
                Liked(item=known[opinion.item], value=opinion.value)
                for opinion in held
                if opinion.item in known
            ),
            language=self._language,
        )
        return added_reasons(parts.explainers, self._guard, request)


def _note(db: Database, item: str, state: State | None, now: float, *, is_candidate: bool) -> str:
    if not library.kept(db, [item]):
        is_missing = places.nowhere_missing(db, [item]) is None
        return sentences.NOTES["missing" if is_missing else "gone"]
    is_known_again = is_candidate and state is not None and not state.is_tired(now)
    if is_open(state, now) or state is None or is_known_again:
        return ""
    if state.hidden:
        return sentences.NOTES["hidden"]
    if state.verdict is not None or state.stars is not None:
        return sentences.NOTES["judged"]
    return f"{known}." if (known := told([state])) else sentences.NOTES["resting"]
