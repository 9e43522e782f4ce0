"""What is known of a person's history, so that an import takes nothing of it twice."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from operator import attrgetter

from mediadesk.api import AUDIO, Event, EventKind, Item, Watched
from mediadesk.recommend.profile import State, states

_DAY = 86_400
_LENGTH = 3_600.0  # seconds, of what nobody knows the length of
_VERDICTS = frozenset({EventKind.LIKE, EventKind.LESS})
_AS = {
    EventKind.PLAYED: frozenset({EventKind.PLAYED, EventKind.FINISHED}),
    **dict.fromkeys(_VERDICTS, _VERDICTS),
}  # what says as much as a kind, or more


class Known:
    """What a person's events tell: nothing of it is taken twice, and nothing newer written over."""

    def __init__(self, events: Sequence[Event]) -> None:
        """Take the events of one profile that are not taken back."""
        self._keys = {event.context.get("imported") for event in events}
        self._states = states(events)
        self._new: set[tuple[str, EventKind]] = set()
        self._days: set[tuple[str, date]] = set()
        self._timed_days: set[tuple[str, date]] = set()
        self._times: defaultdict[str, list[float]] = defaultdict(list)
        finished = [event for event in events if event.kind is EventKind.FINISHED]
        for event in sorted(finished, key=attrgetter("at")):
            self._finish(event.at, event.item)

    def has(self, key: str, line: Watched, item: Item) -> bool:
        """Tell whether it holds a line; one that names a day alone may be one with a time."""
        if key in self._keys:
            return True
        if line.mark or not line.at:
            return self._stands(line.kind, item.id)
        if line.kind is not EventKind.FINISHED:
            return False
        day, is_heard = (item.id, _date(line.at)), item.kind in AUDIO
        if is_day(line.at):
            return day in self._days or (day in self._timed_days and not is_heard)
        return self._is_at(line.at, item) or (day in self._days and not is_heard)

    def add(self, line: Watched, item: Item) -> None:
        """Hold a line from now on."""
        self._new.add((item.id, line.kind))
        if line.kind is EventKind.FINISHED and line.at:
            self._finish(line.at, item.id)

    def _finish(self, at: float, item: str) -> None:
        if is_day(at):
            self._days.add((item, _date(at)))
        else:
            self._timed_days.add((item, _date(at)))
            insort(self._times[item], at)

    def _stands(self, kind: EventKind, item: str) -> bool:
        if any((item, each) in self._new for each in _AS.get(kind, {kind})):
            return True
        state = self._states.get(item, State())
        if kind is EventKind.RATED:
            return state.stars is not None
        if kind in _VERDICTS:
            return state.verdict is not None
        return state.finished or (kind is EventKind.PLAYED and state.played_at is not None)

    def _is_at(self, at: float, item: Item) -> bool:
        """Tell whether it was finished at that time: two programs note the same one minutes apart.

        No film ends twice within its length. Songs are skipped through, so theirs is the second.
        """
        apart = 1.0 if item.kind in AUDIO else item.duration or _LENGTH
        times = self._times[item.id]
        after = bisect_left(times, at - apart + 1e-3)
        return after < len(times) and times[after] < at + apart


def vagueness(line: Watched) -> tuple[bool, bool]:
    """Put times before days, and marks last."""
    return line.mark, is_day(line.at)


def is_day(at: float) -> bool:
    """Tell a day without a time, as many programs export."""
    return at % _DAY == 0


def _date(at: float) -> date:
    return datetime.fromtimestamp(at, UTC if is_day(at) else None).date()
