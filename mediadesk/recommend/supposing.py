"""What would be if somebody did one thing more: nothing of that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mediadesk.api import Event
    from mediadesk.recommend.history import History
    from mediadesk.recommend.standing import Standing
    from mediadesk.store import Database


class Supposing:
    """A history in which for a while one more event has happened; one thread at a time."""

    def __init__(self, history: History) -> None:
        """Tell what `history` tells; that stays as it was, whatever is supposed."""
        self._history = history
        self._event: Event | None = None

    @contextmanager
    def that(self, event: Event | None) -> Iterator[None]:
        """Suppose that an event has happened, None for nothing, as long as the block lasts."""
        self._event = event
        try:
            yield
        finally:
            self._event = None

    def states(self, db: Database, profile: str) -> Standing:
        """Give item → state, as `History.states` does."""
        return self._history.states(db, profile, also=self._event)
