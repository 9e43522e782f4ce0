"""The ways the window speaks up: a toast that goes by itself and messages that stay."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from mediadesk.engine.messages import PluginView
from mediadesk.ui import plugin_words
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, IconButton, OneLine, Sentence, label, row
from mediadesk.ui.widgets.mark import Glyph

_SHOWN_MS = 7000


class Toast(QFrame):
    """A sentence at the foot of the window with a way to undo, gone after seven seconds."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setProperty("role", "toast")
        self.setAccessibleName("Notice")
        self._words = label()
        self._undo: Callable[[], None] | None = None
        self.undo_button = Button(theme, "Undo", self.undo)
        inner = row(self._words, self.undo_button, spacing=12)
        inner.setContentsMargins(20, 8, 12, 8)
        self.setLayout(inner)
        self._gone = QTimer(self, singleShot=True, interval=_SHOWN_MS)
        self._gone.timeout.connect(self.hide)
        self.hide()

    def say(self, sentence: str, undo: Callable[[], None] | None) -> None:
        """Show a sentence; `undo` takes back what it tells."""
        self._words.setText(sentence)
        self._undo = undo
        self.undo_button.setVisible(undo is not None)
        self.adjustSize()
        self.place()
        self.show()
        self.raise_()
        self._gone.start()

    def place(self) -> None:
        """Stand at the foot of the parent, in the middle."""
        area = self._parent.rect()
        self.adjustSize()
        self.move((area.width() - self.width()) // 2, area.height() - self.height() - 32)

    def undo(self) -> None:
        """Take back what the toast tells."""
        self.hide()
        if self._undo is not None:
            self._undo()


class MessageBar(QFrame):
    """A sentence above the page that stays until it is closed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "message")
        self.setAccessibleName("Message")
        self.words = OneLine()
        self._copy = Button(theme, "Copy report", self._to_clipboard, role="quiet")
        close = IconButton(theme, "close", "Close this message", self.hide, size=16)
        inner = row(self.words, self._copy, close)
        inner.setStretch(0, 1)
        inner.setContentsMargins(16, 6, 8, 6)
        self.setLayout(inner)
        self.hide()

    def say(self, sentence: str, *, bug: bool) -> None:
        """Show a sentence; of a bug the text can be copied for a report."""
        self.words.say(sentence)
        self._sentence = sentence
        self._copy.setVisible(bug)
        self.show()

    def _to_clipboard(self) -> None:
        QApplication.clipboard().setText(self._sentence)


class SafeStartBar(QFrame):
    """Says that a safe start left plugins out, until they are on again or it is closed."""

    def __init__(
        self, theme: Theme, switch_on: Callable[..., None], see_plugins: Callable[[], None]
    ) -> None:
        """`switch_on` is called with the names of the plugins to switch on again."""
        super().__init__()
        self.setProperty("role", "message")
        self.setAccessibleName("Safe start")
        self._closed = False
        self._off: tuple[str, ...] = ()
        self.words = Sentence()
        again = Button(theme, "Switch on again", lambda: switch_on(*self._off))
        see = Button(theme, "See plugins", see_plugins, role="quiet")
        close = IconButton(theme, "close", "Close this message", self._close, size=16)
        inner = row(Glyph(theme, "warning", "warning"), self.words, again, see, close, spacing=12)
        inner.setStretch(1, 1)
        inner.setContentsMargins(16, 8, 8, 8)
        self.setLayout(inner)
        self.hide()

    def show_plugins(self, plugins: Sequence[PluginView]) -> None:
        """Say it if any of these is switched off."""
        off = plugin_words.safely_off(plugins)
        self._off = tuple(one.name for one in off)
        self.setVisible(bool(off) and not self._closed)
        if off:
            told = next((one.problem for one in off if one.problem), "")
            self.words.say(f"Plugins are switched off. {told}".strip())

    def _close(self) -> None:
        self._closed = True
        self.hide()
