"""The cards of a view: a table whose cells, read row by row, are the tiles."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from mediadesk.ui.words import Tile

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class CardModel(QAbstractTableModel):
    """A fixed list of tiles in so many columns; subclasses fetch theirs as they are seen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tiles: tuple[Tile, ...] = ()
        self._columns = 1

    def show(self, tiles: Sequence[Tile], *, columns: int | None = None) -> None:
        """Take these tiles, in one row unless columns are given."""
        self.beginResetModel()
        self._tiles = tuple(tiles)
        self._columns = columns or max(1, len(self._tiles))
        self.endResetModel()

    def set_columns(self, columns: int) -> None:
        """Lay the cards in so many columns."""
        if columns != self._columns:
            self.beginResetModel()
            self._columns = columns
            self.endResetModel()

    @property
    def total(self) -> int:
        """How many cards there are."""
        return len(self._tiles)

    def tile(self, number: int) -> Tile | None:
        """Give a card by its number from 0, or None while it is on its way."""
        return self._tiles[number]

    def place(self, number: int) -> QModelIndex:
        """Give the cell of a card."""
        return self.index(*divmod(number, self._columns))

    def number(self, index: Index) -> int | None:
        """Give the card's number of a cell, or None for the empty cells of the last row."""
        if not index.isValid():
            return None
        number = index.row() * self._columns + index.column()
        return number if number < self.total else None

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else -(-self.total // self._columns)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else self._columns

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.number(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        number = self.number(index)
        if number is None or role not in {
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        }:
            return None
        tile = self.tile(number)
        if tile is None:
            return "Loading"
        return tile.title if role == Qt.ItemDataRole.DisplayRole else tile.spoken
