"""Runs the engine in a process of its own and speaks to it through a pipe."""

import contextlib
import os
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from mediadesk.api.errors import UserError
from mediadesk.engine.lanes import LANES, LONG, ONCE
from mediadesk.engine.launch import launch
from mediadesk.engine.pipe import Pipe, pack

if TYPE_CHECKING:
    from mediadesk.engine.messages import Changed

P = ParamSpec("P")
T = TypeVar("T")
_STARTS_ALLOWED, _STARTS_SECONDS = 5, 10 * 60.0
_CLOSING_SECONDS = 6
_END = pack(None)


class EngineGoneError(UserError):
    """The engine's process ended before it answered: it died, or the window closes."""


@dataclass(slots=True)
class _Call:
    """What was asked and is not answered yet."""

    verb: str
    message: bytes
    future: Future[Any] = field(default_factory=Future)
    again: bool = False  # an engine has died over it

    @property
    def may_go_on(self) -> bool:
        """Whether the next engine is to be asked: what kills each engine, or takes long, is not."""
        return not self.again and LANES.get(self.verb) not in LONG


class Client:
    """The window's end of the pipe; calls never block and their futures end on a reader thread.

    What an engine did not live to answer is asked of the next one, once, so that nothing that a
    person did is lost; the engine knows it again by its id (see `Reception.do`) or its time (see
    `Verbs.event`), so that nothing is done twice.
    """

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
        self.private = False  # whether an engine that begins records nothing
        self._waiting: dict[str, _Call] = {}  # by their ids, in their order
        self._lock = threading.Lock()
        self._wanted: list[Future[None]] = []  # another engine, by who had this one end
        self._gone: Exception | None = None  # why there is no engine and will be none
        self._starts: deque[float] = deque(maxlen=_STARTS_ALLOWED)  # the times of the last ones
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
        name = verb.__qualname__
        id_ = os.urandom(6).hex()  # as long as the id of a change, which it is
        call = _Call(name, pack((id_, name, args, kwargs)))
        call.future.set_running_or_notify_cancel()
        with self._lock:
            if self._gone is not None:
                call.future.set_exception(self._gone)
            else:
                self._ask(id_, call)
        return call.future

    def restart(self) -> Future[None]:
        """Have the engine end in good order; another one takes its place, as after its death.

        What is given ends once that one is there, or with why there is none.
        """
        there: Future[None] = Future()
        with self._lock:
            if self._gone is not None:
                there.set_exception(self._gone)
            else:
                self._starts.clear()
                self._wanted.append(there)
                self._outbox.put(_END)
                ending = threading.Thread(target=_end, args=(self._process,), daemon=True)
                ending.start()
        return there

    def close(self) -> None:
        """End the engine: it finishes what it writes and goes."""
        with self._lock:
            self._gone = EngineGoneError("MediaDesk is closing.")
            lost = [*(call.future for call in self._waiting.values()), *self._wanted]
            self._waiting, self._wanted = {}, []
            # Closing our end would not reach the other one while our reader still waits on it.
            self._outbox.put(_END)
        for future in lost:
            future.set_exception(self._gone)
        _end(self._process)
        self._outbox.put(None)
        self._writer.join()

    def _start(self, process: "subprocess.Popen[bytes]") -> None:
        self._starts.append(time.monotonic())
        self._process, self._pipe = process, Pipe.to(process)
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()  # None: send no more
        self._outbox.put(pack((self._data_dir, self._safe, self.private)))
        # By a thread of its own: an engine that opens, or answers, takes nothing in meanwhile.
        self._writer = threading.Thread(
            target=_write, args=(self._pipe, self._outbox), name="engine-writer", daemon=True
        )
        self._writer.start()
        if self._listening:
            self._read_on()

    def _ask(self, id_: str, call: _Call) -> None:
        self._waiting[id_] = call
        self._outbox.put(call.message)

    def _read_on(self) -> None:
        threading.Thread(target=self._read, name="engine-reader", daemon=True).start()

    def _read(self) -> None:
        while True:
            try:
                message = self._pipe.recv()
            except (EOFError, OSError):
                break
            id_, error, result = message
            if id_ is None:
                self._on_change(result)
                continue
            with self._lock:
                call = self._waiting.pop(id_, None)
            if call is None:
                continue  # it came while the window closes
            if error is None:
                call.future.set_result(result)
            elif call.again and call.verb in ONCE and isinstance(error, UserError):
                call.future.set_exception(
                    UserError(f"The engine stopped over this, and it may be done already: {error}")
                )
            else:
                call.future.set_exception(error)
        self._replace()

    def _replace(self) -> None:
        self._process.wait()
        with self._lock:
            if self._gone is not None:
                return
            waiting, self._waiting = self._waiting, {}
            wanted, self._wanted = self._wanted, []
            try:
                process = self._launch_anew()
            except UserError as error:
                self._gone = error
            else:
                self._outbox.put(None)
                self._start(process)
                for id_, call in waiting.items():
                    if call.may_go_on:
                        call.again = True
                        self._ask(id_, call)
            lost = [call for id_, call in waiting.items() if id_ not in self._waiting]
        if self._gone is None:
            self._on_restart()
        for there in wanted:
            if self._gone is None:
                there.set_result(None)
            else:
                there.set_exception(self._gone)
        for call in lost:
            call.future.set_exception(
                self._gone
                or EngineGoneError(
                    "The engine stopped over this and was started again: look whether it is done, "
                    "and try again if it is not."
                )
            )

    def _launch_anew(self) -> "subprocess.Popen[bytes]":
        lately = [at for at in self._starts if time.monotonic() - at < _STARTS_SECONDS]
        if len(lately) >= _STARTS_ALLOWED:
            raise UserError(
                "The engine keeps stopping, and what you did last may not be kept: run “mediadesk "
                "doctor” to see why."
            )
        try:
            return launch()
        except OSError as error:  # no memory, or the program itself was moved away
            raise UserError(
                f"The engine stopped and can't be started again ({error.strerror or error}), and "
                "what you did last may not be kept: close other programs, and open MediaDesk anew."
            ) from error


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Wait until an engine that was told to end has done so, and not for ever."""
    for end in (process.terminate, process.kill):
        try:
            process.wait(timeout=_CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            end()
    process.wait()


def _write(pipe: Pipe, outbox: "SimpleQueue[bytes | None]") -> None:
    """Send what is put into a box, until that is None or the engine is gone."""
    with contextlib.suppress(OSError):
        while (message := outbox.get()) is not None:
            pipe.write(message)
    pipe.close()
