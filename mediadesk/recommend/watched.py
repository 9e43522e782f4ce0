"""How far a person is with something: when it is seen, where it goes on, and what is a glance.

The one rule for all players: it is **seen** from nine tenths of it on, or from where the credits
begin where a chapter says so. It **goes on** where it stopped, unless that is within its first
minute (in something short, its first twentieth). A **glance**, less than a minute and less than a
twentieth of it watched on end, moves that place only if it went on from there.
"""

import re
from collections.abc import Iterable, Sequence

from mediadesk.api import Event, EventKind

SEEN = 0.9
_GLANCE_S = 60.0
_GLANCE = 0.05
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
    """Give those plays, in order of time, that moved the place of one item; the last one is it."""
    kept: list[Event] = []
    for play in plays:
        if not _is_glance(play) or _goes_on(play, kept):
            kept.append(play)
    return kept


def _is_glance(play: Event) -> bool:
    """Tell whether little was watched on end; who does not tell how much is believed."""
    watched = play.context.get("watched")
    if play.kind is EventKind.FINISHED or watched is None or watched >= _GLANCE_S:
        return False
    length = position(play) / share(play) if share(play) else 0.0
    return not length or watched < _GLANCE * length


def _goes_on(glance: Event, kept: Sequence[Event]) -> bool:
    if not kept:
        return share(glance) < SEEN
    ahead = position(glance) - position(kept[-1])
    return share(kept[-1]) < SEEN and 0 <= ahead <= _GLANCE_S
