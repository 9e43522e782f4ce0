"""One list from two: each side picks in turn, and who picks first is up to chance."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np


def team_draft(
    first: Sequence[str], second: Sequence[str], count: int, chance: np.random.Generator
) -> dict[str, int]:
    """Interleave two orders of items by team draft.

    In each round a coin says which side picks before the other; each picks its best item that is
    not there yet. Both have as many, and each has as often the better place, so that a person who
    doesn't care takes as much of one as of the other (Radlinski, Kurup & Joachims, "How Does
    Clickthrough Data Reflect Retrieval Quality?", CIKM 2008, algorithm 2).

    Args:
        first: items, best first, each once.
        second: items, best first, each once.
        count: how many to give; fewer only where all of one side are there already.
        chance: throws the coins; the same throws give the same list.

    Returns:
        item → side that picked it, 0 or 1, in their order.
    """
    sides = first, second
    drafted: dict[str, int] = {}
    while len(drafted) < count:
        captain = int(chance.integers(2))
        for side in (captain, 1 - captain):
            pick = next((item for item in sides[side] if item not in drafted), None)
            if pick is None:
                return dict(islice(drafted.items(), count))
            drafted[pick] = side
    return dict(islice(drafted.items(), count))
