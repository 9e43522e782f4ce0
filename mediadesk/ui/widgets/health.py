"""How a plugin is doing: what it has cost, what it would cost, what went wrong, its log."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QProgressBar, QWidget

from mediadesk.engine.messages import FaultView, FetchView, PriceTag, UsageView
from mediadesk.ui import health_words, words
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, OneLine, Sentence, clear, column, label, row
from mediadesk.ui.widgets.mark import Glyph
from mediadesk.ui.widgets.table import TextTable

_SHOWN = 8
_LOG_HEIGHT = 220


class UsageBox(QWidget):
    """What the parts have cost so far."""

    def __init__(self) -> None:
        super().__init__()
        self._box = column(spacing=8)
        self.setLayout(self._box)

    def show_usage(
        self, parts: Sequence[UsageView], peak_memory: int, fetched: Sequence[FetchView] = ()
    ) -> None:
        """Show what was measured, and what was fetched for it."""
        clear(self._box)
        if not parts:
            self._box.addWidget(label("It has not been called yet.", "muted"))
        else:
            self._show_parts(parts, peak_memory)
        if fetched:
            rows = [health_words.fetch(each) for each in fetched]
            self._box.addWidget(TextTable("What it fetched", health_words.FETCH_HEAD, rows))

    def _show_parts(self, parts: Sequence[UsageView], peak_memory: int) -> None:
        rows = health_words.usage(parts)
        head = health_words.USAGE_HEAD
        self._box.addWidget(TextTable("What it has cost", head, rows, right={1, 2, 3, 4}))
        if peak_memory:
            self._box.addWidget(label(f"Most memory at once: {words.size(peak_memory)}", "muted"))


class PriceBox(QWidget):
    """What the extractors would cost for the whole library, measured when asked for."""

    def __init__(self, theme: Theme, measure: Callable[[], None]) -> None:
        super().__init__()
        self._said = Sentence("", "muted")
        self._button = Button(theme, "Measure the price tag", measure, drawn="tag")
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName("Measuring")
        self._box = column(spacing=8)
        line = row(self._said, self._button, spacing=16)
        line.setStretch(0, 1)
        self.setLayout(column(line, self._busy, self._box, spacing=8))
        self.forget()

    def forget(self) -> None:
        """Show that nothing is measured yet."""
        clear(self._box)
        self._wait(busy=False)
        self._said.say("What it would cost to understand the whole library with this plugin.")

    def wait(self) -> None:
        """Show that it is being measured."""
        self._wait(busy=True)
        self._said.say("Trying it on a few of your files …")

    def fail(self, sentence: str) -> None:
        """Show why it could not be measured."""
        self._wait(busy=False)
        self._said.say(sentence)

    def show_tags(self, tags: Sequence[PriceTag]) -> None:
        """Show what was measured."""
        self._wait(busy=False)
        clear(self._box)
        if not tags:
            self._said.say("It looks into no files, so there is nothing to pay in advance.")
            return
        self._said.say("Measured on a few of your files and scaled to all of them.")
        rows = [health_words.price(tag) for tag in tags]
        head = health_words.PRICE_HEAD
        self._box.addWidget(TextTable("Price tag", head, rows, right={1, 2, 3, 4, 5}))
        for tag in tags:
            if tag.problem:
                self._box.addWidget(Sentence(f"{tag.part}: {tag.problem}", "danger"))

    def _wait(self, *, busy: bool) -> None:
        self._busy.setVisible(busy)
        self._button.setEnabled(not busy)


class FaultsBox(QWidget):
    """What went wrong, newest first, with the file it happened at."""

    opened = Signal(str)  # an item's id

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._faults: tuple[FaultView, ...] = ()
        self._lines = column(spacing=16)
        self._rest = label("", "muted")
        self._copy = Button(theme, "Copy the report", self._to_clipboard, drawn="copy")
        self.setLayout(column(self._lines, row(self._rest, 0, self._copy), spacing=16))

    def show_faults(self, faults: Sequence[FaultView]) -> None:
        """Show these."""
        self._faults = tuple(sorted(faults, key=lambda one: -one.at))
        clear(self._lines)
        for one in self._faults[:_SHOWN]:
            self._lines.addWidget(self._line(one))
        more = len(self._faults) - _SHOWN
        self._rest.setText(f"{more:,} more in the report" if more > 0 else "")

    def _line(self, fault: FaultView) -> QWidget:
        about = Sentence(health_words.fault_line(fault), "small")
        pile = column(Sentence(fault.sentence), about, spacing=2)
        if fault.file:
            pile.addWidget(OneLine(fault.file, "small"))
        said = fault.what == "message"  # a sentence of its own, not a failure
        glyph = Glyph(self._theme, *(("info", "muted") if said else ("warning", "danger")))
        line = row(glyph, pile, spacing=12)
        line.setStretch(1, 1)
        line.setAlignment(glyph, Qt.AlignmentFlag.AlignTop)
        if fault.item is not None:
            item = fault.item
            button = Button(
                self._theme, "Show its file", lambda: self.opened.emit(item), role="quiet"
            )
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        holder = QWidget()
        holder.setLayout(line)
        return holder

    def _to_clipboard(self) -> None:
        QApplication.clipboard().setText("\n".join(map(health_words.fault, self._faults)))


class LogBox(QWidget):
    """The end of a plugin's log."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._text = QPlainTextEdit()
        self._text.setProperty("role", "log")
        self._text.setAccessibleName("Log")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setFixedHeight(_LOG_HEIGHT)
        self._none = label("It has written nothing.", "muted")
        self._copy = Button(theme, "Copy", self._to_clipboard, drawn="copy")
        self._copy.setAccessibleName("Copy the log")
        self.setLayout(column(self._none, self._text, row(0, self._copy), spacing=8))

    def show_log(self, text: str) -> None:
        """Show this and stay at its end."""
        for part in (self._text, self._copy):
            part.setVisible(bool(text))
        self._none.setVisible(not text)
        if text != self._text.toPlainText():
            self._text.setPlainText(text)
            self._text.moveCursor(QTextCursor.MoveOperation.End)

    def _to_clipboard(self) -> None:
        QApplication.clipboard().setText(self._text.toPlainText())
