"""A map of items: dots in their colours, to be looked at, pointed at and walked with the arrows."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from mediadesk.engine.messages import PointView
from mediadesk.ui import words
from mediadesk.ui.theme import TYPE, Theme, font
from mediadesk.ui.widgets.scatter import Scatter

_HEIGHT = 520
_DOT = 5.0
_NEAR = 12.0
_EDGE = 14.0
_AXIS = 26.0
_ARROWS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}


class PointMap(QWidget):
    """The map; the chosen dot has a double ring and its label beside it."""

    opened = Signal(str)  # an item's id

    def __init__(
        self, theme: Theme, name: str, points: Sequence[PointView], axes: tuple[str, str]
    ) -> None:
        super().__init__()
        self._theme = theme
        self._name = name
        self._points = tuple(points)
        self._axes = axes
        self._chosen: int | None = None
        self._hovered: int | None = None
        self._drawn: QPixmap | None = None
        self._scatter = Scatter((), QRectF())
        self.setFixedHeight(_HEIGHT)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._say()
        theme.changed.connect(self._stale)

    @property
    def chosen(self) -> PointView | None:
        """The dot that the keyboard is on."""
        return None if self._chosen is None else self._points[self._chosen]

    def choose(self, item: str) -> None:
        """Put the keyboard on an item's dot, if it is here."""
        found = next((n for n, point in enumerate(self._points) if point.item == item), None)
        if found is not None:
            self._go(found)

    def place_of(self, number: int) -> QPointF:
        """Where a dot stands."""
        return self._scatter.places[number]

    def minimumSizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scatter = Scatter(self._points, self._area().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE))
        self._stale()
        if self.hasFocus():
            self._begin()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._chosen is not None and key in _ARROWS:
            self._go(self._scatter.next(self._chosen, key))
        elif self._chosen is not None and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit(self._points[self._chosen].item)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._scatter.at(event.position(), _NEAR))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        found = self._scatter.at(event.position(), _NEAR)
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self._go(found)
            self.opened.emit(self._points[found].item)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if self._drawn is None:
            self._drawn = self._draw()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._drawn)
        if self._chosen is not None and self.hasFocus():
            self._emphasise(painter, self._chosen, rings=True)
        if self._hovered is not None and not (self.hasFocus() and self._hovered == self._chosen):
            self._emphasise(painter, self._hovered, rings=False)

    def _area(self) -> QRectF:
        """Where the dots may stand; the names of the axes stand outside."""
        return QRectF(self.rect()).adjusted(_AXIS, 2, -2, -_AXIS)

    def _begin(self) -> None:
        """Put the keyboard on the dot in the middle, unless it is on one already."""
        if self._chosen is None and self._scatter.places:
            self._go(self._scatter.middle(self._area()))

    def _go(self, number: int) -> None:
        self._chosen = number
        self._say()
        self.update()

    def _hover(self, number: int | None) -> None:
        if number != self._hovered:
            self._hovered = number
            over = number is not None
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
            )
            self.update()

    def _say(self) -> None:
        """Tell a screen reader where the keyboard is."""
        total = len(self._points)
        if self._chosen is None:
            self.setAccessibleName(f"{self._name}: a map of {words.count(total, 'item')}")
        else:
            label = self._points[self._chosen].label
            self.setAccessibleName(f"{label}, dot {self._chosen + 1:,} of {total:,}: {self._name}")
        self.setAccessibleDescription("Arrow keys go from dot to dot, Enter opens the item.")

    def _stale(self) -> None:
        self._drawn = None
        self.update()

    def _draw(self) -> QPixmap:
        """The frame, the axes and all dots, drawn once for many paintings."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._theme.colour
        area = self._area()
        painter.setPen(QPen(colour("line"), 1))
        painter.setBrush(colour("window"))
        painter.drawRoundedRect(area, 8, 8)
        self._draw_axes(painter, area)
        edge = colour("text")
        edge.setAlpha(110)
        painter.setPen(QPen(edge, 1))
        for point, place in zip(self._points, self._scatter.places, strict=True):
            painter.setBrush(self._colour(point))
            painter.drawEllipse(place, _DOT, _DOT)
        painter.end()
        return picture

    def _draw_axes(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(font(TYPE.small))
        painter.setPen(self._theme.colour("muted"))
        metrics = QFontMetrics(painter.font())
        middle = Qt.AlignmentFlag.AlignCenter
        elide = Qt.TextElideMode.ElideRight
        across = metrics.elidedText(self._axes[0], elide, int(area.width()))
        painter.drawText(QRectF(area.left(), area.bottom(), area.width(), _AXIS), middle, across)
        painter.save()
        painter.translate(0, area.bottom())
        painter.rotate(-90)
        up = metrics.elidedText(self._axes[1], elide, int(area.height()))
        painter.drawText(QRectF(0, 0, area.height(), _AXIS), middle, up)
        painter.restore()

    def _colour(self, point: PointView) -> QColor:
        return QColor(point.colour) if QColor.isValidColorName(point.colour) else QColor("#888888")

    def _emphasise(self, painter: QPainter, number: int, *, rings: bool) -> None:
        """Paint a dot larger with its label; the rings are light and dark, so no colour hides."""
        colour = self._theme.colour
        place = self._scatter.places[number]
        if rings:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for radius, name in ((_DOT + 7, "text"), (_DOT + 4.5, "window")):
                painter.setPen(QPen(colour(name), 2.5))
                painter.drawEllipse(place, radius, radius)
        painter.setPen(QPen(colour("text"), 1.5))
        painter.setBrush(self._colour(self._points[number]))
        painter.drawEllipse(place, _DOT + 2, _DOT + 2)
        self._paint_label(painter, place, self._points[number].label)

    def _paint_label(self, painter: QPainter, place: QPointF, text: str) -> None:
        if not text:
            return
        painter.setFont(font(TYPE.small, strong=True))
        metrics = QFontMetrics(painter.font())
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, min(360, self.width() // 2))
        box = QRectF(0, 0, metrics.horizontalAdvance(text) + 20, 26)
        box.moveCenter(place)
        box.moveBottom(place.y() - 16)
        if box.top() < 2:
            box.moveTop(place.y() + 16)
        box.moveLeft(max(2.0, min(box.left(), self.width() - box.width() - 2)))
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(self._theme.colour("raised"))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(self._theme.colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
