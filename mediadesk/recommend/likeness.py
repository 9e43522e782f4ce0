"""How alike items are as a whole, and in which block most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array

if TYPE_CHECKING:
    from mediadesk.recommend.index import Index
    from mediadesk.recommend.space import Space

_SPREADS = 3.0  # so far from the usual in blocks, two items are as good as the same
_SPREADS_WHOLE = 4.5  # which brings themes nearer together and others farther apart
_ALIKE = 0.1  # below that nobody would call two items alike


class Likeness:
    """Compares items of an index; `near` gives those that may be alike to one."""

    def __init__(self, index: Index, near: Callable[[str], Sequence[str]]) -> None:
        self._index = index
        self._near = near
        self._known: dict[str, dict[str, tuple[float, str]]] = {}
        self._seq = -1

    def known(self, ids: Iterable[str]) -> set[str]:
        """Give those items that can be compared in any block."""
        spaces = list(self._index.spaces.values())
        return {item for item in ids if any(item in space for space in spaces)}

    def matrix(self, ids: Sequence[str]) -> Array:
        """Give the likeness [n, n], -1..1, of items as a whole; 0 where nothing is known.

        It counts in its own spread: in some spaces, everything is far more alike than in others.
        Where blocks must do, it is the mean over those that both have.
        """
        total = np.zeros((len(ids), len(ids)), np.float32)
        common = np.zeros_like(total)
        whole = self._index.whole
        spreads = _SPREADS if whole.keys() == self._index.blocks.keys() else _SPREADS_WHOLE
        for space in whole.values():
            rows = space.centred(space.vectors(ids))
            has = np.flatnonzero(rows.any(axis=1))
            similar = rows[has] @ rows[has].T
            others = similar[~np.eye(len(has), dtype=bool)]
            spread = np.sqrt(np.square(others).mean()) if len(others) else 1.0
            total[np.ix_(has, has)] += np.clip(similar / max(spreads * spread, 1e-6), -1, 1)
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
        blocks = self._index.blocks
        if not blocks:
            return {}
        alike = {name: self._to_first(space, ids) for name, space in blocks.items()}
        compared = self._index.compared(seed)
        if compared.keys() == alike.keys():
            score = _joined(list(alike.values()))
        else:
            (score,) = (np.nan_to_num(self._to_first(each, ids)) for each in compared.values())
        # Words of a title may be alike to what is said: then no block has both.
        places = np.stack([np.nan_to_num(own, nan=-1.0) for own in alike.values()])
        best, names = places.argmax(axis=0), list(blocks)
        order = [n for n in np.argsort(-score, kind="stable") if n and score[n] > _ALIKE]
        return {ids[n]: (float(score[n]), names[best[n]]) for n in order}

    def _to_first(self, space: Space, ids: Sequence[str]) -> Array:
        """Give how alike items are to the first of them [n]; nan where one of both has nothing."""
        rows = space.centred(space.vectors(ids))
        known = rows.any(axis=1) & rows[0].any()
        return np.where(known, rows @ rows[0], np.nan)

    def rare(self, order: Sequence[str]) -> list[str]:
        """The third of the candidates that is least like the library's mean, in their order."""
        places = [space.commonness(order) for space in self._index.whole.values()]
        if not places:
            return []
        known = np.isfinite(places)
        common = np.where(known, places, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        is_rare: Array = known.any(axis=0) & (common < 1 / 3)
        return [order[n] for n in np.flatnonzero(is_rare).tolist()]


def _joined(alike: Sequence[Array]) -> Array:
    """Give the likeness [n] over blocks, with half a block of doubt.

    What is alike in two blocks beats what is alike in one.
    """
    known = np.isfinite(alike)
    joined: Array = np.where(known, alike, 0).sum(axis=0) / (known.sum(axis=0) + 0.5)
    return joined
