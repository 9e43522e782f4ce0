"""Dropping a plugin onto the window: the place for it, what is taken, the hint that says so."""

import re

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from mediadesk.ui import words
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import column, label, row
from mediadesk.ui.widgets.mark import Glyph

_PACKAGE = re.compile(r"\.(whl|mdplugin)$", re.IGNORECASE)
_OTHER_FILE = re.compile(r"\.[a-z][a-z0-9]{0,4}$", re.IGNORECASE)
_EDGE = 8


def dropped(what: QMimeData | None) -> str | None:
    """Give the path of a plugin's file or of a folder that is dragged here, else None.

    The name alone decides: asking the disk is not for the window, and the engine looks anyway.
    """
    if what is None or not what.hasUrls() or len(what.urls()) != 1:
        return None
    path = what.urls()[0].toLocalFile().rstrip("/")
    if not path:
        return None
    return path if _PACKAGE.search(path) or not _OTHER_FILE.search(path) else None


class DropArea(QWidget):
    """Takes what is dropped onto it or onto its children."""

    dropped = Signal(str)  # the path of what may be a plugin

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.hint = DropHint(theme, self)
        self.setAcceptDrops(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.hint.place()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        path = dropped(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.hint.show_for(path)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self.hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.hint.hide()
        path = dropped(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)


class DropHint(QFrame):
    """Lies over the window while something is dragged that may be dropped."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setProperty("role", "hint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._heading = label("Drop to install", "hero")
        self._line = label("", "muted")
        glyph = Glyph(theme, "download", "accent", 56)
        pile = column(spacing=12)
        pile.addStretch(1)
        for part in (glyph, self._heading, self._line):
            pile.addLayout(row(0, part, 0))
        pile.addStretch(1)
        self.setLayout(pile)
        self.hide()

    def show_for(self, path: str) -> None:
        """Say what happens when this is dropped."""
        name = words.short(path.rpartition("/")[2])
        self._line.setText(f"“{name}” is looked at first: nothing is installed before you agree.")
        self.place()
        self.show()
        self.raise_()

    def place(self) -> None:
        """Cover the parent but for its edge."""
        self.setGeometry(self._parent.rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE))
