"""Notices that the last start of the window ended in a crash, and which plugins were at work."""

import json
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

log = logging.getLogger(__name__)


class StartJournal:
    """One small file per starting engine; one that outlives its process tells of a crash.

    Unless it `is_kept` nothing is written.
    """

    def __init__(self, folder: Path, *, is_kept: bool) -> None:
        self._folder = folder
        self._is_kept = is_kept
        self._file = folder / f"{os.getpid()}.json"
        self._starting: list[str] = []
        self._lock = threading.Lock()

    def crashed(self) -> str | None:
        """Tell whether a start has crashed since last asked: the plugins at work, "" for none.

        None if all is well, or it is none that is kept.
        """
        if not self._is_kept:
            return None
        culprits: str | None = None
        for file in self._folder.glob("*.json"):
            if file.stem.isdecimal() and not psutil.pid_exists(int(file.stem)):
                culprits = _read(file) or culprits or ""
                file.unlink(missing_ok=True)
        return culprits

    @contextmanager
    def starting(self, plugin: str) -> Iterator[None]:
        """Say that a plugin is being started; it was, well or not, when this is left."""
        with self._lock:
            self._starting.append(plugin)
            self._write()
        try:
            yield
        finally:
            with self._lock:
                self._starting.remove(plugin)
                self._write()

    def done(self) -> None:
        """Say that the start went well."""
        with self._lock:
            self._is_kept = False
            self._file.unlink(missing_ok=True)

    def _write(self) -> None:
        if not self._is_kept:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary = self._file.with_suffix(".tmp")
            temporary.write_text(json.dumps({"plugins": self._starting}), encoding="utf-8")
            temporary.replace(self._file)
        except OSError as error:
            log.warning("a crash of this start would not be noticed: %s", error)


def _read(file: Path) -> str:
    try:
        return ", ".join(json.loads(file.read_text(encoding="utf-8"))["plugins"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("“%s” does not say which plugin was at work: %s", file, error)
        return ""
