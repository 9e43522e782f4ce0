"""The vectors of one extractor's space, in memory, compared around their common mean."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Protocol

import numpy as np

from mediadesk.api import Array, unit


class Empty(Protocol):
    """Makes an array of some shape and type, whatever it holds."""

    def __call__(self, shape: tuple[int, int], dtype: type, /) -> Array: ...


NOTHING = -1.0
"""The similarity with an item that has no vector."""

_CHUNK = 4096
_DRIFT = 1.05  # how much a space may grow before its mean is taken anew


class Space:
    """Rows of unit vectors, one per item, and their mean.

    Embeddings share a large common part that says nothing: all similarities are cosines around
    the mean. Rows are float32, and float16 from `compact_above` rows on.
    """

    def __init__(self, model: str, dimensions: int, *, compact_above: int) -> None:
        self.model = model
        self.ids: list[str] = []
        self.row: dict[str, int] = {}
        self.version = 0
        self.mean = np.zeros(dimensions, np.float32)
        self._compact_above = compact_above
        self._matrix: Array = np.zeros((0, dimensions), np.float32)
        self._on_mean: Array = np.zeros(0, np.float32)
        self._known: Array = np.zeros(0, bool)
        self._mean_of = 0

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, item: str) -> bool:
        return item in self.row and bool(self._known[self.row[item]])

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return int(self._matrix.shape[1])

    @property
    def matrix(self) -> Array:
        """The vectors [n, d]; a view, row i for `ids[i]`."""
        return self._matrix[: len(self)]

    def put(self, items: Sequence[str], vectors: Array) -> list[int]:
        """Add or replace the vectors [n, d] of items and give their rows."""
        for item in items:
            if item not in self.row:
                self.ids.append(sys.intern(item))
                self.row[self.ids[-1]] = len(self.ids) - 1
        self._reserve(len(self.ids))
        rows = [self.row[item] for item in items]
        self._matrix[rows] = vectors
        self._on_mean[rows] = vectors @ self.mean if self.mean.any() else 0
        self._known[rows] = vectors.any(axis=1)
        self.version += 1
        return rows

    def freeze(self) -> dict[str, Array]:
        """Give all there is to know but the vectors, as named arrays."""
        kept = slice(len(self))
        return {
            "ids": np.array([item.encode() for item in self.ids], dtype=np.bytes_),
            "mean": self.mean,
            "on_mean": self._on_mean[kept],
            "known": self._known[kept],
            "mean_of": np.array(self._mean_of),
        }

    def thaw(self, frozen: Mapping[str, Array]) -> None:
        """Become what `freeze` gave; the vectors are given by `lie_in`."""
        # Other spaces have them, too.
        self.ids = [sys.intern(item.decode()) for item in frozen["ids"].tolist()]
        self.row = {item: row for row, item in enumerate(self.ids)}
        self.mean, self._mean_of = frozen["mean"], int(frozen["mean_of"])
        self._on_mean, self._known = frozen["on_mean"], frozen["known"]

    def lie_in(self, matrix: Array) -> None:
        """Hold the vectors in another place [n + room, d], where the same ones are.

        Raises:
            ValueError: if there are fewer.
        """
        if len(matrix) < len(self) or matrix.shape[1] != self.dimensions:
            raise ValueError(f"vectors of the shape {matrix.shape} for {len(self)} items")
        self._matrix = matrix
        self._on_mean, self._known = (
            np.pad(own[: len(self)], (0, len(matrix) - len(self)))
            for own in (self._on_mean, self._known)
        )

    def clear(self, item: str) -> None:
        """Forget an item's vector; its row stays, as zeros."""
        if item in self.row:
            self.put([item], np.zeros((1, self.dimensions), np.float32))

    def settle(self) -> None:
        """Take the mean anew where the space has grown enough to move it."""
        if not self._mean_of < len(self) >= self._mean_of * _DRIFT:
            return
        total = sum((chunk.sum(axis=0, dtype=np.float64) for chunk in self._chunks()), start=0.0)
        self.mean = (total / max(self._known.sum(), 1)).astype(np.float32)
        self._on_mean[: len(self)] = np.concatenate([chunk @ self.mean for chunk in self._chunks()])
        self._mean_of = len(self)

    def vectors(self, ids: Sequence[str], *, empty: Empty = np.empty) -> Array:
        """Give float32 [n, d] for items, zeros where one has no vector; made by `empty`."""
        rows = self._rows(ids)
        found = empty((len(ids), self.dimensions), np.float32)
        if len(self):
            _widen(np.asarray(self._matrix)[rows], found)  # a map is slow to take parts of
        found[rows < 0] = 0
        return found

    def centred(self, vectors: Array) -> Array:
        """Give vectors [k, d] around the mean, of unit length; zeros stay zeros."""
        return np.where(vectors.any(axis=1, keepdims=True), unit(vectors - self.mean), 0)

    def similarity(self, queries: Array, rows: Array | None = None) -> Array:
        """Give the centred cosine [k, n] of centred queries [k, d] with all or some rows."""
        chosen: Array | slice = slice(len(self)) if rows is None else rows
        matrix, on_mean = self._matrix[chosen], self._on_mean[chosen]
        similar = _dots(queries, matrix) - (queries @ self.mean)[:, None]
        # |x − mean|², where x is of length 1.
        length = np.sqrt(np.maximum(1 - 2 * on_mean + self.mean @ self.mean, 1e-6))
        return np.where(self._known[chosen], similar / length, NOTHING).astype(np.float32)

    def unusual(self, count: int) -> list[str]:
        """Give the items least like the rest: their vectors lie farthest from the mean."""
        rows = np.flatnonzero(self._known[: len(self)])
        count = min(count, len(rows))
        if count == 0:
            return []
        least = np.argpartition(self._on_mean[rows], count - 1)[:count]
        return [self.ids[row] for row in rows[least]]

    def commonness(self, ids: Sequence[str]) -> Array:
        """Place items by their likeness to the mean: 0 the least … 1 the most, nan if unknown."""
        rows = self._rows(ids)
        place = np.full(len(ids), np.nan)
        known = np.flatnonzero((rows >= 0) & self._known[rows])
        order = np.argsort(self._on_mean[rows[known]], kind="stable")
        place[known[order]] = np.linspace(0, 1, len(known))
        return place

    def _rows(self, ids: Sequence[str]) -> Array:
        return np.fromiter(map(self.row.get, ids, repeat(-1)), np.int64, len(ids))

    def _chunks(self) -> Iterator[Array]:
        for at in _starts(len(self)):
            yield _float(self.matrix[at : at + _CHUNK])

    def _reserve(self, rows: int) -> None:
        if rows <= len(self._matrix):
            return
        room = max(64, 2 * rows)  # zeros take no memory until they are written
        dtype = np.float16 if rows > self._compact_above else np.float32
        grown = np.zeros((room, self.dimensions), dtype)
        grown[: len(self._matrix)] = self._matrix
        self._matrix = grown
        more = (0, room - len(self._known))
        self._on_mean, self._known = np.pad(self._on_mean, more), np.pad(self._known, more)


def _dots(queries: Array, rows: Array) -> Array:
    """Give the inner products [k, n] of float32 [k, d] with rows [n, d]."""
    if rows.dtype != np.float16 or not len(rows) or not len(queries):
        return np.asarray(queries @ rows.T)
    # Numpy would make large numbers of them first, which takes five times as long.
    from numkong import dots_pack, dots_packed

    return np.asarray(dots_packed(np.asarray(rows), dots_pack(queries.astype(np.float16)))).T


def _widen(rows: Array, into: Array) -> None:
    """Write rows [n, d] as float32."""
    if rows.dtype != np.float16 or not len(rows):
        into[:] = rows
        return
    # Of large parts of a library this takes a quarter of the time that numpy does.
    from numkong import astype

    astype(rows, "float32", out=into)


def _starts(rows: int) -> range:
    return range(0, rows, _CHUNK)


def _float(vectors: Array) -> Array:
    return vectors.astype(np.float32, copy=False)
