"""Has two rankings compete on the top picks of a person, who sees one list and no difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mediadesk.recommend.blend import blend
from mediadesk.recommend.candidates import dice
from mediadesk.recommend.crediting import label
from mediadesk.recommend.fondness import FONDNESS
from mediadesk.recommend.interleaving import team_draft
from mediadesk.recommend.leaning import LEANING
from mediadesk.recommend.picking import picks

if TYPE_CHECKING:
    from mediadesk.api import Item
    from mediadesk.recommend.blend import Ranked
    from mediadesk.recommend.drafts import Entry, View
    from mediadesk.recommend.ranking import Answer
    from mediadesk.store.contests import Contest

BLEND = "blend"
"""The arm that is all rankers together, as the panel is without a contest."""
_COMMON = frozenset({LEANING, FONDNESS})  # what a person asked for or misses is no ranker's


@dataclass(frozen=True, slots=True, kw_only=True)
class Contested:
    """The top picks of both arms as one list; none where nothing competes.

    `ranked` is arm, as it is written on the entries → its ranking; `items` are those that the arms
    looked up.
    """

    entries: Sequence[Entry] = ()
    ranked: Mapping[str, Ranked] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)


def contested(
    contest: Contest | None,
    answer: Answer,
    seen: View,
    look: Callable[[Answer], View],
    *,
    limit: int,
) -> Contested:
    """Draft the top picks of a contest; without one, or where an arm is silent, there are none.

    Args:
        contest: the one that goes on.
        answer: the candidates as all rankers together rank them.
        seen: the view of that.
        look: gives the view of a ranking.
        limit: how many picks there are.
    """
    if contest is None or not seen.has_taste:
        return Contested()
    arms = [arm for name in contest.arms if (arm := _alone(answer, name)) is not None]
    if len(arms) < 2:
        return Contested()
    views = [seen if arm.ranked is answer.ranked else look(arm) for arm in arms]
    lists = [{e.item: e for e in picks(replace(view, used=set()), limit)} for view in views]
    first, second = map(list, lists)
    chance = dice(f"{answer.request.profile}/contest", seen.now)
    names = [label(contest, name, seen.now) for name in contest.arms]
    return Contested(
        entries=[
            replace(lists[side][item], arm=names[side])
            for item, side in team_draft(first, second, limit, chance).items()
        ],
        ranked={name: arm.ranked for name, arm in zip(names, arms, strict=True)},
        items={item: found for view in views for item, found in view.items.items()},
    )


def silent(contest: Contest, answer: Answer) -> tuple[str, ...]:
    """Give the arms of a contest that have nothing to say of the candidates."""
    return tuple(name for name in contest.arms if _alone(answer, name) is None)


def _alone(answer: Answer, name: str) -> Answer | None:
    """Give the answer of one arm; None where it makes no difference between the candidates.

    What is in common counts in both, but says nothing for either.
    """
    ranked = answer.ranked
    own = {name, *_COMMON}
    said = {each: scores for each, scores in ranked.scores.items() if each in own}
    alone = ranked if name == BLEND else blend(ranked.items, said, history=ranked.history)
    heard = (share.any() for each, share in alone.shares.items() if each not in _COMMON)
    return replace(answer, ranked=alone) if any(heard) else None
