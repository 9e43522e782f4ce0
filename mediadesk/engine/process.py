"""The engine's process: receives calls through a pipe and answers them; ends with the window."""

import faulthandler
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from mediadesk.api.errors import UserError
from mediadesk.engine.messages import Changed

log = logging.getLogger(__name__)
_SLOW = frozenset(
    {"Verbs.add_folder", "Verbs.remove_folder", "Verbs.scan", "Verbs.analyze"}
    | {"Filing.relink_folder", "Filing.exclude", "Filing.verify"}
    | {"Writing.write_back", "Organising.twins"}
)
_OF_PLUGINS = frozenset(
    {"Verbs.plan_plugin", "Verbs.install_plugin", "Verbs.remove_plugin", "Verbs.rollback_plugin"}
    | {"Verbs.enable_plugin", "Verbs.set_plugin", "Verbs.budget_plugin", "Verbs.price_plugin"}
    | {"Verbs.offers", "Verbs.import_history"}
)
_TELL_SECONDS = 0.4


def serve(pipe: "Connection[Any, Any]", data_dir: Path | None, safe: bool) -> None:
    """Answer calls until None comes or the other end of the pipe is closed.

    A call is (number, “Group.verb”, args, kwargs); its answer is (number, error or None, result).
    Between answers go `Changed` notes.
    """
    faulthandler.enable()
    # On matrices as small as ours more threads only spin; numpy reads this once.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    outlet = _Outlet(pipe)
    try:
        engine = _open(data_dir, outlet, safe=safe)
    except UserError as error:
        _refuse(pipe, error, data_dir)
        return
    # A few, so that a count over a large library keeps no panel waiting.
    quick = ThreadPoolExecutor(3, thread_name_prefix="engine-quick")
    slow = ThreadPoolExecutor(1, thread_name_prefix="engine-slow")
    of_plugins = ThreadPoolExecutor(1, thread_name_prefix="engine-plugins")
    while True:
        try:
            call = pipe.recv()
        except (EOFError, OSError):
            break
        if call is None:
            break
        number, verb, args, kwargs = call
        executor = slow if verb in _SLOW else of_plugins if verb in _OF_PLUGINS else quick
        future = executor.submit(_do, engine, verb, *args, **kwargs)
        future.add_done_callback(partial(outlet.answer, number))
    # The window is gone: what is being written is finished, what was only planned is dropped.
    outlet.close()
    quick.shutdown(cancel_futures=True)
    of_plugins.shutdown(wait=False, cancel_futures=True)
    engine.close()
    slow.shutdown(wait=False, cancel_futures=True)
    os._exit(0)


def _do(engine: Any, verb: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the verb's own
    """Do what a verb says: those of `Verbs` are the engine's own, the others those of its parts."""
    group, _, name = verb.partition(".")
    part = engine if group == "Verbs" else getattr(engine, group.lower())
    return getattr(part, name)(*args, **kwargs)


class _Outlet:
    """The sending end, shared by all threads; notes are gathered and sent a few times a second."""

    def __init__(self, pipe: "Connection[Any, Any]") -> None:
        self._pipe = pipe
        self._lock = threading.Lock()
        self._news: set[str] = set()
        self._has_news = threading.Event()
        self._closed = False
        threading.Thread(target=self._tell, name="engine-news", daemon=True).start()

    def close(self) -> None:
        """Answer no more: calls that are cut short now are no bugs."""
        self._closed = True

    def answer(self, number: int, done: "Future[Any]") -> None:
        if self._closed or done.cancelled():
            return
        error = done.exception()
        if error is not None and not isinstance(error, UserError):
            log.error("a call failed", exc_info=error)
            error = RuntimeError(f"{type(error).__name__}: {error}")
        self._send((number, error, None if error else done.result()))

    def note(self, changed: Changed) -> None:
        self._news |= changed.what
        self._has_news.set()

    def _tell(self) -> None:
        while True:
            self._has_news.wait()
            self._has_news.clear()
            news, self._news = self._news, set()
            self._send(Changed(what=frozenset(news)))
            time.sleep(_TELL_SECONDS)

    def _send(self, message: object) -> None:
        with self._lock:
            try:
                self._pipe.send(message)
            except OSError:
                log.info("the window is gone; nobody hears %s", type(message).__name__)


def _open(data_dir: Path | None, outlet: _Outlet, *, safe: bool) -> Any:  # noqa: ANN401 - imported late
    from mediadesk import log as logs
    from mediadesk.engine.engine import Engine
    from mediadesk.settings import Places

    logs.configure(Places.find(data_dir).data)
    return Engine(Places.find(data_dir), on_change=outlet.note, safe=safe, in_window=True)


def _refuse(pipe: "Connection[Any, Any]", error: UserError, data_dir: Path | None) -> None:
    """Answer calls with the reason why there is no engine; but the way back to a backup works."""
    from mediadesk.engine import backups
    from mediadesk.settings import Places
    from mediadesk.store import safety

    library = Places.find(data_dir).database
    still: dict[str, Callable[..., Any]] = {
        "Verbs.backups": lambda: backups.listed(library),
        "Verbs.restore": lambda path: safety.stage(library, Path(path)),
    }
    while True:
        try:
            call = pipe.recv()
            if call is None:
                return
            number, verb, args, _ = call
            pipe.send(
                _answer(number, still[verb], args) if verb in still else (number, error, None)
            )
        except (EOFError, OSError):
            return


def _answer(number: int, verb: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, ...]:
    try:
        return number, None, verb(*args)
    except UserError as error:
        return number, error, None
