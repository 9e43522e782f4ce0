"""A panel of graphs, and under a button the same in numbers."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QWidget

from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import (
    Button,
    Sentence,
    column,
    in_reading_order,
    label,
    row,
)
from mediadesk.ui.widgets.table import Rows, TextTable

_SAID = 300


class Charted(QFrame):
    """A heading, a sentence, graphs each with its own heading and sentence, and a table."""

    def __init__(
        self,
        theme: Theme,
        heading: str,
        said: str,
        *graphs: QWidget,
        columns: Sequence[str],
        rows: Rows,
    ) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._heading, self._columns, self._rows = heading, columns, rows
        self.table: TextTable | None = None
        self.numbers = Button(theme, "", self._turn, role="quiet", drawn="list")
        head = row(label(heading, "heading"), 0, self.numbers)
        self._pile = column(head, Sentence(said, "muted"), *graphs, spacing=12)
        self._pile.setContentsMargins(20, 20, 20, 20)
        self.setLayout(self._pile)
        self._say()

    def _turn(self) -> None:
        if self.table is None:
            numbers = range(1, len(self._columns))
            self.table = TextTable(self._heading, self._columns, self._rows, right=numbers)
            self._pile.addWidget(self.table)
            self.table.show()
            in_reading_order(self)
        else:
            self.table.setVisible(self.table.isHidden())
        self._say()

    def _say(self) -> None:
        verb = "Show" if self.table is None or self.table.isHidden() else "Hide"
        self.numbers.say(f"{verb} the numbers")
        self.numbers.setAccessibleName(f"{verb} the numbers of “{self._heading}”")


def beside(name: str, said: str, graph: QWidget) -> QWidget:
    """A graph with its name and what it says at its left."""
    words = QWidget()
    words.setFixedWidth(_SAID)
    words.setLayout(column(label(name, "strong"), Sentence(said, "muted"), 0, spacing=4))
    whole = QWidget()
    line = row(words, graph, spacing=24)
    line.setStretch(1, 1)
    whole.setLayout(line)
    return whole
