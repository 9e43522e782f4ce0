"""What the window is like when it is opened again: its size, and a few choices."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QWidget

_SIZE = "geometry"


class Kept:
    """Values by name, in a file; without a file nothing is kept."""

    def __init__(self, file: Path | None) -> None:
        self._settings = QSettings(str(file), QSettings.Format.IniFormat) if file else None

    def restore(self, window: QWidget) -> None:
        """Give a window the size and place that it had."""
        size = self._settings.value(_SIZE) if self._settings is not None else None
        if isinstance(size, QByteArray):
            window.restoreGeometry(size)

    def keep_size(self, window: QWidget) -> None:
        """Keep the size and place of a window."""
        if self._settings is not None:
            self._settings.setValue(_SIZE, window.saveGeometry())

    def text(self, name: str) -> str:
        """Give a value; empty if none was kept."""
        return str(self._settings.value(name, "")) if self._settings is not None else ""

    def keep(self, name: str, text: str) -> None:
        """Keep a value."""
        if self._settings is not None:
            self._settings.setValue(name, text)
