"""The letters, years or seasons at the right edge, to jump to where they begin."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from mediadesk.ui.theme import TYPE, Theme, font

_LINE = 18
_MARGIN = 8
_WIDEST = 96
Jumps = tuple[tuple[str, int], ...]


class JumpBar(QWidget):
    """Labels from top to bottom, thinned out where they do not fit; typing goes to the next."""

    jumped = Signal(int)  # a position
    left = Signal()  # the keyboard goes back to the items

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._jumps: Jumps = ()
        self._current = -1
        self._face = font(TYPE.small, strong=True)
        self.setAccessibleName("Jump to")
        self.setToolTip("Jump to (J, then type where to; or Shift and a letter among the items)")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    @property
    def current(self) -> str:
        """The label under which one is."""
        return self._jumps[self._current][0] if 0 <= self._current < len(self._jumps) else ""

    def show_jumps(self, jumps: Jumps) -> None:
        """Take other labels; with one or none there is nothing to jump to."""
        if jumps != self._jumps:
            self._jumps = jumps
            self._current = -1
            self.setVisible(len(jumps) > 1)
            self.updateGeometry()
            self.update()

    def follow(self, position: int) -> None:
        """Mark the label under which a position is."""
        at = -1
        for place, (_, first) in enumerate(self._jumps):
            if first > position:
                break
            at = place
        if at != self._current:
            self._current = at
            self.setAccessibleDescription(self.current)
            self.update()

    def jump_by_text(self, text: str) -> bool:
        """Jump to the next label that begins with a text; tell whether there is one."""
        places = [n for n, (label, _) in enumerate(self._jumps) if _begins(label, text)]
        if not places:
            return False
        self._go(next((n for n in places if n > self._current), places[0]))
        return True

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._face)
        widest = max((metrics.horizontalAdvance(label) for label, _ in self._jumps), default=0)
        return QSize(min(_WIDEST, max(24, widest + 14)), 100)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            bare = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
            if (bare and event.text().isprintable() and event.text()) or (
                event.key() == Qt.Key.Key_Escape
            ):
                event.accept()  # a letter is where to jump to, and no shortcut
                return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = event.key(), len(self._jumps) - 1
        if key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._go(min(last, max(0, self._current + (1 if key == Qt.Key.Key_Down else -1))))
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self._go(0 if key == Qt.Key.Key_Home else last)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Left}:
            self.left.emit()
        elif event.text() and event.text().isprintable():
            self.jump_by_text(event.text())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._point(event)

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.update()

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._face)
        metrics = QFontMetrics(self._face)
        for place, top in self._shown():
            label = self._jumps[place][0]
            box = QRect(0, top, self.width(), _LINE)
            if place == self._current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.colour("accent_soft"))
                painter.drawRoundedRect(box.adjusted(1, 0, -1, 0), 6, 6)
                painter.setPen(self._theme.colour("accent_text"))
            else:
                painter.setPen(self._theme.colour("muted"))
            cut = metrics.elidedText(label, Qt.TextElideMode.ElideRight, self.width() - 4)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, cut)
        if self.hasFocus():
            painter.setPen(QColor(self._theme.palette.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 8, 8)

    def _shown(self) -> list[tuple[int, int]]:
        """(place of a label, its top) for those that fit; the one that is current is among them."""
        room = max(1, (self.height() - 2 * _MARGIN) // _LINE)
        count = len(self._jumps)
        if count <= room:
            places = list(range(count))
        else:
            places = sorted({round(n * (count - 1) / max(1, room - 1)) for n in range(room)})
            if self._current >= 0 and self._current not in places:
                nearest = min(range(len(places)), key=lambda n: abs(places[n] - self._current))
                places[nearest] = self._current
        step = min(26, (self.height() - 2 * _MARGIN) // max(1, len(places)))
        return [(place, _MARGIN + n * step) for n, place in enumerate(places)]

    def _point(self, event: QMouseEvent) -> None:
        """Jump to what is under the mouse."""
        y = event.position().y()
        shown = self._shown()
        if shown:
            self._go(min(shown, key=lambda one: abs(one[1] + _LINE / 2 - y))[0])

    def _go(self, place: int) -> None:
        if 0 <= place < len(self._jumps):
            self._current = place
            self.setAccessibleDescription(self.current)
            self.update()
            self.jumped.emit(self._jumps[place][1])


def _begins(label: str, text: str) -> bool:
    return label.casefold().startswith(text.casefold())
