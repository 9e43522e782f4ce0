"""Tells what was played, now and then and at the end."""

import time
from collections.abc import Callable
from typing import Literal

PlayTold = Literal["played", "finished", "abandoned"]
Tell = Callable[[PlayTold, float, float, float], None]
"""Takes what happened, the share reached (0..1), the position, and the seconds watched on end."""

EVERY_S = 15.0
_SEEN = 0.9
_LEAST_S = 3.0
_TICK_S = 2.0  # longer steps than that, and than the time they took, are jumps


class Report:
    """One sitting with one item; jumping to a place is not watching up to there."""

    def __init__(self, tell: Tell, *, seen_from: float = 0.0) -> None:
        """`seen_from` is the second from which on it is seen, 0 while that is not known."""
        self._tell = tell
        self._seen_from = seen_from
        self._last: float | None = None
        self._moved_at = 0.0
        self._length = 0.0
        self._watched = 0.0
        self._on_end = 0.0
        self._told_at = 0.0
        self._is_elsewhere = False  # somebody went there, and it is not told yet
        self._finished = False

    @property
    def position(self) -> float:
        """The second that was played last."""
        return self._last or 0.0

    def tick(self, position: float, length: float, *, speed: float = 1.0) -> None:
        """Take the position in seconds, a few times a second while it plays."""
        now, self._length = time.monotonic(), length
        step = 0.0 if self._last is None else position - self._last
        # A player that is short of breath stands still, and then is where it should be.
        most = (_TICK_S + now - self._moved_at) * max(1.0, speed)
        if step or self._last is None:
            self._moved_at = now
        self._last = position
        if 0 <= step < most:
            self._watched += step
            self._on_end += step
        else:
            self._on_end = 0.0
        if length <= 0 or self._finished:
            return
        if self._is_late and self._watched >= min(30.0, length / 2):
            self._finished = True
            self._say("finished", length)
        elif self._watched - self._told_at >= EVERY_S or (
            self._is_elsewhere and self._on_end >= _LEAST_S
        ):
            self._say("played", length)

    def seek(self, position: float) -> None:
        """Somebody went to another second: what lies between was not watched.

        What they think of it rests on what was watched before, which may stay all of it.
        """
        if not self._told_at and self._on_end >= _LEAST_S and self._length > 0:
            self._say("played", self._length)
        self._last, self._on_end, self._moved_at = position, 0.0, time.monotonic()
        self._is_elsewhere = True

    def stop(self, length: float) -> None:
        """The sitting is over; less than three seconds of it, spent at one place, is nothing."""
        self._length = length
        if self._last is None or length <= 0 or self._finished:
            return
        is_place = self._is_elsewhere and self.position >= _LEAST_S
        if is_place or (self._watched - self._told_at > 0.5 and self._is_more):
            self._say("played", length)

    def leave(self) -> None:
        """Something else was begun instead, after `stop`: it was abandoned before its end."""
        if self._told_at and self._is_more and not (self._finished or self._is_late):
            self._say("abandoned", self._length)

    @property
    def _is_more(self) -> bool:
        """Whether more than a moment was watched."""
        return self._watched >= min(_LEAST_S, self._length / 2)

    @property
    def _is_late(self) -> bool:
        return self.position >= (self._seen_from or _SEEN * self._length)

    def _say(self, what: PlayTold, length: float) -> None:
        self._told_at, self._is_elsewhere = self._watched, False
        share = min(1.0, self.position / length)
        self._tell(what, share, self.position, round(self._on_end, 2))
