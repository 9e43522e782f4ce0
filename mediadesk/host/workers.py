"""Worker processes that read files: a crash or a hang costs one task, never the program."""

import faulthandler
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

import psutil
from pebble import ProcessExpired, ProcessPool


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One call to be made in a worker: it must pickle, and may take `timeout` seconds.

    `key` means something to the lane it came from. `alone` asks that nothing runs beside it, so
    that a death can be blamed on it.
    """

    key: Any
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    timeout: float
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a work: a result, an error it raised, or `death`: why its worker ended."""

    work: Work
    result: Any = None
    error: Exception | None = None
    death: str | None = None


class Lane(Protocol):
    """A durable source of work: claims it, and saves what becomes of it."""

    def claim(self, limit: int, *, idle: bool) -> Sequence[Work]:
        """Give up to `limit` works; one that must run alone only when the workers are `idle`."""
        ...

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Save outcomes.

        Raises:
            UserError: if they can't be written; they will be handed over again.
        """
        ...

    def release(self, works: Sequence[Work]) -> None:
        """Take back works that were claimed and never ran."""
        ...


class Workers:
    """A pool of low-priority processes, each with one task at a time."""

    def __init__(self, count: int = 0) -> None:
        """Make the pool; its processes start with the first work.

        Args:
            count: how many processes; 0 for one fewer than there are cores.
        """
        self.count = count or max(1, (os.cpu_count() or 2) - 1)
        self._pool = ProcessPool(
            max_workers=self.count,
            initializer=_begin,
            initargs=(os.getpid(),),
            context=multiprocessing.get_context("spawn"),
        )

    def submit(self, work: Work) -> "Future[Any]":
        """Run a work; turn the finished future into an outcome with `outcome`."""
        future: Future[Any] = self._pool.schedule(
            work.function, args=work.arguments, timeout=work.timeout
        )
        return future

    def close(self) -> None:
        """Kill the processes; what they were doing is done again another time."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def outcome(work: Work, future: "Future[Any]") -> Outcome:
    """Read a finished future."""
    error = future.exception()
    if error is None:
        return Outcome(work=work, result=future.result())
    if isinstance(error, ProcessExpired):
        return Outcome(work=work, death=f"it ended the worker that read it ({error})")
    if isinstance(error, TimeoutError):
        return Outcome(work=work, death=f"it took longer than {work.timeout:.0f} seconds")
    if isinstance(error, Exception):
        return Outcome(work=work, error=error)
    raise error


def _begin(parent: int) -> None:
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # 10 on a scale to 19; Windows has names instead of numbers.
    psutil.Process().nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 10))
    threading.Thread(target=_end_with, args=(parent,), name="parent-watch", daemon=True).start()


def _end_with(parent: int) -> None:
    """Orphans would hold files and memory for ever: end when the parent has."""
    try:
        psutil.Process(parent).wait()
    except psutil.NoSuchProcess:
        os._exit(1)
    os._exit(1)
