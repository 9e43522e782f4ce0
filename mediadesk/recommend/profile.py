"""What a person's events add up to: the state of each item, and opinions for the rankers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mediadesk.api import Event, EventKind, Opinion
from mediadesk.recommend.outliers import BELIEVED, weigh
from mediadesk.recommend.watched import SEEN, counting, position, share

DAY = 86_400.0
_FEEDBACK = frozenset({EventKind.LIKE, EventKind.LESS, EventKind.HIDE, EventKind.NOT_NOW})
_VERDICTS = {EventKind.LIKE: 1.0, EventKind.LESS: -1.0, EventKind.HIDE: -0.3}
_PLAYS = frozenset({EventKind.PLAYED, EventKind.FINISHED, EventKind.ABANDONED})
_MARKS = frozenset({EventKind.SEEN, EventKind.UNSEEN})
TELLING = frozenset(EventKind) - {
    EventKind.SHOWN, EventKind.OPENED, EventKind.SEARCHED, EventKind.DISMISSED,
}  # fmt: skip
"""The kinds of events that opinions rest on, or that take one of these back: a few of all."""
_REST = 7 * DAY
_IGNORED_TIMES = 5  # shown so often and never opened: it may rest
_SITTING = 1_800.0  # what is shown again within half an hour was shown once


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a person stands with one item.

    `progress` is the share reached when it was last played (0..1), 1 where it was marked as seen
    since; `position` is the second where that stopped. A glance at another place moves neither
    (see `watched`). `liked_at` and `played_at` are unix seconds or None, `value` the opinion, None
    where nothing was said or played. Until `rests_until` it is put off. `shown` counts the
    sittings in which it was shown, `plays` those in which it was seen to its end. From the first to
    the second time of `tired` it rests, because it was passed by often. `stars` are half
    to five. A `dismissed` one stands on Continue only when it has been played again.
    """

    verdict: EventKind | None = None
    finished: bool = False
    progress: float = 0.0
    position: float = 0.0
    liked_at: float | None = None
    played_at: float | None = None
    shown: int = 0
    opened: bool = False
    value: float | None = None
    at: float = 0.0
    rests_until: float = 0.0
    stars: float | None = None
    plays: int = 0
    dismissed: bool = False
    tired: tuple[float, float] = (0.0, 0.0)

    @property
    def liked(self) -> bool:
        """The last word on it was a like."""
        return self.verdict is EventKind.LIKE

    @property
    def hidden(self) -> bool:
        """It is never to be shown."""
        return self.verdict is EventKind.HIDE

    @property
    def underway(self) -> bool:
        """It was begun and not finished, and not taken off Continue."""
        begun = self.played_at is not None and 0 < self.progress < SEEN
        return begun and not self.dismissed

    def is_tired(self, now: float) -> bool:
        """Whether it rests because it was passed by often."""
        start, end = self.tired
        return start <= now < end


def effective(events: Iterable[Event]) -> list[Event]:
    """Give events in order of time, without what was undone and without the undoing.

    An undo takes back the event that its context names (`event`), else the last feedback on its
    item that is not taken back yet.
    """
    kept: dict[int, Event] = {}
    numbers: dict[str, int] = {}
    feedback: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for n, event in enumerate(sorted(events, key=lambda event: event.at)):
        whose = event.profile, event.item
        if event.kind is not EventKind.UNDO:
            kept[n] = event
            numbers[event.id] = n
            if event.kind in _FEEDBACK:
                feedback[whose].append(n)
        elif wanted := event.context.get("event"):
            given = numbers.get(str(wanted), -1)
            if given in kept and (kept[given].profile, kept[given].item) == whose:
                del kept[given]
        else:
            while (said := feedback[whose]) and kept.pop(said.pop(), None) is None:
                pass
    return list(kept.values())


def hiding(events: Iterable[Event]) -> dict[str, str]:
    """Give item → the event that hides it, for the events of one profile."""
    by_item: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_item[event.item].append(event)
    said = {item: _last(effective(own), _VERDICTS) for item, own in by_item.items()}
    return {item: last.id for item, last in said.items() if last and last.kind is EventKind.HIDE}


def states(events: Iterable[Event]) -> dict[str, State]:
    """Give item → state for the events of one profile."""
    by_item: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_item[event.item].append(event)
    found = {item: state(own) for item, own in by_item.items()}
    return {item: known for item, known in found.items() if known != State()}


