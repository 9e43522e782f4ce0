"""A note that is written in its place and kept when one goes on."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from mediadesk.ui.widgets.controls import Sentence, column

_LINES = 3
_UNKEPT = "This is not kept yet: it is tried again when you leave the note."


class _Text(QPlainTextEdit):
    """Tells when it is left; Escape leaves it, too."""

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:  # its own menu is no leaving
            self.left.emit()

    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # else the window would go back
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if event.key() == Qt.Key.Key_Escape or (control and enter):
            self.clearFocus()
        else:
            super().keyPressEvent(event)


class Note(QWidget):
    """The note of one thing; `written` carries what a person made of it.

    It stays `touched` until `keep` tells that this is kept.
    """

    written = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._kept: str | None = ""  # None: a draft is shown, and it is not known what is kept
        self._written: str | None = None  # what is on its way to be kept
        self._meanwhile = Sentence("", "small")
        self.text = _Text()
        self.text.setPlaceholderText("Write a note …")
        self.text.setAccessibleName("Your note")
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * _LINES + 24)
        self.text.left.connect(self.save)
        self.setLayout(column(self.text, self._meanwhile, spacing=4))

    @property
    def touched(self) -> bool:
        """Whether something was written that is not kept yet."""
        return self._kept is None or self._text != self._kept.strip()

    def show_note(self, text: str) -> None:
        """Show what is kept; what is being written stays, and is told of what came meanwhile."""
        known = {None if self._kept is None else self._kept.strip(), self._written}
        if not self.touched:
            if self.text.toPlainText() != text:
                self.text.setPlainText(text)
        elif self._kept is not None and text.strip() not in known:
            self._meanwhile.say(
                "This note was changed elsewhere meanwhile; yours is kept, and Undo brings "
                f"“{text[:200]}” back."
            )
        self._take(text)

    def start(self, draft: str | None = None) -> None:
        """Be about another thing, of which a draft may be left."""
        self._kept = "" if draft is None else None
        self._written = None
        self.text.setPlainText(draft or "")
        self._meanwhile.say("" if draft is None else _UNKEPT)

    def save(self) -> None:
        """Have what was written kept, if it is anything new."""
        awaited = self._kept if self._written is None else self._written
        if awaited is None or self._text != awaited.strip():
            self._written = self._text
            self._meanwhile.say("")
            self.written.emit(self._written)

    def keep(self, text: str) -> None:
        """Take that this is kept, whatever was written since."""
        if self._written == text:
            self._written = None
        self._take(text)

    def refuse(self) -> None:
        """Take that what was written is not kept: it is saved again when one goes on."""
        self._written = None
        self._meanwhile.say(_UNKEPT)

    def _take(self, text: str) -> None:
        self._kept = text
        if not self.touched:
            self._meanwhile.say("")

    @property
    def _text(self) -> str:
        return self.text.toPlainText().strip()
