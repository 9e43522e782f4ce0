"""The queue as a list that a view can show: only what is seen is asked for."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from mediadesk.engine.messages import ItemView, Verbs
from mediadesk.play.queue import Queue
from mediadesk.ui import words
from mediadesk.ui.desk import Desk

VIEW = Qt.ItemDataRole.UserRole
HERE = Qt.ItemDataRole.UserRole + 1
_MIME = "application/x-mediadesk-queue-place"
_BATCH = 100
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class QueueModel(QAbstractListModel):
    """Rows are the entries of a `Queue`; dragging moves them."""

    moved = Signal(int, int)  # a place, and the new one

    def __init__(self, desk: Desk, queue: Queue) -> None:
        super().__init__()
        self._questions = desk.ask_anew()
        self._queue = queue
        self._entries = queue.entries
        self._known: dict[str, ItemView] = {}
        self._wanted: dict[str, None] = {}
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)

    def follow(self) -> None:
        """Show the queue as it is now."""
        self.beginResetModel()
        self._entries = self._queue.entries
        self.endResetModel()

    def know(self, view: ItemView) -> None:
        """Take what is known of an item anyway."""
        self._known[view.id] = view

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._entries):
            return None
        entry = self._entries[index.row()]
        is_here = entry is self._queue.current
        view = self._view(entry.item)
        title = view.title if view else "…"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            more = "playing" if is_here else words.line(view) if view else ""
            return ", ".join(part for part in (title, more) if part)
        told: dict[int, object] = {Qt.ItemDataRole.DisplayRole: title, VIEW: view, HERE: is_here}
        return told.get(role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        if not index.isValid():
            return flag.ItemIsDropEnabled
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setData(_MIME, str(indexes[0].row()).encode())
        return data

    def dropMimeData(
        self,
        data: QMimeData,
        action: Qt.DropAction,  # noqa: ARG002 - Qt's signature
        row: int,
        column: int,  # noqa: ARG002
        parent: Index,  # noqa: ARG002
    ) -> bool:
        if not data.hasFormat(_MIME):
            return False
        place = int(bytes(data.data(_MIME).data()))
        to = len(self._entries) if row < 0 else row
        self.moved.emit(place, to - 1 if to > place else to)
        return False  # else the view would take the row out

    def _view(self, item: str) -> ItemView | None:
        known = self._known.get(item)
        if known is None:
            self._wanted[item] = None
            self._soon.start()
        return known

    def _ask(self) -> None:
        wanted = list(self._wanted)[-_BATCH:]  # the last ones are those that are seen
        self._wanted.clear()
        self._questions.ask(self._take, Verbs.views, wanted)

    def _take(self, views: Sequence[ItemView]) -> None:
        self._known |= {view.id: view for view in views}
        if views and self._entries:
            self.dataChanged.emit(self.index(0), self.index(len(self._entries) - 1))
