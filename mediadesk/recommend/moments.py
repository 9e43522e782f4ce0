"""The best matching pair of moments of two items: what a reason rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.recommend.values import Evidence
from mediadesk.store import features

if TYPE_CHECKING:
    from mediadesk.api import Array
    from mediadesk.recommend.index import Index
    from mediadesk.store import Database

_REMEMBERED = 2_000
_ALIKE = 0.1  # as in `likeness`: below that nobody would call two moments alike


@dataclass(frozen=True, slots=True)
class _Strip:
    """The moments of one item in one block that can be compared; the pictures are left behind."""

    centred: Array
    times: tuple[float, ...]
    texts: tuple[str, ...]
    images: tuple[str | None, ...]

    def evidence(self, item: str, n: int) -> Evidence:
        text, image = self.texts[n], self.images[n]
        return Evidence(
            kind="sentence" if text else "frame" if image else "sound",
            item=item,
            t=self.times[n],
            text=text,
            image=image,
        )


class Matcher:
    """Finds evidence; remembers it until the index changes."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._seq = -1
        self._strips: dict[tuple[str, str], _Strip | None] = {}
        self._found: dict[tuple[str, str, str], Evidence | None] = {}

    def match(self, db: Database, block: str, item: str, seed: str) -> Evidence | None:
        """Give the most alike moments of an item and its seed; None where none are alike."""
        if self._seq != self._index.seq or len(self._found) > _REMEMBERED:
            self._strips, self._found, self._seq = {}, {}, self._index.seq
        if (block, item, seed) not in self._found:
            here, there = self._strip(db, block, item), self._strip(db, block, seed)
            self._found[block, item, seed] = _best(item, here, there) if here and there else None
        return self._found[block, item, seed]

    def match_any(self, db: Database, item: str, seed: str) -> Evidence | None:
        """Give alike moments in the first block that both items have: picture, words or sound."""
        found = (self.match(db, block, item, seed) for block in sorted(self._index.blocks))
        known = [evidence for evidence in found if evidence]
        return max(known, key=lambda e: (bool(e.image), bool(e.text)), default=None)

    def typical(self, db: Database, item: str) -> Evidence | None:
        """Give the moment that is most like the whole of an item: words, else picture or sound."""
        strip = self._telling(db, item)
        if strip is None:
            return None
        return strip.evidence(item, int((strip.centred @ strip.centred.mean(axis=0)).argmax()))

    def at(self, db: Database, item: str, second: float) -> Evidence | None:
        """Give the moment of an item that is nearest to a second."""
        strip = self._telling(db, item)
        if strip is None:
            return None
        return strip.evidence(item, int(np.abs(np.array(strip.times) - second).argmin()))

    def _telling(self, db: Database, item: str) -> _Strip | None:
        strips = [self._strip(db, block, item) for block in self._index.blocks]
        known = [strip for strip in strips if strip]
        return max(known, key=lambda each: (any(each.texts), any(each.images)), default=None)

    def _strip(self, db: Database, block: str, item: str) -> _Strip | None:
        if (item, block) not in self._strips:
            found = features.stretches(db, item, block)
            self._strips[item, block] = self._make(block, item, found)
        return self._strips[item, block]

    def _make(self, block: str, item: str, found: list[features.Stretch]) -> _Strip | None:
        space = self._index.spaces.get(block)
        kept = [each for each in found if space and len(each.vector) == space.dimensions]
        if space is None or not kept:
            return None
        return _Strip(
            centred=space.centred(np.stack([each.vector for each in kept])),
            times=tuple(each.start for each in kept),
            texts=tuple(each.text for each in kept),
            images=tuple(
                f"moment/{item}/{block}/{each.n}" if each.has_image else None for each in kept
            ),
        )


def _best(item: str, here: _Strip, there: _Strip) -> Evidence | None:
    similar = here.centred @ there.centred.T
    own, other = np.unravel_index(int(similar.argmax()), similar.shape)
    if similar[own, other] <= _ALIKE:
        return None
    return replace(
        here.evidence(item, int(own)),
        seed_t=there.times[other],
        seed_text=there.texts[other],
        seed_image=there.images[other],
    )
