"""A slim slider of our own: click anywhere to go there; keyboard and screen readers as in Qt."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider

from mediadesk.ui.theme import Theme

EDGE = 9  # room for half the handle and its focus ring


class Slider(QSlider):
    """A track, what is behind the handle in the accent, and a round handle."""

    def __init__(self, theme: Theme, name: str, *, steps: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme = theme
        self.setRange(0, steps)
        self.setAccessibleName(name)
        self.setFixedHeight(28)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def x_of(self, share: float) -> float:
        """Where a share (0..1) of the whole stands."""
        return EDGE + max(0.0, min(1.0, share)) * (self.width() - 2 * EDGE)

    def share_at(self, x: float) -> float:
        """The share of the whole under a place."""
        return max(0.0, min(1.0, (x - EDGE) / max(1, self.width() - 2 * EDGE)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.setSliderDown(True)
            self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._drag(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        self.setSliderDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._theme.colour
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.height() / 2
        handle = self.x_of(self.value() / max(1, self.maximum()))
        for name, right in (("track", self.width() - EDGE), ("accent", handle)):
            painter.setBrush(colour(name if self.isEnabled() else "track"))
            painter.drawRoundedRect(QRectF(EDGE, middle - 2, right - EDGE, 4), 2, 2)
        self.paint_marks(painter)
        if self.hasFocus():
            painter.setPen(QPen(colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(handle - 9, middle - 9, 18, 18).adjusted(1, 1, -1, -1))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("text" if self.isEnabled() else "faint"))
        painter.drawEllipse(QRectF(handle - 6, middle - 6, 12, 12))

    def paint_marks(self, painter: QPainter) -> None:
        """Paint what stands on the track; nothing by itself."""

    def _drag(self, event: QMouseEvent) -> None:
        step = round(self.share_at(event.position().x()) * self.maximum())
        self.setSliderPosition(step)
