"""The ways the window speaks up: a toast that goes by itself and messages that stay."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QCursor,
    QEnterEvent,
    QPainterPath,
    QRegion,
)
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from mediadesk.engine.messages import PluginView
from mediadesk.ui import plugin_words
from mediadesk.ui.keys import KEYS, KeyMap
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, IconButton, OneLine, Sentence, row
from mediadesk.ui.widgets.mark import Glyph

_ROUND = 12  # pixels, as in the style sheet
_WIDE = 720  # pixels that a toast's sentence may be across
_SHOWN_MS = 8000
_HURRIED_MS = 2500  # while others wait
_MOVES = frozenset({QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Move, QEvent.Type.Resize})


@dataclass(frozen=True, slots=True)
class Notice:
    """What a toast says; `todo` is what its button does, `about` is how to call it off.

    A later one about the same takes its place.
    """

    sentence: str
    word: str = ""
    todo: Callable[[], None] | None = None
    about: object = None


class Toast(QFrame):
    """A sentence at the foot of the window, with a button; others wait until it has been read.

    It goes by itself, but not while the mouse or the keyboard is on it.
    """

    left = Signal()  # it is gone, and had the keyboard

    def __init__(self, theme: Theme, keys: KeyMap, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._keys = keys
        self.at_head = False
        self.setProperty("role", "toast")
        self.setAccessibleName("Notice")
        self._words = OneLine().hug()
        self.undo_button = Button(theme, "Undo", self._press)
        self.undo_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click is no wish to stay here
        inner = row(self._words, self.undo_button, spacing=12)
        inner.setContentsMargins(20, 8, 12, 8)
        self.setLayout(inner)
        self._shown: Notice | None = None
        self._waiting: list[Notice] = []
        self._gone = QTimer(self, singleShot=True)
        self._gone.timeout.connect(self._next)
        self.undo_button.installEventFilter(self)
        self.hide()

    @property
    def sentence(self) -> str:
        """What is told just now."""
        return self._shown.sentence if self._shown is not None else ""

    def say(self, notice: Notice) -> None:
        """Show this, after what is shown has had its time, and nothing older about the same."""
        if notice.about is not None:
            self.call_off(notice.about)
        self._waiting.append(notice)
        if self._shown is None:
            self._next()
        elif not self._is_held():
            self._gone.start(min(_HURRIED_MS, self._gone.remainingTime()))

    def call_off(self, about: object) -> None:
        """What a notice is about is settled: it is not shown any more."""
        self._waiting = [one for one in self._waiting if one.about is not about]
        if self._shown is not None and self._shown.about is about:
            self._next()

    def clear(self) -> None:
        """Show nothing of what was told."""
        self._waiting.clear()
        self._next()

    def place(self) -> None:
        """Stand at the foot of the parent, above the bars there, or at its head."""
        area = self._parent.rect()
        self._words.setMaximumWidth(max(120, min(_WIDE, area.width() - 240)))
        self.adjustSize()
        bars = [one for one in self._parent.findChildren(QFrame) if one.property("foot")]
        for bar in bars:
            bar.installEventFilter(self)  # it may come, go and grow while this is shown
        tops = [one.mapTo(self._parent, QPoint()).y() for one in bars if one.isVisible()]
        foot = min(tops, default=area.height() - 20)
        top = 12 if self.at_head else foot - self.height() - 12
        self.move((area.width() - self.width()) // 2, top)
        # Over the video, a native window, nothing shines through what is left of the corners.
        corners = QPainterPath()
        corners.addRoundedRect(QRectF(self.rect()), _ROUND, _ROUND)
        self.setMask(QRegion(corners.toFillPolygon().toPolygon()))
        if not self._gone.isActive():  # Qt tells nothing of it where the mouse rests and this goes
            self._wait_on()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._gone.stop()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._wait_on()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.undo_button:
            if event.type() in _MOVES and self.isVisible():
                self.place()
        elif event.type() == QEvent.Type.FocusIn:
            self._gone.stop()
        elif event.type() == QEvent.Type.FocusOut:
            self._wait_on()
        return bool(super().eventFilter(watched, event))

    def _is_held(self) -> bool:
        at = self.mapFromGlobal(QCursor.pos())
        return self.rect().contains(at) or self.undo_button.hasFocus()

    def _wait_on(self) -> None:
        if self._shown is not None and not self._is_held():
            self._gone.start(_HURRIED_MS if self._waiting else _SHOWN_MS)

    def _next(self) -> None:
        had = self.undo_button.hasFocus()
        self._shown = self._waiting.pop(0) if self._waiting else None
        if self._shown is None:
            self.hide()
            if had:
                self.left.emit()
            return
        self._words.say(self._shown.sentence)
        self.undo_button.say(self._shown.word)
        self.undo_button.setVisible(self._shown.todo is not None)
        if had and self._shown.todo is None:
            self.left.emit()
        self.place()
        self.show()
        self.raise_()
        word, name = self._shown.word, self._shown.word.lower()
        spoken = self._shown.sentence
        if name in KEYS:  # what is told can be taken back, or done again
            spoken += f" {self._keys.named(word, name)}."
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken))
        self._gone.start(_HURRIED_MS if self._waiting else _SHOWN_MS)

    def _press(self) -> None:
        """Do what the button says; the notice is settled by that."""
        shown = self._shown
        self._next()
        if shown is not None and shown.todo is not None:
            shown.todo()


class MessageBar(QFrame):
    """A sentence above the page that stays until it is closed or another page is turned to."""

    left = Signal()  # a person closed it

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "message")
        self.setAccessibleName("Message")
        self._sentence = ""
        self.words = Sentence()
        self._copy = Button(theme, "Copy report", self._to_clipboard, role="quiet")
        close = IconButton(theme, "close", "Close this message", self._close, size=16)
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

    def take_back(self, sentence: str) -> None:
        """Close, if it is this that is shown."""
        if self._sentence == sentence:
            self.hide()

    def _close(self) -> None:
        self.hide()
        self.left.emit()

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
