"""Whom and what an item has to do with, as chips: each shows all that is theirs."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from mediadesk.engine.messages import NodeView
from mediadesk.ui import inside_words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Button, clear, column, label, tip, unmarked
from mediadesk.ui.widgets.flow import Flow

_WIDEST = 220
_FEW = 10


class CreditsBox(QFrame):
    """A line of chips for each role; of a long cast the rest comes when it is asked for."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._shown: tuple[NodeView, ...] = ()
        self.chips: dict[str, Button] = {}
        self.setProperty("role", "panel")
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(16)
        self._lines.setVerticalSpacing(10)
        self._lines.setColumnStretch(1, 1)
        box = column(label("Connections", "heading"), self._lines, spacing=12)
        box.setContentsMargins(20, 20, 20, 20)
        self.setLayout(box)
        self.hide()

    def show_nodes(self, nodes: Sequence[NodeView]) -> None:
        """Show those that have a role; none take no room."""
        credited = inside_words.credits(nodes)
        self.setVisible(bool(credited))
        if tuple(nodes) == self._shown:
            return  # what stays is not made anew: it would flash
        self._shown = tuple(nodes)
        clear(self._lines)
        self.chips = {}
        for line, (title, of_role) in enumerate(credited.items()):
            named = label(title, "muted")
            named.setContentsMargins(0, 6, 0, 0)  # in line with the words of the chips
            self._lines.addWidget(named, line, 0, Qt.AlignmentFlag.AlignTop)
            self._lines.addWidget(self._line(title, of_role), line, 1)

    def _line(self, title: str, nodes: Sequence[NodeView]) -> QWidget:
        flow = Flow(spacing=6)
        holder = QWidget()
        holder.setLayout(flow)
        chips = [self._chip(title, node) for node in nodes]
        for chip in chips:
            flow.addWidget(chip)
        rest = chips[_FEW:]
        if len(rest) > 1:
            for chip in rest:
                chip.hide()
            more = Button(self._desk.theme, f"{len(rest)} more", lambda: None, role="link")
            more.clicked.connect(partial(_unfold, rest, more))
            flow.addWidget(more)
        return holder

    def _chip(self, title: str, node: NodeView) -> Button:
        todo = partial(self._desk.search_wanted.emit, node.search)
        chip = Button(self._desk.theme, "", todo, role="chip")
        cut = chip.fontMetrics().elidedText(node.name, Qt.TextElideMode.ElideRight, _WIDEST)
        chip.setText(unmarked(cut))
        chip.setAccessibleName(f"{title}: show all of “{node.name}”")
        chip.setToolTip(tip(node.name) if cut != node.name else "")
        self.chips[f"{node.role}/{node.name}"] = chip
        return chip


def _unfold(rest: Sequence[QWidget], more: QWidget) -> None:
    for chip in rest:
        chip.show()
    rest[0].setFocus()
    more.hide()
