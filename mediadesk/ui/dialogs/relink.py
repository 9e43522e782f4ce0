"""The dialog that says which file a missing item is now."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from mediadesk.engine.messages import Change, Filing, ItemView, Match
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    Sentence,
    column,
    in_reading_order,
    label,
    row,
    scrolling,
)
from mediadesk.ui.widgets.sheet import Sheet

_HIGH = 560
_SURE = 0.88  # as long, and its name or content at least four fifths alike


def relink_item(desk: Desk, item: ItemView, parent: QWidget | None = None) -> "RelinkDialog":
    """Open the dialog that relinks this item."""
    dialog = RelinkDialog(desk, item, parent)
    dialog.open()
    return dialog


class RelinkDialog(Sheet):
    """What may be the file, the best guess first, and the way to any other."""

    def __init__(self, desk: Desk, item: ItemView, parent: QWidget | None = None) -> None:
        super().__init__(desk, "Relink", "Relink", parent)
        self._item = item
        self.heading.say(f"Where is “{item.title}” now?")
        if item.path:
            self.say(f"It was at {item.path}")
        self._group = QButtonGroup(self)
        self._paths: dict[int, str] = {}
        self._found = QVBoxLayout()
        self._found.setSpacing(12)
        self._none = Sentence("", "muted")
        self.typed = QLineEdit()
        self.typed.setPlaceholderText("Type or paste the path of the file")
        self.typed.setAccessibleName("Path of the file")
        self.typed.textChanged.connect(lambda _: self._tell())
        choose = Button(desk.theme, "Choose a file…", self._choose, drawn="folder")
        choose.setAutoDefault(False)
        line = row(self.typed, choose)
        line.setStretch(0, 1)
        self._content = QWidget()
        pile = column(
            self._none, self._found, 4, label("Another file", "strong"), line, 0, spacing=12
        )
        pile.setContentsMargins(32, 8, 32, 8)
        self._content.setLayout(pile)
        self.body.addWidget(scrolling(self._content, "Where it may be"))
        self.high(_HIGH)
        self.agree_by_enter()
        self.work("" if item.path else "Looking for files that may be it …")
        self.questions.attempt(self._take, self.refuse, Filing.matches, item.id)

    @property
    def chosen(self) -> str:
        """The path that is chosen: the typed one, else that of the marked guess."""
        return self.typed.text().strip() or self._paths.get(self._group.checkedId(), "")

    def go_on(self) -> None:
        """Relink to what is chosen."""
        self.act()
        self.questions.attempt(self._done, self.refuse, Filing.relink, self._item.id, self.chosen)

    def _take(self, matches: Sequence[Match]) -> None:
        self._none.say(
            "These files may be it:" if matches else "No file of the library looks like it."
        )
        for number, match in enumerate(matches):
            self._found.addLayout(self._line(number, match))
        in_reading_order(self._content)
        self.rest()
        if matches:
            best = self._group.buttons()[0]
            best.setChecked(matches[0].alike >= _SURE)  # else Enter would take any other file
            self.put_keyboard(best)
        else:
            self.put_keyboard(self.typed)
        self._tell()

    def _line(self, number: int, match: Match) -> QVBoxLayout:
        self._paths[number] = match.path
        name = match.path.replace("\\", "/").rpartition("/")[2]
        radio = QRadioButton(name.replace("&", "&&"))
        radio.setAccessibleName(f"{match.path}: {match.why}")
        radio.toggled.connect(lambda _: self._tell())
        self._group.addButton(radio, number)
        sure = label(f"{match.alike:.0%}", "accent")
        head = row(radio, 0, sure)
        below = column(OneLine(match.path, "small"), Sentence(match.why, "small"), spacing=0)
        below.setContentsMargins(30, 0, 0, 0)
        return column(head, below, spacing=2)

    def _tell(self) -> None:
        self.trouble.say("")
        self.agree.setEnabled(bool(self.chosen))

    def _choose(self) -> None:
        dialog = QFileDialog(self, f"Where is “{self._item.title}”?")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.typed.setText)
        dialog.open()

    def _done(self, change: Change) -> None:
        self.desk.done.emit(change)
        self.accept()


def relink_folder(desk: Desk, folder: str, parent: QWidget) -> QFileDialog:
    """Ask where a folder of the library is now, and tell the engine."""
    dialog = QFileDialog(parent, f"Where is “{folder}” now?")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    told = f"“{folder}” is found at “{{}}” now."

    def relinked(new: str, _: object) -> None:
        desk.toasted.emit(told.format(new), None)

    dialog.fileSelected.connect(
        lambda new: desk.do(partial(relinked, new), Filing.relink_folder, folder, new)
    )
    dialog.open()
    return dialog
