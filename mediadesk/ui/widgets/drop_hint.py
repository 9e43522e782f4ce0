"""The hint that lies over the window while something is dragged that may be dropped."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from mediadesk.paths import shown
from mediadesk.ui import words
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import column, label, row
from mediadesk.ui.widgets.mark import Glyph

_PACKAGE = re.compile(r"\.(whl|mdplugin)$", re.IGNORECASE)
_EDGE = 8


def hint(paths: Sequence[str], *, limited: bool = False) -> tuple[str, str] | None:
    """Give what happens when these are dropped, in two or three words and in a sentence.

    The names alone decide: asking the disk is not for the window, and the engine looks anyway. Who
    has limits can open what is in the library, and gets None for what is surely not in it.
    """
    name = words.short(shown(paths[0].rpartition("/")[2] or paths[0]))
    is_package = bool(_PACKAGE.search(paths[0]))
    if limited:
        line = f"“{name}” is opened if it is in the library."
        return None if is_package else ("Drop to open", line)
    if is_package:
        line = f"“{name}” is looked at first: nothing is installed before you agree."
        return "Drop to install", line
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return "Drop to add to the library", f"“{name}”{more}: files stay where they are."


class DropHint(QFrame):
    """Lies over the window while something is dragged that may be dropped."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setProperty("role", "hint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._heading = label("", "hero")
        self._line = label("", "muted")
        glyph = Glyph(theme, "download", "accent", 56)
        pile = column(spacing=12)
        pile.addStretch(1)
        for part in (glyph, self._heading, self._line):
            pile.addLayout(row(0, part, 0))
        pile.addStretch(1)
        self.setLayout(pile)
        self.hide()

    def show_for(self, paths: Sequence[str], *, limited: bool) -> bool:
        """Say what happens when these are dropped, and tell whether anything does."""
        told = hint(paths, limited=limited)
        if told is None:
            return False
        self.say(*told)
        return True

    def say(self, heading: str, line: str) -> None:
        """Lie over the parent, and say this."""
        self._heading.setText(heading)
        self._line.setText(line)
        self.place()
        self.show()
        self.raise_()

    def place(self) -> None:
        """Cover the parent but for its edge."""
        self.setGeometry(self._parent.rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE))
