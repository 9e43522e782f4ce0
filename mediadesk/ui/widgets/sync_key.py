"""The key that devices encrypt with: made, taken from another one, or shown for another one."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QApplication, QFrame, QPlainTextEdit, QWidget

from mediadesk.engine.messages import Syncing, SyncKey, SyncStatus
from mediadesk.ui import sync_words
from mediadesk.ui.desk import Desk
from mediadesk.ui.dialogs.join import join
from mediadesk.ui.widgets.controls import Button, Sentence, column, label, row
from mediadesk.ui.widgets.qr import QrCode
from mediadesk.ui.widgets.sheet import confirm

_TWO_LINES = 56  # pixels


class KeyBox(QWidget):
    """Whether what is shared is encrypted; the key is seen only while a person wants it."""

    changed = Signal(object)  # the SyncStatus of a device that has another key
    shown = Signal()  # the key is

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._folder = ""
        self._told = Sentence("", "muted")
        self._trouble = Sentence("", "danger")
        self.reveal = Button(desk.theme, "Show key", self._turn, drawn="key")
        self.encrypt = Button(desk.theme, "Encrypt", self._encrypt, drawn="lock")
        self.anew = Button(desk.theme, "Make another key…", self._confirm_anew, role="quiet")
        self.join = Button(desk.theme, "Join with a key…", self._join, role="quiet")
        self.code = QrCode("QR code of the key")
        self.text = QPlainTextEdit()
        self.text.setProperty("role", "log")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.text.setFixedHeight(_TWO_LINES)
        self.text.setAccessibleName("Key")
        self.copy = Button(desk.theme, "Copy", self._copy, drawn="copy")
        care = Sentence(sync_words.CARE, "muted")
        beside = column(care, self.text, row(self.copy, 0), 0, spacing=12)
        shown = row(self.code, beside, spacing=20)
        shown.setStretch(1, 1)
        self._shown = QFrame()
        self._shown.setLayout(shown)
        self._shown.hide()
        box = column(
            label("Encryption", "heading"),
            self._told,
            row(self.reveal, self.encrypt, self.join, self.anew, 0),
            self._trouble,
            self._shown,
            spacing=12,
        )
        self.setLayout(box)

    def show_status(self, status: SyncStatus) -> None:
        """Show whether there is a key."""
        self._folder = status.folder
        self._told.say(sync_words.KEYED[status.encrypted])
        self.reveal.setVisible(status.encrypted)
        self.encrypt.setVisible(not status.encrypted)
        self.anew.setVisible(status.encrypted)
        self.join.say(f"Join with {'another' if status.encrypted else 'a'} key…")

    def show_key(self) -> None:
        """Show the key."""
        self._trouble.say("")
        self._questions.attempt(self._take, self._failed, Syncing.key)

    def hide_key(self) -> None:
        """Show it no more, also one that is on its way."""
        self._questions.forget()
        self._trouble.say("")
        self._shown.hide()
        self.text.clear()
        self.code.draw(())
        self.reveal.say("Show key")

    def _turn(self) -> None:
        if self._shown.isHidden():
            self.show_key()
        else:
            self.hide_key()

    def _take(self, key: SyncKey) -> None:
        self.text.setPlainText(key.text)
        self.code.draw(key.qr)
        self._shown.show()
        self.reveal.say("Hide key")
        self.shown.emit()

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text.toPlainText())
        self._desk.toasted.emit("The key is copied; whoever gets it can read what is shared.", None)

    def _encrypt(self) -> None:
        self._questions.attempt(self._made, self._failed, Syncing.setup, self._folder, encrypt=True)

    def _made(self, status: SyncStatus) -> None:
        self.changed.emit(status)
        self.show_key()

    def _confirm_anew(self) -> None:
        confirm(
            self,
            "Make another key?",
            title="Make another key",
            more=sync_words.NEW_KEY,
            agree="Make another key",
            then=lambda: self._questions.attempt(self._take, self._failed, Syncing.key, new=True),
        )

    def _join(self) -> None:
        self.hide_key()
        join(self._desk, self.window()).joined.connect(self.changed)

    def _failed(self, error: BaseException) -> None:
        self._trouble.say(sync_words.here(self._desk.sentence(error)))
