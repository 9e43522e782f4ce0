"""What a page shows when it has nothing: why, and a button for what to do next."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from mediadesk.ui import icons, words
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, label, row


class Empty(QWidget):
    """An icon, a heading, a sentence, and up to two buttons."""

    def __init__(
        self, theme: Theme, drawn: str, heading: str, sentence: str, *buttons: Button
    ) -> None:
        super().__init__()
        self._theme = theme
        self._drawn = drawn
        self._mark = QLabel()
        self._heading = label(heading, "heading")
        self._sentence = label(sentence, "muted", wrap=True)
        self._sentence.setFixedWidth(480)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._buttons = buttons
        box = QVBoxLayout(self)
        box.setSpacing(12)
        box.addStretch(2)
        for part in (self._mark, self._heading, self._sentence):
            box.addLayout(row(0, part, 0))
        box.addSpacing(8)
        box.addLayout(row(0, *buttons, 0))
        box.addStretch(3)
        theme.changed.connect(self._ink)
        self._ink()

    def say(self, heading: str, sentence: str) -> None:
        """Take other words."""
        self._heading.setText(heading)
        self._sentence.setText(words.breakable(sentence))

    def take_keyboard(self) -> None:
        """Put the keyboard on the first button."""
        if self._buttons:
            self._buttons[0].setFocus()

    def _ink(self) -> None:
        self._mark.setPixmap(icons.pixmap(self._drawn, self._theme.palette.accent, 56))
