"""The engine's process: receives calls through a pipe and answers them; ends with the window."""

import contextlib
import faulthandler
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from mediadesk import log as logs
from mediadesk.api.errors import UserError
from mediadesk.engine import backups
from mediadesk.engine.lanes import LANES, LONG, QUICK, SHORT
from mediadesk.engine.messages import Changed
from mediadesk.engine.pipe import Pipe
from mediadesk.engine.reception import Reception
from mediadesk.paths import to_path
from mediadesk.privacy import gate
from mediadesk.settings import Places
from mediadesk.store import safety

log = logging.getLogger(__name__)
_THREADS = {  # of a lane; most have one
    QUICK: 3,  # so that a count over a large library keeps no panel waiting
    "measures": 8,  # so that what waits for another one can be stopped
}
_TELL_SECONDS = 0.4


def main() -> None:
    """Be the engine that `launch` starts, until the window is gone."""
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe = Pipe.of_child()
    with contextlib.suppress(EOFError):  # another window has this library already
        serve(pipe, *pipe.recv())


def serve(pipe: Pipe, data_dir: Path | None, safe: bool, private: bool) -> None:
    """Answer calls until None comes or the other end of the pipe is closed.

    A call is (id, “Group.verb”, args, kwargs); its answer is (id, error or None, result). A call
    that another engine did not live to answer has the id that it had there. Between answers go
    notes: (None, None, `Changed`).
    """
    outlet = _Outlet(pipe, Places.find(data_dir).database)
    try:
        reception = _open(data_dir, outlet, safe=safe, private=private)
    except UserError as error:
        _refuse(pipe, error, data_dir)
        return
    _leave_when_told(reception)
    lanes = {
        lane: ThreadPoolExecutor(_THREADS.get(lane, 1), f"engine-{lane}")
        for lane in (*LONG, *SHORT, QUICK)
    }
    while True:
        try:
            call = pipe.recv()
        except (EOFError, OSError):
            break
        if call is None:
            break
        id_, verb, args, kwargs = call
        if (answer := reception.at_once(verb, *args, **kwargs)) is not None:
            outlet.send((id_, None, answer))
            continue
        lane = lanes[LANES.get(verb, QUICK)]
        future = lane.submit(reception.do, id_, verb, *args, **kwargs)
        future.add_done_callback(partial(outlet.answer, id_))
    # The window is gone: what a person did is done, long work that has not begun is dropped.
    outlet.close()
    reception.end_looks()
    for name in LONG:
        lanes[name].shutdown(wait=False, cancel_futures=True)
    for name in (QUICK, *SHORT):
        lanes[name].shutdown()
    reception.close()
    os._exit(0)


def _leave_when_told(reception: Reception) -> None:
    """End at SIGTERM, whatever is being read or computed; the library is whole and told to be."""
    with gate.opened():  # on Windows a pair is made by connecting to itself
        heard, told = socket.socketpair()
    told.setblocking(False)
    # A handler of Python's would wait for the next call where it comes right before that is read.
    signal.set_wakeup_fd(told.fileno())
    signal.signal(signal.SIGTERM, lambda *_: None)

    def leave() -> None:
        with told:  # it is open for as long as somebody listens
            heard.recv(1)
        reception.abandon()
        os._exit(0)

    threading.Thread(target=leave, name="engine-leaving", daemon=True).start()


class _Outlet:
    """The sending end, shared by all threads; notes are gathered and sent a few times a second."""

    def __init__(self, pipe: Pipe, library: Path) -> None:
        self._pipe = pipe
        self._library = library
        self._lock = threading.Lock()
        self._news: SimpleQueue[frozenset[str]] = SimpleQueue()
        self._closed = False
        threading.Thread(target=self._tell, name="engine-news", daemon=True).start()

    def close(self) -> None:
        """Answer no more: calls that are cut short now are no bugs."""
        self._closed = True

    def answer(self, call: str, done: "Future[Any]") -> None:
        if self._closed or done.cancelled():
            return
        error = done.exception()
        if error is not None and not isinstance(error, UserError):
            log.error("a call failed", exc_info=error)
            error = safety.told(self._library, error) or RuntimeError(
                f"{type(error).__name__}: {error}"
            )
        self.send((call, error, None if error else done.result()))

    def note(self, changed: Changed) -> None:
        self._news.put(changed.what)

    def _tell(self) -> None:
        while True:
            news = self._news.get()
            while not self._news.empty():
                news |= self._news.get()
            self.send((None, None, Changed(what=news)))
            time.sleep(_TELL_SECONDS)

    def send(self, message: object) -> None:
        with self._lock:
            try:
                self._pipe.send(message)
            except OSError:
                log.info("the window is gone; nobody hears %s", type(message).__name__)


def _open(data_dir: Path | None, outlet: _Outlet, *, safe: bool, private: bool) -> Reception:
    places = Places.find(data_dir)
    logs.configure(places.data)
    gate.shut(places.data)
    return Reception(places, on_change=outlet.note, safe=safe, private=private)


def _refuse(pipe: Pipe, error: UserError, data_dir: Path | None) -> None:
    """Answer calls with the reason why there is no engine; but the way back to a backup works."""
    library = Places.find(data_dir).database
    still: dict[str, Callable[..., Any]] = {
        "Verbs.backups": lambda: backups.listed(library),
        "Verbs.restore": lambda path: safety.stage(library, to_path(path)),
    }
    while True:
        try:
            call = pipe.recv()
            if call is None:
                return
            id_, verb, args, _ = call
            pipe.send(_answer(id_, still[verb], args) if verb in still else (id_, error, None))
        except (EOFError, OSError):
            return


def _answer(id_: str, verb: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, ...]:
    try:
        return id_, None, verb(*args)
    except UserError as error:
        return id_, error, None
