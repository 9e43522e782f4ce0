"""How far a person is with something: when it is seen, where it goes on, and what is a glance.

The one rule for all players: it is **seen** from nine tenths of it on, or from where the credits
begin where a chapter says so. It **goes on** where it stopped, unless that is within its first
minute (in something short, its first twentieth). A **glance**, less than a minute and less than a
twentieth of it watched on end, moves that place only if it went on from there. Where hardly
anything was watched before, there is no place to lose, and the furthest one counts. What was
touched for less than three seconds has a place, and says nothing of what a person thinks of it.
"""

import re
from collections.abc import Iterable, Sequence

from mediadesk.api import Event, EventKind

SEEN = 0.9
_GLANCE_S = 60.0
_GLANCE = 0.05
_TOUCH_S = 3.0
_CREDITS = re.compile(r"\b(end|ending|credits|outro|abspann)\b", re.IGNORECASE)
_CREDITS_FROM = 0.75  # a chapter before that is no end, whatever its name


def seen_from(duration: float, chapters: Sequence[tuple[float, str]]) -> float:
    """Give the second from which on something of so many seconds is seen; 0 if that is unknown.

    `chapters` are (second, title), by time.
    """
    if duration <= 0:
        return 0.0
    last = SEEN * duration
    if (
        chapters
        and _CREDITS.search(chapters[-1][1])
        and chapters[-1][0] >= _CREDITS_FROM * duration
    ):
        last = min(last, chapters[-1][0])
    return last


def goes_on_at(position: float, duration: float) -> float:
    """Give the second to go on at; 0, the beginning, where hardly anything was watched."""
    least = min(_GLANCE_S, _GLANCE * duration) if duration > 0 else _GLANCE_S
    return position if position > least else 0.0


def share(play: Event) -> float:
    """Give the share reached, 0..1."""
    return 1.0 if play.kind is EventKind.FINISHED else min(max(play.value, 0.0), 1.0)


def position(play: Event) -> float:
    """Give the second where a play stopped."""
    return float(play.context.get("position", 0.0))


def counting(plays: Iterable[Event]) -> list[Event]:
    """Give those plays of one item, in order of time, that were more than a glance elsewhere."""
    kept: list[Event] = []
    for play in plays:
        if not _is_glance(play) or _goes_on(play, kept):
            kept.append(play)
    return kept


def place(plays: Sequence[Event], counted: Sequence[Event]) -> Event | None:
    """Give the play of one item that says where it goes on; `counted` are those of `counting`."""
    if not all(_is_glance(one) and _begins_anew(one) for one in counted):
        return counted[-1]
    return max((one for one in plays if share(one) < SEEN), key=position, default=None)


def is_touch(play: Event) -> bool:
    """Tell whether less was watched on end than an opinion can rest on."""
    watched = _watched(play)
    return watched is not None and watched < _TOUCH_S and watched < _length(play) / 2


def _is_glance(play: Event) -> bool:
    """Tell whether little was watched on end; who does not tell how much is believed."""
    watched = _watched(play)
    if watched is None or watched >= _GLANCE_S:
        return False
    length = _length(play)
    return not length or watched < _GLANCE * length


def _goes_on(glance: Event, kept: Sequence[Event]) -> bool:
    before, reached = (position(kept[-1]), share(kept[-1])) if kept else (0.0, 0.0)
    return reached < SEEN and 0 <= position(glance) - before <= _GLANCE_S


def _begins_anew(play: Event) -> bool:
    return not goes_on_at(position(play), _length(play))


def _watched(play: Event) -> float | None:
    told = None if play.kind is EventKind.FINISHED else play.context.get("watched")
    return told if isinstance(told, int | float) else None


def _length(play: Event) -> float:
    return position(play) / share(play) if share(play) else 0.0
