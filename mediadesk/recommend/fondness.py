"""How much somebody wants to have again what they know, as one more share of every score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Cause, Opinion, Scores

if TYPE_CHECKING:
    from mediadesk.recommend.profile import State

FONDNESS = "fondness"
"""Its name among the rankers, and that of its block."""
_WISH = 0.25  # standard deviations of a ranker: more of it leaves little room for what is new
_FORGOTTEN = 60 * 86_400.0  # seconds until half of the wish is back


def untried(among: Iterable[str], states: Mapping[str, State]) -> set[str]:
    """Give candidates that nobody may have had: these are new, whatever is held of them."""
    return {item for item in among if item in states and not states[item].had}


def apart(held: Sequence[Opinion], among: Sequence[str]) -> tuple[list[Opinion], list[Opinion]]:
    """Split opinions into those on others than the candidates and those on candidates.

    No item is compared with itself: what is held of a candidate counts for that one alone.
    """
    asked = set(among)
    others = [opinion for opinion in held if opinion.item not in asked]
    return others, [opinion for opinion in held if opinion.item in asked]


def longing(opinion: float, since: float, forgotten: float = _FORGOTTEN) -> float:
    """Give how much one wants to have something again so many seconds after: it grows with them."""
    return float(opinion * (1 - 0.5 ** (max(since, 0.0) / forgotten)))


def fondness(own: Sequence[Opinion], among: Sequence[str], now: float) -> Scores | None:
    """Score candidates by what was thought of them and how long ago, None where nothing was.

    What was liked and is forgotten is worth a quarter of a ranker's standard deviation: the spread
    as the confidence keeps that scale.
    """
    if not own:
        return None
    wanted = {each.item: _WISH * longing(each.value, now - each.at) for each in own}
    values = np.array([wanted.get(item, 0.0) for item in among])
    return Scores(
        values=values,
        confidence=min(1.0, float(values.std())),
        causes=(Cause(block=FONDNESS),),
        shares=values[:, None],
        cause=np.zeros((len(among), 1), np.int32),
    )
