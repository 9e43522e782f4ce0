"""An icon with a few words in its colour, so that neither colour nor picture says it alone."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from mediadesk.ui import icons
from mediadesk.ui.plugin_words import Sign
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import breakable, label, row, tip


class Glyph(QLabel):
    """An icon of the look that is on, in one of its colours."""

    def __init__(self, theme: Theme, drawn: str, tone: str = "text", size: int = 18) -> None:
        super().__init__()
        self._theme = theme
        self._size = size
        self.setFixedWidth(size)
        self.draw(drawn, tone)
        theme.changed.connect(self._ink)

    def draw(self, drawn: str, tone: str) -> None:
        """Take another icon."""
        self._drawn, self._tone = drawn, tone
        self._ink()

    def _ink(self) -> None:
        colour = self._theme.colour(self._tone).name()
        self.setPixmap(icons.pixmap(self._drawn, colour, self._size))


class Mark(QWidget):
    """A sign: its icon and its words."""

    def __init__(self, theme: Theme, sign: Sign, *, wrap: bool = False) -> None:
        super().__init__()
        self._glyph = Glyph(theme, sign.drawn, sign.tone)
        self._words = label(wrap=wrap)
        line = row(self._glyph, self._words, spacing=8)
        if wrap:
            line.setStretch(1, 1)
            line.setAlignment(self._glyph, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)
        self.say(sign)

    def say(self, sign: Sign) -> None:
        """Show another sign."""
        self._glyph.draw(sign.drawn, sign.tone)
        self._words.setText(breakable(sign.text))
        self._words.setProperty("role", "accent" if sign.tone == "accent" else sign.tone)
        self._words.style().unpolish(self._words)
        self._words.style().polish(self._words)
        self.setAccessibleName(sign.text)
        self.setToolTip(tip(sign.more))
