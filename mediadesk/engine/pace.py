"""How fast the work in the background may go: gently beside a film or on battery, or not at all."""

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from mediadesk.engine.budget import Machine
from mediadesk.extract.pipeline import Pace

_LOOK_EVERY_SECONDS = 10.0
_LEAST_FREE = 512 * 1024 * 1024
_SAID = {
    "disk": "Work rests: the disk of the library is nearly full. Free some space.",
    "playing": "Work goes gently while something plays.",
    "battery": "Work goes gently on battery.",
}


class Pacing:
    """What the pipeline asks before it takes more work; looked up every few seconds at most."""

    def __init__(
        self,
        data: Path,
        *,
        gentle_on_battery: Callable[[], bool],
        paused: Callable[[], bool] = lambda: False,
        machine: Machine | None = None,
        free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
    ) -> None:
        """Guard the disk of the folder `data`.

        `gentle_on_battery` and `paused` tell what a person has set; `free` gives the free bytes of
        a disk.
        """
        self._data = data
        self._gentle_on_battery = gentle_on_battery
        self._paused = paused
        self._machine = machine or Machine()
        self._free = free
        self._lock = threading.Lock()
        self._looked_at = -_LOOK_EVERY_SECONDS
        self._is_full = self._is_on_battery = self._is_paused = False
        self.playing = False
        """Whether something plays just now; set by who plays it."""

    def __call__(self) -> Pace:
        """Give the pace of now."""
        match self._why():
            case None:
                return Pace.FULL
            case "disk" | "paused":
                return Pace.REST
            case _:
                return Pace.GENTLE

    @property
    def paused(self) -> bool:
        """Whether a person paused the work."""
        return self._why() == "paused"

    @property
    def sentence(self) -> str:
        """Why work does not go at full pace by itself, ready to be read; empty if it does."""
        return _SAID.get(self._why() or "", "")

    def look_again(self) -> None:
        """Look anew the next time: something was set."""
        with self._lock:
            self._looked_at = -_LOOK_EVERY_SECONDS

    def _why(self) -> str | None:
        with self._lock:
            now = time.monotonic()
            if now - self._looked_at >= _LOOK_EVERY_SECONDS:
                self._looked_at = now
                self._is_full = self._free(self._data) < _LEAST_FREE
                self._is_on_battery = not self._machine.on_mains()
                self._is_paused = self._paused()
        if self._is_full:
            return "disk"
        if self._is_paused:
            return "paused"
        if self.playing:
            return "playing"
        return "battery" if self._is_on_battery and self._gentle_on_battery() else None
