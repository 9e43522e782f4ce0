"""Says that nothing is recorded, as long as that is so."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, OneLine, row
from mediadesk.ui.widgets.mark import Glyph


class PrivateBar(QFrame):
    """A line above the page, with the way out."""

    def __init__(self, theme: Theme, end: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("role", "message")
        self.setAccessibleName("Private mode")
        told = OneLine("Private mode: nothing that you play, search or open is recorded.")
        self.end = Button(theme, "End private mode", end)
        inner = row(Glyph(theme, "hide", "text"), told, self.end, spacing=12)
        inner.setStretch(1, 1)
        inner.setContentsMargins(16, 6, 8, 6)
        self.setLayout(inner)
        self.hide()
