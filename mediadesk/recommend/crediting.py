"""What a person did with the picks of each side of a contest, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from mediadesk.api import Event
from mediadesk.recommend.outliers import BELIEVED, weigh
from mediadesk.recommend.profile import DAY, effective, state

if TYPE_CHECKING:
    from mediadesk.store.contests import Contest

_OPENED = 0.1  # what it says that something was opened, where a like says 1
_FOLLOWED_S = 43_200.0
_NOTHING = 1e-9


@dataclass(slots=True)
class _Followed:
    """An item that stood for an arm on a day, until when it does, and all that was done with it."""

    until: float = 0.0
    events: list[Event] = field(default_factory=list)


def label(contest: Contest, arm: str, now: float) -> str:
    """Give what a card says of what put it there: arm, day as coins fall, and contest."""
    return f"{arm}@{_day(now)}@{contest.since}"


def margins(events: Iterable[Event], contest: Contest, now: float) -> list[float]:
    """Give by how much the first arm was ahead of the second on each day, oldest first.

    A day is one trial, however often its picks were seen: the coins of the draft fall once a day.
    Each item that stood for an arm there counts by the opinion that all adds up to that was done
    with it until twelve hours after it was last seen so, 0 where that is bad, and a little where it
    was only opened. Outliers and what was taken back count nothing: a day is won by a hair, too.

    A day counts when twelve hours have passed since its end, or the contest has been stopped. What
    is done later changes it no more, so that each is told once; but for what is taken back, and
    what another device did in time and tells late.

    Args:
        events: what one profile did since the contest began.
        contest: the contest.
        now: unix seconds.
    """
    end = inf if contest.until is None else contest.until
    days: dict[int, dict[tuple[str, str], _Followed]] = defaultdict(dict)
    latest: dict[str, _Followed] = {}
    for event in effective(events):
        if not contest.since <= event.at <= end:
            continue
        if stood := _stood(event, contest):
            arm, day = stood
            latest[event.item] = days[day].setdefault((event.item, arm), _Followed())
            latest[event.item].until = min(event.at + _FOLLOWED_S, _over(day))
        known = latest.get(event.item)
        if known is not None and event.at <= known.until:
            known.events.append(event)
    signs = {contest.first: 1.0, contest.second: -1.0}
    told = [day for day in sorted(days) if contest.until is not None or _over(day) < now]
    return [_margin(days[day], signs) for day in told]


def leader(margin: float) -> int:
    """Give who wins a day: 1 the first, -1 the second, 0 nobody."""
    return 0 if abs(margin) < _NOTHING else 1 if margin > 0 else -1


def _day(at: float) -> int:
    return int(at // DAY)


def _over(day: int) -> float:
    """Give the time after which nothing counts for a day any more."""
    return (day + 1) * DAY + _FOLLOWED_S


def _stood(event: Event, contest: Contest) -> tuple[str, int] | None:
    """Give the arm that the item stood for and on which day, None where on none that still runs."""
    told = event.context.get("arm")
    drawn = (event.at, event.at - _FOLLOWED_S)  # a panel of yesterday may still be looked at
    return next(
        (
            (arm, _day(at))
            for at in drawn
            for arm in contest.arms
            if told and told == label(contest, arm, at)
        ),
        None,
    )


def _margin(followed: Mapping[tuple[str, str], _Followed], signs: Mapping[str, float]) -> float:
    return sum(signs[arm] * _credit(each.events) for (_, arm), each in followed.items())


def _credit(events: Iterable[Event]) -> float:
    believed = [each.event for each in weigh(events) if each.weight >= BELIEVED]
    known = state(believed)
    if known.value is None:
        return _OPENED if known.opened else 0.0
    return max(known.value, 0.0)
