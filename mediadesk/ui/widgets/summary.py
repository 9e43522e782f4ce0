"""What is said in an item that says most about it: each line plays from where it is said."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout

from mediadesk.engine.messages import Quote
from mediadesk.ui import words
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, Sentence, clear, column, label


class SummaryBox(QFrame):
    """Quoted lines with their times."""

    wanted = Signal(float)  # the second at which a line is said

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Quote, ...] = ()
        self.buttons: list[Button] = []
        self.setProperty("role", "panel")
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(12)
        self._lines.setVerticalSpacing(6)
        self._lines.setColumnStretch(1, 1)
        box = column(label("In its own words", "heading"), self._lines, spacing=12)
        box.setContentsMargins(20, 20, 20, 20)
        self.setLayout(box)
        self.hide()

    def show_summary(self, summary: Sequence[Quote]) -> None:
        """Show these; none take no room."""
        self.setVisible(bool(summary))
        if tuple(summary) == self._shown:
            return
        self._shown = tuple(summary)
        clear(self._lines)
        self.buttons = []
        for line, quote in enumerate(summary):
            at = words.clock(quote.start)
            button = Button(self._theme, at, partial(self.wanted.emit, quote.start), role="link")
            button.setAccessibleName(f"Play from {at}: “{quote.text}”")
            said = Sentence(f"“{quote.text}”")
            said.setContentsMargins(0, 4, 0, 0)  # in line with the button's words
            self._lines.addWidget(button, line, 0, Qt.AlignmentFlag.AlignTop)
            self._lines.addWidget(said, line, 1)
            self.buttons.append(button)
