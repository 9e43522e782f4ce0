"""The folders of the library: how each is, what is left out of it, and how others come in."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from mediadesk.api import UserError
from mediadesk.engine.messages import FolderView, Status, Verbs
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.dialogs.exclude import exclude_files
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, OneLine, Sentence, column, label, row
from mediadesk.ui.widgets.rows import Rows
from mediadesk.ui.widgets.sheet import confirm

Act = Callable[[FolderView], object]


class FolderRow(QWidget):
    """A folder of the library, what is left out of it, and the way to take it out."""

    def __init__(self, theme: Theme, folder: FolderView, leave_out: Act, remove: Act) -> None:
        super().__init__()
        self._folder = folder
        self._state = label("", "muted")
        self._without = OneLine("", "small")
        self._problem = Sentence("", "danger")
        self.leave_out = Button(
            theme, "Leave files out…", lambda: leave_out(self._folder), role="quiet"
        )
        self.leave_out.setAccessibleName(f"Leave files out of {folder.path}")
        self.remove = Button(theme, "Remove…", lambda: remove(self._folder), role="quiet")
        self.remove.setAccessibleName(f"Remove {folder.path}")
        named = column(OneLine(folder.path), self._without, self._problem, spacing=2)
        line = row(named, self._state, self.leave_out, self.remove, spacing=12)
        line.setStretch(0, 1)
        self.setLayout(line)

    def show_folder(self, folder: FolderView) -> None:
        """Show the folder as it is now."""
        self._folder = folder
        self._state.setText(words.folder_state(folder))
        without = words.without(folder.excludes)
        self._without.say(without)
        self._without.setVisible(bool(without))
        stays = " Its items stay in the library." if folder.files else ""
        self._problem.say(f"{folder.problem}{stays}" if folder.problem else "")


class FolderBox(QWidget):
    """Everything about the folders of the library."""

    shown = Signal()  # the rows may be others

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._none = label("No folder yet.", "muted")
        self._none.hide()  # until that is known
        self._trouble = Sentence("", "danger")
        self.rows: Rows[FolderView, FolderRow] = Rows(self._row, FolderRow.show_folder, spacing=12)
        self.typed = QLineEdit()
        self.typed.setPlaceholderText("Type or paste the path of a folder")
        self.typed.setAccessibleName("Path of a folder to add")
        self.typed.returnPressed.connect(self._add)
        self.typed.textEdited.connect(lambda _: self._trouble.say(""))
        add = Button(desk.theme, "Add", self._add)
        self.choose = Button(
            desk.theme, "Choose a folder…", desk.folder_wanted.emit, role="primary", drawn="folder"
        )
        box = column(
            label("Folders", "heading"),
            Sentence(
                "The videos and music in these folders are the library, but for what you leave "
                "out.",
                "muted",
            ),
            self._none,
            self.rows,
            row(self.typed, add, self.choose),
            self._trouble,
            spacing=12,
        )
        self.setLayout(box)

    def ask(self) -> None:
        """Show the folders as they are now."""
        self._questions.ask(self._take, Verbs.status)

    def remove(self, path: str) -> None:
        """Take a folder out of the library."""
        self._questions.ask(partial(self._removed, path), Verbs.remove_folder, path)

    def _row(self, folder: FolderView) -> FolderRow:
        return FolderRow(self._desk.theme, folder, self._leave_out, self._confirm_removal)

    def _take(self, status: Status) -> None:
        self._none.setVisible(not status.folders)
        self.rows.show({one.path: one for one in status.folders})
        self.shown.emit()

    def _add(self) -> None:
        path = self.typed.text().strip()
        if path:
            self._questions.attempt(
                partial(self._added, path), self._refused, Verbs.add_folder, path
            )

    def _added(self, path: str, status: Status) -> None:
        if self.typed.text().strip() == path:
            self.typed.clear()  # not before: a path that is wrong can be mended
        self._trouble.say("")
        self._take(status)

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, UserError):
            self._trouble.say(str(error))
        else:
            self._desk.report(error)

    def _leave_out(self, folder: FolderView) -> None:
        exclude_files(self._desk, folder, self.window()).accepted.connect(self.ask)

    def _confirm_removal(self, folder: FolderView) -> None:
        files = f" with its {words.count(folder.files, 'file')}" if folder.files else ""
        confirm(
            self,
            f"Take “{folder.path}”{files} out of the library?",
            title="Remove a folder",
            more="No file is deleted. Ratings, tags, notes, positions and what was analysed are "
            "kept for when you add it again.",
            agree="Remove",
            then=lambda: self.remove(folder.path),
        )

    def _removed(self, path: str, status: Status) -> None:
        self._take(status)
        self._desk.toasted.emit(words.taken_out(path), None)
