"""The dialog that says of another item that it is the same as this one."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from mediadesk.engine.messages import Browse, Browsing, Change, ItemView, Organising, Rows
from mediadesk.ui import item_words, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Sentence, column
from mediadesk.ui.widgets.sheet import Sheet

_TYPING_MS = 150
_SHOWN = 50
_HIGH = 560
_ID = Qt.ItemDataRole.UserRole


def merge_item(desk: Desk, item: ItemView, parent: QWidget | None = None) -> "MergeDialog":
    """Open the dialog that merges another item into this one."""
    dialog = MergeDialog(desk, item, parent)
    dialog.open()
    return dialog


class MergeDialog(Sheet):
    """A search for the other item; this one is kept and takes over all that was done with it."""

    def __init__(self, desk: Desk, item: ItemView, parent: QWidget | None = None) -> None:
        super().__init__(desk, "Merge", "Merge", parent)
        self._item = item
        self.heading.say(f"What is the same as “{item.title}”?")
        sounds = item.kind in words.SOUND_KINDS
        self._kinds = tuple(one for one in words.KINDS if (one in words.SOUND_KINDS) == sounds)
        self.search = QLineEdit(" ".join(re.findall(r"\w+", item.title)).lower())
        self.search.setPlaceholderText("Search the library")
        self.search.setAccessibleName("Search for the other item")
        self.list = QListWidget()
        self.list.setProperty("role", "list")
        self.list.setAccessibleName("Items that may be the same")
        self.list.currentRowChanged.connect(lambda row: self.agree.setEnabled(row >= 0))
        self.list.itemActivated.connect(lambda _: self.go_on())
        explained = Sentence(
            f"“{item.title}” is kept, with the ratings, tags, notes, collections and positions of "
            "both. No file is touched: the other one becomes a version of it.",
            "muted",
        )
        pile = column(explained, self.search, self.list, spacing=12)
        pile.setContentsMargins(32, 4, 32, 4)
        self.body.addLayout(pile)
        self.high(_HIGH)
        self.agree.setEnabled(False)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._look)
        self.search.textChanged.connect(lambda _: self._typed())
        self.search.returnPressed.connect(self.list.setFocus)
        self.search.setFocus()
        self.search.selectAll()
        self._look()

    def go_on(self) -> None:
        """Merge with the chosen item."""
        chosen = self.list.currentItem()
        if chosen is None:
            return
        self.act()
        self.questions.attempt(
            self._done, self.refuse, Organising.merge, self._item.id, (chosen.data(_ID),)
        )

    def _typed(self) -> None:
        """Look soon; what was found for another text must not be merged by mistake."""
        self.list.clear()
        self.agree.setEnabled(False)
        self._typing.start()

    def _look(self) -> None:
        browse = Browse(text=self.search.text().strip(), kinds=self._kinds)
        self.questions.attempt(self._found, self._half_typed, Browsing.rows, browse)

    def _half_typed(self, error: BaseException) -> None:
        self.say(self.desk.sentence(error))

    def _found(self, rows: Rows) -> None:
        self.say("")
        numbers = memoryview(rows.numbers).cast("I").tolist()[: _SHOWN + 1]
        self.questions.ask(self._show, Browsing.items_at, numbers)

    def _show(self, items: Sequence[ItemView | None]) -> None:
        self.list.clear()
        for item in items:
            if item is None or item.id == self._item.id:
                continue
            facts = (
                words.line(item),
                words.clock(item.duration_s) if item.duration_s else "",
                item_words.resolution(item.height),
                item.path or "",
            )
            text = f"{item.title}\n{' · '.join(part for part in facts if part)}"
            row = QListWidgetItem(text)
            row.setData(_ID, item.id)
            self.list.addItem(row)
        self.say("" if self.list.count() else "Nothing else is found: search for another word.")
        self.agree.setEnabled(False)

    def _done(self, change: Change) -> None:
        self.desk.done.emit(change)
        self.accept()
