"""Worker processes that read files: a crash or a hang costs one task, never the program."""

import faulthandler
import logging
import multiprocessing
import os
import pickle
import queue
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Protocol

import psutil

from mediadesk import log as logs
from mediadesk.host.isolate import limits
from mediadesk.privacy import gate

log = logging.getLogger(__name__)
_MOST = 8  # by default: more would only wait for the one thread that runs the models
_START_SECONDS = 120.0  # a busy machine and a cold disk may take a quarter of it
_MEMORY_MIB = 1536  # sixteen pictures of 8K, which a decoder may keep, and what is made of them


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
    """What became of a work: a result, an error it raised, or `death`: why its worker ended.

    `unstarted` is why none could begin with it, for which the work is not to blame.
    """

    work: Work
    result: Any = None
    error: Exception | None = None
    death: str | None = None
    unstarted: str | None = None


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


class Pool(Protocol):
    """Where works run, `count` at a time."""

    count: int

    def submit(self, work: Work) -> Future[Outcome]:
        """Run a work; its future never raises, unless it is cancelled because the pool closes."""
        ...

    def close(self) -> None:
        """Stop; what was running is done again another time."""
        ...


class Workers:
    """A pool of low-priority processes, each with one task at a time.

    None may take more than 1.5 GiB of memory where the system can see to it, on Linux: a file that
    asks for more fails alone.

    Each has a pipe and a thread of its own. Pools that share a queue among processes stall for
    ever when one is killed while it holds the queue's lock, and can't always tell who died of what.
    """

    def __init__(self, count: int = 0) -> None:
        """Make the pool; its processes start with the first work.

        Args:
            count: how many processes; 0 for one for each core, 8 at most.
        """
        self.count = count or min(os.cpu_count() or 1, _MOST)
        self._tasks: queue.SimpleQueue[tuple[Work, Future[Outcome]] | None] = queue.SimpleQueue()
        self._processes: dict[int, _Process] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._employ, args=(n,), name=f"worker-{n}", daemon=True)
            for n in range(self.count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Work) -> Future[Outcome]:
        """Run a work; its future never raises, unless it is cancelled because the pool closes."""
        future: Future[Outcome] = Future()
        self._tasks.put((work, future))
        return future

    def close(self) -> None:
        """Kill the processes; what they were doing is done again another time."""
        with self._lock:
            self._closed = True
            for process in self._processes.values():
                process.kill()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def _employ(self, n: int) -> None:
        """Hand work after work to one process, and start another where it dies."""
        while (task := self._tasks.get()) is not None:
            work, future = task
            try:
                outcome = self._process(n).run(work)
            except RuntimeError:
                future.cancel()  # the pool is closed
            except OSError as error:
                future.set_result(Outcome(work=work, unstarted=str(error)))
            else:
                future.set_result(outcome)

    def _process(self, n: int) -> "_Process":
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is closed")
            if n not in self._processes or not self._processes[n].is_alive():
                self._processes[n] = _Process()
            return self._processes[n]


class _Process:
    """One worker process, as its thread sees it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, gate.ledger()), name="worker", daemon=True
        )
        self._process.start()
        theirs.close()

    def run(self, work: Work) -> Outcome:
        """Wait for what becomes of a work; after a death this process is of no more use."""
        try:
            task = pickle.dumps((work.function, work.arguments))
        except Exception as error:  # noqa: BLE001 - it goes where the work's own errors go
            return Outcome(work=work, error=error)
        if unstarted := self._begin(task):
            return Outcome(work=work, unstarted=unstarted)
        try:
            if not self._pipe.poll(work.timeout):
                self.kill()
                return Outcome(work=work, death=f"it took longer than {work.timeout:g} seconds")
            answer = self._pipe.recv_bytes()
        except (EOFError, OSError):
            return Outcome(work=work, death=f"it ended the worker that read it ({self._end()})")
        try:
            result, raised = pickle.loads(answer)  # noqa: S301 - our own process wrote it
        except Exception as error:  # noqa: BLE001 - as above
            return Outcome(work=work, error=error)
        return Outcome(work=work, result=result, error=raised)

    def _begin(self, task: bytes) -> str:
        """Hand a task over, and wait till it is begun; say why it is not, "" where it is."""
        try:
            self._pipe.send_bytes(task)
            if self._pipe.poll(_START_SECONDS):
                self._pipe.recv_bytes()
                return ""
        except (EOFError, OSError):
            return f"a new one ended with {self._end()}"
        self.kill()
        return "a new one did not begin"

    def is_alive(self) -> bool:
        return not wait([self._process.sentinel], timeout=0)

    def kill(self) -> None:
        self._process.kill()
        self._process.join()

    def _end(self) -> str:
        self._process.join()
        code = self._process.exitcode or 0
        return signal.Signals(-code).name if code < 0 else f"exit status {code}"


def _serve(pipe: "Connection[Any, Any]", ledger: Path | None) -> None:
    if ledger is not None:
        gate.shut(ledger)
        logs.configure(ledger)
    # One that a hanging drive holds outlives the command: who reads what that says shall not wait.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    faulthandler.enable()
    limits.bound_memory(_MEMORY_MIB)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # 10 on a scale to 19; Windows has names instead of numbers.
    psutil.Process().nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 10))
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    while True:
        try:
            function, arguments = pickle.loads(pipe.recv_bytes())  # noqa: S301 - from our parent
        except EOFError:
            return
        pipe.send_bytes(b"")
        pipe.send_bytes(_call(function, arguments))


def _call(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
    """Run a work and pickle (result, error)."""
    try:
        return pickle.dumps((function(*arguments), None))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it is raised where it is wanted
        return _packed(error)


def _packed(error: BaseException) -> bytes:
    if isinstance(error, Exception):
        try:
            return pickle.dumps((None, error))
        except Exception as odd:  # noqa: BLE001 - any class may pickle in its own wrong way
            log.info("%r does not pickle: %s", error, odd)
    return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))


def _end_with_parent() -> None:
    """Orphans would hold files and memory for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
