"""The whole library as cards: all ids are known, what they show is fetched as it is seen."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from mediadesk.engine.messages import ItemView
from mediadesk.ui import words
from mediadesk.ui.card_model import CardModel
from mediadesk.ui.words import Tile

WINDOW = 60
Fetch = Callable[[Sequence[str]], None]


class LibraryModel(CardModel):
    """Asks for a window of cards when the first of them is painted."""

    def __init__(self, fetch: Fetch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fetch = fetch
        self._ids: tuple[str, ...] = ()
        self._seen: dict[str, Tile] = {}
        self._asked: set[int] = set()

    @property
    def total(self) -> int:
        return len(self._ids)

    def show_ids(self, ids: Sequence[str]) -> None:
        """Take these items; what is known of them already is kept."""
        if tuple(ids) == self._ids:
            return
        self.beginResetModel()
        self._ids = tuple(ids)
        self._asked.clear()
        self.endResetModel()

    def set_columns(self, columns: int) -> None:
        """Lay the cards in so many columns."""
        if columns != self._columns:
            self.beginResetModel()
            self._columns = columns
            self.endResetModel()

    def take(self, views: Sequence[ItemView]) -> None:
        """Show what the engine told of some items."""
        for view in views:
            self._seen[view.id] = words.tile(view)

    def forget(self) -> None:
        """Ask anew for what is seen from now on; until then the old is shown."""
        self._asked.clear()

    def tile(self, number: int) -> Tile | None:
        window = number // WINDOW
        if window not in self._asked:
            self._asked.add(window)
            self._fetch(self._ids[window * WINDOW : (window + 1) * WINDOW])
        return self._seen.get(self._ids[number])
