"""The dialogs about a device: what it is called, and that its word counts no more."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from mediadesk.engine.messages import DeviceView, Syncing, SyncStatus
from mediadesk.ui import sync_words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Sentence, column, label, row
from mediadesk.ui.widgets.sheet import Sheet
from mediadesk.ui.widgets.switch import Switch

_KEY = "Make another key as well"


class RenameSheet(Sheet):
    """Asks for the name that a device has on all of them."""

    changed = Signal(object)  # the SyncStatus

    def __init__(self, desk: Desk, one: DeviceView, parent: QWidget | None) -> None:
        super().__init__(desk, f"Rename “{one.name}”", "Rename", parent, width=480)
        self._one = one
        self.name = QLineEdit(one.name)
        self.name.setAccessibleName("Name of the device")
        self.name.selectAll()
        told = Sentence("All your devices call it so, once they have synced.", "small")
        pile = column(label("Name", "smallstrong"), self.name, told, 0, spacing=6)
        pile.setContentsMargins(32, 4, 32, 4)
        self.body.addLayout(pile)
        self.agree_by_enter()
        self.put_keyboard(self.name)

    def go_on(self) -> None:
        """Take what was typed."""
        self.act()
        self.questions.attempt(
            self._done, self.refuse, Syncing.rename, self._one.id, self.name.text()
        )

    def refuse(self, error: BaseException) -> None:
        super().refuse(error)
        self.name.setFocus()

    def _done(self, status: SyncStatus) -> None:
        self.changed.emit(status)
        self.accept()


class RevokeSheet(Sheet):
    """Says what it means that a device is revoked, and that alone it can still read."""

    changed = Signal(object)  # the SyncStatus
    keyed = Signal()  # another key was made

    def __init__(
        self, desk: Desk, one: DeviceView, parent: QWidget | None, *, encrypted: bool
    ) -> None:
        super().__init__(desk, f"Revoke “{one.name}”?", "Revoke", parent, width=560)
        self._one = one
        self.key = Switch(desk.theme, _KEY)
        told = Sentence("", "small")

        def tell(on: bool) -> None:
            told.say(sync_words.REVOKE_KEY[on] if encrypted else sync_words.REVOKE_OPEN)

        self.key.toggled.connect(tell)
        asks = label(_KEY)
        asked = row(column(asks, told, spacing=2), self.key)
        asked.setStretch(0, 1)
        pile = column(Sentence(sync_words.REVOKING, "muted"), asked, 0, spacing=16)
        pile.setContentsMargins(32, 4, 32, 4)
        self.body.addLayout(pile)
        tell(False)
        asks.setVisible(encrypted)
        self.key.setVisible(encrypted)
        self.put_keyboard(self.cancel)

    def go_on(self) -> None:
        """Revoke it."""
        self.act()
        self.questions.attempt(
            self._done,
            self.refuse,
            Syncing.revoke,
            self._one.id,
            new_key=self.key.isChecked(),
        )

    def _done(self, status: SyncStatus) -> None:
        self.changed.emit(status)
        if self.key.isChecked():
            self.keyed.emit()
        self.accept()
