"""The bar at the top: back, the search box, and what the engine is doing in a few words."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from mediadesk.ui import icons
from mediadesk.ui.desk import Desk
from mediadesk.ui.offers import offers
from mediadesk.ui.widgets.controls import Button, IconButton, row, tip
from mediadesk.ui.widgets.search_help import SearchHelp

if TYPE_CHECKING:
    from mediadesk.engine.messages import Status


def short(status: "Status") -> str:
    """What is going on, in three words at most."""
    from mediadesk.ui import words

    if status.paused:
        return "Paused"
    waiting = sum(work.waiting for work in status.work if not work.held)
    if waiting:
        return f"{waiting:,} to analyse"
    if status.busy:
        return "Looking for files"
    return words.count(len(status.problems), "problem") if status.problems else ""


class TopBar(QWidget):
    """Back, search, and a button to Activity while there is some."""

    def __init__(self, desk: Desk, back: Callable[[], None], forward: Callable[[], None]) -> None:
        super().__init__()
        self._desk = desk
        self._back = IconButton(desk.theme, "back", "Back", back)
        self._forward = IconButton(desk.theme, "onward", "Forward", forward)
        self.search = QLineEdit()
        self.search.setProperty("role", "search")
        self.search.setPlaceholderText("Search your library")
        self.search.setAccessibleName("Search your library")
        self.search.setMaximumWidth(440)
        of_box = Qt.ShortcutContext.WidgetShortcut
        down = QShortcut(QKeySequence(Qt.Key.Key_Down), self.search, context=of_box)
        down.activated.connect(self.search.returnPressed)  # to what was found, as Enter
        self._glass = QAction(self.search)
        self.search.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.examples = SearchHelp(desk.theme, self.search)
        self._line = row(self._back, self._forward, self.search, self.examples, 0)
        self._line.setStretch(2, 4)
        self._line.setContentsMargins(28, 14, 32, 10)
        self.setLayout(self._line)
        desk.theme.changed.connect(self._ink)
        self._ink()
        self.show_ways(back=False, forward=False)

    def follow(self) -> None:
        """Tell the keys, and what is going on, now and whenever something changes."""
        from mediadesk.ui.words import SEARCH_TIP

        desk = self._desk
        desk.keys.tell(self._back.say, "Back", "back")
        desk.keys.tell(self._forward.say, "Forward", "forward")
        told = f"{desk.keys.named('Search', 'search')}, {SEARCH_TIP}"
        self.search.setToolTip(tip(told).replace("\n", "<br>"))
        self.search.setClearButtonEnabled(True)
        self._doing = Button(
            desk.theme,
            "Activity",
            lambda: desk.page_wanted.emit("activity"),
            role="quiet",
            drawn="activity",
        )
        self._doing.hide()
        self._line.addWidget(self._doing)
        self._questions = desk.ask_anew()
        desk.changed.connect(lambda _: self._ask())
        desk.freed.connect(self._ask)
        self._ask()

    def _ask(self) -> None:
        from mediadesk.engine.messages import Verbs

        self._questions.ask(self._take, Verbs.status)

    def take_keyboard(self) -> None:
        """Put the keyboard into the search box."""
        self.search.setFocus()
        self.search.selectAll()

    def show_ways(self, *, back: bool, forward: bool) -> None:
        """Whether there is a page to go back to, and one that one came back from."""
        self._back.setEnabled(back)
        self._forward.setEnabled(forward)

    def _take(self, status: "Status") -> None:
        text = short(status)
        self._doing.setVisible(bool(text) and offers(self._desk, "activity"))
        self._doing.say(text or "Activity")

    def _ink(self) -> None:
        self._glass.setIcon(icons.icon("search", self._desk.theme.colour("muted"), 18))
