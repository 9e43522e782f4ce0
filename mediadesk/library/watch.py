"""Hears from the system which folders something changes in, where the system can tell."""

import ctypes
import errno
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from watchdog import events
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from mediadesk.library import drives, excludes, kinds
from mediadesk.library.presence import SECONDS
from mediadesk.paths import spell

log = logging.getLogger(__name__)
_REST_SECONDS = 0.5
_LONGEST_SECONDS = 5.0
_FLOOD = 10_000  # the queues of systems lose events that come in such numbers
_ENDINGS = kinds.MEDIA | kinds.SUBTITLES | {".nfo", *kinds.PICTURES}
# A file is looked at when it is closed; to hear of each write to it would cost much.
_HEARD = (
    [
        events.FileCreatedEvent,
        events.FileClosedEvent,
        events.FileDeletedEvent,
        events.FileMovedEvent,
        events.DirCreatedEvent,
        events.DirDeletedEvent,
        events.DirMovedEvent,
    ]
    if sys.platform == "linux"
    else None
)
_KINDS = frozenset({"created", "modified", "closed", "deleted", "moved"})


class Watching:
    """Watches roots, and gathers the folders in them that were touched until they rest."""

    def __init__(self, on_touched: Callable[[], object]) -> None:
        """Watch nothing yet; `on_touched` is called at each change, on threads of the system."""
        self._on_touched = on_touched
        self._observers: dict[Path, BaseObserver] = {}
        self._refused: dict[Path, str] = {}
        self._beginning: dict[Path, threading.Thread] = {}
        self._lock = threading.Lock()
        self._touched: set[str] = set()
        self._count = 0
        self._first = self._last = 0.0

    @property
    def roots(self) -> frozenset[Path]:
        """Those that are watched."""
        return frozenset(self._observers)

    @property
    def problems(self) -> list[tuple[Path, str]]:
        """Why some are not watched that could be, in words for a person."""
        return list(self._refused.items())

    def follow(self, roots: Iterable[Path]) -> None:
        """Watch these roots, where the system can tell of all changes, and no others."""
        wanted = set(roots)
        for root in self._observers.keys() - wanted:
            self.leave(root)
        self._refused = {root: why for root, why in self._refused.items() if root in wanted}
        self._beginning = {root: who for root, who in self._beginning.items() if who.is_alive()}
        known = self._observers.keys() | self._refused.keys() | self._beginning.keys()
        for root in wanted - known:
            if drives.tells_changes(root):
                self._begin(root)

    def leave(self, root: Path) -> None:
        """Watch a root no more, so that its drive can be taken away."""
        if observer := self._observers.pop(root, None):
            observer.stop()
            observer.join()

    def rests(self, now: float) -> float | None:
        """Give in how many seconds what was touched is to be taken; None while nothing is.

        Args:
            now: by `time.monotonic`.
        """
        with self._lock:
            if not self._touched:
                return None
            return max(0.0, min(self._last + _REST_SECONDS, self._first + _LONGEST_SECONDS) - now)

    def take(self) -> tuple[list[str], bool]:
        """Give the folders touched since the last time, and whether some may not be among them."""
        with self._lock:
            touched, self._touched = sorted(self._touched), set()
            count, self._count = self._count, 0
        return touched, count >= _FLOOD

    def close(self) -> None:
        """Watch nothing any more."""
        for root in list(self._observers):
            self.leave(root)

    def _begin(self, root: Path) -> None:
        """Watch a root; one whose drive hangs begins to be watched when that answers."""
        beginning = threading.Thread(target=self._watch, args=(root,), name="watch", daemon=True)
        self._beginning[root] = beginning
        beginning.start()
        beginning.join(SECONDS)

    def _watch(self, root: Path) -> None:
        observer = Observer()
        try:
            observer.schedule(_Handler(self._hear), str(root), recursive=True, event_filter=_HEARD)
            observer.start()
            _check_room(root)
        except OSError as error:
            log.warning("“%s” can't be watched: %s", root, error)
            if observer.is_alive():
                observer.stop()
                observer.join()
            if error.errno in {errno.ENOSPC, errno.EMFILE}:
                self._refused[root] = (
                    f"“{root}” has more folders than the system lets be watched: new files are "
                    "noticed after some minutes; raise fs.inotify.max_user_watches to have them at "
                    "once."
                )
            return
        self._observers[root] = observer

    def _hear(self, event: FileSystemEvent) -> None:
        touched = set(_folders(event))
        if not touched:
            return
        with self._lock:
            self._last = time.monotonic()
            if not self._touched:
                self._first = self._last
            self._touched |= touched
            self._count += 1
        self._on_touched()


def _check_room(folder: Path) -> None:
    """Raise what keeps folders from being watched: watchdog says nothing of those inside a root.

    Raises:
        OSError: if the system lets no more folders be watched.
    """
    if sys.platform != "linux":
        return
    from watchdog.observers import inotify_c

    asking = inotify_c.inotify_init()
    try:
        mask = inotify_c.InotifyConstants.IN_CREATE
        if asking < 0 or inotify_c.inotify_add_watch(asking, os.fsencode(folder), mask) < 0:
            raise OSError(ctypes.get_errno(), "no more folders can be watched")
    finally:
        if asking >= 0:
            os.close(asking)


class _Handler(FileSystemEventHandler):
    def __init__(self, hear: Callable[[FileSystemEvent], None]) -> None:
        self._hear = hear

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in _KINDS:
            self._hear(event)


def _folders(event: FileSystemEvent) -> Iterable[str]:
    """Give the folders that an event tells a change of."""
    for each in (event.src_path, event.dest_path):
        path = spell(os.fsdecode(each))
        if not path:
            continue
        folder, name = os.path.split(path)
        if event.is_directory:
            # Of a new one, what it held before it was watched is looked at as well.
            yield from (folder, path) if event.event_type in {"created", "moved"} else (folder,)
        elif kinds.suffix(name) in _ENDINGS or name in excludes.MARKS:
            yield folder
