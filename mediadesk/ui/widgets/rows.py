"""Rows that stay the same widgets while what they tell changes."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Generic, TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
W = TypeVar("W", bound=QWidget)


class Rows(QVBoxLayout, Generic[V, W]):
    """A widget for each value, known by a key: news take neither the keyboard nor a click away."""

    def __init__(
        self, make: Callable[[V], W], tell: Callable[[W, V], None], *, spacing: int = 8
    ) -> None:
        """`make` gives the row of a value; `tell` has a row show a value, also the first one."""
        super().__init__()
        self._make, self._tell = make, tell
        self._rows: dict[Hashable, W] = {}
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    @property
    def first(self) -> W | None:
        """The row at the top."""
        return next(iter(self._rows.values()), None)

    def __iter__(self) -> Iterator[W]:
        """Give the rows in their order."""
        return iter(tuple(self._rows.values()))

    def show(self, values: Mapping[K, V]) -> None:
        """Show these in their order; the rows of other keys go."""
        old, self._rows = self._rows, {}
        for place, (key, value) in enumerate(values.items()):
            row = old.pop(key, None) or self._make(value)
            self._rows[key] = row
            if self.indexOf(row) != place:
                self.insertWidget(place, row)
            self._tell(row, value)
        for gone in old.values():
            gone.hide()
            gone.deleteLater()
