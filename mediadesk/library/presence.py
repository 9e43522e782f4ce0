"""Asks whether folders are there, without ever waiting long for a drive that hangs."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mediadesk.library import drives

T = TypeVar("T")
SECONDS = 8.0  # a disk that sleeps needs some of them to spin up
Mark = tuple[int, int, str]


class HangingError(Exception):
    """The drive of a folder does not answer."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"“{folder}” does not answer: check its drive or the network.")


class Presence:
    """Asks the system about folders; any thread may use it."""

    def __init__(self, seconds: float = SECONDS) -> None:
        """Wait so many seconds for an answer."""
        self._seconds = seconds
        self._asked: dict[Path, tuple[threading.Thread, float]] = {}
        self._lock = threading.Lock()

    def mark(self, folder: Path) -> Mark | None:
        """Give what tells a folder from another in its place; None where there is none.

        Raises:
            HangingError: if its drive does not answer.
        """
        return self._ask(folder, _mark)

    def is_folder(self, folder: Path) -> bool:
        """Tell whether a path is that of a folder and answers."""
        try:
            return self._ask(folder, os.path.isdir)  # that of `Path` raises for some names
        except HangingError:
            return False

    def problem(self, folder: Path, *, is_known: bool) -> str | None:
        """Say why a folder is not there; one that became empty is where a drive is missing.

        Args:
            folder: its path.
            is_known: whether it ever had any files.

        Raises:
            HangingError: if its drive does not answer.
        """
        return self._ask(folder, lambda path: problem(path, is_known=is_known))

    def _ask(self, folder: Path, question: Callable[[Path], T]) -> T:
        self._wait(folder)
        answers: list[T] = []
        asking = threading.Thread(
            target=lambda: answers.append(question(folder)), name="presence", daemon=True
        )
        with self._lock:
            self._asked[folder] = asking, time.monotonic()
        asking.start()
        asking.join(self._seconds)
        if not answers:
            raise HangingError(folder)
        return answers[0]

    def _wait(self, folder: Path) -> None:
        """Wait for the answer to who asked before; one thread is enough for a drive that hangs."""
        with self._lock:
            asked, since = self._asked.get(folder, (None, 0.0))
        if asked is not None and asked.ident is not None:
            asked.join(max(0.0, since + self._seconds - time.monotonic()))
            if asked.is_alive():
                raise HangingError(folder)


def problem(folder: Path, *, is_known: bool) -> str | None:
    """Do as `Presence.problem`, however long it takes."""
    try:
        with os.scandir(folder) as entries:
            is_empty = next(entries, None) is None
    except PermissionError:
        return f"“{folder}” may not be read: grant yourself access to it."
    except OSError:
        return f"“{folder}” is not there: reconnect the drive or remove the folder."
    if is_empty and is_known:
        return f"“{folder}” is empty: reconnect the drive or remove the folder."
    return None


def _mark(folder: Path) -> Mark | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, drives.identity(folder)
