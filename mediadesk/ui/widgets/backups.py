"""The copies of the library: where they lie, one more, and back to one of them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import QWidget

from mediadesk.api import UserError
from mediadesk.engine.messages import Backups, BackupView, Verbs
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, OneLine, Sentence, column, label, row
from mediadesk.ui.widgets.rows import Rows
from mediadesk.ui.widgets.sheet import confirm


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
        self._works = False  # what is disabled instead would let the keyboard go elsewhere
        self._chosen: BackupView | None = None  # the library is becoming what it was in this one
        self._newest = ""
        self._place = Sentence("", "muted")
        self._trouble = Sentence("", "danger")
        self.rows = Rows(self._row, BackupRow.show_backup)
        self.now = Button(desk.theme, "Back up now", self._back_up)
        line = row(self._place, self.now)
        line.setStretch(0, 1)
        box = column(label("Backups", "heading"), line, self._trouble, self.rows, spacing=12)
        self.setLayout(box)
        desk.restarted.connect(self._restarted)

    def ask(self) -> None:
        """Show the copies there are now."""
        self._questions.ask(self._take, Verbs.backups)

    def restore(self, backup: BackupView) -> None:
        """Make the library what it was; what it is now is backed up first."""
        if not self._works:
            self._begin()
            self._place.say(f"The library becomes what it was on {time_of(backup)} …")
            self._questions.attempt(
                partial(self._staged, backup), self._failed, Verbs.restore, backup.path
            )

    def _back_up(self) -> None:
        if not self._works:
            self._begin()
            self._questions.attempt(self._backed_up, self._failed, Verbs.backup)

    def _begin(self) -> None:
        self._works = True
        self._trouble.say("")

    def _backed_up(self, backups: Backups) -> None:
        self._works = False
        self._take(backups)

    def _take(self, backups: Backups) -> None:
        self.rows.show({one.path: one for one in backups.kept})
        if self._works:  # it says what is being done
            return
        self._place.say(f"The five newest are kept in “{backups.folder}”.")
        newest = next((one.path for one in backups.kept), "")
        if self._chosen is not None:
            is_kept = newest != self._newest
            before = "the newest backup" if is_kept else f"kept, damaged, in “{backups.folder}”"
            when = time_of(self._chosen)
            self._desk.told.emit(
                f"The library is what it was on {when}; what it was before is {before}.", False
            )
            self._chosen = None
        self._newest = newest

    def _failed(self, error: BaseException) -> None:
        self._works = False
        if isinstance(error, UserError):
            self._trouble.say(str(error))
        else:
            self._desk.report(error)
        self.ask()

    def _row(self, backup: BackupView) -> BackupRow:
        return BackupRow(self._desk.theme, backup, partial(self._confirm, backup))

    def _confirm(self, backup: BackupView) -> None:
        confirm(
            self,
            f"Make the library what it was on {time_of(backup)}?",
            title="Restore a backup",
            more="No file of yours is touched. What the library is now is backed up first, so that "
            "you can come back to it.",
            agree="Restore",
            stay="Keep",
            then=lambda: self.restore(backup),
        )

    def _staged(self, backup: BackupView, done: None) -> None:  # noqa: ARG002 - it is staged
        self._chosen = backup
        self._desk.exchange_engine(self._not_exchanged)

    def _not_exchanged(self) -> None:
        """It is staged: the next engine that opens the library makes it what it was."""
        self._works = False
        if self._chosen is not None:
            when = time_of(self._chosen)
            self._place.say(f"The library becomes what it was on {when} at the next start.")
            self._chosen = None

    def _restarted(self) -> None:
        self._works = False
        if not self._desk.limited:
            self.ask()


def time_of(backup: BackupView) -> str:
    """When a copy was made, as one writes it here."""
    return QDateTime.fromSecsSinceEpoch(int(backup.at)).toString("d MMMM yyyy, HH:mm:ss")
