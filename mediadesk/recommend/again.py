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
from mediadesk.recommend.profile import DAY, DEAR_STARS, State
from mediadesk.recommend.recalling import told
from mediadesk.recommend.remembered import Remembered
from mediadesk.recommend.standing import Standing
from mediadesk.store import Database, episodes, library

MUSIC = frozenset({Kind.SONG, Kind.MUSIC_VIDEO, Kind.CONCERT})
SHELVES = {"listen": AUDIO, "watch": VIDEO}
"""The shelf of what comes again → the kinds that stand there."""
_LONG = {kind: (60 if kind in MUSIC else 180) * DAY for kind in Kind}
_OFTEN = {kind: 3 if kind in MUSIC else 2 for kind in Kind}
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


class Again:
    """Tells what may come again; remembers for a day what it thought of single items.

    One thread at a time.
    """

    def __init__(self) -> None:
        self._works: dict[str, _Work] = {}
        self._now = 0.0

    def of(
        self,
        db: Database,
        states: Standing,
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
        if now != self._now:
            self._works, self._now = {}, now
        asked = [item for item in states.dear if item in kinds] if only_due else list(kinds)
        serial: list[list[str]] = []
        if any(kinds[item] is Kind.EPISODE for item in asked):
            closed = [item for item, state in states.items() if state.is_closed(now)]
            had = [item for item, kind in kinds.items() if kind is Kind.EPISODE]
            serial = episodes.by_series(db, [*had, *closed])
        inside = {item for series in serial for item in series}
        found = [
            _Work([states[item] for item in items], items, kinds[items[0]], now)
            for items in serial
            if all(item in kinds and item not in but for item in items)
        ]
        found += [
            self._alone(item, states[item], kinds[item])
            for item in asked
            if item not in inside and item not in but
        ]
        due = sorted((work for work in found if work.is_due or not only_due), key=_Work.turn)
        return {
            name: _first(db, [work for work in due if work.kind in its], most)
            for name, its in SHELVES.items()
        }

    def _alone(self, item: str, state: State, kind: Kind) -> _Work:
        kept = self._works.get(item)
        if kept is None or kept.states[0] is not state or kept.kind is not kind:
            kept = self._works[item] = _Work([state], [item], kind, self._now)
        return kept


class Had:
    """Tells what was had; one thread at a time."""

    def __init__(self) -> None:
        self._kinds = Remembered(library.kinds)

    def of(self, db: Database, states: Standing, now: float) -> dict[str, Kind]:
        """Give item → kind for what was had, and is neither unwanted nor put off."""
        items = [item for item, state in states.had.items() if not state.is_closed(now)]
        return self._kinds.of(db, items)


class _Work:
    """One item, or the episodes of a series in their order."""

    def __init__(
        self, states: Sequence[State], items: Sequence[str], kind: Kind, now: float
    ) -> None:
        self.states, self.items, self.kind = states, items, kind
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
    return state.liked or (state.stars or 0) >= DEAR_STARS or state.plays >= _OFTEN[kind]


def _fondness(state: State) -> float:
    return (state.value or 0.0) + _PLAYS * log2(1 + state.plays)
