"""What the candidates of one block come to, and how alike they are to what was judged."""

from __future__ import annotations

import weakref
from collections.abc import Sequence

import numpy as np

from mediadesk.api import Array, unit

_LOOKED_AT = 64
_REMEMBERED = 1_000  # items: five members of a group, with the latest 200 of each


class Ground:
    """The candidates of one block, around whose mean all is compared.

    `known` bool [n] tells which are in view, `size` how large products of them usually are. It
    remembers the products it was asked for: those of an item with candidates change with no other.
    """

    def __init__(self, rows: Array) -> None:
        """Look at the candidates `rows`, float32 [n, d], zeros for one that is not in view."""
        self.known = has(rows)
        self._mean = (self.known.astype(np.float32) @ rows) / max(int(self.known.sum()), 1)
        # unit(rows - mean) @ judged.T, without a copy of all rows
        lengths = np.einsum("nd,nd->n", rows, rows) - 2 * (rows @ self._mean)
        lengths += self._mean @ self._mean
        self._scale = (self.known / np.sqrt(np.maximum(lengths, 1e-6))).astype(np.float32)
        near = unit(some(rows, self.known) - self._mean)
        self.size = size(near @ near.T)
        self._forget(rows)

    def compare(self, rows: Array, items: Sequence[str], vectors: Array) -> tuple[Array, Array]:
        """Give the products [n, m] of `rows`, the same candidates, and those [m, m] of the items.

        Args:
            rows: the candidates, float32 [n, d].
            items: m of them.
            vectors: theirs, float32 [m, d], zeros for one that is not in view.
        """
        places = np.array([self._places.get(item, -1) for item in items], int)
        is_new = places < 0
        is_new[~is_new] = (self._vectors[places[~is_new]] != vectors[~is_new]).any(axis=1)
        if len(self._vectors) + is_new.sum() > _REMEMBERED:
            self._forget(rows)
            is_new[:] = True
        if is_new.any():
            places[is_new] = len(self._vectors) + np.arange(is_new.sum())
            self._places |= dict(zip(items, places.tolist(), strict=True))
            self._add(rows, vectors[is_new])
        return self._alike[:, places], self._among[np.ix_(places, places)]

    def _forget(self, rows: Array) -> None:
        self._places: dict[str, int] = {}
        self._vectors: Array = np.zeros((0, rows.shape[1]), np.float32)
        self._judged: Array = np.zeros_like(self._vectors)
        self._alike: Array = np.zeros((len(rows), 0), np.float32)
        self._among: Array = np.zeros((0, 0), np.float32)

    def _add(self, rows: Array, vectors: Array) -> None:
        judged = unit(vectors - self._mean) * has(vectors)[:, None]
        alike = rows @ judged.T
        alike -= judged @ self._mean
        alike *= self._scale[:, None]
        beside = self._judged @ judged.T
        self._among = np.block([[self._among, beside], [beside.T, judged @ judged.T]])
        self._alike = np.hstack([self._alike, alike])
        self._judged = np.vstack([self._judged, judged])
        self._vectors = np.vstack([self._vectors, vectors])


class Grounds:
    """Keeps what candidates come to as long as they are there: Why asks for them a dozen times."""

    def __init__(self) -> None:
        self._kept: dict[int, Ground] = {}

    def of(self, rows: Array) -> Ground:
        """Give that of an array of candidates, which nobody changes."""
        kept = self._kept.get(id(rows))
        if kept is None:
            kept = self._kept[id(rows)] = Ground(rows)
            weakref.finalize(rows, self._kept.pop, id(rows)).atexit = False
        return kept


def has(rows: Array) -> Array:
    """Tell which rows have anything in them."""
    found: Array = np.asarray(rows.any(axis=1))
    return found


def some(rows: Array, known: Array) -> Array:
    """Give some of the candidates in view, enough to tell how products vary."""
    places = np.flatnonzero(known)
    chosen: Array = rows[places[:: max(len(places) // _LOOKED_AT, 1)]]
    return chosen


def size(products: Array) -> float:
    """Give the usual size of products, above 0."""
    usual = float(np.sqrt(np.mean(products**2))) if products.size else 0.0
    return max(usual, 1e-3)
