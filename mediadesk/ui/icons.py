"""The icons, drawn from their SVG files in any colour."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from mediadesk import resources

_RATIO = 2.0  # drawn for dense screens; Qt scales down where the screen is not


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int = 20) -> QPixmap:
    """Give an icon of resources/icons as a picture of `size` pixels."""
    source = (resources.path("icons") / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
    image = QPixmap(int(size * _RATIO), int(size * _RATIO))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    image.setDevicePixelRatio(_RATIO)
    return image


def icon(name: str, colour: str | QColor, size: int = 20, *, dim: str | QColor = "") -> QIcon:
    """Give an icon for a button; `dim` is its colour while the button can't be used."""
    made = QIcon(pixmap(name, QColor(colour).name(), size))
    if dim:
        made.addPixmap(pixmap(name, QColor(dim).name(), size), QIcon.Mode.Disabled)
    return made
