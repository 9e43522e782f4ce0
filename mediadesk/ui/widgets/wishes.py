"""What a plugin may do, in plain words with the reasons it gives."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mediadesk.ui.plugin_words import Wish
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Sentence, column, label, row
from mediadesk.ui.widgets.mark import Glyph


def wish_list(theme: Theme, wishes: Iterable[Wish]) -> QVBoxLayout:
    """The permissions one below the other, those that are new marked."""
    return column(*(_line(theme, wish) for wish in wishes), spacing=12)


def _line(theme: Theme, wish: Wish) -> QWidget:
    title = Sentence(wish.title, "strong")
    head = row(title, spacing=8)
    head.setStretch(0, 1)
    if wish.new:
        head.addWidget(label("New", "newtag"), 0, Qt.AlignmentFlag.AlignTop)
    words = column(head, Sentence(wish.reason, "muted"), spacing=2)
    glyph = Glyph(theme, wish.drawn, "warning" if wish.new else "muted")
    line = row(glyph, words, spacing=8)
    line.setAlignment(glyph, Qt.AlignmentFlag.AlignTop)
    line.setStretch(1, 1)
    holder = QWidget()
    holder.setLayout(line)
    holder.setAccessibleName(f"{'New: ' if wish.new else ''}{wish.title}. {wish.reason}")
    return holder
