"""The top picks: re-ranked in one place, and never fewer than can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mediadesk.recommend import sentences
from mediadesk.recommend.calibration import Calibration, Taste
from mediadesk.recommend.diversify import mmr
from mediadesk.recommend.drafts import Entry, View, entries, entries_again

POOL = 60
"""How deep the picks look for variety."""
_ROW, _LONG_TAIL = 10, 2  # cards, and how many of these at least are of the long tail
_ENOUGH = 40  # candidates from which on there is room to try something out


def picks(view: View, limit: int) -> list[Entry]:
    """Give `limit` entries while as many candidates remain.

    First stands what is best and diverse, last one of which least is known; two of each ten are
    what few in the household know. What stands there for that alone, or for its kind or language,
    says so. Where there is too little else it is music that has rested.
    """
    pool = _pool(view, max(POOL, limit))
    best = [pool[n] for n in _diverse(view, pool, limit, tastes=view.tastes)]
    has_room = view.has_taste and limit >= _ROW
    tries = view.discoveries if has_room and len(view.order) >= _ENOUGH else ()
    head = limit - 1 if tries else limit
    taken = view.take(_with_long_tail(view, best, head) if has_room else entries(best), head)
    taken += view.take(entries(tries, sentences.DISCOVERY), 1)
    rest = [*best, *view.order, *view.spare]
    taken += view.take(entries(rest), limit - len(taken))
    rested = [known for shelf in view.again.values() for known in shelf if known.is_open]
    taken += view.take(entries_again(rested), limit - len(taken))
    if not view.has_taste:
        return [_said(view, entry) for entry in taken]
    changes = _changes(view, pool, best)
    return [
        replace(each, text=sentences.CHANGE) if each.item in changes and not each.text else each
        for each in taken
    ]


def long_tail(view: View) -> Iterator[str]:
    """Give what no other in the household has touched and is little like the rest, best first."""
    for item in view.rare:
        state = view.states.get(item)
        if item not in view.touched and not (state and state.opened):
            yield item


def _pool(view: View, deep: int) -> list[str]:
    """Give the best candidates, half of them new while so many are."""
    here = [item for item in view.order if item in view.items]
    known = [item for item in here if view.is_known(item)][: deep // 2]
    new = [item for item in here if not view.is_known(item)][: deep - len(known)]
    return [*new, *known]


def _diverse(
    view: View, pool: Sequence[str], limit: int, *, tastes: Sequence[Taste] = ()
) -> list[int]:
    return mmr(
        [view.worth[item] for item in pool],
        view.similarity(pool),
        limit,
        groups=[view.items[item].album or view.items[item].artist for item in pool],
        seeds=[view.seed(item) for item in pool],
        tastes=[Calibration(taste, pool) for taste in tastes],
    )


def _changes(view: View, pool: Sequence[str], best: Sequence[str]) -> set[str]:
    """Give those of the best that nothing liked speaks for, and that only their kind brought."""
    alone = {item for item in best if not view.seed(item) and view.worth[item] <= 0}
    if alone:
        alone -= {pool[n] for n in _diverse(view, pool, len(best))}
    return alone


def _with_long_tail(view: View, best: Sequence[str], count: int) -> list[Entry]:
    """Give the best `count`, with two of the long tail at least in each ten while there are any.

    Where too few stand there by themselves the best of the others end the ten.
    """
    free, tail = (
        [item for item in items if item in view.items and item not in view.used]
        for items in (best, long_tail(view))
    )
    is_tail = set(tail)
    found: dict[str, Entry] = {}
    for start in range(0, count, _ROW):
        row = [item for item in free if item not in found][: min(_ROW, count - start)]
        plain = [item for item in row if item not in is_tail]
        others = [item for item in tail if item not in found and item not in row]
        # The last of the list may be one to find out.
        is_whole = len(row) >= _ROW - 1
        lacking = max(0, _LONG_TAIL - len(row) + len(plain)) if is_whole else 0
        added = others[:lacking]
        out = set(plain[len(plain) - len(added) :])
        found |= {item: Entry(item=item) for item in row if item not in out}
        found |= {item: Entry(item=item, text=sentences.UNUSUAL) for item in added}
    return list(found.values())


def _said(view: View, entry: Entry) -> Entry:
    """Say who likes what, where nothing is known of who looks."""
    return Entry(item=entry.item, text=view.shared.get(entry.item, entry.text))
