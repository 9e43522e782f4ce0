"""The fields that say which work videos are: a film, a clip, or episodes of a series."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QSizePolicy, QWidget

from mediadesk.engine.messages import Work
from mediadesk.ui import item_words, words
from mediadesk.ui.widgets.controls import Sentence, column, label
from mediadesk.ui.widgets.fields import calm, tell_wanted

_KINDS = ("episode", *(each for each in words.KINDS if each not in words.SOUND_KINDS | {"episode"}))
_EPISODES = frozenset({"series", "season", "episode"})
_ALONE = frozenset({"title", "season", "episode"})  # of one episode, not of many
_NUMBERS = {"year": 1999, "season": 2, "episode": 5}
"""Each with an example."""
_MOST = 99_999
_WIDEST = 700
_LINES = (("kind", "year"), ("series",), ("title",), ("season", "episode"))


class WorkEdit(QWidget):
    """Shows a work, and gives the one that is written; those of many have no numbers."""

    changed = Signal()

    def __init__(self, *, alone: bool) -> None:
        super().__init__()
        self._alone = alone
        self.kind = QComboBox()
        calm(self.kind, _WIDEST)
        for kind in _KINDS:
            self.kind.addItem(words.KINDS[kind], kind)
        self.kind.setAccessibleName(item_words.FIELDS["kind"])
        self.kind.currentIndexChanged.connect(lambda _: self._tell())
        self.lines: dict[str, QLineEdit] = {}
        self._boxes: dict[str, QWidget] = {}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        for place, names in enumerate(_LINES):
            for at, name in enumerate(names):
                grid.addWidget(self._field(name), place, at, 1, 2 // len(names))
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.setLayout(grid)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Preferred, policy.Fixed)  # what is below scrolls instead
        self._show_fields()

    @property
    def work(self) -> Work:
        """The work that is written here."""
        text = {name: line.text().strip() for name, line in self.lines.items() if self._has(name)}
        number = {name: int(text[name]) if text.get(name) else None for name in _NUMBERS}
        return Work(
            kind=self._kind,
            title=text.get("title", ""),
            year=number["year"],
            series=text.get("series", ""),
            season=number["season"],
            episode=number["episode"],
        )

    def show_work(self, work: Work) -> None:
        """Show a work, which is no change of a person's."""
        self.blockSignals(True)
        self.kind.setCurrentIndex(max(0, self.kind.findData(work.kind)))
        for name, line in self.lines.items():
            value = getattr(work, name)
            line.setText("" if value is None else str(value))
            line.setCursorPosition(0)
        self.blockSignals(False)

    @property
    def _kind(self) -> str:
        return str(self.kind.currentData())

    def _field(self, name: str) -> QWidget:
        editor: QComboBox | QLineEdit = self.kind
        problem = Sentence("", "danger")
        if name != "kind":
            editor = self.lines[name] = QLineEdit()
            editor.setAccessibleName(item_words.FIELDS[name])
            if name in _NUMBERS:
                editor.setValidator(QIntValidator(0, _MOST, editor))
                number = f"The {name} is a whole number, such as {_NUMBERS[name]}."
                tell_wanted(editor, number, problem.say)
                editor.textChanged.connect(lambda _: problem.say(""))  # another work is chosen
            editor.textChanged.connect(lambda _: self._tell())
        heading = label(item_words.FIELDS[name], "smallstrong")
        heading.setBuddy(editor)
        box = self._boxes[name] = QWidget()
        box.setLayout(column(heading, editor, problem, spacing=2))
        return box

    def _has(self, name: str) -> bool:
        if self._kind == "episode":
            return self._alone or name not in _ALONE
        return name not in _EPISODES

    def _show_fields(self) -> None:
        for name, box in self._boxes.items():
            box.setVisible(self._has(name))

    def _tell(self) -> None:
        self._show_fields()
        self.changed.emit()
