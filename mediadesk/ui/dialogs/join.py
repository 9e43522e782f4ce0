"""The dialog that takes the key of another device."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from mediadesk.engine.messages import Syncing, SyncStatus
from mediadesk.ui import sync_words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Sentence, column, label
from mediadesk.ui.widgets.sheet import Sheet

_WHERE = "Your other device shows it under Sync, Show key."


class JoinSheet(Sheet):
    """Asks for the key; a wrong one is told here, and can be mended."""

    joined = Signal(object)  # the SyncStatus

    def __init__(self, desk: Desk, parent: QWidget | None) -> None:
        super().__init__(desk, "Join with a key", "Join", parent, width=560)
        self.say(_WHERE)
        self.key = QLineEdit()
        self.key.setAccessibleName("Key of another device")
        self.key.setPlaceholderText("Type or paste it: AGE-SECRET-KEY-1…")
        told = Sentence("It takes the place of the key that this device may have.", "small")
        pile = column(label("Key", "smallstrong"), self.key, told, 0, spacing=6)
        pile.setContentsMargins(32, 4, 32, 4)
        self.body.addLayout(pile)
        self.agree_by_enter()
        self.put_keyboard(self.key)

    def go_on(self) -> None:
        """Take what was typed."""
        if self.key.text().strip():
            self.act()
            self.questions.attempt(self._done, self.refuse, Syncing.pair, self.key.text())

    def refuse(self, error: BaseException) -> None:
        super().refuse(error)
        self.trouble.say(sync_words.here(self.trouble.text()))
        self.key.setFocus()

    def _done(self, status: SyncStatus) -> None:
        self.joined.emit(status)
        self.accept()


def join(desk: Desk, parent: QWidget | None) -> JoinSheet:
    """Open the dialog that takes a key."""
    dialog = JoinSheet(desk, parent)
    dialog.open()
    return dialog
