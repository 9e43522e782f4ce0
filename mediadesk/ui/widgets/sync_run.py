"""The shared folder, what a sync would bring, and having it brought."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from mediadesk.engine.messages import Change, Syncing, SyncStatus, SyncView
from mediadesk.ui import sync_words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Button, OneLine, Sentence, clear, column, label, row
from mediadesk.ui.widgets.sheet import confirm
from mediadesk.ui.widgets.table import TextTable


class SyncRun(QWidget):
    """What a person sees who shares a folder."""

    ran = Signal()
    ended = Signal(object)  # the SyncStatus of a device that shares no more

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._works = False  # what is disabled instead would let the keyboard go elsewhere
        self.wrong = ""  # why what was asked for came to nothing
        self._known: frozenset[str] = frozenset()  # problems that stand below already
        self._folder = OneLine("", "strong")
        self._last = Sentence("", "muted")
        self.now = Button(desk.theme, "Sync now", self._run, role="primary", drawn="refresh")
        self.preview = Button(desk.theme, "Preview", self._preview, drawn="eye")
        self.end = Button(desk.theme, "Stop sharing…", self._confirm_end, role="quiet")
        self._came = OneLine("", "muted")
        self.undo = Button(desk.theme, "Undo the last sync", self._undo, drawn="undo")
        self._undoing = QWidget()
        undoing = row(self._came, self.undo)
        undoing.setStretch(0, 1)
        undoing.setContentsMargins(0, 0, 0, 0)
        self._undoing.setLayout(undoing)
        self._undoing.hide()
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName("At work")
        self._busy.hide()
        self.said = Sentence()
        self.trouble = Sentence("", "danger")
        self._table = QVBoxLayout()
        box = column(
            label("Shared folder", "heading"),
            column(self._folder, self._last, Sentence(sync_words.WHEN, "small"), spacing=4),
            row(self.now, self.preview, 0, self.end),
            self._undoing,
            self._busy,
            self.said,
            self.trouble,
            self._table,
            spacing=12,
        )
        self.setLayout(box)

    def show_status(self, status: SyncStatus) -> None:
        """Show which folder it is, and when this device last synced."""
        self._known = frozenset(status.problems)
        self._folder.say(status.folder)
        self._last.say(sync_words.last_run(status))
        self._came.say(sync_words.last_merge(status))
        self._undoing.setHidden(not status.last_merge)

    def forget(self) -> None:
        """Show nothing any more of what the last sync or preview came to."""
        if not self._works:
            self._tell("")

    def _run(self) -> None:
        if self._begin("Syncing …"):
            self._questions.attempt(self._ran, self._failed, Syncing.run)

    def _preview(self) -> None:
        if self._begin("Looking what would change …"):
            self._questions.attempt(self._previewed, self._failed, Syncing.run, preview=True)

    def _undo(self) -> None:
        if self._begin("Taking back what came …"):
            self._questions.attempt(self._undone, self._failed, Syncing.undo)

    def _undone(self, change: Change) -> None:
        self._tell("")
        self._desk.done.emit(change)
        self.ran.emit()

    def _begin(self, said: str) -> bool:
        """Show that something is being done, unless something is already."""
        if self._works:
            return False
        self._tell(said)
        self._works = True
        self._busy.show()
        return True

    def _tell(self, said: str, trouble: str = "") -> None:
        self._works = False
        self._busy.hide()
        clear(self._table)
        self.said.say(said)
        self.wrong = trouble
        self.trouble.say(trouble)

    def _ran(self, view: SyncView) -> None:
        self._tell(sync_words.came(view))
        self.ran.emit()

    def _previewed(self, view: SyncView) -> None:
        fresh = [sync_words.here(each) for each in view.problems if each not in self._known]
        self._tell(sync_words.would_come(view), "\n".join(fresh))
        if rows := sync_words.rows(view):
            columns = ("What", "Field", "Now", "Then", "From")
            self._table.addWidget(TextTable("What would change", columns, rows, short=(1,)))
        if more := view.different - len(view.differences):
            self._table.addWidget(Sentence(f"… and {more:,} more", "small"))

    def _failed(self, error: BaseException) -> None:
        self._tell("", sync_words.here(self._desk.sentence(error)))
        self.ran.emit()

    def _confirm_end(self) -> None:
        confirm(
            self,
            "Share nothing any more?",
            title="Stop sharing",
            more=sync_words.ENDING,
            agree="Stop sharing",
            stay="Go on sharing",
            then=lambda: self._questions.attempt(self.ended.emit, self._failed, Syncing.setup, ""),
        )
