"""What several people would like to watch together: half the average, half least misery.

Least misery is what the one who likes it least thinks of it.
Least misery blended with the average, of scores that are standardised for each person: Masthoff,
"Group Recommender Systems" (Recommender Systems Handbook, 2011). Whoever is nobody's enemy and
everybody's second choice wins over what one loves and another can't stand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array, Cause, Scores
from mediadesk.recommend.blend import Ranked
from mediadesk.recommend.fondness import untried
from mediadesk.recommend.ranking import Answer, Ranking
from mediadesk.store import profiles

if TYPE_CHECKING:
    from mediadesk.api import Opinion
    from mediadesk.recommend.supposing import Supposing
    from mediadesk.store import Database

_MISERY = 0.5
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """What a member's values are measured from: the mean of each ranker's share, and the spread."""

    means: Mapping[str, float]
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAnswer(Answer):
    """A ranking for a group, with those of its members, and how much each counts for each item."""

    members: Mapping[str, Answer]
    centres: Mapping[str, Centre]
    weights: Mapping[str, Array]


class Together:
    """Ranks for persons as `Ranking` does, and for groups; one thread at a time."""

    def __init__(self, ranking: Ranking, history: Supposing) -> None:
        """Rank by what members say in `history`."""
        self._ranking = ranking
        self._history = history

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
        """Rank as `Ranking.rank`; for a group by what each member holds of the items in `held`."""
        members = profiles.find(db, profile).members
        rank = partial(self._ranking.rank, db, among=among, now=now, leanings=leanings)
        if not members:
            return rank(profile, held=held, but=but)
        counted = {opinion.item for opinion in held}
        answers: dict[str, Answer] = {}
        for member in members:
            states = self._history.states(db, member)
            said = [opinion for opinion in states.opinions if opinion.item in counted]
            answers[member] = rank(member, held=said, but={*but, *untried(among, states)})
        ranked = {member: answer.ranked for member, answer in answers.items()}
        centres = {member: centre_of(each) for member, each in ranked.items()}
        weights = weights_of(ranked, centres)
        return GroupAnswer(
            request=replace(answers[members[0]].request, profile=profile),
            ranked=together(ranked, centres, weights),
            members=answers,
            centres=centres,
            weights=weights,
        )

    def without(self, answer: Answer, seeds: Sequence[str]) -> list[Ranked]:
        """Rank the same as if nothing was held of each of some items, all else equal.

        The weights are, too. So each score is less by just what is due to that item. Nothing is
        told where a ranker fails.
        """
        if not isinstance(answer, GroupAnswer):
            return self._ranking.without(answer, seeds)
        left = [self._ranking.without(each, seeds) for each in answer.members.values()]
        return [
            together(dict(zip(answer.members, ranked, strict=True)), answer.centres, answer.weights)
            for ranked in zip(*left, strict=False)
        ]


def weights_of(ranked: Mapping[str, Ranked], centres: Mapping[str, Centre]) -> dict[str, Array]:
    """Give member → how much what they think counts for each item; nobody without a taste is there.

    For each item the half that is not shared equally is of who likes it least.
    """
    voices = [member for member in ranked if centres[member].spread > _NOTHING]
    if not voices:
        return {}
    least = np.array([_standard(ranked[name], centres[name]) for name in voices]).argmin(axis=0)
    return {
        name: (1 - _MISERY) / len(voices) + _MISERY * (least == n) for n, name in enumerate(voices)
    }


def together(
    ranked: Mapping[str, Ranked], centres: Mapping[str, Centre], weights: Mapping[str, Array]
) -> Ranked:
    """Give the ranking of a group from those of its members, of the same items.

    Its rankers are those of the members, as “member: ranker”; their shares add up to its values.
    Who has no taste yet has no say.
    """
    first = next(iter(ranked.values()))
    history: list[Opinion] = []
    scores: dict[str, Scores] = {}
    for member, weight in weights.items():
        for name, said in ranked[member].scores.items():
            scores[f"{member}: {name}"] = _weighed(
                said,
                weight / centres[member].spread,
                scale=ranked[member].scale[name],
                mean=centres[member].means.get(name, 0.0),
                offset=len(history),
            )
        history += ranked[member].history
    shares: dict[str, Array] = {
        name: np.asarray(said.values, np.float64) for name, said in scores.items()
    }
    return Ranked(
        items=first.items,
        history=tuple(history),
        values=sum(shares.values(), start=np.zeros(len(first.items))),
        shares=shares,
        scores=scores,
        scale=dict.fromkeys(scores, 1.0),
    )


def centre_of(ranked: Ranked) -> Centre:
    """Give what a member's values are measured from."""
    has_items = len(ranked.items) > 0
    return Centre(
        means={name: float(share.mean()) if has_items else 0.0
               for name, share in ranked.shares.items()},
        spread=float(ranked.values.std()) if has_items else 0.0,
    )  # fmt: skip


def agreed(answer: GroupAnswer) -> list[str]:
    """Give what every member with a taste likes more than most, best first."""
    ranked = answer.ranked
    voices = [name for name, centre in answer.centres.items() if centre.spread > _NOTHING]
    if not voices:
        return []
    z = np.array([_standard(answer.members[name].ranked, answer.centres[name]) for name in voices])
    return [ranked.items[n] for n in ranked.order() if z[:, n].min() > 0]


def _standard(ranked: Ranked, centre: Centre) -> Array:
    values: Array = (ranked.values - sum(centre.means.values())) / centre.spread
    return values


def _weighed(said: Scores, weight: Array, *, scale: float, mean: float, offset: int) -> Scores:
    """Give what a ranker said as it counts in a group, with one more share: that of the centre."""
    values = np.asarray(said.values, np.float64) * scale
    if said.shares is None or said.cause is None:
        shares, cause = values[:, None], np.zeros((len(values), 1), np.int32)
        seed, causes = np.full(cause.shape, -1, np.int32), said.causes[:1] or (Cause(),)
    else:
        shares = np.asarray(said.shares, np.float64) * scale
        cause, causes = np.asarray(said.cause, np.int32), said.causes
        none = np.full(cause.shape, -1, np.int32)
        seed = none if said.seed is None else np.asarray(said.seed, np.int32)
        seed = np.where(seed >= 0, seed + offset, -1)
    column = np.ones((len(values), 1))
    return Scores(
        values=(values - mean) * weight,
        causes=(*causes, Cause(block="centre")),
        shares=np.hstack((shares, -mean * column)) * weight[:, None],
        cause=np.hstack((cause, len(causes) * column.astype(np.int32))),
        seed=np.hstack((seed, -column.astype(np.int32))),
    )
