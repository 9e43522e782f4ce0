"""What was changed, act by act, each with the way back."""

from collections.abc import Sequence

from PySide6.QtWidgets import QApplication, QStackedLayout, QWidget

from mediadesk.engine.messages import Change, Organising
from mediadesk.ui import item_words
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    Sentence,
    column,
    label,
    padded,
    panel,
    row,
    scrolling,
)
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.more import MoreRows

_MOST = 1000
_STATE = 110


class ChangeRow(QWidget):
    """One act."""

    def __init__(self, desk: Desk, change: Change) -> None:
        super().__init__()
        self._says = OneLine(change.says)
        self._when = label(item_words.moment(change.at), "muted")
        self._desk, self._id = desk, change.id
        self.undo = Button(desk.theme, "Undo", self._take_back, role="quiet", drawn="undo")
        self.undo.setAccessibleName(f"Undo “{change.says}”")
        self._undone = label("Undone", "muted")
        state = QWidget()
        state.setFixedWidth(_STATE)
        state.setLayout(row(0, self._undone, self.undo, spacing=0))
        line = row(self._says, self._when, state, spacing=16)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.setMinimumHeight(self.undo.sizeHint().height())

    def show_change(self, change: Change) -> None:
        """Show whether it is taken back."""
        self.undo.setVisible(not change.undone)
        self._undone.setVisible(change.undone)

    def _take_back(self) -> None:
        self._desk.change(Organising.undo, self._id)


class ChangesPage(Page):
    """The acts of all sittings, the newest first."""

    title = "Changes"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._questions = desk.ask_anew()
        self.list: MoreRows[Change, ChangeRow] = MoreRows(
            desk.theme,
            lambda change: ChangeRow(desk, change),
            ChangeRow.show_change,
            step=50,
            spacing=6,
        )
        told = Sentence(
            "Undo takes back one act as a whole, however many items it touched; what was changed "
            "again since stays as it is.",
            "muted",
        )
        pile = column(told, panel(column(self.list), margin=12), 0, spacing=12)
        content = padded(pile, top=0)
        self.none = Empty(
            desk.theme,
            "history",
            "Nothing was changed yet",
            "Ratings, tags, edits, merges and whatever else you change is listed here, to be "
            "taken back.",
        )
        self._faces = QStackedLayout(self)
        self._faces.addWidget(self.none)
        self._faces.addWidget(scrolling(content, self.title))
        self._faces.addWidget(QWidget())
        self._faces.setCurrentIndex(2)  # until it is known
        desk.done.connect(lambda _: self.refresh(frozenset({"items"})))  # at once

    def enter(self) -> None:
        self._questions.ask(self._take, Organising.changes, limit=_MOST)

    def refresh(self, what: frozenset[str]) -> None:
        if "items" in what and self.isVisible():
            self.enter()

    def take_keyboard(self) -> None:
        if self.list.rows.first is not None:
            self.list.rows.first.undo.setFocus()

    def _take(self, changes: Sequence[Change]) -> None:
        self._faces.setCurrentIndex(1 if changes else 0)
        pressed = QApplication.focusWidget()
        self.list.show({one.id: one for one in changes})
        if pressed is not None and self.isAncestorOf(pressed) and pressed.isHidden():
            self.take_keyboard()  # Qt would put it on the way back from something older
