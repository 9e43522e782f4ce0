"""The vector index: follows the features in the database, and finds neighbours."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from mediadesk.api import Array, unit
from mediadesk.recommend.cache import DAMAGED, Cache
from mediadesk.recommend.hnsw import Graph
from mediadesk.recommend.space import Space
from mediadesk.store import Store, features
from mediadesk.understand import FEATURE

log = logging.getLogger(__name__)
_NEARLY_ALL = 0.9
_LITTLE = 0.01
_OVERSAMPLE = 4  # a graph of half precision ranks nearly right; its best are ranked exactly


class Index:
    """The spaces of all extractors, in memory and in a cache that may be deleted.

    Vectors that were saved are mapped from there: the system keeps in memory what is looked at.
    Only vectors of an extractor's newest model are kept. Below `exact_below` vectors every search
    is exact; above, `build` makes a graph of the space that tells which items are alike; until it
    has caught up every search stays exact. All but `build` belongs to one thread.
    """

    def __init__(self, store: Store, cache: Path, *, exact_below: int = 30_000) -> None:
        self.seq = 0
        self._store = store
        self._folder = cache
        # One that was restored is another file, whose features are counted from some earlier on.
        self._cache = Cache(cache, made_for=store.path.stat().st_ino)
        self._is_kept = True
        self._exact_below = exact_below
        self._spaces: dict[str, Space] = {}
        self._graphs: dict[str, Graph] = {}
        self._lock = threading.Lock()
        self._load()

    @property
    def spaces(self) -> dict[str, Space]:
        """The spaces by extractor."""
        return self._spaces

    @property
    def blocks(self) -> dict[str, Space]:
        """The spaces of single extractors, by which rankers go and reasons are given."""
        return {name: space for name, space in self._spaces.items() if name != FEATURE}

    @property
    def whole(self) -> dict[str, Space]:
        """The spaces that tell which items are alike: that of fused vectors alone.

        All blocks instead, while it lacks more than a few items: a library half understood.
        """
        blocks, fused = self.blocks, self._spaces.get(FEATURE)
        most = max(map(len, blocks.values()), default=0)
        if fused is None or len(fused) < _NEARLY_ALL * most:
            return blocks
        return {FEATURE: fused}

    def compared(self, item: str) -> dict[str, Space]:
        """The spaces in which an item is compared with others: the whole, or the blocks."""
        whole = self.whole
        return whole if any(item in space for space in whole.values()) else self.blocks

    def refresh(self) -> bool:
        """Follow what was written since; give whether anything was."""
        db = self._store.read()
        newest = features.last_seq(db)
        if newest == self.seq:
            return False
        with self._lock:
            if newest < self.seq:  # an earlier state of the library was restored
                self._forget()
            for batch in _batches(features.changes(db, after=self.seq)):
                self._take(batch)
                self.seq = max(self.seq, batch[-1].seq)
            for name, space in self._spaces.items():
                space.settle()
                if not self._is_graphed(name, space):
                    self._graphs.pop(name, None)
        return True

    def vectors(self, extractor: str, ids: Sequence[str]) -> Array:
        """Give float32 [n, d] as stored, zeros where an item has no vector."""
        return self._spaces[extractor].vectors(ids)

    def neighbours(
        self, extractor: str, vectors: Array, count: int
    ) -> tuple[list[list[str]], Array]:
        """Find the items nearest to each of the vectors, by cosine around the space's mean.

        Args:
            extractor: the space.
            vectors: float32 [k, d] as stored, not centred.
            count: how many for each, fewer if there are no more.

        Returns:
            ids, best first, for each vector; and the similarities, float32 [k, count].
        """
        space = self._spaces[extractor]
        queries = space.centred(vectors)
        rows = self._near(extractor, vectors, count)
        similar = space.similarity(queries, rows)
        count = min(count, similar.shape[1])
        # Partition first: sorting 100,000 costs ten times as much.
        best = np.argpartition(-similar, max(count - 1, 0), axis=1)[:, :count] if count else None
        if best is None:
            return [[] for _ in vectors], np.zeros((len(vectors), 0), np.float32)
        scores = np.take_along_axis(similar, best, axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")
        best, scores = (
            np.take_along_axis(best, order, axis=1),
            np.take_along_axis(scores, order, axis=1),
        )
        chosen = best if rows is None else rows[best]
        return [[space.ids[row] for row in line] for line in chosen], scores

    def build(self, *, most: int = 1_000) -> int:
        """Bring the graphs nearer to the vectors, in any thread; give how many still wait.

        Call it again until it gives 0. Searches go on meanwhile.
        """
        left = 0
        for name, space in list(self._spaces.items()):
            if not self._is_graphed(name, space):
                continue
            graph = self._graphs.get(name) or self._new_graph(name, space)
            with graph.lock:
                with self._lock:
                    taken = dict(itertools.islice(graph.fresh.items(), most))
                    rows = np.array(list(taken), dtype=np.int64)
                    vectors = space.matrix[rows].astype(np.float32)
                if taken:
                    graph.put(rows, unit(vectors - graph.mean))
                with self._lock:
                    for row, version in taken.items():
                        if graph.fresh[row] == version:
                            del graph.fresh[row]
            left += len(graph.fresh)
        return left

    def save(self, *, least: float = _LITTLE) -> None:
        """Write what has changed to the cache, whole or not at all.

        Less than the share `least` of all there is stays unwritten: it is sooner read again from
        the database. So does all while another process saves. That there is no room is told once.
        """
        try:
            news = self._cache.lacks(self.seq, self._spaces, self._graphs)
            if news == 0 or news < int(least * max(map(len, self._spaces.values()), default=0)):
                return
            written = self._cache.save(self.seq, self._spaces, self._graphs)
        except OSError as error:
            say = log.warning if self._is_kept else log.debug
            say("the index can't be kept in “%s”, it is made anew: %s", self._folder, error)
            self._is_kept = False
            return
        self._is_kept = True
        for name, vectors in written.items():
            with self._lock:
                self._spaces[name].lie_in(vectors)

    def _load(self) -> None:
        try:
            self.seq, self._spaces, self._graphs = self._cache.load(compact_above=self._exact_below)
        except DAMAGED as error:
            log.warning("the index in “%s” is damaged and made anew: %s", self._folder, error)

    def _take(self, batch: Sequence[features.Change]) -> None:
        """Take changes of one extractor and model."""
        name, model = batch[0].extractor, batch[0].model
        space = self._spaces.get(name)
        for change in batch:
            if change.vector is None and space is not None:
                space.clear(change.item)
        written = {c.item: c.vector for c in batch if c.vector is not None}
        if not written:
            return
        vectors = np.stack(list(written.values()))
        if space is None or (space.model, space.dimensions) != (model, vectors.shape[1]):
            self._graphs.pop(name, None)
            space = Space(model, vectors.shape[1], compact_above=self._exact_below)
            self._spaces[name] = space
        rows = space.put(list(written), vectors)
        if name in self._graphs:
            self._graphs[name].fresh |= dict.fromkeys(rows, space.version)

    def _is_graphed(self, name: str, space: Space) -> bool:
        """Whether a graph is worth its making: not for blocks, beside the whole they serve few."""
        return len(space) >= self._exact_below and (name == FEATURE or FEATURE not in self._spaces)

    def _new_graph(self, name: str, space: Space) -> Graph:
        graph = Graph(space.dimensions, space.mean)
        with self._lock:
            if self._spaces.get(name) is space:  # else it has been begun anew meanwhile
                graph.fresh = dict.fromkeys(range(len(space)), space.version)
                self._graphs[name] = graph
        return graph

    def _near(self, name: str, vectors: Array, count: int) -> Array | None:
        """Rows that hold the nearest ones, or None for all of them."""
        graph = self._graphs.get(name)
        if graph is None or not graph.lock.acquire(blocking=False):  # it is being added to
            return None
        try:
            if len(graph.fresh) > self._exact_below // 4:
                return None
            rows = graph.search(unit(vectors - graph.mean), count * _OVERSAMPLE)
            return np.union1d(rows, np.array(list(graph.fresh), dtype=np.int64))
        finally:
            graph.lock.release()

    def _forget(self) -> None:
        self._spaces, self._graphs, self.seq = {}, {}, 0


def _batches(changes: Iterable[features.Change]) -> Iterator[list[features.Change]]:
    """Bundle changes by extractor, model and length, in an order that keeps the last write last."""
    for chunk in _chunks(changes, 4096):
        spaces: dict[tuple[str, str, int], list[features.Change]] = {}
        for change in chunk:
            length = 0 if change.vector is None else len(change.vector)
            spaces.setdefault((change.extractor, change.model, length), []).append(change)
        yield from spaces.values()


def _chunks(changes: Iterable[features.Change], size: int) -> Iterator[list[features.Change]]:
    iterator = iter(changes)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk
