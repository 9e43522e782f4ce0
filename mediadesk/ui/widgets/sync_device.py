"""A device of those that share: what is known of it, its name, and whether its word counts."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from mediadesk.engine.messages import DeviceView, Syncing
from mediadesk.ui import sync_words
from mediadesk.ui.desk import Desk
from mediadesk.ui.dialogs.device import RenameSheet, RevokeSheet
from mediadesk.ui.widgets.controls import Button, OneLine, Sentence, column, row


class DeviceRow(QWidget):
    """A device, what is known of it, and why not more."""

    changed = Signal(object)  # the SyncStatus after something was done with it
    keyed = Signal()  # another key was made

    def __init__(self, desk: Desk, one: DeviceView) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._one = one
        self.encrypted = False
        self._name = OneLine(one.name, "strong")
        self._known = OneLine("", "muted")
        self._problem = Sentence("", "danger")
        self.rename = Button(desk.theme, "Rename…", self._rename, role="quiet")
        self.turn = Button(desk.theme, "Revoke…", self._turn, role="quiet")
        line = row(column(self._name, self._known, spacing=2), self.rename, self.turn)
        line.setStretch(0, 1)
        self.setLayout(column(line, self._problem, spacing=2))

    def show_device(self, one: DeviceView) -> None:
        """Show what is known of it now."""
        self._one = one
        self._name.say(one.name)
        self._known.say(sync_words.device(one))
        self._problem.say(sync_words.here(one.problem or ""))
        self.turn.setVisible(not one.mine)
        self.turn.say("Allow again" if one.revoked else "Revoke…")
        for button, does in ((self.rename, "Rename"), (self.turn, self.turn.text().strip(" …"))):
            button.setAccessibleName(f"{does} “{one.name}”")

    def _rename(self) -> None:
        dialog = RenameSheet(self._desk, self._one, self.window())
        dialog.changed.connect(self.changed)
        dialog.open()

    def _turn(self) -> None:
        if self._one.revoked:
            self._questions.attempt(self.changed.emit, self._failed, Syncing.allow, self._one.id)
            return
        dialog = RevokeSheet(self._desk, self._one, self.window(), encrypted=self.encrypted)
        dialog.changed.connect(self.changed)
        dialog.keyed.connect(self.keyed)
        dialog.open()

    def _failed(self, error: BaseException) -> None:
        self._problem.say(sync_words.here(self._desk.sentence(error)))
