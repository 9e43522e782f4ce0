"""What the candidates of one block come to, and how alike they are to what was judged."""

from __future__ import annotations

import weakref
from collections.abc import Sequence

import numpy as np

from mediadesk.api import Array, unit

_LOOKED_AT = 64
_REMEMBERED = 1_000  # items: five members of a group, with the latest 200 of each
_LEAST = 1e-6  # the square of a length: what is nearer to the mean is only rounding


class Ground:
    """The candidates of one block, around whose mean all is compared.

    `known` bool [n] tells which are in view, `size` how large products of them usually are. It
    remembers the products it was asked for, off which the mean is taken afterwards. So one that
    comes after another, of mostly the same candidates, has only to multiply what is new; of that it
    keeps what the other was asked for.
    """

    def __init__(self, items: Sequence[str], rows: Array, before: Ground | None = None) -> None:
        """Look at candidates, and take over what another one remembers of them.

        Args:
            items: n of them.
            rows: theirs, float32 [n, d], zeros for one that is not in view.
            before: that other one, of the same block.
        """
        squares = np.einsum("nd,nd->n", rows, rows)
        self.known = squares > 0
        mean = (self.known.astype(np.float32) @ rows) / max(int(self.known.sum()), 1)
        self._mean, self._on_mean = mean, rows @ mean
        lengths = squares - 2 * self._on_mean + mean @ mean
        self._scale = (self.known / np.sqrt(np.maximum(lengths, _LEAST))).astype(np.float32)
        near = unit(some(rows, self.known) - mean)
        self.size = size(near @ near.T)
        self._candidates = {item: n for n, item in enumerate(items)}
        self._rows = weakref.ref(rows)
        self._places: dict[str, int] = {}
        self._forget(rows)
        if before is not None:
            self._take_over(before, items, rows)

    def common(self, items: Sequence[str], rows: Array) -> int:
        """Count those of other candidates that are here, 0 where another model looked at them."""
        is_same = self._mean.shape == rows.shape[1:]
        return len(self._candidates.keys() & items) if is_same else 0

    def compare(self, rows: Array, items: Sequence[str], vectors: Array) -> tuple[Array, Array]:
        """Give the products [n, m] of `rows`, the same candidates, and those [m, m] of the items.

        Args:
            rows: the candidates, float32 [n, d].
            items: m of them.
            vectors: theirs, float32 [m, d], zeros for one that is not in view.
        """
        places: Array = np.array([self._places.get(item, -1) for item in items], int)
        is_new: Array = places < 0
        is_new[~is_new] = (self._vectors[places[~is_new]] != vectors[~is_new]).any(axis=1)
        if len(self._vectors) + is_new.sum() > _REMEMBERED:
            self._forget(rows)
            is_new[:] = True
        if is_new.any():
            places[is_new] = len(self._vectors) + np.arange(is_new.sum())
            self._places = {**self._places, **dict(zip(items, places.tolist(), strict=True))}
            self._add(rows, vectors[is_new])
        if len(self._among) < len(self._vectors):
            self._centre()
        self._asked[places] = True
        return self._alike[:, places], self._among[np.ix_(places, places)]

    def _forget(self, rows: Array) -> None:
        self._places = {}
        self._vectors: Array = np.zeros((0, rows.shape[1]), np.float32)
        self._asked: Array = np.zeros(0, bool)
        self._there: Array = np.zeros((len(rows), 0), np.float32)
        self._beside: Array = np.zeros((0, 0), np.float32)
        self._alike, self._among = self._there, self._beside

    def _take_over(self, before: Ground, items: Sequence[str], rows: Array) -> None:
        """Have the products of candidates that stay with what another one was asked for."""
        theirs = before._rows()
        if theirs is None:
            return
        asked = before._asked
        order = np.where(asked, np.cumsum(asked) - 1, -1)
        self._places = {item: int(order[n]) for item, n in before._places.items() if asked[n]}
        self._vectors = before._vectors[asked]
        self._asked = np.zeros(len(self._vectors), bool)
        self._beside = before._beside[np.ix_(asked, asked)]
        places = np.array([before._candidates.get(item, -1) for item in items], int)
        is_new = (theirs[places] != rows).any(axis=1) | (places < 0)
        self._there = before._there[places][:, asked]
        self._there[is_new] = rows[is_new] @ self._vectors.T

    def _add(self, rows: Array, vectors: Array) -> None:
        beside = self._vectors @ vectors.T
        self._beside = np.block([[self._beside, beside], [beside.T, vectors @ vectors.T]])
        self._there = np.hstack([self._there, rows @ vectors.T])
        self._vectors = np.vstack([self._vectors, vectors])
        self._asked = np.append(self._asked, np.zeros(len(vectors), bool))

    def _centre(self) -> None:
        """Make of the products those of unit lengths around the mean."""
        square = self._mean @ self._mean
        on_mean = self._vectors @ self._mean - square
        lengths = np.diag(self._beside) - 2 * on_mean - square
        scale = has(self._vectors) / np.sqrt(np.maximum(lengths, _LEAST))
        self._alike = self._there - on_mean
        self._alike -= self._on_mean[:, None]
        self._alike *= scale
        self._alike *= self._scale[:, None]
        self._among = self._beside - (on_mean[:, None] + on_mean + square)
        self._among *= np.outer(scale, scale)


class Grounds:
    """Keeps what candidates come to as long as they are there: Why asks for them a dozen times.

    Candidates that come after an event are mostly those from before it.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], Ground] = {}

    def of(self, name: str, items: Sequence[str], rows: Array) -> Ground:
        """Give that of an array of candidates in a block, which nobody changes."""
        key = name, id(rows)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = Ground(items, rows, self._before(name, items, rows))
            weakref.finalize(rows, self._kept.pop, key).atexit = False
        return kept

    def _before(self, name: str, items: Sequence[str], rows: Array) -> Ground | None:
        """Give the one with most of these candidates, if these are more than half of them."""
        kept = self._kept.copy()  # an array may go at any time
        found = [own for (block, _), own in kept.items() if block == name]
        best = max(found, key=lambda own: own.common(items, rows), default=None)
        return best if best and best.common(items, rows) > len(items) / 2 else None


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
