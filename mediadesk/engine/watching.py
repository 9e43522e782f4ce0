"""Watches the folders of plugins in development, so that a change is taken up at once."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

log = logging.getLogger(__name__)
_REST_SECONDS = 0.5
_KINDS = frozenset({"created", "modified", "moved", "deleted"})
_WATCHED = frozenset({".py", ".toml", ".onnx", ".json"})


class Watching:
    """Calls back, on a thread of its own, when the files of a folder have come to rest again."""

    def __init__(self, on_change: Callable[[str], None]) -> None:
        """Watch nothing yet; `on_change` gets the name that a folder was given."""
        self._on_change = on_change
        self._observers: dict[str, BaseObserver] = {}
        self._timers: dict[str, threading.Timer] = {}
        self._lock = threading.Lock()

    def watch(self, name: str, folder: Path) -> None:
        """Begin to watch a folder, under a name."""
        if name in self._observers:
            return
        observer = Observer()
        try:
            observer.schedule(_Handler(lambda: self._rest(name)), str(folder), recursive=True)
            observer.start()
        except OSError as error:  # there are only so many watches on a system
            log.warning("“%s” can't be watched, restart MediaDesk after changes: %s", folder, error)
            return
        self._observers[name] = observer

    def forget(self, name: str) -> None:
        """Watch a folder no more."""
        if observer := self._observers.pop(name, None):
            observer.stop()
            observer.join()
        with self._lock:
            if timer := self._timers.pop(name, None):
                timer.cancel()

    def close(self) -> None:
        """Watch nothing any more."""
        for name in list(self._observers):
            self.forget(name)

    def _rest(self, name: str) -> None:
        with self._lock:
            if timer := self._timers.get(name):
                timer.cancel()
            timer = threading.Timer(_REST_SECONDS, self._on_change, [name])
            timer.daemon = True
            self._timers[name] = timer
            timer.start()


class _Handler(FileSystemEventHandler):
    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change

    def on_any_event(self, event: FileSystemEvent) -> None:
        touched = (Path(str(event.src_path)), Path(str(event.dest_path)))
        if event.event_type in _KINDS and any(
            path.suffix in _WATCHED and "__pycache__" not in path.parts for path in touched
        ):
            self._on_change()
