"""Which item stands on which shelf: never an empty shelf, and no item on two but Continue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mediadesk.api import VIDEO, Array, Item
from mediadesk.recommend import sentences
from mediadesk.recommend.diversify import mmr
from mediadesk.recommend.profile import DAY, State

_POOL = 60  # how deep the picks look for variety
_PURE = 10  # the first ten are for taste alone; what is tried out comes after
_ENOUGH = 40  # candidates from which on there is room to try something out
_NEW_FOR = 30 * DAY
_SHORT = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item on a shelf; `text` is what the shelf itself says of it, `seed` what it is alike."""

    item: str
    text: str = ""
    seed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A shelf before its reasons are written."""

    id: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that arranging needs.

    `order` are the candidates, best first, `worth` their scores, `seeds` the liked items that
    speak most for them; `items` those of them, and of
    what was begun or liked, that can be shown. `near` has for each of the latest likes what is
    alike to it and in which block, `rare` the candidates that are little like the rest; both best
    first. `similarity` gives [n, n] for items. Without `has_taste` all scores are the same.
    """

    order: Sequence[str]
    seeds: Mapping[str, str]
    worth: Mapping[str, float]
    items: Mapping[str, Item]
    states: Mapping[str, State]
    near: Mapping[str, Mapping[str, str]]
    rare: Sequence[str]
    similarity: Callable[[Sequence[str]], Array]
    has_taste: bool
    now: float
    used: set[str] = field(default_factory=set)


def arrange(view: View, limit: int) -> list[Draft]:
    """Fill the shelves with at most `limit` items each, in the order in which they are shown."""
    begun = tuple(_begun(view, limit))
    picks = tuple(_picks(view, limit))
    because = [
        Draft(
            id=f"because-{seed}",
            title=sentences.SHELVES["because"].format(title=view.items[seed].title),
            entries=tuple(_take(view, near, limit, seed=seed)),
        )
        for seed, near in view.near.items()
        if seed in view.items
    ]
    gems = tuple(_take(view, _hidden_gems(view), limit, text=sentences.UNUSUAL))
    short = tuple(_short(view, limit))
    new = tuple(_new(view, limit))
    drafts = [
        _draft("continue", begun),
        _draft("picks", picks),
        *because,
        _draft("new", new),
        _draft("gems", gems),
        _draft("short", short),
    ]
    return [draft for draft in drafts if draft.entries]


def _draft(name: str, entries: tuple[Entry, ...]) -> Draft:
    return Draft(id=name, title=sentences.SHELVES[name], entries=entries)


def _begun(view: View, limit: int) -> Iterator[Entry]:
    begun = [
        (state.played_at or 0.0, item, state)
        for item, state in view.states.items()
        if state.underway and not state.hidden and state.rests_until <= view.now
    ]
    here = [
        each for each in sorted(begun, reverse=True, key=lambda b: b[:2]) if each[1] in view.items
    ]
    for _, item, state in here[:limit]:
        text = sentences.STOPPED.format(t=sentences.clock(state.position))
        yield Entry(item=item, text=text if state.position > 0 else sentences.BEGUN)


def _picks(view: View, limit: int) -> Iterator[Entry]:
    pool = [item for item in view.order if item in view.items][: max(_POOL, limit)]
    groups = [view.items[item].album or view.items[item].artist for item in pool]
    worth = [view.worth[item] for item in pool]
    tries = view.has_taste and len(view.order) >= _ENOUGH
    pure = min(limit, _PURE) if tries else limit
    seeds = [view.seeds.get(item, "") for item in pool]
    best = mmr(worth, view.similarity(pool), pure, groups=groups, seeds=seeds) if pool else []
    picks = list(_take(view, [pool[n] for n in best], pure))
    if tries:
        picks += _tried_out(view, limit - len(picks))
    yield from picks
    yield from _take(view, view.order, limit - len(picks))  # where there was too little to try out


def _tried_out(view: View, room: int) -> Iterator[Entry]:
    """Two from the long tail and one that is different, as far as there is room."""
    gems = list(_hidden_gems(view))
    if room >= 1:
        yield from _take(view, gems, 1, text=sentences.UNUSUAL)
    if room >= 2:
        yield from _take(view, reversed(view.order), 1, text=sentences.DISCOVERY)
    if room >= 3:
        yield from _take(view, gems, 1, text=sentences.UNUSUAL)


def _hidden_gems(view: View) -> Iterator[str]:
    """What was never shown, is little like the rest, and still scores in the better half."""
    better = set(view.order[: len(view.order) // 2]) if view.has_taste else set(view.order)
    for item in view.rare:
        state = view.states.get(item)
        if item in better and (state is None or state.shown == 0):
            yield item


def _short(view: View, limit: int) -> Iterator[Entry]:
    for item in view.order:
        known = view.items.get(item)
        if limit > 0 and known and known.kind in VIDEO and 0 < known.duration < _SHORT:
            text = sentences.SHORT.format(length=sentences.length(known.duration))
            taken = list(_take(view, [item], 1, text=text))
            limit -= len(taken)
            yield from taken


def _new(view: View, limit: int) -> Iterator[Entry]:
    fresh = [
        item
        for item in view.order
        if item in view.items and view.now - view.items[item].added_at < _NEW_FOR
    ]
    fresh.sort(key=lambda item: -view.items[item].added_at)
    return _take(view, fresh, limit, text=sentences.NEW)


def _take(
    view: View, items: Iterable[str], limit: int, *, text: str = "", seed: str | None = None
) -> Iterator[Entry]:
    """Take the first items that can be shown and stand nowhere yet."""
    for item in items:
        if limit <= 0:
            return
        if item in view.items and item not in view.used:
            view.used.add(item)
            limit -= 1
            yield Entry(item=item, text=text, seed=seed)
