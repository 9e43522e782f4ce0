"""One field of an item to be edited: its value, whose it is, its lock, and what else is said."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from mediadesk.engine.messages import FieldView
from mediadesk.ui import item_words, words
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import (
    IconButton,
    Sentence,
    column,
    label,
    row,
    tab_order,
    unmarked,
)
from mediadesk.ui.widgets.fields import calm
from mediadesk.ui.widgets.menus import passing

_SEVERAL = "Several values"
_FILES = "What the files say"
_TALL = 96
_WIDEST = 700
_OFFERED = 70
Wish = Literal["leave", "set", "unlock"]


class _Editor:
    """The same few words for a line, a longer text, and a choice."""

    def __init__(self, name: str, told: Callable[[], object]) -> None:
        self.widget: QLineEdit | QPlainTextEdit | QComboBox
        if name == "kind":
            box = QComboBox()
            calm(box, _WIDEST)
            for kind, said in words.KINDS.items():
                box.addItem(said, kind)
            box.currentIndexChanged.connect(lambda _: told())
            self.widget = box
        elif name == "description":
            text = QPlainTextEdit()
            text.setTabChangesFocus(True)
            text.setFixedHeight(_TALL)
            text.textChanged.connect(told)
            self.widget = text
        else:
            line = QLineEdit()
            line.textChanged.connect(lambda _: told())
            self.widget = line
        self.widget.setAccessibleName(item_words.FIELDS[name])

    def get(self) -> str:
        widget = self.widget
        if isinstance(widget, QComboBox):
            return str(widget.currentData() or "")
        return (widget.text() if isinstance(widget, QLineEdit) else widget.toPlainText()).strip()

    def put(self, value: str, hint: str = "") -> None:
        widget = self.widget
        widget.blockSignals(True)  # what is shown is no edit
        if isinstance(widget, QComboBox):
            widget.setPlaceholderText(hint or "Choose …")
            widget.setCurrentIndex(widget.findData(value))
        elif isinstance(widget, QLineEdit):
            widget.setPlaceholderText(hint)
            widget.setText(value)
            widget.setCursorPosition(0)
        else:
            widget.setPlaceholderText(hint)
            widget.setPlainText(value)
        widget.blockSignals(False)


class FieldEdit(QWidget):
    """Edits one field; `wish` is what a person wants of it: leave, set, or unlock."""

    changed = Signal()

    def __init__(self, theme: Theme, name: str, plugins: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.name = name
        self.wish: Wish = "leave"
        self._plugins = plugins or {}
        self._field: FieldView | None = None
        self._kept = ""
        self._several = False
        self._editor = _Editor(name, self._typed)
        self.editor = self._editor.widget
        title = item_words.FIELDS[name]
        heading = label(title, "smallstrong")
        heading.setBuddy(self.editor)
        self._source = label("", "small")
        self._problem = Sentence("", "danger")
        self.lock = IconButton(theme, "unlock", "", self.turn_lock, size=16)
        self.others = IconButton(theme, "more", "", self.offer, size=16)
        for button in (self.lock, self.others):
            button.setProperty("role", "small")
        head = row(heading, self._source, 0, self.others, self.lock, spacing=6)
        self.setLayout(column(head, self.editor, self._problem, spacing=2))
        tab_order(self.editor, self.others, self.lock)
        self._tell()

    def show_field(self, field: FieldView) -> None:
        """Show the field of one item."""
        self._field, self._kept, self._several = field, field.value, False
        self._put("leave", field.value)

    def show_common(self, value: str | None) -> None:
        """Show the field of many items: the value that all of them have, None if they differ."""
        self._field, self._kept, self._several = None, value or "", value is None
        self._put("leave", self._kept)

    @property
    def value(self) -> str | None:
        """What is to be set; None unlocks the field."""
        return None if self.wish == "unlock" else self._editor.get()

    def complain(self, sentence: str) -> None:
        """Show why this can't be saved, until it is changed."""
        self._problem.say(sentence)

    def turn_lock(self) -> None:
        """Unlock a field that a person set, or keep one as it is whatever files say."""
        if self._field is None:
            again = self.wish == "unlock"
            self._put("leave" if again else "unlock", self._kept if again else "")
        elif self._locked:
            self._put("unlock" if self._field.locked else "leave", self._files_say())
        else:
            self._put("set", self._editor.get())
        self.changed.emit()

    def offer(self) -> None:
        """Offer what each source says."""
        menu = passing(self)
        for source, value in self._field.said if self._field else ():
            told = words.short(item_words.value(self.name, value).replace("\n", " "), _OFFERED)
            whose = item_words.source(source, self._plugins)
            action = menu.addAction(unmarked(f"{told}  –  {whose}"))
            action.triggered.connect(partial(self._choose, source, value))
        menu.popup(self.others.mapToGlobal(self.others.rect().bottomLeft()))

    def _choose(self, source: str, value: str) -> None:
        self._put("leave" if source == "user" else "set", value)
        self.changed.emit()

    @property
    def _locked(self) -> bool:
        if self.wish == "leave":
            return self._field is not None and self._field.locked
        return self.wish == "set"

    def _files_say(self) -> str:
        """What holds when no person says anything."""
        if self._field is None:
            return ""
        said = (value for source, value in self._field.said if source != "user")
        return next(said, "" if self._field.locked else self._field.value)

    def _typed(self) -> None:
        self.wish = "leave" if self._editor.get() == self._kept and not self._several else "set"
        if self._several and not self._editor.get() and self.name != "kind":
            self.wish = "leave"
        self._tell()
        self.changed.emit()

    def _put(self, wish: Wish, value: str) -> None:
        self.wish = wish
        hint = ""
        if self._field is None:
            hint = _FILES if wish == "unlock" else _SEVERAL if self._several else ""
        self._editor.put(value, hint)
        self._tell()

    def _tell(self) -> None:
        self._problem.say("")
        locked, title = self._locked, item_words.FIELDS[self.name].lower()
        self.lock.draw("lock" if locked else "unlock")
        self.lock.say(
            f"Let files say the {title} again, which is kept as it is here"
            if locked
            else f"Keep the {title} as it is here, whatever files say"
        )
        self.others.say(f"What is said of the {title} …")
        self.others.setVisible(self._field is not None and bool(self._field.said))
        if self._field is None:  # of many items, the lock can only give them back to the files
            self.lock.draw("undo")
            self.lock.say(f"Let the files of each item say the {title} again")
        self._source.setText(self._whose())

    def _whose(self) -> str:
        if self.wish == "set":
            return item_words.source("user", self._plugins)
        field = self._field
        if field is None or not (field.value or field.locked):
            return ""
        if self.wish == "leave":
            return item_words.source(field.source, self._plugins)
        said = (source for source, _ in field.said if source != "user")
        first = next(said, None)
        return item_words.source(first, self._plugins) if first else "nobody says it"
