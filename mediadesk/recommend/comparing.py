"""What is alike, for lists and pages of one item: no profile has a say in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array
from mediadesk.recommend import sentences
from mediadesk.recommend.reasons import Reasons
from mediadesk.recommend.values import Pick
from mediadesk.store import library

if TYPE_CHECKING:
    from mediadesk.recommend.index import Index
    from mediadesk.recommend.likeness import Likeness
    from mediadesk.recommend.moments import Matcher
    from mediadesk.store import Database


class Comparing:
    """Compares items of an index that is up to date; one thread at a time."""

    def __init__(self, index: Index, likeness: Likeness, matcher: Matcher) -> None:
        self._index = index
        self._likeness = likeness
        self._matcher = matcher

    def nearest(self, vector: Array, ids: Sequence[str], *, block: str) -> list[str]:
        """Order items by how near they are to a vector [d] of a block; as they were without it."""
        space = self._index.spaces.get(block)
        if space is None or not ids or space.dimensions != len(vector):
            return list(ids)
        alike = space.vectors(ids) @ vector
        return [ids[n] for n in np.argsort(-alike, kind="stable")]

    def space(self, block: str, ids: Sequence[str]) -> tuple[Array, Array] | None:
        """Give items' vectors [n, d] in a block, zeros where one has none, and the mean of all.

        None where there is no such block.
        """
        space = self._index.spaces.get(block)
        return None if space is None else (space.vectors(ids), space.mean)

    def alike(
        self, db: Database, item: str, *, limit: int, allowed: frozenset[str] | None = None
    ) -> list[str]:
        """Give the ids of the items most alike in content, best first, of those `allowed`."""
        best = self._likeness.to_seed(item)
        lying = library.kept(db, list(best))
        return [each for each in best if each in lying and (allowed is None or each in allowed)][
            :limit
        ]

    def similar(
        self, db: Database, item: str, *, limit: int, allowed: frozenset[str] | None = None
    ) -> tuple[Pick, ...]:
        """Give the items most alike in content, with where they are most alike."""
        kept = self.alike(db, item, limit=limit, allowed=allowed)
        best = self._likeness.to_seed(item)
        titles = {each: found.title for each, found in library.items(db, [item, *kept]).items()}
        reasons = Reasons(db, self._matcher, titles=titles, states={})
        return tuple(
            Pick(
                item=each,
                score=best[each][0],
                reasons=(
                    reasons.alike(
                        each,
                        block=best[each][1],
                        seed=item,
                        ranker="similar",
                        share=best[each][0],
                        lead=sentences.ALIKE,
                    ),
                ),
            )
            for each in kept
        )
