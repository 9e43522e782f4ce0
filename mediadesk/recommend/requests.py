"""Gathers what rankers are told: vectors, the graph, facts and the crowd, for some items."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array, Block, Opinion, RankRequest
from mediadesk.recommend import facts, graph
from mediadesk.recommend.columns import Traited
from mediadesk.recommend.crowd import Crowds
from mediadesk.recommend.facts import GENRES
from mediadesk.recommend.graph import GRAPH
from mediadesk.recommend.remembered import Remembered
from mediadesk.store import edges

if TYPE_CHECKING:
    from mediadesk.recommend.history import History
    from mediadesk.recommend.index import Index
    from mediadesk.recommend.space import Empty
    from mediadesk.store import Database

_MOST_OPINIONS = 1_000  # the latest: more cost time, and tell of who somebody was
_KEPT = 4_000  # candidates, those asked for last: of 2,000 dimensions they take 32 MB


class Requests:
    """Makes requests to rankers; one thread at a time."""

    def __init__(self, index: Index, history: History, *, empty: Empty = np.empty) -> None:
        """Gather from these; `empty` makes the arrays of vectors, as `np.empty` does."""
        self._index = index
        self._empty = empty
        self._traited = Traited()
        self._nodes = Remembered(edges.nodes)
        self._seq = -1
        self._kept: dict[tuple[str, ...], dict[str, Array]] = {}
        self.crowds = Crowds(history, empty=empty)

    def make(
        self,
        db: Database,
        profile: str,
        *,
        among: Sequence[str],
        held: Sequence[Opinion],
        now: float,
    ) -> RankRequest:
        """Give the request to rank the items `among` which a profile chooses, by what it `held`.

        That are opinions, oldest first, of which the latest 1,000 are told.
        """
        held = held[-_MOST_OPINIONS:]
        judged = [opinion.item for opinion in held]
        known, rows = self._traited.of(db, [*among, *judged])
        there, mine = rows[: len(among)], rows[len(among) :]
        nodes = graph.nodes(partial(self._nodes.of, db), among, judged)
        sets = {
            GRAPH: graph.block(nodes, among, judged, empty=self._empty),
            GENRES: facts.genres(known, there, mine, empty=self._empty),
        }
        vectors = self._candidates(among)
        blocks = {
            name: Block(candidates=vectors[name], history=space.vectors(judged, empty=self._empty))
            for name, space in self._index.blocks.items()
        }
        return RankRequest(
            now=now,
            profile=profile,
            candidates=tuple(among),
            history=tuple(held),
            blocks=blocks | {name: block for name, block in sets.items() if block},
            facts=facts.facts(known, there, mine),
            crowd=self.crowds.around(db, profile, among, judged),
        )

    def _candidates(self, among: Sequence[str]) -> dict[str, Array]:
        """Give block → the same array as for the same candidates before: rankers remember by it."""
        if self._seq != self._index.seq:
            self._kept, self._seq = {}, self._index.seq
        key = tuple(among)
        kept = self._kept.pop(key, None)
        if kept is None:
            kept = {
                name: space.vectors(among, empty=self._empty)
                for name, space in self._index.blocks.items()
            }
            for rows in kept.values():
                rows.flags.writeable = False
        self._kept[key] = kept
        while sum(map(len, self._kept)) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return kept
