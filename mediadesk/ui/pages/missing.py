"""What is not there: on which drive it lies, where it may be now, or that it is to be forgotten."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QStackedLayout, QWidget

from mediadesk.engine.messages import Absent, Filing, ItemView
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.dialogs.relink import relink_folder, relink_item
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    Sentence,
    column,
    padded,
    row,
    scrolling,
)
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.mark import Glyph
from mediadesk.ui.widgets.more import MoreRows
from mediadesk.ui.widgets.picture import Picture
from mediadesk.ui.widgets.rows import Rows
from mediadesk.ui.widgets.sheet import confirm

_ART = QSize(80, 45)


class MissingRow(QWidget):
    """A missing item, and what can be done about it."""

    def __init__(self, desk: Desk, item: ItemView) -> None:
        super().__init__()
        self._desk = desk
        self._title = Button(desk.theme, "", self._open, role="link")
        self._where = OneLine("", "small")
        self.relink = Button(desk.theme, "Relink…", self._relink, role="quiet")
        self.forget = Button(desk.theme, "Forget…", self._forget, role="quiet")
        self._where.setContentsMargins(4, 0, 0, 0)  # in line with the title
        named = column(row(self._title, 0), self._where, spacing=0)
        line = row(
            Picture(desk, words.tile(item), _ART), named, self.relink, self.forget, spacing=12
        )
        line.setStretch(1, 1)
        self.setLayout(line)
        self.show_item(item)

    def show_item(self, item: ItemView) -> None:
        """Show what the item is and where it was."""
        self._item = item
        self._title.setText(words.short(item.title).replace("&", "&&"))
        self._title.setAccessibleName(f"Open “{item.title}”")
        self._where.say(item.path or "")
        self.relink.setAccessibleName(f"Relink “{item.title}”")
        self.forget.setAccessibleName(f"Forget “{item.title}”")
        self.forget.setVisible(not item.drive)

    def _open(self) -> None:
        self._desk.opened.emit(self._item.id)

    def _relink(self) -> None:
        relink_item(self._desk, self._item, self.window())

    def _forget(self) -> None:
        item = self._item
        _confirm(self, f"“{item.title}”", lambda: self._desk.change(Filing.forget, (item.id,)))


class AbsentBox(QFrame):
    """The missing items of one folder of the library."""

    def __init__(self, desk: Desk, absent: Absent) -> None:
        super().__init__()
        self._desk = desk
        self._absent = absent
        self.setProperty("role", "panel")
        self._heading = Sentence("", "heading")
        self._said = Sentence("", "muted")
        self.relink = Button(desk.theme, "Relink the folder…", self._relink, drawn="link")
        self.relink.setAccessibleName(f"Relink the folder “{absent.folder}”")
        self.forget = Button(desk.theme, "Forget all…", self._forget, role="quiet")
        self.forget.setAccessibleName(f"Forget all that is missing in “{absent.folder}”")
        self.items: MoreRows[ItemView, MissingRow] = MoreRows(
            desk.theme, lambda item: MissingRow(desk, item), MissingRow.show_item, step=20
        )
        glyph = Glyph(desk.theme, "offline" if absent.drive else "warning", "warning", 24)
        head = row(
            glyph, column(self._heading, self._said, spacing=2), self.relink, self.forget,
            spacing=12,
        )  # fmt: skip
        head.setStretch(1, 1)
        self._left = Sentence("", "small")
        box = column(head, self.items, self._left, spacing=16)
        box.setContentsMargins(20, 20, 20, 20)
        self.setLayout(box)

    def show_absent(self, absent: Absent) -> None:
        """Show what is missing now."""
        self._absent = absent
        number = words.count(absent.count, "item")
        if absent.drive:
            self._heading.say(f"{number} on the drive “{absent.drive}”")
            self._said.say(
                f"It is not connected; “{absent.folder}” lies on it. Nothing is lost: connect it "
                "and all of this can be played again."
            )
        else:
            self._heading.say(f"{number} went away from “{absent.folder}”")
            self._said.say("Relink what you moved. What you forget can be brought back by Undo.")
        self.forget.setVisible(absent.count > 1 and not absent.drive)
        left = absent.count - len(absent.items)
        self._left.say(f"And {words.count(left, 'more item')}." if left else "")
        self.items.show({item.id: item for item in absent.items})

    def _relink(self) -> None:
        relink_folder(self._desk, self._absent.folder, self)

    def _forget(self) -> None:
        folder = self._absent.folder
        _confirm(
            self,
            words.count(self._absent.count, "item"),
            lambda: self._desk.change(Filing.forget, folder=folder),
        )


class MissingPage(Page):
    """Folder by folder, what is missing there."""

    title = "Missing files"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._questions = desk.ask_anew()
        self.boxes: Rows[Absent, AbsentBox] = Rows(
            lambda absent: AbsentBox(desk, absent), AbsentBox.show_absent, spacing=16
        )
        pile = column(self.boxes, 0, spacing=16)
        content = padded(pile, top=0)
        self.none = Empty(
            desk.theme,
            "check",
            "Nothing is missing",
            "Items whose drive is not connected, or whose file went away, are kept and shown here.",
        )
        self._faces = QStackedLayout(self)
        self._faces.addWidget(self.none)
        self._faces.addWidget(scrolling(content, self.title))
        self._faces.addWidget(QWidget())
        self._faces.setCurrentIndex(2)  # until it is known

    def enter(self) -> None:
        self._questions.ask(self._take, Filing.absent)

    def refresh(self, what: frozenset[str]) -> None:
        if what & {"items", "status"}:
            self.enter()

    def take_keyboard(self) -> None:
        if self.boxes.first is not None:
            self.boxes.first.relink.setFocus()

    def _take(self, absent: Sequence[Absent]) -> None:
        self._faces.setCurrentIndex(1 if absent else 0)
        self.boxes.show({(one.folder, one.drive): one for one in absent})


def _confirm(parent: QWidget, what: str, forget: Callable[[], None]) -> None:
    confirm(
        parent,
        f"Take {what} out of the library?",
        title="Forget what is missing",
        more="Ratings, tags and positions are kept for when the files come back, and this can be "
        "undone.",
        agree="Forget",
        then=forget,
    )
