"""What was found as rows: one item each, in columns, perhaps parted into sections."""

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QObject, Qt

from mediadesk.engine.messages import ItemView
from mediadesk.ui.card_model import Index
from mediadesk.ui.found import Found
from mediadesk.ui.item_columns import Column
from mediadesk.ui.library_model import LibraryModel
from mediadesk.ui.picked import Picked

_NONE = QModelIndex()
_SECTIONS = 200


class TableModel(LibraryModel):
    """One item a row; a cell is what its column says."""

    def __init__(
        self, found: Found, picked: Picked, columns: tuple[Column, ...], parent: QObject
    ) -> None:
        super().__init__(found, picked, parent)
        self.shape = columns
        self.sectioned = False
        self._sections: dict[int, str] = {}

    def reshape(self, columns: tuple[Column, ...]) -> None:
        """Take other columns."""
        if columns != self.shape:
            self.beginResetModel()
            self.shape = columns
            self.endResetModel()

    def item(self, number: int) -> ItemView | None:
        """Give an item, or None while it is on its way."""
        return self._found.view(number)

    @property
    def sections(self) -> Mapping[int, str]:
        """The first items of the sections, by their numbers, with the titles of these."""
        return self._sections

    def find_sections(self) -> None:
        """Part what was found, if that is wanted and makes a few sections."""
        jumps = self._found.jumps if self.sectioned else ()
        some = 1 < len(jumps) <= _SECTIONS
        self._sections = {first: title for title, first in jumps if some and first < self.total}

    def place(self, number: int) -> QModelIndex:
        return self.index(number, 0)

    def number(self, index: Index) -> int | None:
        return index.row() if index.isValid() and index.row() < self.total else None

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else self.total

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.shape)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        number = self.number(index)
        if role == Qt.ItemDataRole.DisplayRole and number is not None:
            item = self.item(number)
            return "Loading" if item is None else self.shape[index.column()].text(item)
        return super().data(index, role)

    def headerData(
        self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if way != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.shape[section].right else Qt.AlignmentFlag(1)
            return side | Qt.AlignmentFlag.AlignVCenter
        return self.shape[section].title if role == Qt.ItemDataRole.DisplayRole else None
