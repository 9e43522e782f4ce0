"""A small table of texts to be read: nothing in it can be changed."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from mediadesk.ui.widgets.controls import tip

Index = QModelIndex | QPersistentModelIndex
Rows = Sequence[Sequence[str]]
_NONE = QModelIndex()
_LINE = 36
_MOST = 12


class _Texts(QAbstractTableModel):
    """Rows of texts under their headings; those named in `right` stand at the right."""

    def __init__(self, columns: Sequence[str], rows: Rows, right: Collection[int]) -> None:
        super().__init__()
        self._columns = tuple(columns)
        self._rows = tuple(rows)
        self._right = frozenset(right)

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(index.column())
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        cells = self._rows[index.row()]
        text = cells[index.column()] if index.column() < len(cells) else ""
        return tip(text) if role == Qt.ItemDataRole.ToolTipRole else text

    def headerData(
        self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if way != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(section)
        return self._columns[section] if role == Qt.ItemDataRole.DisplayRole else None

    def _side(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column in self._right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class TextTable(QTableView):
    """As high as its rows, up to twelve of them; more are scrolled to.

    Columns named in `short`, and those at the right, are as wide as their texts; the others share
    what is left.
    """

    def __init__(
        self,
        name: str,
        columns: Sequence[str],
        rows: Rows,
        *,
        right: Collection[int] = (),
        short: Collection[int] = (),
    ) -> None:
        super().__init__()
        self.setProperty("role", "table")
        self.setAccessibleName(name)
        self._texts = _Texts(columns, rows, right)
        self.setModel(self._texts)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_LINE)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column in {*right, *short}:
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        shown = min(len(rows), _MOST)
        self.setFixedHeight(head.sizeHint().height() + shown * _LINE + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.height())
