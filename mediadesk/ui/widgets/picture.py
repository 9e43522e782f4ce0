"""One picture of the library by its key, with a caption."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mediadesk.ui.artwork import rounded
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import OneLine
from mediadesk.ui.words import Tile


class Picture(QWidget):
    """A small rounded picture; a stand-in while there is none."""

    def __init__(self, desk: Desk, tile: Tile, size: QSize) -> None:
        super().__init__()
        self._desk = desk
        self._tile = tile
        self.setFixedSize(size)
        self.setAccessibleName(tile.title)
        desk.pictures.arrived.connect(self.update)

    def show_tile(self, tile: Tile) -> None:
        """Show another picture."""
        self._tile = tile
        self.setAccessibleName(tile.title)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.drawPixmap(
            0, 0, rounded(self._tile, self._desk.pictures.get(self._tile.picture), self.size(), 2.0)
        )


def captioned(desk: Desk, tile: Tile, size: QSize) -> QWidget:
    """A picture with the tile's title below it."""
    whole = QWidget()
    whole.setFixedWidth(size.width())
    box = QVBoxLayout(whole)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(4)
    box.addWidget(Picture(desk, tile, size))
    box.addWidget(OneLine(tile.title, "small"))
    box.setAlignment(Qt.AlignmentFlag.AlignTop)
    return whole