def opinions(known: dict[str, State]) -> tuple[Opinion, ...]:
    """Give the opinions that states hold, oldest first."""
    held = [
        Opinion(item=item, value=state.value, at=state.at)
        for item, state in known.items()
        if state.value is not None
    ]
    return tuple(sorted(held, key=lambda opinion: (opinion.at, opinion.item)))


def graded(share: float) -> float:
    """Give the opinion that a share watched stands for: left at once −.1, seen nearly all +.5."""
    if share < 0.1:
        return -0.1
    return 0.5 * min(1.0, (share - 0.1) / 0.7)


def state(events: Sequence[Event]) -> State:
    """Give what one profile's events on one item add up to; outliers weigh little."""
    weighed = weigh(effective(events))
    events = [each.event for each in weighed if each.weight >= BELIEVED]
    doubtful = [each for each in weighed if 0 < each.weight < BELIEVED]
    verdict = _last(events, _VERDICTS)
    mark = _last(events, _MARKS)
    rated = _last(events, {EventKind.RATED})
    stars = _stars(rated)
    plays = [event for event in events if event.kind in _PLAYS]
    # What was marked as not seen begins anew.
    is_anew = mark is not None and mark.kind is EventKind.UNSEEN
    since = [event for event in plays if not (is_anew and mark and event.at <= mark.at)]
    counted = counting(since)
    play = counted[-1] if counted else None
    is_seen = mark is not None and mark.kind is EventKind.SEEN
    is_over = is_seen and mark is not None and (play is None or mark.at >= play.at)
    last = max(
        (each for each in (verdict, rated, plays[-1] if plays else None) if each),
        key=_at,
        default=None,
    )
    shown = _sittings(events)
    not_now = _last(events, {EventKind.NOT_NOW})
    dismissed = _last(events, {EventKind.DISMISSED})
    value, at = _value(verdict, stars, _best(plays)), last.at if last else 0.0
    if value is None and doubtful:
        value = max(each.weight * graded(share(each.event)) for each in doubtful)
        at = doubtful[-1].event.at
    return State(
        verdict=verdict.kind if verdict else None,
        finished=is_seen or any(share(event) >= SEEN for event in counted),
        progress=1.0 if is_over else share(play) if play else 0.0,
        position=position(play) if play and share(play) < SEEN else 0.0,
        liked_at=verdict.at if verdict and verdict.kind is EventKind.LIKE else None,
        played_at=plays[-1].at if plays else None,
        shown=len(shown),
        opened=any(event.kind is EventKind.OPENED or event.kind in _PLAYS for event in events),
        value=value,
        at=at,
        rests_until=not_now.at + _REST if not_now else 0.0,
        stars=stars,
        plays=sum(event.kind is EventKind.FINISHED for event in plays),
        dismissed=dismissed is not None and all(event.at <= dismissed.at for event in since),
        tired=_tired(shown),
    )


def _value(verdict: Event | None, stars: float | None, best: float | None) -> float | None:
    """Give the opinion: what was said goes before what was rated, and that before what was seen."""
    if verdict is not None:
        return _VERDICTS[verdict.kind]
    if stars is not None:
        return (stars - 2.75) / 2.25
    return graded(best) if best is not None else None


def _stars(rated: Event | None) -> float | None:
    return max(0.5, round(min(rated.value, 1.0) * 10) / 2) if rated and rated.value > 0 else None


def _best(plays: Sequence[Event]) -> float | None:
    """Give the greatest share watched, 0 for a glance at it; None where it was never played."""
    return max(map(share, counting(plays)), default=0.0) if plays else None


def _at(event: Event) -> float:
    return event.at


def _last(events: Sequence[Event], kinds: Iterable[EventKind]) -> Event | None:
    wanted = set(kinds)
    return next((event for event in reversed(events) if event.kind in wanted), None)


def _tired(shown: Sequence[float]) -> tuple[float, float]:
    """Give from when until when what was shown at these times rests: from the next day on.

    Until then everything stays where it was.
    """
    if len(shown) < _IGNORED_TIMES:
        return 0.0, 0.0
    return (shown[_IGNORED_TIMES - 1] // DAY + 1) * DAY, shown[-1] + _REST


def _sittings(events: Sequence[Event]) -> list[float]:
    """Times at which it was shown since it was last opened or had rested, one a sitting."""
    times: list[float] = []
    for event in events:
        if event.kind is EventKind.OPENED or event.kind in _PLAYS:
            times = []
        elif event.kind is EventKind.SHOWN:
            if times and event.at - times[-1] >= _REST:
                times = []
            if not times or event.at - times[-1] > _SITTING:
                times.append(event.at)
    return times
