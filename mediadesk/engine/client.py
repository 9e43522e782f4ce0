"""Runs the engine in a process of its own and speaks to it through a pipe."""

import contextlib
import itertools
import logging
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from mediadesk.api.errors import UserError
from mediadesk.engine.launch import launch
from mediadesk.engine.pipe import Pipe

if TYPE_CHECKING:
    from mediadesk.engine.messages import Changed

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)
_STARTS_ALLOWED = 5
_CLOSING_SECONDS = 6


class EngineGoneError(Exception):
    """The engine's process ended before it answered: it died, or the window closes."""


class Client:
    """The window's end of the pipe; calls never block and their futures end on a reader thread."""

    def __init__(
        self,
        data_dir: Path | None,
        *,
        on_change: "Callable[[Changed], None] | None" = None,
        on_restart: Callable[[], None] = lambda: None,
        safe: bool = False,
        process: "subprocess.Popen[bytes] | None" = None,
    ) -> None:
        """Have an engine open the library; what it says is read from `listen` on.

        Args:
            data_dir: where the library lives; None for the platform's own folder.
            on_change: as in `listen`, which is called where this is given.
            on_restart: as in `listen`.
            safe: start no installed plugin.
            process: the engine's, where it was launched ahead.
        """
        self._data_dir = data_dir
        self._safe = safe
        self._listening = False
        self._numbers = itertools.count()
        self._waiting: dict[int, Future[Any]] = {}
        self._lock = threading.Lock()
        self._gone: Exception | None = None  # why there is no engine and will be none
        self._starts = 0
        self._start(process or launch())
        if on_change is not None:
            self.listen(on_change, on_restart)

    def listen(
        self, on_change: "Callable[[Changed], None]", on_restart: Callable[[], None]
    ) -> None:
        """Read what the engine says from now on: a program can start it before its window.

        Args:
            on_change: called on the reader thread with what the engine tells on its own.
            on_restart: called on the reader thread after a dead engine has been replaced.
        """
        self._on_change = on_change
        self._on_restart = on_restart
        self._listening = True
        self._read_on()

    def call(
        self, verb: Callable[Concatenate[Any, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Ask for a verb of the engine or of its parts: ``call(Verbs.for_you, limit=12)``."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        with self._lock:
            if self._gone is not None:
                future.set_exception(self._gone)
                return future
            number = next(self._numbers)
            self._waiting[number] = future
            try:
                self._pipe.send((number, verb.__qualname__, args, kwargs))
            except OSError:
                # The reader is about to see the same and answers for all who wait.
                log.info("the engine is gone; %s will be answered by the reader", verb.__qualname__)
        return future

    def restart(self) -> None:
        """Have the engine end in good order; another one takes its place, as after its death."""
        with self._lock, contextlib.suppress(OSError):  # gone already is as good
            self._starts = 0
            self._pipe.send(None)

    def close(self) -> None:
        """End the engine: it finishes what it writes and goes."""
        with self._lock, contextlib.suppress(OSError):  # gone already is as good
            self._gone = EngineGoneError("MediaDesk is closing.")
            lost, self._waiting = list(self._waiting.values()), {}
            # Closing our end would not reach the other one while our reader still waits on it.
            self._pipe.send(None)
        for future in lost:
            future.set_exception(self._gone)
        for end in (self._process.terminate, self._process.kill):
            try:
                self._process.wait(timeout=_CLOSING_SECONDS)
            except subprocess.TimeoutExpired:
                end()
        self._process.wait()
        self._pipe.close()

    def _start(self, process: "subprocess.Popen[bytes]") -> None:
        self._starts += 1
        self._process, self._pipe = process, Pipe.to(process)
        with contextlib.suppress(OSError):  # the reader is about to see that it is gone
            self._pipe.send((self._data_dir, self._safe))
        if self._listening:
            self._read_on()

    def _read_on(self) -> None:
        threading.Thread(target=self._read, name="engine-reader", daemon=True).start()

    def _read(self) -> None:
        while True:
            try:
                message = self._pipe.recv()
            except (EOFError, OSError):
                break
            number, error, result = message
            if number is None:
                self._on_change(result)
                continue
            with self._lock:
                future = self._waiting.pop(number, None)
            if future is None:
                continue  # it came while the window closes
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)
        self._replace()

    def _replace(self) -> None:
        self._process.wait()
        with self._lock:
            if self._gone is not None:
                return
            lost, self._waiting = list(self._waiting.values()), {}
            if self._starts < _STARTS_ALLOWED:
                self._pipe.close()
                self._start(launch())
            else:
                self._gone = UserError(
                    "The engine keeps stopping: run “mediadesk doctor” to see why."
                )
        told = self._gone or EngineGoneError("The engine stopped and was started again.")
        for future in lost:
            future.set_exception(told)
        if self._gone is None:
            self._on_restart()
