"""When plugins may work: always, only while the computer is idle, only on mains, or both."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

import psutil

from mediadesk.host import Registry
from mediadesk.store import Store, plugins

_SAMPLE_SECONDS = 5.0
_RECHECK_SECONDS = 15.0
_IDLE_SHARE = 0.2


class Budget(StrEnum):
    """When a plugin may work through the library."""

    ALWAYS = "always"
    IDLE = "idle"
    MAINS = "mains"
    BOTH = "idle-and-mains"


_HELD = {
    Budget.IDLE: "waits until the computer is idle",
    Budget.MAINS: "waits until the computer runs on mains",
}


@dataclass(frozen=True, slots=True)
class _Sample:
    at: float
    others: float


class Machine:
    """Whether this computer is idle and on mains, looked up every few seconds at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: _Sample | None = None
        self._is_idle = False

    def on_mains(self) -> bool:
        """Tell whether it runs on mains; one without a battery always does."""
        battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
        return battery is None or battery.power_plugged is not False

    def idle(self) -> bool:
        """Tell whether programs other than this one use less than a fifth of the processors."""
        with self._lock:
            now = time.monotonic()
            if self._last is None or now - self._last.at >= _SAMPLE_SECONDS:
                sample = _Sample(now, _busy_seconds() - _own_seconds())
                if self._last is not None:
                    cores = psutil.cpu_count() or 1
                    used = (sample.others - self._last.others) / (now - self._last.at) / cores
                    self._is_idle = used < _IDLE_SHARE
                self._last = sample
            return self._is_idle


class Budgets:
    """What each plugin's work must wait for; it calls back while something waits."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        *,
        on_recheck: Callable[[], None],
        machine: Machine | None = None,
    ) -> None:
        """Look at `machine`, this computer by default.

        `on_recheck` is called now and then, on a thread of its own, while something was held.
        """
        self._store = store
        self._registry = registry
        self._on_recheck = on_recheck
        self._machine = machine or Machine()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._is_closed = False

    def holds(self, part: str) -> str | None:
        """Say what the work of a part waits for; None if it may be done now."""
        plugin = next(
            (
                each.name
                for each in self._registry.plugins
                if any(own.name == part for own in each.all_parts())
            ),
            "",
        )
        budget = Budget(plugins.budget(self._store.read(), plugin))
        if budget in {Budget.MAINS, Budget.BOTH} and not self._machine.on_mains():
            return self._hold(Budget.MAINS)
        if budget in {Budget.IDLE, Budget.BOTH} and not self._machine.idle():
            return self._hold(Budget.IDLE)
        return None

    def free(self, parts: Collection[str]) -> set[str]:
        """Give those parts whose work may be done now."""
        return {part for part in parts if self.holds(part) is None}

    def close(self) -> None:
        """Call back no more."""
        with self._lock:
            self._is_closed = True
            if self._timer is not None:
                self._timer.cancel()

    def _hold(self, why: Budget) -> str:
        with self._lock:
            if self._timer is None and not self._is_closed:
                self._timer = threading.Timer(_RECHECK_SECONDS, self._recheck)
                self._timer.daemon = True
                self._timer.start()
        return _HELD[why]

    def _recheck(self) -> None:
        with self._lock:
            self._timer = None
        self._on_recheck()


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))


def _own_seconds() -> float:
    """Give the processor seconds of this program and all that it has started."""
    own = psutil.Process()
    used = 0.0
    for process in (own, *own.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue  # it has just ended
        used += times.user + times.system
    return used
