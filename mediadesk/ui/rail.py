"""The rail on the left: the program's name and its pages."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QFrame, QLabel

from mediadesk.ui import icons
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, column, label, row

PLACES = {
    "for-you": "For you",
    "library": "Library",
    "activity": "Activity",
    "settings": "Settings",
}


class Rail(QFrame):
    """The ways to the pages."""

    def __init__(self, theme: Theme, go: Callable[[str], None]) -> None:
        super().__init__()
        self.setProperty("role", "rail")
        self.setFixedWidth(208)
        mark = QLabel()
        mark.setPixmap(icons.pixmap("mediadesk", "#000000", 32))
        head = row(mark, label("MediaDesk", "heading"), 0, spacing=10)
        head.setContentsMargins(6, 0, 0, 16)
        self.buttons: dict[str, Button] = {}
        for name, title in PLACES.items():
            button = Button(theme, f" {title}", partial(go, name), role="nav", drawn=name)
            button.setAccessibleName(title)
            button.setCheckable(True)
            self.buttons[name] = button
        foot = label("Press ? for all keys", "small")
        foot.setIndent(12)
        pile = column(head, *self.buttons.values(), 0, foot, spacing=4)
        pile.setContentsMargins(12, 18, 12, 14)
        self.setLayout(pile)

    def mark(self, name: str) -> None:
        """Mark the page that is seen; on an item or the player none is."""
        for place, button in self.buttons.items():
            button.setChecked(place == name)
