"""The queue as a list that a view can show: only what is seen is asked for."""

from collections.abc import Sequence
from functools import partial

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
from mediadesk.ui import item_words, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import tip

VIEW = Qt.ItemDataRole.UserRole
HERE = Qt.ItemDataRole.UserRole + 1
LINE = Qt.ItemDataRole.UserRole + 2
_MIME = "application/x-mediadesk-queue-place"
_BATCH = 100
_GONE = "No longer in the library"
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class QueueModel(QAbstractListModel):
    """Rows are the entries of a `Queue`; dragging moves them."""

    moved = Signal(int, int)  # a place, and the new one

    def __init__(self, desk: Desk, queue: Queue) -> None:
        super().__init__()
        self._questions = desk.ask_anew()
        self.queue = queue
        self._entries = queue.entries
        self._known: dict[str, ItemView | None] = {}  # None is for what is gone
        self._stale: set[str] = set()
        self._wanted: dict[str, None] = {}
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)

    def follow(self) -> None:
        """Show the queue as it is now."""
        self.beginResetModel()
        self._entries = self.queue.entries
        self.endResetModel()

    def ask_anew(self) -> None:
        """Show what items are now: one may have come back, or its file may be gone."""
        self._stale = set(self._known)
        self._tell()

    def know(self, view: ItemView) -> None:
        """Take what is known of an item anyway."""
        self._known[view.id] = view

    def title(self, item: str) -> str:
        """Give what an item is called, as far as it is known."""
        view = self._view(item)
        return view.title if view else _GONE if item in self._known else "…"

    def line(self, item: str) -> str:
        """Give what it is, or why it can't be played; empty while that is not known."""
        view = self._view(item)
        if view is None:
            return ""
        if not view.available:
            state = item_words.where(view, "")
            return state[:1].upper() + state[1:]
        tile = words.tile(view)
        return " · ".join(part for part in (tile.line, tile.pill) if part)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._entries):
            return None
        entry = self._entries[index.row()]
        is_here = entry is self.queue.current
        title, line = self.title(entry.item), self.line(entry.item)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (title, "playing" if is_here else line) if part)
        told: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: title,
            Qt.ItemDataRole.ToolTipRole: tip("\n".join(part for part in (title, line) if part)),
            VIEW: self._view(entry.item),
            HERE: is_here,
            LINE: line,
        }
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
        if item not in self._known or item in self._stale:
            self._wanted[item] = None
            self._soon.start()
        return self._known.get(item)

    def _ask(self) -> None:
        wanted = list(self._wanted)[-_BATCH:]  # the last ones are those that are seen
        self._wanted.clear()
        self._questions.ask(partial(self._take, wanted), Verbs.views, wanted)

    def _take(self, wanted: Sequence[str], views: Sequence[ItemView]) -> None:
        self._known |= dict.fromkeys(wanted) | {view.id: view for view in views}
        self._stale.difference_update(wanted)
        self._tell()

    def _tell(self) -> None:
        if self._entries:
            self.dataChanged.emit(self.index(0), self.index(len(self._entries) - 1))
