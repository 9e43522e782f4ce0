"""What a page shows when it has nothing: why, and a button for what to do next."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from mediadesk.ui import icons
from mediadesk.ui.theme import TYPE, Theme, font
from mediadesk.ui.widgets.controls import Button, breakable, label, row

_WIDE = 480  # pixels that a sentence may be across


class Empty(QWidget):
    """An icon, a heading, a sentence, and up to two buttons."""

    def __init__(
        self, theme: Theme, drawn: str, heading: str, sentence: str, *buttons: Button
    ) -> None:
        super().__init__()
        self._theme = theme
        self._drawn = drawn
        self._mark = QLabel()
        self._heading = label("", "heading")
        self._sentence = label("", "muted", wrap=True)
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
        self.say(heading, sentence)
        self._ink()

    def say(self, heading: str, sentence: str) -> None:
        """Take other words."""
        self._heading.setText(heading)
        text = breakable(sentence)
        self._sentence.setText(text)
        self._sentence.setFixedWidth(_even(text) + 2)

    def take_keyboard(self) -> None:
        """Put the keyboard on the first button."""
        offered = [button for button in self._buttons if not button.isHidden()]
        if offered:
            offered[0].setFocus()

    def _ink(self) -> None:
        self._mark.setPixmap(icons.pixmap(self._drawn, self._theme.palette.accent, 56))


def _even(text: str) -> int:
    """The width in pixels at which a text fills its lines evenly, so that no word stands alone."""
    metrics = QFontMetrics(font(TYPE.body))

    def height(width: int) -> int:
        return metrics.boundingRect(
            QRect(0, 0, width, 0), int(Qt.TextFlag.TextWordWrap), text
        ).height()

    whole = height(_WIDE)
    return next((width for width in range(160, _WIDE, 16) if height(width) == whole), _WIDE)
