"""The queue at the right of the player: what plays, what follows; moved, taken out and cleared."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from mediadesk.engine.messages import ItemView
from mediadesk.ui import theme, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.queue_model import HERE, LINE, VIEW, Index, QueueModel
from mediadesk.ui.widgets.controls import Button, IconButton, column, label, row

WIDTH = 320
_ROW = 56
_ART = QSize(64, 36)


class QueuePanel(QFrame):
    """Shows a `Queue` and changes it as a person wants."""

    closed = Signal()
    jumped = Signal(int)  # to the entry at a place
    changed = Signal()

    def __init__(self, desk: Desk, model: QueueModel) -> None:
        super().__init__()
        self.setProperty("role", "drawer")
        self.setAccessibleName("Queue")
        self.setFixedWidth(WIDTH)
        self.model = model
        self.model.moved.connect(self._move)
        self.view = _List(desk, self.model)
        self.view.activated.connect(lambda index: self.jumped.emit(index.row()))
        self.view.removed.connect(self._remove)
        self.view.moved.connect(self._move)
        self._count = label("", "small")
        self._clear = Button(desk.theme, "Clear", self._empty, role="quiet")
        close = IconButton(desk.theme, "close", "Close the queue", self.closed.emit, size=16)
        head = row(label("Queue", "heading"), self._count, 0, self._clear, close)
        head.setContentsMargins(16, 8, 8, 0)
        pile = column(head, self.view, spacing=8)
        pile.setContentsMargins(0, 0, 0, 8)
        self.setLayout(pile)
        self.follow()

    def follow(self) -> None:
        """Show the queue as it is now."""
        here = self.view.currentIndex().row()
        self.model.follow()
        total = self.model.rowCount()
        self._count.setText(words.count(total, "item"))
        self._clear.setEnabled(total > 1)
        if 0 <= here < total:
            self.view.setCurrentIndex(self.model.index(here))

    def choose(self, place: int) -> None:
        """Put the keyboard on an entry."""
        self.view.setCurrentIndex(self.model.index(place))

    def _remove(self, place: int) -> None:
        self.model.queue.remove(place)
        self.changed.emit()
        self.choose(min(place, self.model.rowCount() - 1))

    def _move(self, place: int, to: int) -> None:
        self.model.queue.move(place, to)
        self.changed.emit()
        self.choose(to)

    def _empty(self) -> None:
        self.model.queue.clear()
        self.changed.emit()


class _List(QListView):
    """The entries; Delete takes one out, Alt with an arrow moves it, Enter plays it."""

    removed = Signal(int)
    moved = Signal(int, int)

    def __init__(self, desk: Desk, model: QueueModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setAccessibleName("Queue")
        self.setAccessibleDescription(
            "Enter plays, Delete takes out, Alt and an arrow key moves an entry"
        )
        self.setItemDelegate(_Delegate(desk, self))
        self.setUniformItemSizes(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        desk.pictures.arrived.connect(self.viewport().update)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place, key = self.currentIndex().row(), event.key()
        is_moving = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        to = place + {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(key), 0)
        if place >= 0 and key == Qt.Key.Key_Delete:
            self.removed.emit(place)
        elif is_moving and to != place and place >= 0:
            if 0 <= to < self.model().rowCount():
                self.moved.emit(place, to)
        elif event.text() and event.text().isprintable():
            event.ignore()  # letters are the window's shortcuts
        else:
            super().keyPressEvent(event)


class _Delegate(QStyledItemDelegate):
    """Paints an entry: its artwork, its title, and what it is."""

    def __init__(self, desk: Desk, parent: _List) -> None:
        super().__init__(parent)
        self._desk = desk

    def sizeHint(
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002 - Qt's signature
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002
    ) -> QSize:
        return QSize(WIDTH, _ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colour = self._desk.theme.colour
        area = option.rect.adjusted(8, 2, -8, -2)
        state, flag = option.state, QStyle.StateFlag
        is_here = bool(index.data(HERE))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if is_here or state & flag.State_MouseOver:
            painter.setBrush(colour("accent_soft" if is_here else "raised"))
            painter.drawRoundedRect(QRectF(area), 8, 8)
        if state & flag.State_HasFocus and state & flag.State_Selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colour("accent"))
            painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), 8, 8)
        self._tell(painter, area, index, is_here=is_here)
        painter.restore()

    def _tell(self, painter: QPainter, area: QRect, index: Index, *, is_here: bool) -> None:
        colour = self._desk.theme.colour
        view: ItemView | None = index.data(VIEW)
        is_missing = view is None or not view.available
        if view is not None:
            top = area.top() + (area.height() - _ART.height()) // 2
            painter.setOpacity(0.45 if is_missing else 1.0)
            artwork = self._desk.painter.artwork(words.tile(view), _ART)
            painter.drawPixmap(area.left() + 8, top, artwork)
            painter.setOpacity(1.0)
        left = area.left() + _ART.width() + 20
        line = QRect(left, area.top() + 7, area.right() - left - 8, 20)
        title_ink = "accent_text" if is_here else "muted" if is_missing else "text"
        for text, size, ink in (
            (str(index.data()), theme.TYPE.body, title_ink),
            (str(index.data(LINE)), theme.TYPE.small, "muted"),
        ):
            painter.setFont(theme.font(size, strong=is_here and ink != "muted"))
            painter.setPen(colour(ink))
            metrics = painter.fontMetrics()
            cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, cut)
            line.translate(0, 20)
