"""The large head of a page: an item's artwork, sharp on the right and soft behind everything."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import (
    QColor,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mediadesk.ui.artwork import RADIUS, blurred, filling, hues
from mediadesk.ui.cards import shadow
from mediadesk.ui.desk import Desk
from mediadesk.ui.words import Tile

_EDGE = 32
_MARGIN = 24
_WORDS = 520
_BESIDE = 600  # the words, with the edges, where artwork stands beside them
_LEAST = 200  # pixels across: smaller artwork tells nothing
_LEFT = ((0.0, 212), (0.55, 210), (1.0, 20))
"""How much of the ground covers the artwork, so that words on the left can be read over any."""
_EVEN = ((0.0, 160), (1.0, 160))


class Hero(QWidget):
    """Paints the artwork; what stands on the left is put into `words` by the page.

    It is `height` pixels high, or more where the words need them.
    """

    def __init__(self, desk: Desk, *, art: QSize, height: int = 0, centred: bool = False) -> None:
        super().__init__()
        self._desk = desk
        self._art = art
        self._centred = centred
        self._tile: Tile | None = None
        self._soft: tuple[int, QPixmap] | None = None
        self.words = QVBoxLayout()
        self.words.setSpacing(6)
        self._box = QHBoxLayout(self)
        self._box.setContentsMargins(_EDGE, _MARGIN, _EDGE, _MARGIN)
        self._box.addStrut(max(0, height - 2 * _MARGIN))
        self._box.addLayout(self.words, 1)
        desk.pictures.arrived.connect(self.update)
        desk.theme.changed.connect(self.update)

    def show_tile(self, tile: Tile) -> None:
        """Show another item's artwork."""
        self._tile = tile
        self.update()

    @property
    def _shown(self) -> QSize:
        """The artwork as large as it fits beside the words; empty where it does not."""
        if self._centred:
            return self._art
        across = min(self._art.width(), self.width() - _BESIDE)
        return self._art * (across / self._art.width()) if across >= _LEAST else QSize()

    def minimumSizeHint(self) -> QSize:
        return QSize(_WORDS, self._box.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        art = self._shown
        right = _EDGE + (art.width() + _EDGE if art.isValid() else 0)
        self._box.setContentsMargins(_EDGE, _MARGIN, right, _MARGIN)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        area = QRectF(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(area, RADIUS, RADIUS)
        painter.setClipPath(clip)
        surface = self._desk.theme.colour("surface")
        painter.fillRect(area, surface)
        if self._tile is None:
            return
        self._backdrop(painter, area, self._tile)
        shade = QLinearGradient(area.topLeft(), area.topRight())
        for at, alpha in _EVEN if self._centred else _LEFT:
            shade.setColorAt(at, QColor(surface.red(), surface.green(), surface.blue(), alpha))
        painter.fillRect(area, shade)
        art = self._shown
        if not art.isValid():
            return
        where = QRectF(0, 0, art.width(), art.height())
        where.moveCenter(area.center())
        if not self._centred:
            where.moveRight(area.right() - _EDGE)
        painter.setClipping(False)
        shadow(painter, where)
        painter.drawPixmap(where.topLeft(), self._desk.painter.artwork(self._tile, art))

    def _backdrop(self, painter: QPainter, area: QRectF, tile: Tile) -> None:
        """The artwork so soft that it is only colour, or the colours of the stand-in."""
        picture = self._desk.pictures.get(tile.picture)
        painter.setOpacity(0.75)
        if picture is None:
            blend = QLinearGradient(area.topRight(), area.bottomLeft())
            for at, colour in zip((0.0, 1.0), hues(tile.title), strict=True):
                blend.setColorAt(at, colour)
            painter.fillRect(area, blend)
        else:
            if self._soft is None or self._soft[0] != picture.cacheKey():
                self._soft = (picture.cacheKey(), blurred(picture))
            painter.drawPixmap(area, self._soft[1], filling(self._soft[1], area))
        painter.setOpacity(1.0)
