"""Tells what was played, now and then and at the end."""

from collections.abc import Callable
from typing import Literal

PlayTold = Literal["played", "finished"]
Tell = Callable[[PlayTold, float, float, float], None]
"""Takes what happened, the share reached (0..1), the position, and the seconds watched on end."""

EVERY_S = 15.0
_SEEN = 0.9
_LEAST_S = 3.0
_TICK_S = 2.0  # longer steps are jumps


class Report:
    """One sitting with one item; jumping to the end is not watching it."""

    def __init__(self, tell: Tell, *, seen_from: float = 0.0) -> None:
        """`seen_from` is the second from which on it is seen, 0 while that is not known."""
        self._tell = tell
        self._seen_from = seen_from
        self._last: float | None = None
        self._watched = 0.0
        self._on_end = 0.0
        self._told_at = 0.0
        self._finished = False

    def tick(self, position: float, length: float, *, speed: float = 1.0) -> None:
        """Take the position in seconds, a few times a second while it plays."""
        step = 0.0 if self._last is None else position - self._last
        self._last = position
        if 0 <= step < _TICK_S * max(1.0, speed):
            self._watched += step
            self._on_end += step
        else:
            self._on_end = 0.0
        if length <= 0 or self._finished:
            return
        is_late = position >= (self._seen_from or _SEEN * length)
        if is_late and self._watched >= min(30.0, length / 2):
            self._finished = True
            self._say("finished", length)
        elif self._watched - self._told_at >= EVERY_S:
            self._say("played", length)

    def stop(self, length: float) -> None:
        """The sitting is over; less than three seconds of it is nothing."""
        if self._last is None or length <= 0 or self._finished:
            return
        if self._watched - self._told_at > 0.5 and self._watched >= min(_LEAST_S, length / 2):
            self._say("played", length)

    def _say(self, what: PlayTold, length: float) -> None:
        self._told_at = self._watched
        position = self._last or 0.0
        self._tell(what, min(1.0, position / length), position, round(self._on_end, 2))
