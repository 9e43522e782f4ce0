"""Duplicates and near-duplicates: which to keep, or that they are not the same."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedLayout

from mediadesk.engine.messages import Organising, Twins
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.controls import Button, Sentence, column, padded, row, scrolling
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.more import MoreRows
from mediadesk.ui.widgets.sheet import confirm
from mediadesk.ui.widgets.twins_row import TwinsRow

_SURE = 0.98  # named alike and looking alike
_MOST = 200
_AGAIN_MS = 2000  # items change all the time while files are read, and comparing takes a while


class TwinsPage(Page):
    """The twins, the surest first."""

    title = "Duplicates"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._twins: tuple[Twins, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._soon.timeout.connect(self._again)
        desk.done.connect(lambda _: self._again())
        self._said = Sentence("", "muted")
        self.merge_sure = Button(desk.theme, "", self._confirm_all, drawn="check")
        self.list: MoreRows[Twins, TwinsRow] = MoreRows(
            desk.theme, self._row, TwinsRow.show_twins, step=20, spacing=16
        )
        bar = row(self._said, self.merge_sure, spacing=16)
        bar.setStretch(0, 1)
        pile = column(bar, self.list, 0, spacing=16)
        content = padded(pile, top=0)
        self.none = Empty(desk.theme, "check", "", "")
        self.none.say("Looking for duplicates", "This compares the lengths, names and contents.")
        self._faces = QStackedLayout(self)
        self._faces.addWidget(self.none)
        self._faces.addWidget(scrolling(content, self.title))

    def enter(self) -> None:
        self._soon.stop()
        self._questions.ask(self._take, Organising.twins, limit=_MOST)

    def refresh(self, what: frozenset[str]) -> None:
        if "items" in what and not self._soon.isActive():
            self._soon.start()

    def take_keyboard(self) -> None:
        first = self.list.rows.first
        if first is not None:
            first.keep[0].setFocus()

    def _again(self) -> None:
        if self.isVisible():
            self.enter()

    def _take(self, twins: Sequence[Twins]) -> None:
        self._twins = tuple(twins)
        if not twins:
            self.none.say(
                "No duplicates",
                "Whatever turns up twice, also as another encode, is shown here side by side.",
            )
        self._faces.setCurrentIndex(1 if twins else 0)
        self._said.say(
            f"{words.count(len(twins), 'work')} with more than one item. No file is deleted: the "
            "files of what you merge become versions of the one that you keep."
        )
        sure = sum(one.alike >= _SURE for one in twins)
        self.merge_sure.say(f"Merge all {sure:,} that are sure…")
        self.merge_sure.setVisible(sure > 1)
        self.list.show({tuple(item.id for item in one.items): one for one in twins})

    def _row(self, twins: Twins) -> TwinsRow:
        made = TwinsRow(self._desk, twins)
        made.kept.connect(lambda keep, others: self._desk.change(Organising.merge, keep, others))
        made.apart.connect(lambda ids: self._desk.change(Organising.apart, ids))
        return made

    def _confirm_all(self) -> None:
        sure = [one for one in self._twins if one.alike >= _SURE]
        confirm(
            self,
            f"Merge {words.count(len(sure), 'set')} of duplicates, keeping the better file of "
            "each?",
            title="Merge all that are sure",
            more="No file is deleted, and all of it can be undone.",
            agree="Merge all",
            then=lambda: self.merge_all(sure),
        )

    def merge_all(self, twins: Sequence[Twins]) -> None:
        """Keep the better file of each of these."""
        sets = tuple(tuple(item.id for item in one.items) for one in twins)
        self._desk.change(Organising.merge_all, sets)
