"""What a guest has cost so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from mediadesk.host.isolate.sandbox import Enforcement

Used = tuple[int, float, float]
"""Calls, seconds of wall and of processor time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a guest has done so far, in all and by the names of its `parts`.

    `peak_memory` is in bytes, `started` how many processes were. `enforcement` is None before the
    first.
    """

    calls: int
    seconds: float
    cpu_seconds: float
    peak_memory: int
    started: int
    enforcement: Enforcement | None
    parts: Mapping[str, Used]


@dataclass(slots=True)
class Books:
    """Where it is written down, by any thread."""

    peak_memory: int = 0
    started: int = 0
    enforcement: Enforcement | None = None
    _used: dict[str, Used] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def note(self, part: str, seconds: float, cpu_seconds: float, peak_memory: int) -> None:
        """Add a call."""
        with self._lock:
            calls, wall, cpu = self._used.get(part, (0, 0.0, 0.0))
            # Of a process that is gone nobody knows what it had used.
            self._used[part] = calls + 1, wall + seconds, cpu + max(cpu_seconds, 0.0)
            self.peak_memory = max(self.peak_memory, peak_memory)

    def health(self) -> Health:
        """Sum it up."""
        with self._lock:
            parts = dict(self._used)
        return Health(
            calls=sum(calls for calls, _, _ in parts.values()),
            seconds=sum(seconds for _, seconds, _ in parts.values()),
            cpu_seconds=sum(cpu for _, _, cpu in parts.values()),
            peak_memory=self.peak_memory,
            started=self.started,
            enforcement=self.enforcement,
            parts=parts,
        )
