"""The whole that an item belongs to as links: its series and season, or its artist and album."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from mediadesk.engine.messages import Browse, Browsing, ItemView, Rows
from mediadesk.ui import item_words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import (
    Button,
    IconButton,
    clear,
    label,
    tab_before,
    tip,
    unmarked,
)
from mediadesk.ui.widgets.flow import Flow

_WIDEST = 360
_MOST = 2000  # a longer series or album has no way to the next one here


class Belongs(QWidget):
    """Links to what an item is part of, its number there, and the ways to its neighbours."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._item: ItemView | None = None
        self._near: tuple[ItemView | None, ItemView | None] = (None, None)
        self._links = Flow(spacing=2)
        self.before = IconButton(desk.theme, "left", "", partial(self._open, 0), size=16)
        self.after = IconButton(desk.theme, "right", "", partial(self._open, 1), size=16)
        for button in (self.before, self.after):
            button.setProperty("role", "small")
        self.setLayout(self._links)

    def show_item(self, item: ItemView) -> None:
        """Show the whole of this item; nothing takes no room."""
        parts, number = item_words.part_of(item), item_words.number(item)
        self.setVisible(bool(parts))
        old = self._item
        if old is not None and item_words.part_of(old) == parts and old.id == item.id:
            return
        self._item = item
        for button in (self.before, self.after):  # these stay, and stand at the end
            self._links.removeWidget(button)
        clear(self._links)
        made: list[Button] = []
        for place, (title, search) in enumerate(parts):
            if place:
                self._links.addWidget(_still("›"))
            link = Button(
                self._desk.theme, "", partial(self._desk.search_wanted.emit, search), role="link"
            )
            cut = link.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, _WIDEST)
            link.setText(unmarked(cut))
            link.setAccessibleName(f"Show “{title}” in the library")
            link.setToolTip(tip(search))
            self._links.addWidget(link)
            made.append(link)
        if number:
            self._links.addWidget(_still(f"› {number}"))
        self._links.addWidget(self.before)
        self._links.addWidget(self.after)
        tab_before(self.before, *made)
        self._near = (None, None)
        self._tell()
        if number:
            whole = parts[0] if item.series else parts[-1]
            browse = Browse(text=whole[1], sort="series" if item.series else "album")
            self._questions.ask(self._take_rows, Browsing.rows, browse)

    def _take_rows(self, rows: Rows) -> None:
        numbers = memoryview(rows.numbers).cast("I").tolist()[:_MOST]
        self._questions.ask(self._take, Browsing.items_at, numbers)

    def _take(self, items: Sequence[ItemView | None]) -> None:
        here = [one for one in items if one is not None]
        ids = [one.id for one in here]
        if self._item is None or self._item.id not in ids:
            return
        place = ids.index(self._item.id)
        self._near = (
            here[place - 1] if place else None,
            here[place + 1] if place + 1 < len(here) else None,
        )
        self._tell()

    def _tell(self) -> None:
        sides = ((self.before, "Previous"), (self.after, "Next"))
        for (button, word), item in zip(sides, self._near, strict=True):
            button.setVisible(item is not None)
            button.say(f"{word}: {item.title}" if item else word)

    def _open(self, side: int) -> None:
        item = self._near[side]
        if item is not None:
            self._desk.opened.emit(item.id)


def _still(text: str) -> QWidget:
    made = label(text, "muted")
    made.setContentsMargins(2, 5, 2, 5)
    return made
