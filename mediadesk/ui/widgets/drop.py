"""Dropping folders and plugins onto the window: what is taken."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from mediadesk.paths import from_uri
from mediadesk.ui.desk import Desk

if TYPE_CHECKING:
    from mediadesk.ui.widgets.drop_hint import DropHint


def dropped(what: QMimeData | None) -> list[str]:
    """Give the paths of the files and folders that are dragged here."""
    if what is None or not what.hasUrls():
        return []
    paths = [from_uri(bytes(url.toEncoded().data())) for url in what.urls()]
    return [path.rstrip("/") or "/" for path in paths if path]


class DropArea(QWidget):
    """Takes what is dropped onto it or onto its children."""

    dropped = Signal(list)  # paths

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setAcceptDrops(True)

    @cached_property
    def hint(self) -> "DropHint":
        """What is seen while something is dragged, which most never do."""
        from mediadesk.ui.widgets.drop_hint import DropHint

        return DropHint(self._desk.theme, self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if "hint" in vars(self):
            self.hint.place()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        paths = dropped(event.mimeData())
        if paths and self.hint.show_for(paths, limited=self._desk.limited):
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self.hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.hint.hide()
        paths = dropped(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)
