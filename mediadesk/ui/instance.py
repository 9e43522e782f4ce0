"""Sees to it that a library has one window: a second start brings that to the front.

The second one writes a call beside the library and the first one takes it away: files, because the
packaged program comes without the network part of Qt.
"""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from mediadesk.api import UserError

_PATIENCE_S = 10.0
_STEP_S = 0.05


class Instance:
    """The right to be the window of a library, until `release` or the end of the process."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where the library lives."""
        self._folder = folder / "window"
        self._call = self._folder / "call"
        self._lock = QLockFile(str(self._folder / "lock"))
        self._lock.setStaleLockTime(0)  # it is held for as long as its process lives

    def take(self) -> bool:
        """Become the window of the library; else have the one that is come to the front.

        Raises:
            UserError: if that one does not answer, or nothing can be written beside the library.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return self._own() or self._ask()
        except OSError as error:
            raise UserError(
                f"The library can't be kept in “{self._folder.parent}” ({error.strerror}): choose "
                "another folder with --data-dir."
            ) from error

    def _own(self) -> bool:
        if not self._lock.tryLock(0):
            return False
        self._call.unlink(missing_ok=True)
        return True

    def _owner(self) -> int:
        process, _, _ = self._lock.getLockInfo()
        return int(process)

    def _ask(self) -> bool:
        """Call the other window and wait for it; it may also be closing, then this one is it."""
        self._call.touch()
        deadline = time.monotonic() + _PATIENCE_S
        while self._call.exists():
            if time.monotonic() > deadline:
                self._call.unlink(missing_ok=True)
                raise UserError(
                    f"The window on the library “{self._folder.parent}” is open but does not "
                    f"answer: end that MediaDesk (process {self._owner()}), then start again."
                )
            time.sleep(_STEP_S)
            if self._own():
                return True
        return False

    def answer(self, come: Callable[[], None], parent: QObject) -> None:
        """Call `come` whenever a second start asks for the window, as long as `parent` lives."""

        def look() -> None:
            if self._call.exists():
                come()
                self._call.unlink(missing_ok=True)

        watcher = QFileSystemWatcher([str(self._folder)], parent)
        watcher.directoryChanged.connect(look)
        look()  # it may have been called while it was being built

    def release(self) -> None:
        """Let another window have the library."""
        self._lock.unlock()


def to_front(window: QWidget) -> None:
    """Bring a window before the others; where the desktop forbids that, its entry blinks."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
    QApplication.alert(window)
