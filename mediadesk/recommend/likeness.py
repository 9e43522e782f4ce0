"""How alike items are over all the blocks that they have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array

if TYPE_CHECKING:
    from mediadesk.recommend.index import Index

_SPREADS = 3.0  # so far from the usual, two items are as good as the same
_ALIKE = 0.1  # below that nobody would call two items alike


class Likeness:
    """Compares items of an index; `near` gives those that may be alike to one."""

    def __init__(self, index: Index, near: Callable[[str], Sequence[str]]) -> None:
        self._index = index
        self._near = near
        self._known: dict[str, dict[str, tuple[float, str]]] = {}
        self._seq = -1

    def matrix(self, ids: Sequence[str]) -> Array:
        """Give the mean likeness [n, n], -1..1, over the blocks that both have; 0 where none.

        Each block counts in its own spread: in some, everything is far more alike than in others.
        """
        total = np.zeros((len(ids), len(ids)), np.float32)
        common = np.zeros_like(total)
        for space in self._index.spaces.values():
            rows = space.centred(space.vectors(ids))
            has = np.flatnonzero(rows.any(axis=1))
            similar = rows[has] @ rows[has].T
            others = similar[~np.eye(len(has), dtype=bool)]
            spread = np.sqrt(np.square(others).mean()) if len(others) else 1.0
            total[np.ix_(has, has)] += np.clip(similar / max(_SPREADS * spread, 1e-6), -1, 1)
            common[np.ix_(has, has)] += 1
        return np.divide(total, common, out=total, where=common > 0)

    def to_seed(self, seed: str) -> dict[str, tuple[float, str]]:
        """Give what is alike to an item, best first: how much, and in which block most."""
        if self._seq != self._index.seq:
            self._known, self._seq = {}, self._index.seq
        if seed not in self._known:
            self._known[seed] = self._compare(seed)
        return self._known[seed]

    def _compare(self, seed: str) -> dict[str, tuple[float, str]]:
        near = self._near(seed)
        ids = [seed, *(item for item in near if item != seed)]
        total, common = np.zeros(len(ids)), np.zeros(len(ids))
        best, strongest = np.full(len(ids), -1.0), np.zeros(len(ids), dtype=np.int64)
        names = list(self._index.spaces)
        for n, name in enumerate(names):
            rows = self._index.spaces[name].centred(self._index.vectors(name, ids))
            if not rows[0].any():
                continue
            similar = rows @ rows[0]
            total += similar
            common += rows.any(axis=1)
            strongest[similar > best] = n
            best = np.maximum(best, similar)
        # Half a block of doubt: what is alike in two blocks beats what is alike in one.
        score = total / (common + 0.5)
        order = [n for n in np.argsort(-score, kind="stable") if n and score[n] > _ALIKE]
        return {ids[n]: (float(score[n]), names[strongest[n]]) for n in order}

    def rare(self, order: Sequence[str]) -> list[str]:
        """The third of the candidates that is least like the library's mean, in their order."""
        places = [space.commonness(order) for space in self._index.spaces.values()]
        if not places:
            return []
        known = np.isfinite(places)
        common = np.where(known, places, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        is_rare: Array = known.any(axis=0) & (common < 1 / 3)
        return [order[n] for n in np.flatnonzero(is_rare).tolist()]
