"""The chapters of an item, with its intro and credits: each plays from where it starts."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from mediadesk.engine.messages import ChapterView, Span
from mediadesk.ui import words
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, clear, column, label, row, tip, unmarked
from mediadesk.ui.widgets.flow import Flow

_TITLE = 280
_MOST = 40  # an audio book may have hundreds, which would push all else out of sight
_PROPOSED = "The file names none: here what is seen or said changes."
_SHARED = "Other episodes have it, too."


class ChapterBox(QWidget):
    """A button for each chapter, side by side."""

    wanted = Signal(float)  # the second at which a chapter starts
    kept = Signal()  # the proposed ones are to be the item's own

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[tuple[ChapterView, ...], tuple[Span, ...]] = ((), ())
        self.buttons: list[Button] = []
        self._flow = Flow(spacing=8)
        self._heading = label("Chapters", "heading")
        self._note = label(_PROPOSED, "small", wrap=True)
        self.keep = Button(theme, "Keep them", self.kept.emit, role="link")
        self.keep.setAccessibleName("Keep the proposed chapters as its own")
        head = row(self._heading, 0, self.keep)
        self.more = Button(theme, "Show all chapters", self._show_rest, role="link")
        self._left: list[tuple[float, str, str]] = []
        box = column(column(head, self._note, spacing=2), self._flow, row(self.more, 0), spacing=12)
        box.setContentsMargins(8, 0, 8, 0)
        self.setLayout(box)
        self.hide()

    def show_chapters(
        self, chapters: Sequence[ChapterView], spans: Sequence[Span] = (), *, free: bool = True
    ) -> None:
        """Show these; none take no room. Who is `free` to may keep what is proposed."""
        self.setVisible(bool(chapters or spans))
        is_proposed = any(one.proposed for one in chapters)
        self.keep.setVisible(is_proposed and free)
        if (tuple(chapters), tuple(spans)) == self._shown:
            return
        self._shown = (tuple(chapters), tuple(spans))
        own = "Chapters" if chapters else "Intro and credits"
        self._heading.setText("Proposed chapters" if is_proposed else own)
        self._note.setVisible(is_proposed)
        clear(self._flow)
        self.buttons = []
        named = [
            (one.start, one.title or f"Chapter {place}", "")
            for place, one in enumerate(chapters, start=1)
        ]
        for span in spans:
            until = words.clock(span.end)
            named.append((span.start, f"{span.label.capitalize()}, to {until}", _SHARED))
        named.sort(key=lambda each: each[0])
        for start, title, note in named[:_MOST]:
            self._add(start, title, note)
        self._left = named[_MOST:]
        self.more.setVisible(bool(self._left))
        self.more.say(f"Show all {len(named):,} chapters")

    def _show_rest(self) -> None:
        for start, title, note in self._left:
            self._add(start, title, note)
        self.buttons[_MOST].show()  # nothing that is hidden takes the keyboard
        self.buttons[_MOST].setFocus()
        self.more.hide()
        self._left = []

    def _add(self, start: float, title: str, note: str) -> None:
        button = Button(self._theme, "", partial(self.wanted.emit, start), role="chip")
        cut = button.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, _TITLE)
        button.setText(unmarked(f"{words.clock(start)}  {cut}"))
        button.setAccessibleName(f"Play “{title}” from {words.clock(start)}")
        button.setToolTip(tip(title) if cut != title else note)
        self._flow.addWidget(button)
        self.buttons.append(button)
