"""One view of the items of a request: how alike they are in it, and how that is found."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array, Block
from mediadesk_taste.ground import Ground, has, size, some

GRAPH, GENRES, YEAR = "graph", "genres", "year"
_OF_ITS_CONTENT, _OF_ITS_SORT = 0.25, 0.5  # a bad film is still one of a genre and era one watches
_ERA = np.float32(0.3)  # of the library between two items: they are hardly of one era


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How alike candidates and history are, as products of vectors that are not told.

    `alike` is float32 [n, m], and `among` [m, m] the same for the history alone, where they come to
    about 1. Both are 0 where an item is not in view. `weight` float32 [n] is how much the view
    counts for each candidate, 0 for one that is not in view; `seen` bool [m] tells it of the
    history. `interest` is what merely having had an item says, as a part of liking it.
    """

    name: str
    alike: Array
    among: Array
    weight: Array
    seen: Array
    interest: float


def of_content(
    name: str, block: Block, ground: Ground, items: Sequence[str], weight: Array
) -> View:
    """Compare vectors of a model, which have a large common part that says nothing."""
    alike, among = ground.compare(block.candidates, items, block.history)
    return View(
        name=name,
        alike=alike,
        among=among / ground.size,
        weight=weight.astype(np.float32),
        seen=has(block.history),
        interest=_OF_ITS_CONTENT,
    )


def of_genres(block: Block) -> View:
    """Compare sets by correlation: of two that share a genre, a rare one says more."""
    used = block.candidates.any(axis=0)
    there, judged = block.candidates[:, used] > 0, block.history[:, used] > 0
    known, seen = has(there), has(judged)
    share = there.mean(axis=0)
    spread = np.sqrt(share * (1 - share) + 1 / max(len(there), 1))
    rows = (there - share) / spread * known[:, None]
    own = (judged - share) / spread * seen[:, None]
    few = some(rows, known)
    return View(
        name=GENRES,
        alike=(rows @ own.T).astype(np.float32),
        among=own @ own.T / size(few @ few.T),
        weight=known.astype(np.float32),
        seen=seen,
        interest=_OF_ITS_SORT,
    )


def of_graph(block: Block) -> View:
    """Compare sets by their cosine; nothing else can be told of columns that are the history's."""
    return View(
        name=GRAPH,
        alike=block.candidates @ block.history.T,
        among=block.history @ block.history.T,
        weight=has(block.candidates).astype(np.float32),
        seen=has(block.history),
        interest=_OF_ITS_CONTENT,
    )


def of_era(candidates: Array, history: Array) -> View:
    """Compare years by how much of the library lies between them."""
    there, judged = (place(years, candidates).astype(np.float32) for years in (candidates, history))
    known, seen = ~np.isnan(there), ~np.isnan(judged)
    few = some(there, known)
    usual, own, to_some = _near(few, few), _near(judged, judged), _near(judged, few).mean(axis=1)
    mean = usual.mean(axis=0)
    # Centred as vectors would be whose products they are.
    centred = (own - to_some - to_some[:, None] + usual.mean()) * np.outer(seen, seen)
    return View(
        name=YEAR,
        alike=_near(there, judged),
        among=centred / size(usual - mean - mean[:, None] + usual.mean()),
        weight=known.astype(np.float32),
        seen=seen,
        interest=_OF_ITS_SORT,
    )


def place(years: Array, among: Array) -> Array:
    """Tell which part of `among` is older than each of the years, 0..1; nan where unknown."""
    known = np.sort(among[~np.isnan(among)])
    older = np.searchsorted(known, years, "left") + np.searchsorted(known, years, "right")
    return np.where(np.isnan(years), np.nan, older / max(2 * len(known), 1))


def _near(one: Array, other: Array) -> Array:
    """Tell how near places are to others, 0 for those that are not known."""
    return np.nan_to_num(np.exp(-0.5 * ((one[:, None] - other) / _ERA) ** 2))
