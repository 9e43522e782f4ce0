"""A graph by which the nearest of many vectors are found."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np

from mediadesk.api import Array


class Graph:
    """An HNSW graph (usearch) over the centred vectors of a space, keyed by row.

    `fresh` are the rows written since they were added, with the version of the space that wrote
    them; they are searched exactly beside it. `lock` keeps searching and adding apart. `version`
    counts what was added. One that lies in a file is mapped from
    there until something is.
    Source: Malkov & Yashunin, "Hierarchical Navigable Small World graphs", 2016.
    """

    def __init__(self, dimensions: int, mean: Array) -> None:
        self.mean = mean
        self.fresh: dict[int, int] = {}
        self.lock = threading.Lock()
        self.version = 0
        self._is_mapped = False
        self._hnsw = _empty(dimensions)

    def __len__(self) -> int:
        return len(self._hnsw)

    def put(self, rows: Array, vectors: Array) -> None:
        """Add or replace centred vectors."""
        if self._is_mapped:
            self._hnsw, self._is_mapped = self._hnsw.copy(), False
        self.version += len(rows)
        known = self._hnsw.contains(rows)
        if known.any():
            self._hnsw.remove(rows[known])
        self._hnsw.add(rows, vectors, threads=1)  # the other cores are a person's

    def search(self, queries: Array, count: int) -> Array:
        """Give the rows that are nearest to any of the queries."""
        found = self._hnsw.search(queries, count)
        return np.unique(found.keys).astype(np.int64)

    def save(self, file: Path) -> None:
        """Write the graph to a file.

        Raises:
            OSError: if there is no room.
        """
        try:
            self._hnsw.save(str(file))
        except RuntimeError as error:  # whatever the system said
            raise OSError(f"“{file}” can't be written: {error}") from error

    def lie_in(self, file: Path) -> None:
        """Be what is in a file.

        Raises:
            OSError: if it can't be read or is damaged; then the graph stays what it was.
        """
        there = _empty(self._hnsw.ndim)  # one that fails to view holds nothing any more
        try:
            there.view(str(file))
        except RuntimeError as error:
            raise OSError(f"“{file}” can't be read: {error}") from error
        self._hnsw, self._is_mapped = there, True


def _empty(dimensions: int) -> Any:  # noqa: ANN401 - usearch has no types
    # usearch takes 0.3 s to import: small libraries never need it.
    from usearch.index import Index as Hnsw

    return Hnsw(ndim=dimensions, metric="ip", dtype="f16", connectivity=16, expansion_add=128)
