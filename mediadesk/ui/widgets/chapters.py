"""The chapters of an item: each plays from where it starts."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from mediadesk.engine.messages import ChapterView
from mediadesk.ui import words
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, clear, column, label, tip, unmarked
from mediadesk.ui.widgets.flow import Flow

_TITLE = 200


class ChapterBox(QWidget):
    """A button for each chapter, side by side."""

    wanted = Signal(float)  # the second at which a chapter starts

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[ChapterView, ...] = ()
        self.buttons: list[Button] = []
        self._flow = Flow(spacing=8)
        box = column(label("Chapters", "heading"), self._flow, spacing=12)
        box.setContentsMargins(8, 0, 8, 0)
        self.setLayout(box)
        self.hide()

    def show_chapters(self, chapters: Sequence[ChapterView]) -> None:
        """Show these; none take no room."""
        self.setVisible(bool(chapters))
        if tuple(chapters) == self._shown:
            return
        self._shown = tuple(chapters)
        clear(self._flow)
        self.buttons = []
        for place, one in enumerate(chapters, start=1):
            title = one.title or f"Chapter {place}"
            button = Button(self._theme, "", partial(self.wanted.emit, one.start), role="chip")
            cut = button.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, _TITLE)
            button.setText(unmarked(f"{words.clock(one.start)}  {cut}"))
            button.setAccessibleName(f"Play “{title}” from {words.clock(one.start)}")
            button.setToolTip(tip(title) if cut != title else "")
            self._flow.addWidget(button)
            self.buttons.append(button)
