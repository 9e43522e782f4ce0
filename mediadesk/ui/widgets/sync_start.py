"""How devices come to share: the folder, whether it is encrypted, and another one's key."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from mediadesk.engine.messages import Syncing, SyncStatus
from mediadesk.ui import sync_words
from mediadesk.ui.desk import Desk
from mediadesk.ui.dialogs.join import join
from mediadesk.ui.widgets.controls import Button, Sentence, column, label, row
from mediadesk.ui.widgets.switch import Switch

_ENCRYPT = "Encrypt what is shared"


class SyncStart(QWidget):
    """What a person sees who shares nothing yet."""

    begun = Signal(object)  # the SyncStatus of a device that shares
    joined = Signal(object)  # that of one that took a key

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self.has_key = False  # from another device
        self._works = False  # what is disabled instead would let the keyboard go elsewhere
        self.trouble = Sentence("", "danger")
        self.typed = QLineEdit()
        self.typed.setPlaceholderText("Type or paste the path of a folder")
        self.typed.setAccessibleName("Path of the folder that your devices share")
        self.typed.returnPressed.connect(self._share)
        self.typed.textChanged.connect(lambda _: self.trouble.say(""))
        self.choose = Button(desk.theme, "Choose a folder…", self._choose, drawn="folder")
        self.encrypt = Switch(desk.theme, _ENCRYPT)
        self.encrypt.setChecked(True)
        self.encrypt.toggled.connect(self._tell)
        self._told = Sentence("", "small")
        self.share = Button(desk.theme, "Share through this folder", self._share, role="primary")
        self.join = Button(desk.theme, "Join with a key…", self._join, drawn="key")
        line = row(self.typed, self.choose)
        line.setStretch(0, 1)
        crypt = row(column(label(_ENCRYPT), self._told, spacing=2), self.encrypt)
        crypt.setStretch(0, 1)
        box = column(
            label("Keep several devices in step", "heading"),
            Sentence(sync_words.ABOUT, "muted"),
            4,
            label("The folder that they share", "strong"),
            line,
            self.trouble,
            crypt,
            4,
            row(self.share, self.join, 0),
            Sentence(sync_words.JOIN, "small"),
            spacing=12,
        )
        self.setLayout(box)

    def show_status(self, status: SyncStatus) -> None:
        """Show whether there is a key already: then all is encrypted."""
        self.has_key = status.encrypted
        self.encrypt.setVisible(not status.encrypted)
        self._tell(self.encrypt.isChecked(), has_key=status.encrypted)

    def _tell(self, on: bool, *, has_key: bool = False) -> None:
        self._told.say(sync_words.HAS_KEY if has_key else sync_words.ENCRYPT[on])

    def _choose(self) -> None:
        dialog = QFileDialog(self, "Which folder do your devices share?")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.typed.setText)
        dialog.open()

    def _share(self) -> None:
        folder = self.typed.text().strip()
        if not folder:
            self.trouble.say("No folder is named: choose one, or type its path.")
            self.typed.setFocus()
        elif not self._works:
            self._works = True
            self._questions.attempt(
                self._begun,
                self._refused,
                Syncing.setup,
                folder,
                encrypt=self.encrypt.isChecked(),
            )

    def _begun(self, status: SyncStatus) -> None:
        self._works = False
        self.typed.clear()
        self.begun.emit(status)

    def _refused(self, error: BaseException) -> None:
        self._works = False
        self.trouble.say(sync_words.here(self._desk.sentence(error)))

    def _join(self) -> None:
        join(self._desk, self.window()).joined.connect(self.joined)
