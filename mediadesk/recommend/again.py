"""What was had before and may come again.

To have seen a film is to be done with it; a song is heard again and again. So music is closed only
while it is fresh in memory, and then a candidate like any other. All else comes again when it was
loved and is long ago, a series from its beginning and as a whole or not at all; or when there is
nothing new.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2

from mediadesk.api import AUDIO, VIDEO, Kind
from mediadesk.recommend.fondness import longing
from mediadesk.recommend.profile import DAY, State
from mediadesk.recommend.recalling import told
from mediadesk.store import Database, browse, episodes, library

MUSIC = frozenset({Kind.SONG, Kind.MUSIC_VIDEO, Kind.CONCERT})
SHELVES = {"listen": AUDIO, "watch": VIDEO}
"""The shelf of what comes again → the kinds that stand there."""
_LONG = {kind: (60 if kind in MUSIC else 180) * DAY for kind in Kind}
_OFTEN = {kind: 3 if kind in MUSIC else 2 for kind in Kind}
_LOVED_STARS = 4.0
_PLAYS = 0.2  # how much twice as many plays add to an opinion


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Something that was had before, and what is said of it.

    It is due when it was loved and is long ago; it may stand among new ones when it is open.
    """

    item: str
    text: str
    is_due: bool
    is_open: bool


def has_rested(kind: Kind, state: State, now: float) -> bool:
    """Whether what was had is a candidate again: music no longer fresh, and not left at once."""
    return kind in MUSIC and state.rested_at <= now and (state.value or 0) >= 0


def again(
    db: Database,
    states: Mapping[str, State],
    kinds: Mapping[str, Kind],
    now: float,
    *,
    but: Collection[str],
    most: int,
    only_due: bool,
) -> dict[str, list[Known]]:
    """Give shelf → what may come again on it, what is due and longed for most first.

    Args:
        db: the library.
        states: where the profile stands with items.
        kinds: what was had and is not closed, with its kind.
        now: unix seconds.
        but: what stands elsewhere, though it was had.
        most: so many at most for each shelf, of those whose files lie somewhere.
        only_due: whether there is enough without what is not due.
    """
    asked = [item for item in kinds if not only_due or _is_loved(states[item], kinds[item])]
    serial: list[list[str]] = []
    if any(kinds[item] is Kind.EPISODE for item in asked):
        closed = [item for item, state in states.items() if state.is_closed(now)]
        had = [item for item, kind in kinds.items() if kind is Kind.EPISODE]
        serial = episodes.by_series(db, [*had, *closed])
    inside = {item for series in serial for item in series}
    alone = [[item] for item in asked if item not in inside]
    found = [
        _Work(items, states, kinds, now)
        for items in (*serial, *alone)
        if all(item in kinds and item not in but for item in items)
    ]
    due = sorted((work for work in found if work.is_due or not only_due), key=_Work.turn)
    return {
        name: _first(db, [work for work in due if work.kind in its], most)
        for name, its in SHELVES.items()
    }


class Had:
    """Tells what was had; remembers the kinds of it until any item changes.

    One thread at a time.
    """

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}
        self._seq = -1

    def of(self, db: Database, states: Mapping[str, State], now: float) -> dict[str, Kind]:
        """Give item → kind for what was had, and is neither unwanted nor put off."""
        seq, _ = browse.last(db)
        if seq != self._seq:
            self._kinds, self._seq = {}, seq
        items = [item for item, state in states.items() if state.had and not state.is_closed(now)]
        if missing := [item for item in items if item not in self._kinds]:
            self._kinds |= library.kinds(db, missing)
        return {item: self._kinds[item] for item in items if item in self._kinds}


class _Work:
    """One item, or the episodes of a series in their order."""

    def __init__(
        self,
        items: Sequence[str],
        states: Mapping[str, State],
        kinds: Mapping[str, Kind],
        now: float,
    ) -> None:
        self.items = items
        self.states = [states[item] for item in items]
        self.kind = kinds[items[0]]
        since = now - max(max(state.played_at or 0.0, state.at) for state in self.states)
        self._is_tired = any(state.is_tired(now) for state in self.states)
        is_loved = any(_is_loved(state, self.kind) for state in self.states)
        # Who leaves a song has skipped it.
        goes_on = self.kind is not Kind.SONG and any(state.underway for state in self.states)
        is_long_ago = since >= _LONG[self.kind] and not goes_on
        self.is_due = is_loved and is_long_ago and not self._is_tired
        self.is_open = all(has_rested(self.kind, state, now) for state in self.states)
        self._worth = longing(max(map(_fondness, self.states)), since, _LONG[self.kind])

    def turn(self) -> tuple[bool, bool, bool, float, str]:
        return not self.is_due, not self.is_open, self._is_tired, -self._worth, self.items[0]


def _first(db: Database, works: Sequence[_Work], most: int) -> list[Known]:
    """Give of each of the first works what it begins with, as far as that lies somewhere."""
    found: list[Known] = []
    for start in range(0, len(works), most):
        if len(found) >= most:
            break
        part = works[start : start + most]
        lying = library.kept(db, [item for work in part for item in work.items])
        found += _known(part, lying)
    return found[:most]


def _known(works: Iterable[_Work], lying: Collection[str]) -> Iterable[Known]:
    for work in works:
        if (item := next((each for each in work.items if each in lying), None)) is not None:
            yield Known(item=item, text=told(work.states), is_due=work.is_due, is_open=work.is_open)


def _is_loved(state: State, kind: Kind) -> bool:
    return state.liked or (state.stars or 0) >= _LOVED_STARS or state.plays >= _OFTEN[kind]


def _fondness(state: State) -> float:
    return (state.value or 0.0) + _PLAYS * log2(1 + state.plays)
