"""Waits in a window that has a process of its own, where there is no qtbot."""

import time
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

_PATIENCE_S = 25


def until(application: QApplication, done: Callable[[], bool], what: str) -> None:
    """Let the window work until something is so.

    Raises:
        TimeoutError: after 25 seconds; it says `what`.
    """
    deadline = time.monotonic() + _PATIENCE_S
    while not done():
        application.processEvents()
        time.sleep(0.02)
        if time.monotonic() > deadline:
            raise TimeoutError(what)
