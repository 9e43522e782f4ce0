"""Tells what was played, now and then and at the end."""

from collections.abc import Callable
from typing import Literal

PlayTold = Literal["played", "finished"]
Tell = Callable[[PlayTold, float, float], None]
"""Takes what happened, the share reached (0..1) and the position in seconds."""

EVERY_S = 15.0
FINISHED = 0.9
_LEAST_S = 3.0


class Report:
    """One sitting with one item; jumping to the end is not watching it."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._last: float | None = None
        self._seen = 0.0
        self._told_at = 0.0
        self._finished = False

    def tick(self, position: float, length: float) -> None:
        """Take the position in seconds, a few times a second while it plays."""
        step = 0.0 if self._last is None else position - self._last
        self._last = position
        if 0 < step < 2:
            self._seen += step
        if length <= 0:
            return
        share = min(1.0, position / length)
        if not self._finished and share >= FINISHED and self._seen >= min(30.0, length / 2):
            self._finished = True
            self._tell("finished", share, position)
        elif not self._finished and self._seen - self._told_at >= EVERY_S:
            self._told_at = self._seen
            self._tell("played", share, position)

    def stop(self, length: float) -> None:
        """The sitting is over; less than three seconds of it is nothing."""
        if self._last is None or length <= 0 or self._finished:
            return
        if self._seen - self._told_at > 0.5 and self._seen >= min(_LEAST_S, length / 2):
            self._tell("played", min(1.0, self._last / length), self._last)
        self._told_at = self._seen
