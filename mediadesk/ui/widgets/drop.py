"""Dropping folders and plugins onto the window: what is taken, and the hint that says so."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from mediadesk.ui import words
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import column, label, row
from mediadesk.ui.widgets.mark import Glyph

_PACKAGE = re.compile(r"\.(whl|mdplugin)$", re.IGNORECASE)
_EDGE = 8


def dropped(what: QMimeData | None) -> list[str]:
    """Give the paths of the files and folders that are dragged here."""
    if what is None or not what.hasUrls():
        return []
    paths = [url.toLocalFile() for url in what.urls()]
    return [path.rstrip("/") or "/" for path in paths if path]


def hint(paths: Sequence[str]) -> tuple[str, str]:
    """Give what happens when these are dropped, in two or three words and in a sentence.

    The names alone decide: asking the disk is not for the window, and the engine looks anyway.
    """
    name = words.short(paths[0].rpartition("/")[2] or paths[0])
    if _PACKAGE.search(paths[0]):
        line = f"“{name}” is looked at first: nothing is installed before you agree."
        return "Drop to install", line
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return "Drop to add to the library", f"“{name}”{more}: files stay where they are."


class DropArea(QWidget):
    """Takes what is dropped onto it or onto its children."""

    dropped = Signal(list)  # paths

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.hint = DropHint(theme, self)
        self.setAcceptDrops(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.hint.place()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        paths = dropped(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.hint.show_for(paths)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self.hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.hint.hide()
        paths = dropped(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)


class DropHint(QFrame):
    """Lies over the window while something is dragged that may be dropped."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setProperty("role", "hint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._heading = label("", "hero")
        self._line = label("", "muted")
        glyph = Glyph(theme, "download", "accent", 56)
        pile = column(spacing=12)
        pile.addStretch(1)
        for part in (glyph, self._heading, self._line):
            pile.addLayout(row(0, part, 0))
        pile.addStretch(1)
        self.setLayout(pile)
        self.hide()

    def show_for(self, paths: Sequence[str]) -> None:
        """Say what happens when these are dropped."""
        heading, line = hint(paths)
        self._heading.setText(heading)
        self._line.setText(line)
        self.place()
        self.show()
        self.raise_()

    def place(self) -> None:
        """Cover the parent but for its edge."""
        self.setGeometry(self._parent.rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE))
