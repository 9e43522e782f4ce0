"""The dialog that says which files of a folder a scan leaves out."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QWidget

from mediadesk.engine.messages import Filing, FolderView
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Sentence, column, label
from mediadesk.ui.widgets.sheet import Sheet

_EXAMPLES = (
    ("*.sample.mkv", "files with this ending, wherever they lie in it"),
    ("/Extras/", "the folder “Extras” that lies right in it"),
    ("Trailers/", "every folder that is called “Trailers”"),
)
_LEAST = 96


def exclude_files(desk: Desk, folder: FolderView, parent: QWidget | None = None) -> "ExcludeDialog":
    """Open the dialog that leaves files out of a folder of the library."""
    dialog = ExcludeDialog(desk, folder, parent)
    dialog.open()
    return dialog


class ExcludeDialog(Sheet):
    """The patterns of a folder, one a line, and what they can be."""

    def __init__(self, desk: Desk, folder: FolderView, parent: QWidget | None = None) -> None:
        super().__init__(desk, "Leave files out", "Save", parent, width=560)
        self._folder = folder
        self.heading.say(f"Leave files out of “{words.short(words.folder_name(folder), 40)}”")
        self.say(folder.path)
        self.field = QPlainTextEdit("\n".join(folder.excludes))
        self.field.setPlaceholderText("Nothing is left out yet")
        self.field.setAccessibleName("Patterns, one a line")
        self.field.setTabChangesFocus(True)
        self.field.setMinimumHeight(_LEAST)
        self.field.moveCursor(QTextCursor.MoveOperation.End)
        self.field.textChanged.connect(lambda: self.trouble.say(""))
        self.agree.setToolTip("Ctrl+Enter")  # Enter begins a line here
        kept = Sentence(
            "No file is touched. What is left out keeps all that you did with it, and comes back "
            "when you take its pattern out.",
            "muted",
        )
        mark = Sentence(
            "A file named .mediadeskignore in any folder does the same for what is below it.",
            "small",
        )
        name = label("Patterns, one a line, as in .gitignore", "smallstrong")
        pile = column(kept, 8, column(name, self.field, spacing=6), _examples(), mark, spacing=10)
        pile.setContentsMargins(32, 4, 32, 4)
        self.body.addLayout(pile)
        self.put_keyboard(self.field)

    @property
    def patterns(self) -> tuple[str, ...]:
        """What is left out, as it is written now."""
        lines = (line.strip() for line in self.field.toPlainText().split("\n"))
        return tuple(line for line in lines if line)

    @property
    def unsaved(self) -> bool:
        return self.patterns != self._folder.excludes

    def go_on(self) -> None:
        """Save the patterns; the folder is looked through with them."""
        if not self.unsaved:
            self.accept()
            return
        self.field.setReadOnly(True)
        self.act()
        self.questions.attempt(
            self._done, self._refused, Filing.exclude, self._folder.path, self.patterns
        )

    def _done(self, folder: FolderView) -> None:
        name = words.short(words.folder_name(folder), 40)
        then = "It is looked through now." if folder.available else "It holds once it is back."
        self.desk.toasted.emit(f"Saved what is left out of “{name}”. {then}", None)
        self.accept()

    def _refused(self, error: BaseException) -> None:
        self.field.setReadOnly(False)
        self.refuse(error)
        self.put_keyboard(self.field)


def _examples() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(20)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for line, (pattern, meaning) in enumerate(_EXAMPLES):
        grid.addWidget(label(pattern, "code"), line, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Sentence(meaning, "small"), line, 1)
    return grid
