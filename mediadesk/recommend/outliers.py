"""Which plays say little about a person: told twice, or while nobody was there.

After ninety minutes without a touch a player that goes on by itself plays to an empty room as
likely as not: television services ask then whether anybody is still watching. A pause of an hour
is the end of a sitting, whenever somebody comes back to close it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mediadesk.api import Event, EventKind
from mediadesk.recommend.watched import position, share

BELIEVED = 0.5
"""The weight from which on an event counts as what a person did."""
TWICE_S = 60.0
"""The same within a minute was told twice."""
_UNATTENDED_S = 5_400.0
_PAUSED_S = 3_600.0
_LITTLE = 0.1
_SAME_PLACE_S = 1.0
_PLAYS = frozenset({EventKind.PLAYED, EventKind.FINISHED, EventKind.ABANDONED})
_MARKS = frozenset({EventKind.SEEN, EventKind.UNSEEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """An event, how much it says (0..1), and why that is not all; empty where it is."""

    event: Event
    weight: float
    why: str = ""


def weigh(events: Iterable[Event]) -> list[Weighed]:
    """Weigh one profile's events on one item, in order of time."""
    found: list[Weighed] = []
    last: Event | None = None
    for event in events:
        found.append(_weigh(event, last))
        if event.kind in _PLAYS and found[-1].weight >= BELIEVED:
            last = event
        elif event.kind in _MARKS:  # who goes on from there afterwards says something new
            last = None
    return found


def _weigh(event: Event, last: Event | None) -> Weighed:
    """Weigh an event after the last play of the same item that is believed."""
    if event.kind not in _PLAYS:
        return Weighed(event=event, weight=1.0)
    if last is not None and _is_same(event, last):
        return Weighed(event=event, weight=0.0, why="it was told twice")
    unattended = _seconds(event, "unattended")
    if unattended >= _UNATTENDED_S:
        why = f"it began by itself when nobody had touched anything for {_time(unattended)}"
        return Weighed(event=event, weight=_LITTLE, why=why)
    paused = _seconds(event, "paused")
    if paused >= _PAUSED_S:
        return Weighed(event=event, weight=_LITTLE, why=f"it stood paused for {_time(paused)}")
    return Weighed(event=event, weight=1.0)


def _is_same(one: Event, other: Event) -> bool:
    return (
        one.kind is other.kind
        and abs(one.at - other.at) < TWICE_S
        and abs(position(one) - position(other)) < _SAME_PLACE_S
        and share(one) == share(other)
    )


def _seconds(event: Event, name: str) -> float:
    told = event.context.get(name, 0.0)
    return float(told) if isinstance(told, int | float) else 0.0


def _time(seconds: float) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
