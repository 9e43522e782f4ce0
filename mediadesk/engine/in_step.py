"""Syncs by itself while a window is open: at its start, after edits, and every few minutes."""

import logging
import math
import threading
import time
from collections.abc import Callable

from mediadesk.api import UserError
from mediadesk.paths import to_path
from mediadesk.store import Store, oplog

log = logging.getLogger(__name__)
_POLL_SECONDS = 2.0
_QUIET_SECONDS = 10.0
_ANEW_SECONDS = 5 * 60.0
_END_SECONDS = 5.0


class InStep:
    """One thread that syncs as long as a folder is shared and there."""

    def __init__(
        self,
        store: Store,
        run: Callable[[], object],
        folder: Callable[[], str],
        *,
        first: Callable[[], None] = lambda: None,
        poll: float = _POLL_SECONDS,
        quiet: float = _QUIET_SECONDS,
    ) -> None:
        """Sync nothing yet.

        Args:
            store: the library.
            run: syncs it; may raise UserError.
            folder: gives the shared folder, empty where there is none.
            first: returns when what is more urgent is done.
            poll: the seconds between two looks.
            quiet: the seconds without an edit after which edits are laid there.
        """
        self._store = store
        self._run = run
        self._folder = folder
        self._first = first
        self._poll = poll
        self._quiet = quiet
        self._due = 0.0
        self._seen = self._laid = 0  # the last edit, and the last one that others can have
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._go, name="in-step", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End when what was edited last is laid there; a folder that hangs is not waited for."""
        self._closing = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(_END_SECONDS)

    def _go(self) -> None:
        self._first()
        while not self._closing:
            self._look()
            self._wake.wait(self._poll)
        self._look()  # for what was edited last

    def _look(self) -> None:
        try:
            self._sync_if_due(time.monotonic())
        except UserError as error:
            log.info("syncing is tried again later: %s", error)
        except Exception:
            log.exception("syncing is tried again later")

    def _sync_if_due(self, now: float) -> None:
        folder = self._folder()
        if not folder or not to_path(folder).is_dir():
            self._due = 0.0  # as soon as it is there
            return
        last = oplog.last_own(self._store.read())
        if self._closing:
            self._due = 0.0 if last != self._laid else math.inf
        elif last != self._seen:
            self._seen = last
            self._due = min(self._due, now + self._quiet)
        if now >= self._due:
            self._due = now + _ANEW_SECONDS
            self._run()
            self._laid = last
