"""Keeps the library in step with its folders while the window is open."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from mediadesk.engine.scanning import Scanning
from mediadesk.library import drives
from mediadesk.library.presence import HangingError, Mark, Presence
from mediadesk.library.watch import Watching
from mediadesk.store import Store, roots
from mediadesk.store.roots import Root

log = logging.getLogger(__name__)
_POLL_SECONDS = 2.0
_ANEW_SECONDS = 5 * 60.0
_WHOLE_SECONDS = 6 * 3600.0
_END_SECONDS = 5.0


class Upkeep:
    """One thread that notices changes: as they are told, by looking, and drives that come and go.

    Where the system tells of changes, only the folders that were touched are looked at. Everywhere,
    new and removed files are found every few minutes by the times of their folders, and every few
    hours all files are compared.
    """

    def __init__(
        self,
        store: Store,
        scanning: Scanning,
        presence: Presence,
        *,
        first: Callable[[], None] = lambda: None,
        on_written: Callable[[], None] = lambda: None,
        on_look: Callable[[], None] = lambda: None,
        poll: float = _POLL_SECONDS,
    ) -> None:
        """Notice nothing yet; `poll` are the seconds between two looks for drives.

        `first` returns when what is more urgent is done. `on_written` is called after something was
        written into the library, maybe by another process; `on_look` at the end of each look.
        """
        self._first = first
        self._store = store
        self._scanning = scanning
        self._presence = presence
        self._on_written = on_written
        self._on_look = on_look
        self._poll = poll
        self._version = 0
        self._wake = threading.Event()
        self._closing = False
        self._watching = Watching(self._wake.set)
        self._watched: frozenset[Path] = frozenset()
        self._marks: dict[Path, tuple[Mark | None, frozenset[tuple[str, str]]]] = {}
        self._anew_at = time.monotonic() + _ANEW_SECONDS
        self._whole_at = time.monotonic() + _WHOLE_SECONDS
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    @property
    def watched(self) -> frozenset[Path]:
        """The folders of which the system tells every change."""
        return self._watching.roots

    @property
    def problems(self) -> list[tuple[Path, str]]:
        """Why folders are not watched that could be."""
        return self._watching.problems

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End; a drive that hangs is not waited for."""
        self._closing = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(_END_SECONDS)

    def _run(self) -> None:
        self._first()
        while not self._closing:
            try:
                self._look()
            except Exception:
                if self._closing:
                    break
                log.exception("changes are looked for again later")
            rest = self._watching.rests(time.monotonic())
            # While something is touched again and again there is no need to hear of it.
            if rest is None:
                self._wake.wait(self._poll)
                self._wake.clear()
            else:
                time.sleep(min(rest, self._poll))
        self._watching.close()

    def _look(self) -> None:
        version = self._store.read().conn.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version:
            self._version = version
            self._on_written()
        mounts = drives.mounts()
        known = roots.listed(self._store.read())
        there = [root.path for root in known if self._is_there(root, mounts)]
        now = time.monotonic()
        self._watching.follow(there)
        before, self._watched = self._watched, self._watching.roots
        if self._watched - before:
            self._anew_at = now  # for what came between the last look and the watch
        if now >= self._whole_at:
            self._scanning.whole()
            self._whole_at, self._anew_at = now + _WHOLE_SECONDS, now + _ANEW_SECONDS
        if self._watching.rests(now) == 0:
            touched, is_flood = self._watching.take()
            self._scanning.part(touched)
            self._anew_at = now if is_flood else self._anew_at
        if now >= self._anew_at:
            self._scanning.anew()
            self._anew_at = now + _ANEW_SECONDS
        self._on_look()

    def _is_there(self, root: Root, mounts: frozenset[tuple[str, str]]) -> bool:
        """Look whether a root is there, and through it if it has come, gone or been exchanged.

        So it is with the drives that are mounted in it.
        """
        try:
            mark = self._presence.mark(root.path)
            is_back = (
                mark is not None
                and root.problem is not None
                and not self._scanning.hangs(root.path)
                and self._presence.problem(root.path, is_known=root.files > 0) is None
            )
        except HangingError:
            mark, is_back = None, False
        is_gone = mark is None and root.problem is None
        inside = frozenset(each for each in mounts if root.path in Path(each[0]).parents)
        before = self._marks.setdefault(root.path, (mark, inside))
        if before != (mark, inside) or is_back or is_gone:
            self._watching.leave(root.path)
            self._watched -= {root.path}
            self._marks[root.path] = mark, inside
            if root.scanned_at is not None:  # else it is being added just now
                self._scanning.whole([root.path])
        return mark is not None
