"""Bringing a history from another program: look first, then take it over, or take it back."""

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtWidgets import QFileDialog, QFrame, QLineEdit, QVBoxLayout, QWidget

from mediadesk.engine.messages import Change, Imported, ImportedLine, Organising, Verbs, Writing
from mediadesk.ui import item_words, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.plugin_words import Sign
from mediadesk.ui.widgets.controls import (
    Button,
    Sentence,
    clear,
    column,
    label,
    panel,
    row,
    scrolling,
)
from mediadesk.ui.widgets.mark import Mark
from mediadesk.ui.widgets.sheet import confirm
from mediadesk.ui.widgets.table import TextTable

_MOST = 500
_COLUMNS = ("Title", "Year", "What", "When")
_DID = {
    "finished": "watched",
    "played": "played",
    "liked": "liked",
    "like": "liked",
    "rated": "rated",
    "seen": "watched",
    "less": "disliked",
}


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
        self.nfos = Button(theme, "Look at the NFO files of the library", self.look_at_nfos)
        self.undo = Button(theme, "Take the last import back…", self._confirm_undo, role="quiet")
        about = column(
            label("Bring your history along", "heading"),
            Sentence(
                "Kodi, Jellyfin, Plex, Trakt, Letterboxd, IMDb, Netflix, Last.fm and ListenBrainz "
                "can export what you watched, heard and rated. Choose such a file: you see first "
                "what would be taken over. The same line is never taken twice.",
                "muted",
            ),
            line,
            self._trouble,
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
        content = QWidget()
        pile = column(panel(about, margin=20), self._result, 0, spacing=16)
        pile.setContentsMargins(32, 0, 32, 32)
        content.setLayout(pile)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(scrolling(content, self.title))

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
        self._path = path
        self.typed.setText(path)
        self._ask(dry_run=True)

    def look_at_nfos(self) -> None:
        """Show what the NFO files beside the films and songs tell of a person."""
        self._path = ""
        self.typed.clear()
        self._ask(dry_run=True)

    def take_over(self) -> None:
        """Take over what was shown."""
        self.take.setEnabled(False)
        self._ask(dry_run=False)

    def _ask(self, *, dry_run: bool) -> None:
        self._trouble.say("")
        self._working(working=True)
        show, refused = self._show, self._refused
        if self._path:
            self._questions.attempt(
                show, refused, Verbs.import_history, self._path, dry_run=dry_run
            )
        else:
            self._questions.attempt(show, refused, Writing.import_nfos, dry_run=dry_run)

    def _working(self, *, working: bool) -> None:
        for button in (self.read, self.nfos, self.undo):
            button.setEnabled(not working)

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
        self._working(working=False)
        self._change = None
        self._result.hide()
        self._trouble.say(self._desk.sentence(error))
        self.typed.setFocus()

    def _show(self, found: Imported) -> None:
        self._working(working=False)
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
            then=lambda: self._questions.attempt(
                self._taken_back, self._refused, Verbs.undo_import
            ),
        )

    def _taken_back(self, lines: int) -> None:
        self._change = None
        self._result.hide()
        self._desk.toasted.emit(f"Took back {words.count(lines, 'imported line')}.", None)


def signs(found: Imported) -> list[Sign]:
    """What an import does, or did, in a few lines."""
    new = found.matched - found.known
    verb = "taken over" if found.kept else "would be taken over"
    told = [Sign(f"{words.count(new, 'line')} of your items {verb}", "check", "good")]
    if found.known:
        told.append(Sign(f"{words.count(found.known, 'line')} were taken over before", "history"))
    if found.missed:
        several = "is" if found.missed == 1 else "are"
        told.append(
            Sign(
                f"{words.count(found.missed, 'line')} {several} about nothing in your "
                "library; import the file again when you have added it",
                "search",
                "warning",
            )
        )
    return [*told, *(Sign(sentence, "info", "warning") for sentence in found.left_out)]


def tables(found: Imported) -> dict[str, TextTable]:
    """The first lines of what is about the library, and of what is not, under their headings."""
    made = {}
    if found.lines:
        name = "Taken over" if found.kept else "What would be taken over"
        rows = [(*_cells(one), one.found) for one in found.lines]
        made[name] = TextTable(name, (*_COLUMNS, "Your item"), rows)
    if found.unmatched:
        name = "About nothing in your library"
        rows = [_cells(one) for one in found.unmatched[:_MOST]]
        made[name] = TextTable(name, _COLUMNS, rows)
    return made


def _cells(one: ImportedLine) -> tuple[str, ...]:
    when = item_words.moment(one.at) if one.at else ""
    if one.times > 1:
        when = f"{one.times:,} times"
    title = f"{one.title} · {one.artist}" if one.artist else one.title
    return title, str(one.year or ""), _DID.get(one.kind, one.kind), when
