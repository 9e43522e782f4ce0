"""The facts that extractors learnt about an item."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from mediadesk.engine.messages import LearntView
from mediadesk.ui import words
from mediadesk.ui.widgets.controls import OneLine, clear, column, label
from mediadesk.ui.widgets.flow import Flow

_WIDE = 224
_LABEL = 104


class LearntBox(QFrame):
    """A small list of facts for each extractor, side by side where there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._lists = Flow(spacing=24)
        self._told: Sequence[LearntView] = ()
        box: QVBoxLayout = column(label("What was learnt", "heading"), self._lists, spacing=16)
        box.setContentsMargins(20, 20, 20, 20)
        self.setLayout(box)

    def show_learnt(self, learnt: Sequence[LearntView]) -> None:
        """Show what is known; nothing takes no room."""
        self.setVisible(bool(learnt))
        if learnt == self._told:
            return  # what stays is not made anew: it would flash
        self._told = learnt
        clear(self._lists)
        for one in learnt:
            self._lists.addWidget(_facts(one))


def _facts(one: LearntView) -> QWidget:
    title = words.EXTRACTORS.get(one.extractor, one.title)
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for line, (name, value) in enumerate(one.facts):
        key = OneLine(name, "muted").hug()
        key.setMaximumWidth(_LABEL)
        grid.addWidget(key, line, 0)
        grid.addWidget(OneLine(value), line, 1)
    holder = QWidget()
    holder.setAccessibleName(title)
    holder.setFixedWidth(_WIDE)
    holder.setLayout(column(OneLine(title, "strong"), grid, 0, spacing=8))
    return holder
