"""The list of all keys, which can be searched and changed."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QKeySequenceEdit,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from mediadesk.ui import words
from mediadesk.ui.keys import GROUPS, KEYS, Key, KeyMap, shown, tidy
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import (
    Button,
    IconButton,
    OneLine,
    Sentence,
    column,
    label,
    panel,
    row,
    scrolling,
)
from mediadesk.ui.widgets.sheet import confirm

_WIDE, _HIGH = 720, 640
_LONGEST = 2  # keys one after the other


class KeyRow(QWidget):
    """One thing to do with its keys; pressing them shows a field that takes the next ones."""

    pressed_keys = Signal(str)

    def __init__(self, theme: Theme, key: Key, keys: KeyMap) -> None:
        super().__init__()
        self.key = key
        self._keys = keys
        self.button = Button(theme, "", self.edit, role="chip")
        self.field = QKeySequenceEdit()
        self.field.setMaximumSequenceLength(_LONGEST)
        for part in (self.field, *self.field.findChildren(QLineEdit)):  # which has the keyboard
            part.setAccessibleName(f"New keys for “{key.says}”")
        self.field.editingFinished.connect(self._finish)
        self.field.hide()
        self.reset = IconButton(
            theme, "undo", f"Usual keys for “{key.says}”", partial(keys.reset, key.name), size=16
        )
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        self.trouble = Sentence("", "warning")
        line = row(OneLine(key.says), self.button, self.field, self.reset, spacing=8)
        line.setStretch(0, 1)
        self.setLayout(column(line, self.trouble, spacing=0))
        keys.changed.connect(self.show_keys)
        self.show_keys()

    def show_keys(self) -> None:
        """Show the keys of now."""
        text = shown(self._keys.of(self.key.name)) or "No key"
        self.button.say(text)
        self.button.setAccessibleName(f"{self.key.says}: {text}. Press to change")
        self.reset.setVisible(self.key.name in self._keys.own)

    def edit(self) -> None:
        """Take the keys that are pressed next."""
        self.trouble.say("Press the new keys, or Backspace for none.")
        self.field.clear()
        self.button.hide()
        self.field.show()
        self.field.setFocus()

    def _finish(self) -> None:
        if self.field.isHidden():
            return
        pressed = tidy(self.field.keySequence().toString(QKeySequence.SequenceFormat.PortableText))
        self.field.hide()
        self.button.show()
        self.button.setFocus()
        self.trouble.say("")
        if pressed:
            self.take("" if pressed == "Backspace" else pressed)

    def take(self, pressed: str) -> None:
        """Have these keys do it, unless they do something else."""
        other = self._keys.taken(self.key.name, pressed) if pressed else None
        if other is not None:
            remedy = "give that other keys first" if other.name in KEYS else "press other ones"
            self.trouble.say(f"{shown([pressed])} is for “{other.says}”: {remedy}.")
            return
        self._keys.set_keys(self.key.name, (pressed,) if pressed else ())


class KeySheet(QDialog):
    """All keys in groups. Type to find one, press its button and then the new keys."""

    def __init__(self, theme: Theme, keys: KeyMap, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.resize(_WIDE, min(_HIGH, max(320, parent.height() - 60)))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find what a key does")
        self.search.setAccessibleName("Find what a key does")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._narrow)
        self.rows = {name: KeyRow(theme, key, keys) for name, key in KEYS.items()}
        self._groups = {}
        pile = QVBoxLayout()
        pile.setSpacing(12)
        for title, some in GROUPS.items():
            lines = column(
                label(title, "heading"), *(self.rows[key.name] for key in some), spacing=2
            )
            self._groups[title] = panel(lines)
            pile.addWidget(self._groups[title])
        pile.addStretch(1)
        content = QWidget()
        pile.setContentsMargins(24, 0, 24, 16)
        content.setLayout(pile)
        fixed = label(
            "Arrows go from card to card, Enter opens, Shift and a letter jumps there.", "small"
        )
        self.usual = Button(theme, "All usual keys", partial(self._confirm_usual, keys))
        close = Button(theme, "Close", self.accept, role="primary")
        for button in (self.usual, close, *(one.button for one in self.rows.values())):
            button.setAutoDefault(False)
        head = row(label("Keys", "hero"), 16, self.search)
        head.setContentsMargins(24, 20, 24, 12)
        foot: QHBoxLayout = row(fixed, 0, self.usual, close)
        foot.setContentsMargins(24, 12, 24, 20)
        whole = column(head, scrolling(content, "Keys"), foot, spacing=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.search.setFocus()

    def _confirm_usual(self, keys: KeyMap) -> None:
        """Ask first: nothing brings own keys back."""
        if keys.own:
            confirm(
                self,
                "Give everything its usual keys again?",
                title="All usual keys",
                more=f"You gave other keys to {words.count(len(keys.own), 'command')}.",
                agree="Usual keys",
                then=keys.reset,
            )

    def _narrow(self, text: str) -> None:
        wanted = text.casefold().split()
        for title, some in GROUPS.items():
            found = 0
            for key in some:
                line = self.rows[key.name]
                whole = f"{title} {key.says} {line.button.text()}".casefold()
                line.setVisible(all(word in whole for word in wanted))
                found += not line.isHidden()
            self._groups[title].setVisible(found > 0)
