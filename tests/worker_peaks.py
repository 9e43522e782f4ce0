"""Watches how much memory the worker processes of an engine take."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil


class WorkerPeaks:
    """Notes the most resident memory of each child process while it is entered, in bytes.

    They are the children of `engine`; without it, of this process.
    """

    def __init__(self, engine: psutil.Process | None = None) -> None:
        self._engine = engine or psutil.Process()
        self.by_process: dict[int, int] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def most(self) -> int:
        """Of the process that took the most."""
        return max(self.by_process.values(), default=0)

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            with suppress(psutil.NoSuchProcess, ProcessLookupError, FileNotFoundError):
                for child in self._engine.children():
                    if "spawn_main" in " ".join(child.cmdline()):  # no helper of Python's own
                        most = self.by_process.get(child.pid, 0)
                        self.by_process[child.pid] = max(peak(child), most)


def peak(process: psutil.Process) -> int:
    """Give the most resident memory of a process so far, in bytes.

    Linux remembers the peak; elsewhere it is what it has now.
    """
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return int(process.memory_info().rss)
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines.get("VmHWM", "0 kB").split()[0]) << 10
