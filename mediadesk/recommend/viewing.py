"""Looks up all that the shelves are arranged from."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING

from mediadesk.recommend.shelves import View
from mediadesk.store import library

if TYPE_CHECKING:
    from mediadesk.recommend.blend import Ranked
    from mediadesk.recommend.likeness import Likeness
    from mediadesk.recommend.profile import State
    from mediadesk.store import Database

_LOOKED_AT = 100  # how many of the best are looked up to fill the shelves
_NEAR = 40
_LATEST_LIKES = 3


def view(
    db: Database, states: Mapping[str, State], ranked: Ranked, likeness: Likeness, now: float
) -> View:
    """Give the view of ranked candidates, of what was begun and of what is like the last likes."""
    order = [ranked.items[n] for n in ranked.order()]
    open_ = set(order)
    likes = sorted(
        (item for item, state in states.items() if state.liked),
        key=lambda item: -(states[item].liked_at or 0),
    )[:_LATEST_LIKES]
    near = {seed: _near(likeness, seed, open_) for seed in likes}
    rare = likeness.rare(order)
    newest = [item for item in library.newest(db, limit=_NEAR) if item in open_]
    begun = [item for item, state in states.items() if state.underway]
    wanted = [*order[:_LOOKED_AT], *order[-5:], *rare[:_NEAR], *newest, *begun, *likes]
    items = library.items(db, list(dict.fromkeys([*wanted, *chain.from_iterable(near.values())])))
    lying = library.kept(db, list(items))
    return View(
        order=order,
        seeds={item: ranked.seed(item) for item in order[:_LOOKED_AT]},
        worth=dict(zip(ranked.items, ranked.values.tolist(), strict=True)),
        items={each: item for each, item in items.items() if each in lying},
        states=states,
        near=near,
        rare=rare,
        similarity=likeness.matrix,
        has_taste=bool(ranked.values.any()),
        now=now,
    )


def _near(likeness: Likeness, seed: str, allowed: set[str]) -> dict[str, str]:
    """Give candidate → block in which it is most alike to the seed, best first."""
    alike = likeness.to_seed(seed).items()
    return dict([(item, block) for item, (_, block) in alike if item in allowed][:_NEAR])
