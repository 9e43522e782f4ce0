"""What the found items have in common, counted: a click narrows the search to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from mediadesk.engine.messages import Facet
from mediadesk.ui import search_text
from mediadesk.ui.theme import TYPE, Theme, font

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
_FEW = 6
_WIDTH = 228


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A heading, a value with its search, or the way to more values of a facet."""

    text: str
    facet: str
    count: str = ""
    search: str = ""
    on: bool = False
    more: bool = False


class _Lines(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[Line, ...] = ()
        self.counted = "items"

    def show(self, lines: Sequence[Line]) -> None:
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        line = self.lines[index.row()]
        usable = line.search or line.more
        return (
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            if usable
            else Qt.ItemFlag.NoItemFlags
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            chosen = ", chosen" if line.on else ""
            said = f"{line.text}, {line.count} {self.counted}{chosen}"
            return said if line.search else line.text
        return line.search if role == Qt.ItemDataRole.ToolTipRole and line.search else None


class FacetPanel(QListView):
    """The facets of what is found; `toggled` carries the search of a value that was clicked."""

    toggled = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facets: tuple[Facet, ...] = ()
        self._text = ""
        self._open: set[str] = set()
        self._lines = _Lines()
        self.setModel(self._lines)
        self.setItemDelegate(_Painter(theme, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedWidth(_WIDTH)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Filters")
        self.clicked.connect(self._take)
        theme.changed.connect(self.viewport().update)

    def show_facets(self, facets: Sequence[Facet], text: str, *, counted: str = "items") -> None:
        """Take what was counted for a search, and what that was."""
        self._facets, self._text, self._lines.counted = tuple(facets), text, counted
        self._fill()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown, from top to bottom."""
        return self._lines.lines

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._take(self.currentIndex())
        elif event.text() and event.text().isprintable():
            event.ignore()  # letters are the window's shortcuts
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self._choose(None, 0)

    def _take(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        line = self.lines[index.row()]
        if line.more:
            self._open ^= {line.facet}
            self._fill()
        elif line.search:
            self.toggled.emit(line.search)

    def _fill(self) -> None:
        row, scrolled = self.currentIndex().row(), self.verticalScrollBar().value()
        chosen = self.lines[row] if row >= 0 else None
        lines: list[Line] = []
        if self._lines.counted != "items":
            lines.append(Line(text=f"How many {self._lines.counted}", facet=""))
        for facet in self._facets:
            lines += self._of(facet)
        self._lines.show(lines)
        self.verticalScrollBar().setValue(scrolled)
        if chosen is not None or self.hasFocus():
            self._choose(chosen, row)

    def _choose(self, line: Line | None, row: int) -> None:
        """Put the keyboard on a line, wherever it stands by now, else on one that is near."""
        usable = [n for n, one in enumerate(self.lines) if one.search or one.more]
        if not usable:
            return
        same = (n for n in usable if line is not None and _same(self.lines[n], line))
        near = min(usable, key=lambda n: abs(n - row))
        self.setCurrentIndex(self._lines.index(next(same, near)))

    def _of(self, facet: Facet) -> list[Line]:
        if not facet.values:
            return []
        made = [
            Line(
                text=value.label,
                facet=facet.name,
                count=f"{value.items:,}",
                search=value.search,
                on=search_text.holds(self._text, value.search),
            )
            for value in facet.values
        ]
        whole = facet.name in self._open or len(made) <= _FEW + 1
        shown = made if whole else [one for n, one in enumerate(made) if n < _FEW or one.on]
        lines = [Line(text=facet.title, facet=facet.name), *shown]
        if len(made) > _FEW + 1:
            text = "Fewer" if whole else f"{len(made) - len(shown)} more"
            lines.append(Line(text=text, facet=facet.name, more=True))
        return lines


def _same(one: Line, other: Line) -> bool:
    return (one.facet, one.search) == (other.facet, other.search)


class _Painter(QStyledItemDelegate):
    def __init__(self, theme: Theme, view: FacetPanel) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self._heading = font(TYPE.small, strong=True)
        self._body = font(TYPE.body)
        self._small = font(TYPE.small)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        line = self._view.lines[index.row()]
        return QSize(_WIDTH - 24, 30 if line.search or line.more else 40)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = self._view.lines[index.row()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box: QRect = option.rect.adjusted(4, 1, -8, -1)
        if not (line.search or line.more):
            painter.setFont(self._heading)
            painter.setPen(self._theme.colour("muted"))
            place = box.adjusted(8, 0, 0, -5)
            bottom = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
            painter.drawText(place, bottom, line.text)
            painter.restore()
            return
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if line.on or over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("accent_soft" if line.on else "raised"))
            painter.drawRoundedRect(box, 8, 8)
        if self._view.hasFocus() and index == self._view.currentIndex():
            painter.setPen(self._theme.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 8, 8)
        painter.setFont(self._small)
        room = QFontMetrics(self._small).horizontalAdvance(line.count) + 8
        painter.setPen(self._theme.colour("accent_text" if line.on else "muted"))
        middle = Qt.AlignmentFlag.AlignVCenter
        inner = box.adjusted(8, 0, -8, 0)
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, line.count)
        painter.setFont(self._small if line.more else self._body)
        ink = "accent_text" if line.on or line.more else "text"
        painter.setPen(self._theme.colour(ink))
        place = inner.adjusted(0, 0, -room, 0)
        mode = Qt.TextElideMode.ElideRight
        cut = QFontMetrics(painter.font()).elidedText(line.text, mode, place.width())
        painter.drawText(place, middle | Qt.AlignmentFlag.AlignLeft, cut)
        painter.restore()
