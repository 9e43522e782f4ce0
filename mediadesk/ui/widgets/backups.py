"""The copies of the library: where they lie, one more, and back to one of them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from mediadesk.engine.messages import Backups, BackupView, Verbs
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, OneLine, Sentence, column, label, row
from mediadesk.ui.widgets.rows import Rows


class BackupRow(QWidget):
    """One copy of the library, and the way back to it."""

    def __init__(self, theme: Theme, backup: BackupView, restore: Callable[[], None]) -> None:
        super().__init__()
        self._when = OneLine(time_of(backup))
        self._size = label("", "muted")
        self.restore = Button(theme, "Restore…", restore, role="quiet")
        self.restore.setAccessibleName(f"Restore the backup of {time_of(backup)}")
        line = row(self._when, self._size, self.restore)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.setToolTip(Path(backup.path).name)

    def show_backup(self, backup: BackupView) -> None:
        """Show how large the copy is."""
        self._size.setText(words.size(backup.size_bytes))


class BackupBox(QWidget):
    """Everything about the copies of the library."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._backs_up = False
        self._chosen: BackupView | None = None  # the library is becoming what it was in this one
        self._place = Sentence("", "muted")
        self.rows = Rows(self._row, BackupRow.show_backup)
        self.now = Button(desk.theme, "Back up now", self._back_up)
        line = row(self._place, self.now)
        line.setStretch(0, 1)
        box = column(label("Backups", "heading"), line, self.rows, spacing=12)
        self.setLayout(box)
        desk.restarted.connect(self._restarted)

    def ask(self) -> None:
        """Show the copies there are now."""
        self._questions.ask(self._take, Verbs.backups)

    def restore(self, backup: BackupView) -> None:
        """Make the library what it was; what it is now is backed up first."""
        self.setEnabled(False)
        self._questions.attempt(
            partial(self._staged, backup), self._failed, Verbs.restore, backup.path
        )

    def _back_up(self) -> None:
        if not self._backs_up:  # a button that is disabled would let the keyboard go elsewhere
            self._backs_up = True
            self._questions.attempt(self._take, self._failed, Verbs.backup)

    def _take(self, backups: Backups) -> None:
        self.setEnabled(True)
        self._backs_up = False
        self._place.say(f"The five newest are kept in “{backups.folder}”.")
        self.rows.show({one.path: one for one in backups.kept})
        if self._chosen is not None:
            self._desk.told.emit(
                f"The library is what it was on {time_of(self._chosen)}; what it was before is "
                "the newest backup.",
                False,
            )
            self._chosen = None

    def _failed(self, error: BaseException) -> None:
        self.setEnabled(True)
        self._backs_up = False
        self._desk.report(error)

    def _row(self, backup: BackupView) -> BackupRow:
        return BackupRow(self._desk.theme, backup, partial(self._confirm, backup))

    def _confirm(self, backup: BackupView) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Restore a backup")
        box.setText(f"Make the library what it was on {time_of(backup)}?")
        box.setInformativeText(
            "No file of yours is touched. What the library is now is backed up first, so that you "
            "can come back to it."
        )
        restore = box.addButton("Restore", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Keep", QMessageBox.ButtonRole.RejectRole)
        restore.clicked.connect(lambda: self.restore(backup))
        box.open()

    def _staged(self, backup: BackupView, done: None) -> None:  # noqa: ARG002 - it is staged
        self._chosen = backup
        self._desk.client.restart()

    def _restarted(self) -> None:
        self.setEnabled(True)
        if not self._desk.limited:
            self.ask()


def time_of(backup: BackupView) -> str:
    """When a copy was made, as one writes it here."""
    return QDateTime.fromSecsSinceEpoch(int(backup.at)).toString("d MMMM yyyy, HH:mm:ss")
