"""What a person searched for lately, and what would fit it now."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array, UserError
from mediadesk.recommend.profile import DAY
from mediadesk.store import events

if TYPE_CHECKING:
    from mediadesk.recommend.index import Index
    from mediadesk.store import Database

log = logging.getLogger(__name__)
_BLOCK = "text"
_LATELY = 14 * DAY
_LATEST = 2
_NEAR = 40
_FITS = 0.3  # cosine from which on a title or description has to do with a search
_REMEMBERED = 64


class Searches:
    """Finds items by the meaning of searches; one thread at a time."""

    def __init__(self, index: Index, embed: Callable[[str], Array]) -> None:
        """Look in `index`; `embed` gives the vector [d] of a text, in its block of texts."""
        self._index = index
        self._embed = embed
        self._vectors: dict[str, Array] = {}
        self._found: dict[str, list[str]] = {}
        self._seq = -1

    def found(self, db: Database, profile: str, now: float) -> dict[str, list[str]]:
        """Give the latest searches of a profile, each with the items that fit it, best first."""
        if _BLOCK not in self._index.spaces:
            return {}
        if self._seq != self._index.seq:
            self._found, self._seq = {}, self._index.seq
        asked = dict.fromkeys(events.searched(db, profile, since=now - _LATELY, limit=_LATEST))
        return {query: near for query in asked if (near := self._near(query))}

    def _near(self, query: str) -> list[str]:
        # What is no word is a condition, such as kind:song.
        text = " ".join(word for word in query.split() if ":" not in word)
        if not text:
            return []
        if text not in self._found:
            vector = self._vector(text)
            self._found[text] = [] if vector is None else self._fitting(vector)
        return self._found[text]

    def _vector(self, text: str) -> Array | None:
        if text not in self._vectors:
            while len(self._vectors) >= _REMEMBERED:
                del self._vectors[next(iter(self._vectors))]
            try:
                self._vectors[text] = self._embed(text)
            except UserError as error:
                log.warning("no shelf is made from what was searched for: %s", error)
                return None
        return self._vectors[text]

    def _fitting(self, vector: Array) -> list[str]:
        space = self._index.spaces[_BLOCK]
        if space.dimensions != len(vector):
            return []
        ids, _ = self._index.neighbours(_BLOCK, vector[None], _NEAR)
        alike = space.vectors(ids[0]) @ vector
        order = np.argsort(-alike, kind="stable")
        return [ids[0][n] for n in order.tolist() if alike[n] >= _FITS]
