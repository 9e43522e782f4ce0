"""Rows of which only so many are shown until more are wanted."""

from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, row
from mediadesk.ui.widgets.rows import Rows

V = TypeVar("V")
W = TypeVar("W", bound=QWidget)


class MoreRows(QVBoxLayout, Generic[V, W]):
    """The first rows and a button for the next ones: a widget for each of 10,000 is too many."""

    def __init__(
        self,
        theme: Theme,
        make: Callable[[V], W],
        tell: Callable[[W, V], None],
        *,
        step: int = 25,
        spacing: int = 8,
    ) -> None:
        super().__init__()
        self._step = self._most = step
        self._values: Mapping[Hashable, V] = {}
        self.rows: Rows[V, W] = Rows(make, tell, spacing=spacing)
        self.more = Button(theme, "", self._show_more, role="link")
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        self.addLayout(self.rows)
        self.addLayout(row(self.more, 0))
        self.more.hide()

    def show(self, values: Mapping[Hashable, V]) -> None:
        """Show the first of these."""
        self._values = values
        self.rows.show(dict(list(values.items())[: self._most]))
        left = len(values) - self._most
        self.more.setVisible(left > 0)
        self.more.say(f"Show {min(left, self._step):,} of {left:,} more")

    def _show_more(self) -> None:
        self._most += self._step
        self.show(self._values)
