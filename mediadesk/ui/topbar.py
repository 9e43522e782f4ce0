"""The bar at the top: back, the search box, and what the engine is doing in a few words."""

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QWidget

from mediadesk.engine.messages import Status, Verbs
from mediadesk.ui import icons, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Button, IconButton, row, tip
from mediadesk.ui.widgets.search_help import SearchHelp


def short(status: Status) -> str:
    """What is going on, in three words at most."""
    if status.paused:
        return "Paused"
    waiting = sum(work.waiting for work in status.work if not work.held)
    if waiting:
        return f"{waiting:,} to analyse"
    if status.busy:
        return "Looking for files"
    return f"{len(status.problems):,} to look at" if status.problems else ""


class TopBar(QWidget):
    """Back, search, and a button to Activity while there is some."""

    def __init__(self, desk: Desk, back: Callable[[], None], forward: Callable[[], None]) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._back = IconButton(desk.theme, "back", "Back (Alt+←)", back)
        self._forward = IconButton(desk.theme, "onward", "Forward (Alt+→)", forward)
        self.search = QLineEdit()
        self.search.setProperty("role", "search")
        self.search.setPlaceholderText("Search your library")
        self.search.setAccessibleName("Search your library")
        self.search.setToolTip(tip(words.SEARCH_TIP).replace("\n", "<br>"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(440)
        self._glass = QAction(self.search)
        self.search.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._doing = Button(
            desk.theme,
            "Activity",
            lambda: desk.page_wanted.emit("activity"),
            role="quiet",
            drawn="activity",
        )
        self._doing.hide()
        self.examples = SearchHelp(desk.theme, self.search)
        line = row(self._back, self._forward, self.search, self.examples, 0, self._doing)
        line.setStretch(2, 4)
        line.setContentsMargins(28, 14, 32, 10)
        self.setLayout(line)
        desk.changed.connect(lambda _: self.ask())
        desk.theme.changed.connect(self._ink)
        self._ink()
        self.ask()

    def ask(self) -> None:
        """Ask what is going on."""
        self._questions.ask(self._take, Verbs.status)

    def take_keyboard(self) -> None:
        """Put the keyboard into the search box."""
        self.search.setFocus()
        self.search.selectAll()

    def show_ways(self, *, back: bool, forward: bool) -> None:
        """Whether there is a page to go back to, and one that one came back from."""
        self._back.setEnabled(back)
        self._forward.setEnabled(forward)

    def _take(self, status: Status) -> None:
        text = short(status)
        self._doing.setVisible(bool(text))
        self._doing.say(text or "Activity")

    def _ink(self) -> None:
        self._glass.setIcon(icons.icon("search", self._desk.theme.colour("muted"), 18))
