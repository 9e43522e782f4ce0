"""What was learnt of a person: opinions with their sources, more and less, and who counts."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from mediadesk.engine.messages import LeaningView, Ledger, LedgerView, OpinionView
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.controls import (
    Button,
    Sentence,
    clear,
    column,
    head,
    in_reading_order,
    label,
    padded,
    panel,
    row,
    scrolling,
)
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.ledger_rows import LeaningRow, OpinionRow, TagRow
from mediadesk.ui.widgets.more import MoreRows
from mediadesk.ui.widgets.rows import Rows
from mediadesk.ui.widgets.share_chart import ShareChart

_FIELD = 280


class LedgerPage(Page):
    """Everything learnt of who looks now, each with a way to have it otherwise."""

    title = "What was learnt"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self.name = QLineEdit()
        self.name.setPlaceholderText("A tag, genre, person or series")
        self.name.setAccessibleName("What you want more or less of")
        self.name.setFixedWidth(_FIELD)
        self.less = Button(desk.theme, "Less of it", lambda: self._lean(-1))
        self.more = Button(desk.theme, "More of it", lambda: self._lean(1))
        self.name.returnPressed.connect(self.less.setFocus)
        self.leanings: Rows[LeaningView, LeaningRow] = Rows(
            lambda one: LeaningRow(desk, one), LeaningRow.show_leaning
        )
        self.opinions: MoreRows[OpinionView, OpinionRow] = MoreRows(
            desk.theme,
            lambda one: OpinionRow(desk, one.item),
            OpinionRow.show_opinion,
            spacing=12,
        )
        self.tags: MoreRows[tuple[str, int], TagRow] = MoreRows(
            desk.theme, lambda told: TagRow(desk, told[0]), TagRow.show_tag, spacing=2
        )
        self._taught = panel(self._tag_box(), margin=20)
        self.none = Empty(
            desk.theme,
            "history",
            "Nothing was learnt of you yet",
            "What you play, like, rate or hide is listed here, with what follows from it.",
        )
        self.judge = Button(
            desk.theme, "How good is it?", lambda: desk.page_wanted.emit("quality"), drawn="smart"
        )
        self._whose = Sentence("", "muted")
        self._rankers = QVBoxLayout()
        told = Sentence("How much each counts, learnt from what it said before you did.", "muted")
        pile = column(
            head(label(self.title, "hero"), 0, self.judge),
            self._whose,
            panel(self._leaning_box(), margin=20),
            panel(column(label("Opinions", "heading"), self.opinions, spacing=12), margin=20),
            self._taught,
            panel(
                column(label("Who recommends", "heading"), told, self._rankers, spacing=12),
                margin=20,
            ),
            0,
            spacing=16,
        )
        self._content = padded(pile)
        self._faces = QStackedLayout(self)
        self._faces.addWidget(self.none)
        self._faces.addWidget(scrolling(self._content, self.title))
        self._faces.addWidget(QWidget())
        self._faces.setCurrentIndex(2)  # until it is known
        desk.done.connect(lambda _: self.refresh(frozenset({"items"})))  # at once

    def enter(self) -> None:
        self._questions.ask(self._take, Ledger.listed)

    def change_hands(self) -> None:
        """Show nothing of who looked until now."""
        self._questions.forget()
        self._faces.setCurrentIndex(2)

    def refresh(self, what: frozenset[str]) -> None:
        if "items" in what and self.isVisible():
            self.enter()

    def take_keyboard(self) -> None:
        self.less.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leaning_box(self) -> QVBoxLayout:
        said = "It counts as much as one of those who recommend; any of it can be undone."
        return column(
            label("More and less", "heading"),
            Sentence(said, "muted"),
            row(self.name, self.less, self.more, 0),
            self.leanings,
            spacing=12,
        )

    def _tag_box(self) -> QVBoxLayout:
        said = "What people tag, or untag, teaches the tag to what is alike, for everybody here."
        return column(
            label("Tags that teach", "heading"), Sentence(said, "muted"), self.tags, spacing=12
        )

    def _lean(self, weight: float) -> None:
        name = self.name.text().strip()
        if name:
            self.name.clear()
            told = self._desk.mine(self._desk.done.emit)
            again = partial(self._give_back, name)
            self._desk.attempt(told, again, Ledger.lean, name, weight)
        else:
            self.name.setFocus()

    def _give_back(self, name: str) -> None:
        """Have what was refused stand where it was typed, unless something else does by now."""
        if not (self.name.text() or self._desk.bridge.late):
            self.name.setText(name)

    def _take(self, told: LedgerView) -> None:
        tags = {} if self._desk.limited else told.tags  # they are not a child's to forget
        known = bool(told.opinions or told.leanings or tags)
        self._faces.setCurrentIndex(1 if known else 0)
        count = words.count(len(told.opinions), "opinion")
        self._whose.say(f"“{told.profile}” has {count}; all of it stays on this computer.")
        self.leanings.show({one.name: one for one in told.leanings})
        self.opinions.show({one.item.id: one for one in told.opinions})
        self._taught.setVisible(bool(tags))
        self.tags.show({tag: (tag, items) for tag, items in tags.items()})
        clear(self._rankers)
        weights = [(words.ranker(name), weight) for name, weight in told.rankers.items()]
        self._rankers.addWidget(ShareChart(self._desk.theme, weights))
        in_reading_order(self._content)
