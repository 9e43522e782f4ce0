"""Watches the folders of plugins in development, so that a change is taken up at once."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from watchdog.events import DirCreatedEvent, DirMovedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from mediadesk.host.install.inventory import Installed

log = logging.getLogger(__name__)
_REST_SECONDS = 0.5
_KINDS = frozenset({"created", "modified", "moved", "deleted"})
_WATCHED = frozenset({".py", ".toml", ".onnx", ".json"})
_PROJECT = "pyproject.toml"
_ENVIRONMENT = "pyvenv.cfg"


@dataclass(frozen=True, slots=True)
class _Watch:
    folder: Path
    inner: tuple[Path, ...]
    observer: BaseObserver


class Watching:
    """Calls back when the files of a folder have come to rest again, each time on a new thread."""

    def __init__(self, on_change: Callable[[str], None]) -> None:
        """Watch nothing yet; `on_change` gets the name of the plugin."""
        self._on_change = on_change
        self._watches: dict[str, _Watch] = {}
        self._timers: dict[str, threading.Timer] = {}
        self._lock = threading.Lock()

    def follow(self, plugin: Installed) -> None:
        """Watch the folder of a plugin if it is in development, wherever that lies by now."""
        if plugin.source == "folder":
            is_flat = (plugin.root / _PROJECT).is_file()
            self._watch(plugin.name, plugin.root if is_flat else plugin.root.parent)
        elif plugin.state != "damaged":  # a pyproject.toml with a slip in it is mended soon
            self.forget(plugin.name)

    def forget(self, name: str) -> None:
        """Watch the folder of a plugin no more."""
        if watch := self._watches.pop(name, None):
            watch.observer.stop()
            watch.observer.join()
        with self._lock:
            if timer := self._timers.pop(name, None):
                timer.cancel()

    def close(self) -> None:
        """Watch nothing any more."""
        for name in list(self._watches):
            self.forget(name)

    def _watch(self, name: str, folder: Path) -> None:
        observer = Observer()
        try:
            inner = tuple(sorted(_own_folders(folder)))
            watch = self._watches.get(name)
            if watch and (watch.folder, watch.inner) == (folder, inner):
                return
            self.forget(name)
            handler = _Handler(folder, partial(self._rest, name))
            observer.schedule(handler, str(folder), recursive=False)
            for each in inner:
                observer.schedule(handler, str(each), recursive=True)
            observer.start()
        except OSError as error:  # there are only so many watches on a system
            log.warning("“%s” can't be watched, restart MediaDesk after changes: %s", folder, error)
            return
        self._watches[name] = _Watch(folder, inner, observer)

    def _rest(self, name: str) -> None:
        with self._lock:
            if timer := self._timers.get(name):
                timer.cancel()
            timer = threading.Timer(_REST_SECONDS, self._on_change, [name])
            timer.daemon = True
            self._timers[name] = timer
            timer.start()


class _Handler(FileSystemEventHandler):
    def __init__(self, folder: Path, on_change: Callable[[], None]) -> None:
        self._folder = folder
        self._on_change = on_change

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in _KINDS:
            return
        touched = [Path(str(path)) for path in (event.src_path, event.dest_path) if path]
        if any(self._matters(path) for path in touched) or (
            isinstance(event, DirCreatedEvent | DirMovedEvent)
            and any(path.parent == self._folder and _is_own(path) for path in touched)
        ):
            self._on_change()

    def _matters(self, path: Path) -> bool:
        return path.suffix in _WATCHED and "__pycache__" not in path.parts


def _own_folders(folder: Path) -> Iterator[Path]:
    """Give the folders of a project that its maker works in: neither .git nor an environment."""
    return (each for each in folder.iterdir() if each.is_dir() and _is_own(each))


def _is_own(folder: Path) -> bool:
    is_hidden = folder.name.startswith(".") or folder.name in {"__pycache__", "node_modules"}
    return not is_hidden and not (folder / _ENVIRONMENT).is_file()
