"""What a person's events add up to: the state of each item, and opinions for the rankers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from operator import attrgetter
from typing import Literal

from mediadesk.api import Event, EventKind, Opinion
from mediadesk.recommend.outliers import BELIEVED, TWICE_S, weigh
from mediadesk.recommend.times import is_dated
from mediadesk.recommend.watched import SEEN, counting, is_touch, place, position, share

DAY = 86_400.0
DEAR_STARS = 4.0  # or more: it is loved
_FEEDBACK = frozenset({EventKind.LIKE, EventKind.LESS, EventKind.HIDE, EventKind.NOT_NOW})
_VERDICTS = {EventKind.LIKE: 1.0, EventKind.LESS: -1.0, EventKind.HIDE: -0.3}
_PLAYS = frozenset({EventKind.PLAYED, EventKind.FINISHED, EventKind.ABANDONED})
_MARKS = frozenset({EventKind.SEEN, EventKind.UNSEEN})
_HAVING = _PLAYS | _VERDICTS.keys() | {EventKind.SEEN, EventKind.RATED}
TELLING = frozenset(EventKind) - {
    EventKind.SHOWN, EventKind.OPENED, EventKind.SEARCHED, EventKind.DISMISSED,
}  # fmt: skip
"""The kinds of events that opinions rest on, or that take one of these back: a few of all."""
_REST = 7 * DAY
_IGNORED_TIMES = 5  # shown so often and never opened: it may rest
_SITTING = 1_800.0  # what is shown or had again within half an hour was so once
_HALF_LIFE = 7 * DAY  # of the memory of one time
_RESTED = 0.5  # so many times are left of it when it has rested


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a person stands with one item.

    `progress` is the share reached when it was last played (0..1), 1 where it was marked as seen
    since; `position` is the second where that stopped. A glance at another place moves neither
    (see `watched`). `liked_at` and `played_at` are unix seconds or None, `value` the opinion, None
    where nothing was said or played. Until `rests_until` it is put off. `shown` counts the
    sittings in which it was shown, `plays` those in which it was seen to its end. From the first to
    the second time of `tired` it rests, because it was passed by often. `stars` are half
    to five. A `dismissed` one stands on Continue only when it has been played again. From
    `rested_at` on it is no longer fresh in memory: a week after it was had once, later the oftener
    that was of late. `unwanted` is what was hidden, asked less of or rated low. It is `undated`
    where the time of `played_at`, or of `liked_at` where it was never played, is not known. It was
    had `by` one person; of a group by some of its members apart, or played by all together.
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
    rested_at: float = 0.0
    unwanted: bool = False
    undated: bool = False
    by: Literal["one", "some", "all"] = "one"

    @property
    def had(self) -> bool:
        """It was played, marked as seen or judged."""
        is_judged = self.verdict is not None or self.stars is not None
        return is_judged or self.finished or self.played_at is not None

    @property
    def liked(self) -> bool:
        """The last word on it was a like."""
        return self.verdict is EventKind.LIKE

    @property
    def dear(self) -> bool:
        """It was liked, rated high, or seen to its end more than once."""
        return self.liked or (self.stars or 0) >= DEAR_STARS or self.plays > 1

    @property
    def hidden(self) -> bool:
        """It is never to be shown."""
        return self.verdict is EventKind.HIDE

    @property
    def underway(self) -> bool:
        """It was begun and not finished, and not taken off Continue."""
        begun = self.played_at is not None and 0 < self.progress < SEEN
        return begun and not self.dismissed

    def is_closed(self, now: float) -> bool:
        """Whether it is not to be offered: unwanted, or put off."""
        return self.unwanted or self.rests_until > now

    def is_tired(self, now: float) -> bool:
        """Whether it rests because it was passed by often."""
        start, end = self.tired
        return start <= now < end


def effective(events: Iterable[Event]) -> list[Event]:
    """Give events in order of time, without what was undone and without the undoing.

    An undo takes back the event that its context names (`event`), else the last feedback on its
    item that is not taken back yet. Feedback that was pressed twice was given once.
    """
    kept: dict[int, Event] = {}
    numbers: dict[str, int] = {}
    feedback: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for n, event in enumerate(sorted(events, key=lambda event: event.at)):
        whose = event.profile, event.item
        said = feedback[whose]
        if event.kind in _FEEDBACK and said and _is_pressed_again(event, kept.get(said[-1])):
            numbers[event.id] = said[-1]
        elif event.kind is not EventKind.UNDO:
            kept[n] = event
            numbers[event.id] = n
            if event.kind in _FEEDBACK:
                said.append(n)
        elif wanted := event.context.get("event"):
            given = numbers.get(str(wanted), -1)
            if given in kept and (kept[given].profile, kept[given].item) == whose:
                del kept[given]
        else:
            while said and kept.pop(said.pop(), None) is None:
                pass
    return list(kept.values())


def _is_pressed_again(event: Event, last: Event | None) -> bool:
    # What was taken back and is brought back has the time of what it was.
    return last is not None and event.kind is last.kind and 0 < event.at - last.at < TWICE_S


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


def opinions(known: Mapping[str, State]) -> tuple[Opinion, ...]:
    """Give the opinions that states hold, oldest first."""
    held = [
        Opinion(item=item, value=state.value, at=state.at)
        for item, state in known.items()
        if state.value is not None
    ]
    # Of thousands, to sort twice is quicker than to compare pairs.
    return tuple(sorted(sorted(held, key=attrgetter("item")), key=attrgetter("at")))


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
    anew = [event for event in events if not (is_anew and mark and event.at <= mark.at)]
    since = [event for event in anew if event.kind in _PLAYS]
    counted = counting(since)
    play = place(since, counted)
    is_seen = mark is not None and mark.kind is EventKind.SEEN
    is_over = is_seen and mark is not None and (play is None or mark.at >= play.at)
    had = plays[-1] if plays else verdict
    last = max(
        (each for each in (verdict, rated, had) if each and is_dated(each)),
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
        rested_at=_rested_at([e.at for e in anew if e.kind in _HAVING and is_dated(e)]),
        unwanted=(verdict is not None or stars is not None) and value is not None and value < 0,
        undated=had is not None and not is_dated(had),
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
    """Give the greatest share watched, 0 for a glance at it; None where it was hardly touched."""
    if all(map(is_touch, plays)):
        return None
    return max(map(share, counting(plays)), default=0.0)


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


def _rested_at(times: Sequence[float]) -> float:
    """Give until when what was had at these times is fresh in memory, 0 for no times.

    Each of them is forgotten by half in a week.
    """
    apart: list[float] = []
    for at in times:
        if not apart or at - apart[-1] > _SITTING:
            apart.append(at)
    if not apart:
        return 0.0
    fresh = sum(0.5 ** ((apart[-1] - at) / _HALF_LIFE) for at in apart)
    return apart[-1] + _HALF_LIFE * log2(fresh / _RESTED)


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
