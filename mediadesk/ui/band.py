"""Picks items with a band that is drawn around them, as in any file manager."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import QApplication, QRubberBand

from mediadesk.ui.picked import Picked

if TYPE_CHECKING:
    from mediadesk.ui.items_view import ItemsView

_TICK_MS = 30
_KEEPS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class Band(QObject):
    """A band from where the mouse was pressed to where it is; it scrolls beyond the edges.

    What it crosses is picked instead of what was, or beside it with Ctrl or Shift.
    """

    def __init__(self, view: "ItemsView", picked: Picked) -> None:
        super().__init__(view)
        self._view, self._picked = view, picked
        self._begun: QPoint | None = None  # in what is scrolled, as rows are
        self._at = QPoint()
        self._before: frozenset[int] = frozenset()
        self._drawn = QRubberBand(QRubberBand.Shape.Rectangle, view.viewport())
        self._ticks = QTimer(self, interval=_TICK_MS)
        self._ticks.timeout.connect(self._tick)

    def press(self, point: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        """Begin at a point of the viewport."""
        self._begun = point + self._scrolled
        self._before = self._picked.numbers if modifiers & _KEEPS else frozenset()

    def move(self, point: QPoint) -> bool:
        """Reach to a point of the viewport; tell whether it is a band and no click by now."""
        if self._begun is None:
            return False
        far = (point + self._scrolled - self._begun).manhattanLength()
        if not self._ticks.isActive() and far < QApplication.startDragDistance():
            return False
        self._at = point
        self._ticks.start()
        self._stretch(self._begun)
        return True

    def release(self) -> bool:
        """End; tell whether it was a band and no click."""
        was = self._ticks.isActive()
        self._begun = None
        self._ticks.stop()
        self._drawn.hide()
        return was

    @property
    def _scrolled(self) -> QPoint:
        return QPoint(0, self._view.verticalScrollBar().value())

    def _tick(self) -> None:
        """Scroll where the mouse is beyond an edge, and follow the wheel."""
        here, bar = self._view.viewport().rect(), self._view.verticalScrollBar()
        beyond = min(0, self._at.y()) + max(0, self._at.y() - here.bottom())
        bar.setValue(bar.value() + beyond)
        if self._begun is not None:
            self._stretch(self._begun)

    def _stretch(self, begun: QPoint) -> None:
        seen = QRect(begun - self._scrolled, self._at).normalized()
        self._drawn.setGeometry(seen)
        self._drawn.show()
        self._picked.pick_only(self._crossed(seen), beside=self._before)

    def _crossed(self, area: QRect) -> list[int]:
        """The positions of the items in an area of the viewport, which may reach beyond it."""
        view, side = self._view, self._view.side_by_side()
        rows = _between(view.rowAt, area.top(), area.bottom(), view.cards.rowCount())
        columns = range(1)
        if side > 1:
            columns = _between(view.columnAt, area.left(), area.right(), side)
        every = (row * side + column for row in rows for column in columns)
        return [position for position in every if position < view.cards.total]


def _between(at: Callable[[int], int], first: int, last: int, count: int) -> range:
    """The rows, or columns, between two pixels; `at` gives the one at a pixel, -1 for none."""
    begin, end = at(first), at(last)
    if begin < 0:
        begin = 0 if first < 0 else count
    return range(begin, (count - 1 if end < 0 else end) + 1)
