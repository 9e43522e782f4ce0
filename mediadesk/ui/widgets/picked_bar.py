"""How many items are picked, and what can be done with all of them at once."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame

from mediadesk.ui import words
from mediadesk.ui.cards import PAD
from mediadesk.ui.keys import KeyMap
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, IconButton, column, label, panel, row

_ACTS = (
    ("play", "Play", "play"),
    ("queue", "Queue", "queue"),
    ("rate", "Rate", "star"),
    ("tag", "Tag…", "tag"),
    ("set-watched", "Watched", "eye"),
    ("collect", "Collect…", "collections"),
    ("edit", "Edit…", "edit"),
    ("hide", "Hide", "hide"),
)
_RIGHT = 20  # pixels at its right
_ROOM = {"queue": 1010, "edit": 1010, "hide": 1010, "set-watched": 720, "rate": 600}


class PickedBar(QFrame):
    """A bar below the items; `act` takes the name of an action and where its menu would open.

    `offers` tells whether an action is offered to who looks.
    """

    def __init__(
        self,
        theme: Theme,
        keys: KeyMap,
        act: Callable[[str, QPoint], None],
        everything: Callable[[], None],
        clear: Callable[[], None],
        *,
        offers: Callable[[str], bool],
    ) -> None:
        super().__init__()
        self._offers = offers
        self.setProperty("foot", True)  # a toast stands above it
        self.setAccessibleName("What to do with the selected items")
        self._act = act
        self._count = label("", "strong")
        self._count.setAccessibleName("Selected")
        self.buttons: dict[str, Button] = {}
        for name, text, drawn in _ACTS:
            button = Button(theme, text, partial(self._press, name), role="quiet", drawn=drawn)
            self.buttons[name] = button
        self._more = IconButton(theme, "more", "More", partial(self._press, "more"))
        self._all = Button(theme, "All", everything, role="quiet")
        keys.tell(self._all.setToolTip, "Select all that was found", "pick-all")
        self._clear = IconButton(theme, "close", "Select nothing (Escape)", clear)
        acts = row(*self.buttons.values(), self._more, spacing=2)
        line = row(self._count, 4, acts, 0, self._all, self._clear, spacing=2)
        bar = panel(line)
        line.setContentsMargins(16, 6, 8, 6)
        whole = column(bar)
        whole.setContentsMargins(PAD, 8, _RIGHT, 8)  # in line with the cards and the head
        self.setLayout(whole)
        self.hide()

    def show_count(self, count: int, total: int) -> None:
        """Say how many of all are picked; with none the bar goes."""
        self._count.setText(f"{count:,} selected")
        self._count.setToolTip(f"{words.count(count, 'item')} of {total:,}")
        self._all.setVisible(count < total)
        self.setVisible(bool(count))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for name, button in self.buttons.items():
            has_room = self.width() - PAD - _RIGHT >= _ROOM.get(name, 0)  # else it is in the menu
            button.setVisible(has_room and self._offers(name))

    def _press(self, name: str) -> None:
        button = self.buttons.get(name, self._more)
        self._act(name, button.mapToGlobal(QPoint(0, -8)))
