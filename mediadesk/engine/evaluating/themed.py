"""The items of the demo library: what was learnt about each, and the theme that it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mediadesk.api import AUDIO, Array, Feature, Item, Run, UserError, unit
from mediadesk.extract.tagging import held
from mediadesk.library import demo
from mediadesk.paths import spelled
from mediadesk.store import Database, features, library, locations, roots
from mediadesk.understand import FEATURE
from mediadesk.understand.blocks import inputs

NEAREST = 10
UNFINISHED = "This library is not understood as a whole: run “mediadesk analyze --wait” first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Themed:
    """An item, its theme, and extractor → feature."""

    item: Item
    theme: str
    known: Mapping[str, Feature]

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing to see."""
        return self.item.kind in AUDIO

    @property
    def vector(self) -> Array:
        """The item vector, as it is kept."""
        found = self.known[FEATURE].summary
        assert found is not None  # noqa: S101 - `themed` leaves none in that lacks it
        return found


def themed(db: Database) -> list[Themed]:
    """Give the items of the demo library, in the order of their paths; [] where there is none.

    Raises:
        UserError: if they are not analysed yet.
    """
    theme: dict[str, str] = {}
    for root in roots.listed(db):
        for path, name in sorted(demo.themes(root.path).items()):
            theme |= dict.fromkeys(locations.items_at(db, [spelled(root.path / path)]), name)
    items = library.items(db, list(theme))
    found = [
        Themed(item=items[each], theme=name, known=held(features.of_item(db, each)))
        for each, name in theme.items()
    ]
    if any(FEATURE not in each.known or each.known[FEATURE].summary is None for each in found):
        raise UserError(UNFINISHED)
    return found


def rows(items: Sequence[Themed]) -> dict[str, Array]:
    """Give block → vectors [n, d], as the model that fuses takes them."""
    return inputs([each.item for each in items], [each.known for each in items])


def fused(blocks: Mapping[str, Array], of: Sequence[str], run: Run) -> Array:
    """Fuse some of the blocks, as if the others were missing; float32 [n, d]."""
    kept = {*of, "kind"}
    taken = {name: own if name in kept else np.zeros_like(own) for name, own in blocks.items()}
    vectors: Array = run(taken)["embedding"]
    return vectors


def around(vectors: Array) -> Array:
    """Give vectors [n, d] as the library compares them: around their mean; zeros stay zeros."""
    there = np.asarray(vectors.any(axis=1))
    middle = vectors[there].mean(axis=0) if there.any() else 0
    centred: Array = np.where(there[:, None], unit(vectors - middle), 0)
    return centred


def recalls(vectors: Array, theme: Sequence[str]) -> Array:
    """Give recall@10 by theme of each of n items: how many of those that can be are the nearest.

    One of which nothing is known is near to nothing.
    """
    there = np.asarray(vectors.any(axis=1))
    names, own = np.array(theme), around(vectors)
    similar = np.where(there, own @ own.T, -2)
    np.fill_diagonal(similar, -3)
    best = np.argsort(-similar, axis=1, kind="stable")[:, : min(NEAREST, len(names) - 1)]
    same = names[best] == names[:, None]
    hits = (same & there[best] & there[:, None]).sum(axis=1)
    most = (names == names[:, None]).sum(axis=1) - 1
    found: Array = hits / np.clip(most, 1, NEAREST)
    return found
