"""The top picks: re-ranked in one place, and never fewer than can be."""

from __future__ import annotations

from collections.abc import Iterator

from mediadesk.recommend import sentences
from mediadesk.recommend.calibration import Calibration
from mediadesk.recommend.diversify import mmr
from mediadesk.recommend.drafts import Entry, View, entries, entries_again

_POOL = 60  # how deep the picks look for variety
_PURE = 9  # so many are for taste alone; what is tried out comes after
_LONG_TAIL = 5  # one of so many is at least of the long tail
_ENOUGH = 40  # candidates from which on there is room to try something out


def picks(view: View, limit: int) -> list[Entry]:
    """Give `limit` entries while as many candidates remain.

    First what is best and diverse; last, as far as they do not stand there by themselves, what few
    in the household know, and one of which least is known, which says so. Where there is too little
    else it is music that has rested.
    """
    pool = _pool(view, max(_POOL, limit))
    best = [pool[n] for n in _diverse(view, pool, limit)]
    taken = view.take(entries(best[: _pure(view, best, limit)]), limit)
    if len(taken) < len(best):
        more = entries(long_tail(view), sentences.UNUSUAL)
        taken += view.take(more, limit - 1 - len(taken))
        tries = entries(view.discoveries, sentences.DISCOVERY)
        taken += view.take(tries, min(1, limit - len(taken)))
    rest = [*best, *view.order, *view.spare]
    taken += view.take(entries(rest), limit - len(taken))
    rested = [known for shelf in view.again.values() for known in shelf if known.is_open]
    taken += view.take(entries_again(rested), limit - len(taken))
    return taken if view.has_taste else [_said(view, entry) for entry in taken]


def long_tail(view: View) -> Iterator[str]:
    """Give what no other in the household has touched and is little like the rest, best first.

    What is not worth as much as most is left out.
    """
    better = set(view.order[: len(view.order) // 2]) if view.has_taste else set(view.order)
    for item in view.rare:
        state = view.states.get(item)
        if item in better and item not in view.touched and not (state and state.opened):
            yield item


def _pool(view: View, deep: int) -> list[str]:
    """Give the best candidates, half of them new while so many are."""
    here = [item for item in view.order if item in view.items]
    known = [item for item in here if view.is_known(item)][: deep // 2]
    new = [item for item in here if not view.is_known(item)][: deep - len(known)]
    return [*new, *known]


def _diverse(view: View, pool: list[str], limit: int) -> list[int]:
    return mmr(
        [view.worth[item] for item in pool],
        view.similarity(pool),
        limit,
        groups=[view.items[item].album or view.items[item].artist for item in pool],
        seeds=[view.seeds.get(item, "") for item in pool],
        tastes=[Calibration(taste, pool) for taste in view.tastes],
    )


def _pure(view: View, best: list[str], limit: int) -> int:
    """Give how many of the best stand at the head, before what is tried out."""
    if not view.has_taste or len(view.order) < _ENOUGH or limit <= _PURE:
        return limit
    tail = set(long_tail(view))
    head = best[: limit - 1]
    lacking = max(0, limit // _LONG_TAIL - sum(item in tail for item in head))
    return max(_PURE, limit - 1 - lacking)


def _said(view: View, entry: Entry) -> Entry:
    """Say who likes what, where nothing is known of who looks."""
    return Entry(item=entry.item, text=view.shared.get(entry.item, entry.text))
