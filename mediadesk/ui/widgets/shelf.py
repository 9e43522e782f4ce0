"""One titled row of cards with arrows to page it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from mediadesk.ui import cards
from mediadesk.ui.card_model import CardModel
from mediadesk.ui.card_view import CardView
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import IconButton, OneLine, row
from mediadesk.ui.words import Tile


class Shelf(QWidget):
    """A row of cards; the same shelf can take other cards without flicker."""

    def __init__(
        self,
        desk: Desk,
        title: str = "",
        *,
        actions: bool = True,
        lines: int = 4,
        beside: QWidget | None = None,
    ) -> None:
        """Make an empty shelf; `beside` stands at the end of the line of its title."""
        super().__init__()
        self._heading = OneLine(title, "heading")
        self.model = CardModel(self)
        self.view = CardView(self.model, desk, name=title, actions=actions, lines=lines)
        self._back = IconButton(desk.theme, "left", "Earlier cards", lambda: self.view.page(-1))
        self._on = IconButton(desk.theme, "right", "More cards", lambda: self.view.page(1))
        extra = [beside] if beside is not None else []
        top = row(self._heading, *extra, self._back, self._on, spacing=4)
        top.setStretch(0, 1)
        top.setContentsMargins(cards.PAD, 0, cards.PAD, 0)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(top)
        box.addWidget(self.view)
        bar = self.view.horizontalScrollBar()
        bar.rangeChanged.connect(self._arrows)
        bar.valueChanged.connect(self._arrows)
        self.view.chosen.connect(desk.choose)
        self.view.acted.connect(desk.act)

    def show_cards(self, title: str, tiles: Sequence[Tile], *, removal: str = "") -> None:
        """Take another title and other cards; keyboard and scroll position stay.

        `removal` says how cards are taken off the shelf, where they can be.
        """
        self.view.removal = removal
        had = self.view.tile_here()
        focused = self.view.hasFocus()
        scrolled = self.view.horizontalScrollBar().value()
        self._heading.say(title)
        self.view.setAccessibleName(title)
        self.model.show(tiles)
        self.view.horizontalScrollBar().setValue(scrolled)
        if focused:
            places = [(tile.id, tile.start) for tile in tiles]  # moments of one item share its id
            here = None if had is None else (had.id, had.start)
            self.view.take_keyboard(places.index(here) if here in places else 0)
        self._arrows()

    def _arrows(self) -> None:
        bar = self.view.horizontalScrollBar()
        for button in (self._back, self._on):
            button.setVisible(bar.maximum() > 0)
        self._back.setEnabled(bar.value() > bar.minimum())
        self._on.setEnabled(bar.value() < bar.maximum())
