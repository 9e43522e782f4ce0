"""The files that hold an item: where each lies, how good it is, and which of them is played."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from mediadesk.engine.messages import Version
from mediadesk.ui import item_words, words
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, OneLine, clear, column, label, row


class VersionBox(QFrame):
    """A line for each file; one that is something else can be taken out."""

    apart = Signal(str)  # the content that is not the same

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("role", "panel")
        self.buttons: list[Button] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(12)
        self._heading = label("Versions", "heading")
        box = column(self._heading, self._lines, spacing=12)
        box.setContentsMargins(20, 20, 20, 20)
        self.setLayout(box)

    def show_versions(
        self, versions: Sequence[Version], content: str, *, free: bool = True
    ) -> None:
        """Show these files of the item whose own content this is; one alone takes no room.

        Who is `free` to may take one out.
        """
        clear(self._lines)
        self.buttons = []
        self.setVisible(len(versions) > 1)
        for one in versions:
            stays = one.content == content or not free
            self._lines.addLayout(self._line(one, stays=stays))

    def _line(self, one: Version, *, stays: bool) -> QVBoxLayout:
        name = one.path.replace("\\", "/").rpartition("/")[2] or one.drive
        title = OneLine(name, "strong" if one.kept else "")
        split = Button(
            self._theme, "Not the same", partial(self.apart.emit, one.content), role="quiet"
        )
        split.setAccessibleName(f"“{name}” is not the same")
        split.setHidden(stays)
        self.buttons.append(split)
        head = row(title, split)
        head.setStretch(0, 1)
        return column(head, OneLine(_facts(one), "small"), OneLine(one.path, "small"), spacing=2)


def _facts(one: Version) -> str:
    there = f"on “{one.drive}”" if one.drive else ""
    is_there = one.available or not one.path  # another device has it
    state = "" if is_there else "not connected" if one.drive else "not found"
    parts = (
        "Played" if one.kept else "",
        item_words.resolution(one.height),
        words.size(one.size) if one.size else "",
        f"{there}, {state}" if there and state else there or state,
    )
    return " · ".join(part for part in parts if part)
