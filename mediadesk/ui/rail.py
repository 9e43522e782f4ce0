"""The rail on the left: the program's name, its pages, and the pages that plugins make."""

from collections.abc import Callable, Collection, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from mediadesk.ui import icons
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import (
    Button,
    clear,
    column,
    label,
    row,
    scrolling,
    tip,
    unmarked,
)

if TYPE_CHECKING:
    from mediadesk.engine.messages import PageView
    from mediadesk.ui.keys import KeyMap

PLACES = {
    "for-you": "For you",
    "library": "Library",
    "collections": "Collections",
    "tidy": "Tidy up",
    "activity": "Activity",
    "plugins": "Plugins",
    "settings": "Settings",
}
_ABOVE = {
    "plugin": "plugins",
    **dict.fromkeys(("sync", "privacy", "ledger", "quality"), "settings"),
}
"""The pages below one of the rail's."""
_TITLE = 124  # pixels for a title beside its icon
_WIDE, _NARROW = 208, 72
Go = Callable[[str, str], None]


def panel_address(page: "PageView") -> str:
    """The argument by which the window turns to a plugin's page."""
    return f"{page.plugin}/{page.name}"


class Rail(QFrame):
    """The ways to the pages; a narrow one shows icons only."""

    def __init__(self, theme: Theme, go: Go, names: Collection[str]) -> None:
        """`names` are the pages that there are, of `PLACES`."""
        super().__init__()
        self._narrow = False
        self._theme = theme
        self._go = go
        self._marked = ("", "")
        self._pages: tuple[PageView, ...] = ()
        self.setProperty("role", "rail")
        self.setFixedWidth(_WIDE)
        mark = QLabel()
        mark.setPixmap(icons.pixmap("mediadesk", "#000000", 32))
        self._name = label("MediaDesk", "heading")
        head = row(mark, self._name, 0, spacing=10)
        head.setContentsMargins(6, 0, 0, 16)
        self.buttons = {
            name: self._button(f"  {title}", title, name, partial(go, name, ""))
            for name, title in PLACES.items()
            if name in names
        }
        self.panels: dict[str, Button] = {}
        self._who = ""
        self.person = self._button("", "Who looks", "person", self._open_person)
        self.person.setCheckable(False)
        self.person.hide()  # until it is known who
        self.on_person: Callable[[], object] = lambda: None
        self._foot = label("", "small")
        self._foot.setIndent(12)
        self._pile = column(head, *self.buttons.values(), 0, self.person, self._foot, spacing=4)
        self._pile.setContentsMargins(12, 18, 12, 14)
        self.setLayout(self._pile)

    @cached_property
    def _list(self) -> QVBoxLayout:
        """The place for the plugins' pages, where there are any; many of them scroll."""
        made = column(spacing=4)
        holder = QWidget()
        holder.setLayout(column(made, 0, spacing=0))
        room = self._pile.count() - 3  # what was empty until now
        self._pile.takeAt(room)
        self._pile.insertWidget(room, scrolling(holder, "Pages of plugins"), 1)
        return made

    def tell_keys(self, keys: "KeyMap") -> None:
        """Say at the foot how to see all keys."""
        keys.tell(self._foot.setText, "All keys", "help")

    def show_person(self, name: str, drawn: str) -> None:
        """Show who looks."""
        self._who = name
        self.person.draw(drawn)
        self.person.setAccessibleName(f"{name}: who looks, and private mode")
        self._name_person()
        self.person.show()

    def show_pages(self, pages: "Sequence[PageView]") -> None:
        """Show the ways to these pages of plugins."""
        if tuple(pages) == self._pages:
            return
        self._pages = tuple(pages)
        self.panels = {}
        clear(self._list)
        if pages:
            line = QFrame()
            line.setProperty("role", "line")
            above = column(8, line, 4, spacing=0)
            self._list.addLayout(above)
        for page in pages:
            to = panel_address(page)
            button = self._button("", page.title, "panel", partial(self._go, "panel", to))
            button.setToolTip(tip(f"{page.title} (made by the plugin “{page.plugin}”)"))
            self._name_panel(button, page)
            self.panels[to] = button
            self._list.addWidget(button)
        self.mark(*self._marked)

    def offer(self, names: Collection[str]) -> None:
        """Show the ways to these pages only, and to those of plugins."""
        for name, button in self.buttons.items():
            button.setVisible(name in names)

    def be_narrow(self, *, narrow: bool) -> None:
        """Show icons only, with their names as tooltips, or the names too."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.setFixedWidth(_NARROW if narrow else _WIDE)
        for part in (self._name, self._foot):
            part.setVisible(not narrow)
        for name, button in self.buttons.items():
            button.setText("" if narrow else f"  {PLACES[name]}")
            button.setToolTip(PLACES[name] if narrow else "")
        self._name_person()
        for page in self._pages:
            self._name_panel(self.panels[panel_address(page)], page)

    def mark(self, name: str, argument: str = "") -> None:
        """Mark the page that is seen; on an item or the player none is."""
        self._marked = (name, argument)
        for place, button in self.buttons.items():
            button.setChecked(place == _ABOVE.get(name, name))
        for to, button in self.panels.items():
            button.setChecked(name == "panel" and to == argument)

    def _open_person(self) -> None:
        self.on_person()

    def _name_person(self) -> None:
        metrics = self.person.fontMetrics()
        cut = metrics.elidedText(self._who, Qt.TextElideMode.ElideRight, _TITLE)
        self.person.setText("" if self._narrow else f"  {unmarked(cut)}")
        is_cut = self._narrow or cut != self._who
        self.person.setToolTip(tip(self._who) if is_cut else "Who looks, and private mode")

    def _name_panel(self, button: Button, page: "PageView") -> None:
        metrics = button.fontMetrics()
        cut = metrics.elidedText(page.title, Qt.TextElideMode.ElideRight, _TITLE)
        button.setText("" if self._narrow else f"  {unmarked(cut)}")

    def _button(self, text: str, title: str, drawn: str, todo: Callable[[], None]) -> Button:
        button = Button(self._theme, title, todo, role="nav", drawn=drawn)
        button.setText(text)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.mark(*self._marked))  # Qt has taken its mark away
        return button
