"""What was found as cards."""

from PySide6.QtCore import QObject, Qt

from mediadesk.ui import words
from mediadesk.ui.card_model import CardModel, Index
from mediadesk.ui.found import Found
from mediadesk.ui.picked import Picked
from mediadesk.ui.words import Tile


class LibraryModel(CardModel):
    """As many cards as were found when it was shown last."""

    def __init__(self, found: Found, picked: Picked, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found = found
        self._picked = picked
        self._total = 0

    @property
    def total(self) -> int:
        return self._total

    def show_found(self, *, columns: int) -> None:
        """Take what is found now, in so many columns."""
        self.beginResetModel()
        self._total = len(self._found)
        self._columns = columns
        self.endResetModel()

    def show_nothing(self) -> None:
        """Hold nothing while another view is seen."""
        self.beginResetModel()
        self._total = 0
        self.endResetModel()

    def tile(self, number: int) -> Tile | None:
        view = self._found.view(number)
        return None if view is None else words.tile(view)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        said = super().data(index, role)
        number = self.number(index)
        if role == Qt.ItemDataRole.AccessibleTextRole and number is not None:
            return f"{said}, selected" if self._picked.holds(number) else said
        return said
