"""Which item stands on which shelf: the best shelves first, and no item on two but Continue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mediadesk.api import VIDEO
from mediadesk.recommend import sentences
from mediadesk.recommend.drafts import Draft, Entry, View, entries, entries_again
from mediadesk.recommend.picking import long_tail, picks
from mediadesk.recommend.profile import DAY

_FEWEST = 3  # cards that make a shelf, unless it is Continue or the top picks
_TOLD_BY = 6  # so many cards tell what a shelf is worth
_ROOM = 3  # times the cards of a shelf must be there for one to begin with beside the picks
_NEW_FOR = 30 * DAY
_SHORT = 30 * 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A shelf that may be: what may stand on it, best first."""

    id: str
    title: str
    entries: Sequence[Entry]


def arrange(view: View, limit: int, *, contested: Sequence[Entry] = ()) -> list[Draft]:
    """Fill the shelves with at most `limit` items each, in the order in which they are shown.

    The top picks are those of a contest, where any are `contested`.
    """
    begun = tuple(_begun(view, limit))
    starts = tuple(_starts(view, limit))
    best = tuple(view.take(contested, limit) or picks(view, limit))
    drafts = [_draft("continue", begun), _draft("picks", best), _draft("start", starts)]
    for plan in sorted(_plans(view), key=lambda plan: -_worth(view, plan)):
        taken = view.take(plan.entries, limit)
        if len(taken) >= min(_FEWEST, limit):
            drafts.append(Draft(id=plan.id, title=plan.title, entries=tuple(taken)))
        else:
            view.used.difference_update(entry.item for entry in taken)
    drafts += [_again(view, name, limit, is_all=not best) for name in view.again]
    return [draft for draft in drafts if draft.entries]


def _draft(name: str, entries: tuple[Entry, ...]) -> Draft:
    return Draft(id=name, title=sentences.SHELVES[name], entries=entries)


def _again(view: View, name: str, limit: int, *, is_all: bool) -> Draft:
    """Give what was loved and is long ago; all that was had where there is nothing new."""
    known = [each for each in view.again[name] if each.is_due or is_all]
    taken = view.take(entries_again(known), limit)
    return _draft(name, tuple(taken) if is_all or len(taken) >= min(_FEWEST, limit) else ())


def _worth(view: View, plan: _Plan) -> float:
    """Give what the best of a shelf are worth on average."""
    seen = [view.worth.get(e.item, 0.0) for e in plan.entries if e.item in view.items][:_TOLD_BY]
    return sum(seen) / len(seen) if seen else 0.0


def _begun(view: View, limit: int) -> Iterator[Entry]:
    for item in [item for item in view.begun if item in view.items][:limit]:
        position = view.states[item].position
        text = sentences.STOPPED.format(t=sentences.clock(position))
        yield Entry(item=item, text=text if position > 0 else sentences.BEGUN)


def _starts(view: View, limit: int) -> list[Entry]:
    """Give what to begin with, where nothing is known of who looks and the picks lack nothing."""
    if len(view.order) < _ROOM * limit:
        return []
    free = [item for item in view.starts if item not in view.shared]
    return view.take(entries(free, sentences.START), limit)


def _plans(view: View) -> Iterator[_Plan]:
    """Give all shelves but the first two; of shelves of equal worth the first stands first."""
    for seed, near in view.near.items():
        if seed in view.items:
            title = sentences.SHELVES["because"].format(title=view.items[seed].title)
            yield _Plan(id=f"because-{seed}", title=title, entries=entries(near, seed=seed))
    for query, found in view.found.items():
        said = sentences.short(query)
        yield _Plan(
            id=f"search-{query}",
            title=sentences.SHELVES["search"].format(query=said),
            entries=entries(found, sentences.FOUND.format(query=said)),
        )
    if view.has_taste:
        liked = [item for item in view.order if item in view.shared]
        yield _plan("together", [Entry(item=item, text=view.shared[item]) for item in liked])
    yield _plan("new", entries(_new(view), sentences.NEW))
    yield _plan("gems", entries(_gems(view), sentences.UNUSUAL))
    for mood, own in view.moods.items():
        title = sentences.MOODS[mood]
        yield _Plan(id=f"mood-{mood}", title=title, entries=entries(own))
    yield _plan("short", list(_short(view)))


def _plan(name: str, entries: Sequence[Entry]) -> _Plan:
    return _Plan(id=name, title=sentences.SHELVES[name], entries=entries)


def _gems(view: View) -> list[str]:
    """Give what is of the long tail and still worth as much as most."""
    better = set(view.order[: len(view.order) // 2] if view.has_taste else view.order)
    return [item for item in long_tail(view) if item in better]


def _short(view: View) -> Iterator[Entry]:
    """Give the short videos of a library where most are longer."""
    here = [view.items[item] for item in view.order if item in view.items]
    videos = [item for item in here if item.kind in VIDEO and item.duration > 0]
    short = [item for item in videos if item.duration <= _SHORT]
    if 2 * len(short) <= len(videos):
        for item in short:
            text = sentences.SHORT.format(length=sentences.length(item.duration))
            yield Entry(item=item.id, text=text)


def _new(view: View) -> list[str]:
    fresh = [
        view.items[item]
        for item in view.order
        if item in view.items
        and item in view.understood
        and not view.is_known(item)
        and view.now - view.items[item].added_at < _NEW_FOR
    ]
    return [item.id for item in sorted(fresh, key=lambda item: -item.added_at)]
