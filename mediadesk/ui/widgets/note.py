"""A note that is written in its place and kept when one goes on."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from mediadesk.ui.widgets.controls import Sentence, column

_LINES = 3


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
    """The note of one thing; `written` carries what a person made of it."""

    written = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._kept = ""
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
        return self.text.toPlainText().strip() != self._kept.strip()

    def show_note(self, text: str) -> None:
        """Show what is kept; what is being written stays, and is told of what came meanwhile."""
        if not self.touched:
            self._kept = text
            if self.text.toPlainText() != text:
                self.text.setPlainText(text)
            self._meanwhile.say("")
        elif text.strip() != self._kept.strip():
            self._meanwhile.say(
                "This note was changed elsewhere meanwhile; yours is kept, and Undo brings "
                f"“{text[:200]}” back."
            )
            self._kept = text

    def start(self) -> None:
        """Be about another thing: what was written is kept first."""
        self.save()
        self._kept = ""
        self._meanwhile.say("")
        self.text.setPlainText("")

    def save(self) -> None:
        """Have what was written kept, if it is anything new."""
        if self.touched:
            self._kept = self.text.toPlainText().strip()
            self._meanwhile.say("")
            self.written.emit(self._kept)
