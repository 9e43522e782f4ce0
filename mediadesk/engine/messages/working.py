"""Work in the background: its order, its pace, and its end."""

from collections.abc import Sequence
from typing import Protocol

from mediadesk.engine.messages.work import Status


class Working(Protocol):
    """How the queue is worked off; see also `Verbs.analyze` and `Verbs.pause`."""

    def cancel(self, extractor: str) -> Status:
        """Drop what waits for a part of a plugin; it is not done until `resume`."""
        ...

    def resume(self, extractor: str) -> Status:
        """Queue again what was cancelled."""
        ...

    def first(self, names: Sequence[str]) -> Status:
        """Do the waiting jobs of these items before all others."""
        ...

    def retry(self) -> Status:
        """Try again all that failed."""
        ...

    def playing(self, *, on: bool) -> None:
        """Told by the player: work goes gently while something plays."""
        ...

    def pace(self, *, gentle_on_battery: bool | None = None) -> bool:
        """Give whether work rests on battery, after setting it."""
        ...
