"""Bringing a history from another program: look first, then take it over, or take it back."""

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QFrame, QLineEdit, QStackedLayout, QVBoxLayout

from mediadesk.engine.messages import (
    Change,
    Imported,
    Organising,
    Progress,
    Verbs,
    Writing,
)
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.controls import (
    Button,
    Sentence,
    clear,
    column,
    label,
    padded,
    panel,
    row,
    scrolling,
)
from mediadesk.ui.widgets.imported import signs, tables
from mediadesk.ui.widgets.mark import Mark
from mediadesk.ui.widgets.sheet import confirm

_MOST = 500
_OFTEN_MS = 500


class ImportPage(Page):
    """A file is chosen and read; nothing is taken over before a person agrees."""

    title = "History and imports"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._since = desk.ask_anew()
        self._path = ""
        self._change: Change | None = None  # what is shown as taken over
        theme = desk.theme
        self.typed = QLineEdit()
        self.typed.setPlaceholderText("Type or paste the path of the exported file")
        self.typed.setAccessibleName("Path of the exported file")
        self.typed.returnPressed.connect(self._read_typed)
        self.read = Button(theme, "Read", self._read_typed)
        choose = Button(theme, "Choose a file…", self._choose, role="primary", drawn="folder")
        line = row(self.typed, self.read, choose)
        line.setStretch(0, 1)
        self._trouble = Sentence("", "danger")
        self._far = Sentence("", "muted")
        self._often = QTimer(self)
        self._often.setInterval(_OFTEN_MS)
        self._often.timeout.connect(
            lambda: self._questions.ask(self._show_far, Verbs.import_progress)
        )
        self.nfos = Button(theme, "Look at NFO files and tags of the library", self.look_at_nfos)
        self.undo = Button(theme, "Take the last import back…", self._confirm_undo, role="quiet")
        about = column(
            label("Bring your history along", "heading"),
            Sentence(
                "Kodi, Jellyfin, Plex, Trakt, Letterboxd, IMDb, Netflix, Last.fm and ListenBrainz "
                "can export what you watched, heard and rated. Choose such a file, or the database "
                "of Kodi, Jellyfin or Plex: you see first what would be taken over. The same line "
                "is never taken twice.",
                "muted",
            ),
            line,
            self._trouble,
            self._far,
            row(self.nfos, self.undo, 0),
            spacing=12,
        )
        self._found = QVBoxLayout()
        self._found.setSpacing(12)
        self._result = QFrame()
        self._result.setProperty("role", "panel")
        self._found.setContentsMargins(20, 20, 20, 20)
        self._result.setLayout(self._found)
        self._result.hide()
        pile = column(panel(about, margin=20), self._result, 0, spacing=16)
        content = padded(pile, top=0)
        QStackedLayout(self).addWidget(scrolling(content, self.title))

    def enter(self) -> None:
        if self._change is not None:
            self._since.ask(self._follow, Organising.changes, limit=_MOST)

    def refresh(self, what: frozenset[str]) -> None:
        if "items" in what:
            self.enter()

    def take_keyboard(self) -> None:
        self.typed.setFocus()

    def look_at(self, path: str) -> None:
        """Read an exported file and show what would be taken over."""
        self._ask(path, dry_run=True)

    def look_at_nfos(self) -> None:
        """Show what NFO files and tags tell of a person."""
        self._ask("", dry_run=True)

    def take_over(self) -> None:
        """Take over what was shown."""
        self.typed.setFocus()  # else it would wander down the tables, and the page with it
        self.take.setEnabled(False)
        self._ask(self._path, dry_run=False)

    def _ask(self, path: str, *, dry_run: bool) -> None:
        """Read a file, or NFO files and tags where there is no path."""
        if self._often.isActive():
            self._trouble.say("Something else is being read: try again when that is done.")
            return
        self._path = path
        self.typed.setText(path)
        self._trouble.say("")
        self._working("Reading …")
        show, refused = self._show, self._refused
        if path:
            self._questions.attempt(show, refused, Verbs.import_history, path, dry_run=dry_run)
        else:
            self._questions.attempt(show, refused, Writing.import_nfos, dry_run=dry_run)

    def _working(self, does: str) -> None:
        """Show what is being done, until that is empty."""
        for button in (self.read, self.nfos, self.undo):
            button.setEnabled(not does)
        self._far.say(does)
        if does:
            self._often.start()
        else:
            self._often.stop()

    def _show_far(self, progress: Progress | None) -> None:
        if progress is not None and self._often.isActive():
            done, of = words.size(progress.done << 10), words.size(progress.of << 10)
            self._far.say(f"Reading: {done} of {of}")

    def _read_typed(self) -> None:
        path = self.typed.text().strip()
        if path:
            self.look_at(path)
        else:
            self.typed.setFocus()

    def _choose(self) -> None:
        dialog = QFileDialog(self, "Choose an exported history")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.look_at)
        dialog.open()

    def _refused(self, error: BaseException) -> None:
        self._working("")
        self._change = None
        self._result.hide()
        self._trouble.say(self._desk.sentence(error))
        self.typed.setFocus()

    def _show(self, found: Imported) -> None:
        self._working("")
        self._change = found.change
        clear(self._found)
        theme, new = self._desk.theme, found.matched - found.known
        self.take = Button(
            theme, f"Import {words.count(new, 'line')}", self.take_over, role="primary"
        )
        self.take.setEnabled(new > 0)
        self.take.setVisible(not found.kept)
        name = PurePath(self._path.replace("\\", "/")).name
        whole = f"{found.importer}: “{name}”" if name else found.importer
        head = row(Sentence(whole, "heading"), self.take, spacing=16)
        head.setStretch(0, 1)
        self._found.addLayout(head)
        for sign in signs(found):
            self._found.addWidget(Mark(theme, sign, wrap=True))
        for name, table in tables(found).items():
            self._found.addWidget(label(name, "strong"))
            self._found.addWidget(table)
        self._result.show()
        if found.kept:
            if found.change is not None:
                self._desk.done.emit(found.change)
            self.typed.setFocus()  # the button that had the keyboard is gone
        else:
            self.take.setFocus()

    def _follow(self, changes: Sequence[Change]) -> None:
        """Show what was taken over for as long as it is: a toast or a key may take it back."""
        for one in changes:
            if self._change is not None and one.id == self._change.id:
                self._result.setHidden(one.undone)

    def _confirm_undo(self) -> None:
        confirm(
            self,
            "Take back the last import?",
            title="Take an import back",
            more="What it brought is as if it had never been; what you did yourself stays.",
            agree="Take back",
            then=self._take_back,
        )

    def _take_back(self) -> None:
        self._working("Taking back …")
        self._questions.attempt(self._taken_back, self._refused, Verbs.undo_import)

    def _taken_back(self, lines: int) -> None:
        self._working("")
        self._change = None
        self._result.hide()
        self._desk.toasted.emit(f"Took back {words.count(lines, 'imported line')}.", None)
        self.typed.setFocus()  # the button could not be pressed meanwhile, and lost it
