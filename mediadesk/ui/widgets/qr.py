"""A QR code, dark on light whatever the look: cameras read no other."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_MODULE = 4  # pixels


class QrCode(QWidget):
    """Shows the rows of a code, as `SyncKey.qr` has them."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._image = QImage()

    def draw(self, rows: Sequence[str]) -> None:
        """Show another code; without rows nothing."""
        self._image = QImage(len(rows), len(rows), QImage.Format.Format_RGB32)
        for y, row in enumerate(rows):
            for x, module in enumerate(row):
                self._image.setPixelColor(x, y, QColor("black" if module == "1" else "white"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return self._image.size() * _MODULE

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.drawImage(self.rect(), self._image)
        painter.end()
