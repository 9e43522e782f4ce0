"""The best matching pair of moments of two items: what a reason rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.recommend.values import Evidence
from mediadesk.store import features

if TYPE_CHECKING:
    from sqlite_utils import Database

    from mediadesk.api import Array, Moment
    from mediadesk.recommend.index import Index

_REMEMBERED = 2_000


@dataclass(frozen=True, slots=True)
class _Strip:
    """The moments of one item in one block that can be compared; the pictures are left behind."""

    centred: Array
    times: tuple[float, ...]
    texts: tuple[str, ...]
    images: tuple[str | None, ...]


class Matcher:
    """Finds evidence; remembers it until the index changes."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._seq = -1
        self._strips: dict[tuple[str, str], _Strip | None] = {}
        self._found: dict[tuple[str, str, str], Evidence | None] = {}

    def match(self, db: Database, block: str, item: str, seed: str) -> Evidence | None:
        """Give the most alike moments of an item and its seed; None where there are none."""
        if self._seq != self._index.seq or len(self._found) > _REMEMBERED:
            self._strips, self._found, self._seq = {}, {}, self._index.seq
        if (block, item, seed) not in self._found:
            here, there = self._strip(db, block, item), self._strip(db, block, seed)
            self._found[block, item, seed] = _best(item, here, there) if here and there else None
        return self._found[block, item, seed]

    def frame(self, db: Database, item: str) -> Evidence | None:
        """Give a picture from the middle of an item, where it has any."""
        for block in self._index.spaces:
            strip = self._strip(db, block, item)
            seen = [n for n, image in enumerate(strip.images) if image] if strip else []
            if strip and seen:
                n = seen[len(seen) // 2]
                return Evidence(kind="frame", item=item, t=strip.times[n], image=strip.images[n])
        return None

    def _strip(self, db: Database, block: str, item: str) -> _Strip | None:
        if (item, block) not in self._strips:
            found = features.of_moments(db, item, block)
            self._strips[item, block] = self._make(block, item, found)
        return self._strips[item, block]

    def _make(self, block: str, item: str, found: list[Moment]) -> _Strip | None:
        space = self._index.spaces.get(block)
        kept = [
            (n, moment)
            for n, moment in enumerate(found)
            if space and moment.vector is not None and len(moment.vector) == space.dimensions
        ]
        if space is None or not kept:
            return None
        return _Strip(
            centred=space.centred(np.stack([moment.vector for _, moment in kept])),  # type: ignore[misc]
            times=tuple(moment.start for _, moment in kept),
            texts=tuple(moment.text for _, moment in kept),
            images=tuple(
                f"moment/{item}/{block}/{n}" if moment.image else None for n, moment in kept
            ),
        )


def _best(item: str, here: _Strip, there: _Strip) -> Evidence:
    similar = here.centred @ there.centred.T
    own, other = np.unravel_index(int(similar.argmax()), similar.shape)
    has_frames = here.images[own] and there.images[other]
    has_words = here.texts[own] and there.texts[other]
    return Evidence(
        kind="frame" if has_frames else "sentence" if has_words else "sound",
        item=item,
        t=here.times[own],
        text=here.texts[own],
        image=here.images[own],
        seed_t=there.times[other],
        seed_text=there.texts[other],
        seed_image=there.images[other],
    )
