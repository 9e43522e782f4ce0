"""Has two rankings compete on the top picks of a person, who sees one list and no difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from mediadesk.recommend.blend import blend
from mediadesk.recommend.candidates import dice
from mediadesk.recommend.crediting import label
from mediadesk.recommend.fondness import FONDNESS
from mediadesk.recommend.interleaving import team_draft
from mediadesk.recommend.leaning import LEANING
from mediadesk.recommend.picking import picks

if TYPE_CHECKING:
    from mediadesk.recommend.blend import Ranked
    from mediadesk.recommend.drafts import Entry, View
    from mediadesk.store.contests import Contest

BLEND = "blend"
"""The arm that is all rankers together, as the panel is without a contest."""
_COMMON = frozenset({LEANING, FONDNESS})  # what a person asked for or misses is no ranker's


def rivals(contest: Contest | None, ranked: Ranked, now: float) -> dict[str, Ranked]:
    """Give both arms of a contest, as they are written on the entries, with their rankings.

    There are none without a contest, or where an arm is silent, or nothing is known of who looks.

    Args:
        contest: the one that goes on.
        ranked: the candidates as all rankers together rank them.
        now: unix seconds.
    """
    if contest is None or not ranked.history:
        return {}
    arms = {
        label(contest, name, now): arm
        for name in contest.arms
        if (arm := _alone(ranked, name)) is not None
    }
    return arms if len(arms) == 2 else {}


def drafted(arms: Mapping[str, Ranked], seen: View, profile: str, *, limit: int) -> list[Entry]:
    """Draft the top picks of both arms as one list; none where there are no `rivals`.

    Args:
        arms: arm → its ranking.
        seen: the view of all rankers together, in which the best of both can be shown.
        profile: who looks.
        limit: how many picks there are.
    """
    if not arms:
        return []
    sides = [
        {entry.item: replace(entry, arm=arm) for entry in picks(_by(ranked, seen), limit)}
        for arm, ranked in arms.items()
    ]
    chance = dice(f"{profile}/contest", seen.now)
    first, second = map(list, sides)
    drawn = team_draft(first, second, limit, chance)
    return [sides[side][item] for item, side in drawn.items()]


def _by(ranked: Ranked, seen: View) -> View:
    """Give a view as another ranking of the same has it; what is tried out is no ranker's."""
    worth = dict(zip(ranked.items, ranked.values.tolist(), strict=True))
    whole = [ranked.items[n] for n in ranked.order()]
    resting, rare = set(seen.spare), set(seen.rare)
    return replace(
        seen,
        order=[item for item in whole if item not in resting],
        spare=[item for item in whole if item in resting],
        worth=worth,
        seed=ranked.seed,
        rare=[item for item in whole if item in rare],
        used=set(),
    )


def silent(contest: Contest, ranked: Ranked) -> tuple[str, ...]:
    """Give the arms of a contest that have nothing to say of the candidates."""
    return tuple(name for name in contest.arms if _alone(ranked, name) is None)


def _alone(ranked: Ranked, name: str) -> Ranked | None:
    """Give the ranking of one arm; None where it makes no difference between the candidates.

    What is in common counts in both, but says nothing for either.
    """
    own = {name, *_COMMON}
    said = {each: scores for each, scores in ranked.scores.items() if each in own}
    alone = ranked if name == BLEND else blend(ranked.items, said, history=ranked.history)
    heard = (share.any() for each, share in alone.shares.items() if each not in _COMMON)
    return alone if any(heard) else None
