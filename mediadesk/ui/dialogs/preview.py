"""The dialog that shows what feedback would change, before it is given."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import get_args

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QButtonGroup, QWidget

from mediadesk.engine.messages import Card, Effect, FeedbackKind, Move, Panel, Verbs
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Button, Sentence, clear, column, label, row
from mediadesk.ui.widgets.picture import captioned
from mediadesk.ui.widgets.sheet import Sheet
from mediadesk.ui.words import Tile

NAMES: dict[FeedbackKind, str] = {
    "like": "Like",
    "less": "Less like this",
    "not-now": "Not now",
    "hide": "Hide",
    "undo": "Take it back",
}
_FRAME = QSize(136, 77)
_SHOWN = 5
_HIGH = 560


def preview_feedback(desk: Desk, tile: Tile, parent: QWidget | None = None) -> "PreviewDialog":
    """Open the dialog about one card."""
    dialog = PreviewDialog(desk, tile, parent)
    dialog.open()
    return dialog


class PreviewDialog(Sheet):
    """A row of the panel before and after; nothing is noted until that is agreed to."""

    def __init__(self, desk: Desk, tile: Tile, parent: QWidget | None = None) -> None:
        super().__init__(desk, f"What would change by “{tile.title}”", "Like", parent, width=800)
        self._tile = tile
        self._kind: FeedbackKind = "undo" if tile.liked else "like"
        self._others = [kind for kind in get_args(FeedbackKind) if kind not in {"like", "undo"}]
        self.chips: dict[FeedbackKind, Button] = {}
        group = QButtonGroup(self)
        for kind in (self._kind, *self._others):
            chip = Button(desk.theme, NAMES[kind], partial(self.ask, kind), role="chip")
            chip.setCheckable(True)
            group.addButton(chip)
            self.chips[kind] = chip
        self.said = Sentence("", "muted")
        self._rows = column(spacing=8)
        pile = column(row(*self.chips.values(), 0), self.said, self._rows, 0, spacing=12)
        pile.setContentsMargins(32, 4, 32, 4)
        self.body.addLayout(pile)
        self.high(_HIGH)
        self.ask(self._kind)

    def ask(self, kind: FeedbackKind) -> None:
        """Show what one kind of feedback would change."""
        self._kind = kind
        self.chips[kind].setChecked(True)
        self.agree.say(NAMES[kind])
        self.work()
        self.questions.attempt(self._show, self.refuse, Verbs.preview, self._tile.id, kind)

    def go_on(self) -> None:
        """Give the feedback that is shown."""
        self.desk.feedback(self._tile, self._kind)
        self.accept()

    def _show(self, told: Effect) -> None:
        self.rest()
        self.said.say(" ".join(sentences(told)))
        clear(self._rows)
        shelf = told.moves[0].shelf if told.moves else _first(told.before)
        moves = {move.item.id: move for move in told.moves if move.shelf == shelf}
        for name, panel, note in (("now", told.before, leaves), ("then", told.after, comes)):
            seen = next((each for each in panel.shelves if each.id == shelf), None)
            if seen is not None:
                self._rows.addWidget(label(f"{seen.title}, {name}", "smallstrong"))
                self._rows.addWidget(self._row(seen.items[:_SHOWN], moves, note))

    def _row(
        self, cards: Sequence[Card], moves: dict[str, Move], note: Callable[[Move], str]
    ) -> QWidget:
        holder = QWidget()
        line = row(spacing=10)
        for card in cards:
            said = note(moves[card.id]) if card.id in moves else ""
            tile = captioned(self.desk, words.tile(card), _FRAME)
            line.addLayout(column(tile, label(said, "accent"), spacing=2))
        line.addStretch(1)
        holder.setLayout(line)
        return holder


def sentences(told: Effect) -> list[str]:
    """What would move, shelf by shelf."""
    titles = {each.id: each.title for each in (*told.before.shelves, *told.after.shelves)}
    said = []
    for shelf, moves in groupby(told.moves, key=lambda move: move.shelf):
        counts = Counter(_way(move) for move in moves)
        parts = [
            words.count(counts[way], one, many)
            for way, one, many in (
                ("comes", "comes", "come"), ("goes", "goes", "go"), ("moves", "moves", "move")
            )
            if counts[way]
        ]  # fmt: skip
        said.append(f"{titles[shelf]}: {', '.join(parts)}.")
    return said or ["Nothing would move."]


def leaves(move: Move) -> str:
    """What is said below a card that is there now."""
    return "goes" if move.after is None else ""


def comes(move: Move) -> str:
    """What is said below a card that would be there."""
    return "comes" if move.before is None else f"was number {move.before}"


def _way(move: Move) -> str:
    if move.before is None:
        return "comes"
    return "goes" if move.after is None else "moves"


def _first(panel: Panel) -> str:
    return next((shelf.id for shelf in panel.shelves), "")
