"""Five stars to rate with, in halves: by mouse, by keys, and for screen readers a slider."""

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from mediadesk.ui import item_words
from mediadesk.ui.theme import Theme

_STAR = 24
_EDGE = 5  # room for the focus ring
_LEFT = 1  # less of it, so that the stars stand in line with the text above
_STARS = 5
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
_DIGITS = {Qt.Key(Qt.Key.Key_0 + number): number for number in range(_STARS + 1)}
_NONE = frozenset({Qt.Key.Key_Delete, Qt.Key.Key_Backspace})


class Stars(QAbstractSlider):
    """Counts halves, 0 for no rating; `rated` tells what a person gave: stars, or None."""

    rated = Signal(object)

    def __init__(self, theme: Theme, name: str = "Your rating") -> None:
        super().__init__()
        self._theme = theme
        self._name = name
        self._under: int | None = None  # the halves that a click would give
        self.setRange(0, 2 * _STARS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip("0 to 5 rates it, the arrows go by halves")
        theme.changed.connect(self.update)
        self.show_stars(None)

    def show_stars(self, stars: float | None) -> None:
        """Show a rating of half to five stars, or none."""
        self.setValue(round(2 * (stars or 0)))
        self.setAccessibleName(f"{self._name}: {item_words.stars(stars)}")
        self.update()

    def give(self, halves: int) -> None:
        """Rate as a person does; the same once more takes the rating away."""
        halves = min(max(halves, 0), self.maximum())
        given = None if halves in {0, self.value()} else halves / 2
        self.show_stars(given)
        self.rated.emit(given)

    def sizeHint(self) -> QSize:
        return QSize(_STARS * _STAR + _LEFT + _EDGE, _STAR + 2 * _EDGE)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and _is_mine(event):
            event.accept()  # else the window's own keys would take it
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not _is_mine(event):
            event.ignore()
        elif key in _STEPS:
            self._step(_STEPS[key])
        elif key in _NONE or not _DIGITS.get(key):
            self.give(0)
        elif self.value() != 2 * _DIGITS[key]:
            self.give(2 * _DIGITS[key])

    def _step(self, by: int) -> None:
        wanted = min(max(self.value() + by, 0), self.maximum())
        if wanted != self.value():
            self.give(wanted)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._under = self._halves(event.position())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.give(self._halves(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._under = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._theme.colour
        lit = self.value() if self._under is None else self._under
        for place in range(_STARS):
            where = QRectF(_LEFT + place * _STAR, _EDGE, _STAR, _STAR)
            star = _path(where.center(), _STAR / 2 - 2)
            painter.setPen(QPen(colour("muted"), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(star)
            share = min(max(lit - 2 * place, 0), 2) / 2
            if share:
                painter.save()
                painter.setClipRect(
                    QRectF(where.x(), where.y(), where.width() * share, where.height())
                )
                painter.setPen(QPen(colour("accent"), 1.4))
                painter.setBrush(colour("accent"))
                painter.drawPath(star)
                painter.restore()
        if self.hasFocus():
            painter.setPen(QPen(colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def _halves(self, at: QPointF) -> int:
        return min(max(1, math.ceil((at.x() - _LEFT) / (_STAR / 2))), self.maximum())


def _is_mine(event: QKeyEvent) -> bool:
    mine = event.key() in {*_STEPS, *_DIGITS, *_NONE}
    keypad = Qt.KeyboardModifier.KeypadModifier
    return mine and event.modifiers() & ~keypad == Qt.KeyboardModifier.NoModifier


def _path(centre: QPointF, radius: float) -> QPainterPath:
    """A star with five points, the first of them upwards."""
    path = QPainterPath()
    for corner in range(10):
        angle = math.pi * (corner / 5 - 0.5)
        reach = radius * (0.45 if corner % 2 else 1.0)
        point = centre + QPointF(reach * math.cos(angle), reach * math.sin(angle))
        if corner:
            path.lineTo(point)
        else:
            path.moveTo(point)
    path.closeSubpath()
    return path
