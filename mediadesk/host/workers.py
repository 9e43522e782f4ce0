"""Worker processes that read files: a crash or a hang costs one task, never the program."""

import faulthandler
import logging
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass
from typing import Any, Protocol

import psutil
from pebble import ProcessExpired, ProcessPool

log = logging.getLogger(__name__)
_BROKEN = "the workers ended while one of them read it"


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
        self._pool = _pool(self.count)

    def submit(self, work: Work) -> "Future[bytes]":
        """Run a work; turn the finished future into an outcome with `outcome`.

        Raises:
            RuntimeError: if no process can be started.
        """
        if not self._pool.active:  # a worker that had nothing to do was killed
            self.close()
            self._pool = _pool(self.count)
        future: Future[bytes] = self._pool.schedule(
            _call, args=(work.function, work.arguments), timeout=work.timeout
        )
        return future

    def wait(self, futures: Collection["Future[bytes]"], seconds: float) -> set["Future[bytes]"]:
        """Give the futures that have ended, after at most `seconds` if none has so far.

        Those of a pool that broke down count as ended, for it forgets some of them.
        """
        done, waiting = wait(futures, timeout=seconds, return_when=FIRST_COMPLETED)
        return done if self._pool.active else done | waiting

    def close(self) -> None:
        """Kill the processes; what they were doing is done again another time."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def outcome(work: Work, future: "Future[bytes]") -> Outcome:
    """Read a future that has ended."""
    try:
        result, error = pickle.loads(future.result(timeout=0))  # noqa: S301 - our own process wrote it
    except ProcessExpired as death:
        return Outcome(work=work, death=f"it ended the worker that read it ({_how(death)})")
    except BrokenExecutor:
        return Outcome(work=work, death=_BROKEN)
    except TimeoutError:
        if not future.done():
            return Outcome(work=work, death=_BROKEN)
        return Outcome(work=work, death=f"it took longer than {work.timeout:g} seconds")
    except Exception as unpickling:  # noqa: BLE001 - it goes where the work's own errors go
        return Outcome(work=work, error=unpickling)
    return Outcome(work=work, result=result, error=error)


def _pool(count: int) -> ProcessPool:
    return ProcessPool(
        max_workers=count,
        initializer=_begin,
        initargs=(os.getpid(),),
        context=multiprocessing.get_context("spawn"),
    )


def _call(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
    """Run a work in its process and pickle (result, error).

    The pool breaks down over what can't be pickled or unpickled; bytes always pass.
    """
    try:
        return pickle.dumps((function(*arguments), None))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it is raised where it is wanted
        return _packed(error)


def _packed(error: BaseException) -> bytes:
    if isinstance(error, Exception):
        try:
            packed = pickle.dumps((None, error))
            pickle.loads(packed)  # noqa: S301 - what was just written
        except Exception as odd:  # noqa: BLE001 - any class may pickle in its own wrong way
            log.info("%r does not pickle: %s", error, odd)
        else:
            return packed
    return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))


def _how(death: ProcessExpired) -> str:
    code = death.exitcode or 0
    return signal.Signals(-code).name if code < 0 else f"exit status {code}"


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
