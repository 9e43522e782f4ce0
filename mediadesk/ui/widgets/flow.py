"""Lays widgets side by side and goes on in the next line where they do not fit."""

from functools import reduce

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem


class Flow(QLayout):
    """A layout that wraps as words do."""

    def __init__(self, spacing: int = 8) -> None:
        super().__init__()
        self._entries: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}  # by width; other layouts ask for them again and again
        self._least: QSize | None = None
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._entries.append(item)
        self.invalidate()

    def count(self) -> int:
        return len(self._entries)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._entries[index] if 0 <= index < len(self._entries) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        if not 0 <= index < len(self._entries):
            return None
        taken = self._entries.pop(index)
        self.invalidate()
        return taken

    def invalidate(self) -> None:
        self._heights.clear()
        self._least = None
        super().invalidate()

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._lay(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        if self._least is None:
            sizes = [entry.minimumSize() for entry in self._entries]
            self._least = reduce(QSize.expandedTo, sizes, QSize())
        return self._least

    def _lay(self, area: QRect, *, move: bool) -> int:
        left, top, height = area.left(), area.top(), 0
        for entry in self._entries:
            if entry.isEmpty():  # hidden
                continue
            size = entry.sizeHint()
            if left > area.left() and left + size.width() > area.right() + 1:
                left, top, height = area.left(), top + height + self.spacing(), 0
            if move:
                entry.setGeometry(QRect(QPoint(left, top), size))
            left += size.width() + self.spacing()
            height = max(height, size.height())
        return top + height - area.top()
