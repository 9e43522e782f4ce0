"""Shows cards in rows and columns, painting only what is seen; keyboard, mouse and menu alike."""

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPropertyAnimation, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from mediadesk.ui import cards, icons
from mediadesk.ui.card_model import CardModel, Index
from mediadesk.ui.cards import ACTION_NAMES, ACTIONS, CardPainter, Look
from mediadesk.ui.desk import Desk
from mediadesk.ui.items_view import PICK, ItemsView
from mediadesk.ui.keys import KEYS, shown
from mediadesk.ui.offers import offers
from mediadesk.ui.picked import Picked
from mediadesk.ui.scrubs import Scrubs
from mediadesk.ui.widgets.controls import tip
from mediadesk.ui.widgets.menus import passing
from mediadesk.ui.words import Tile

CELL = 248
_MORE = (
    ("play-next", "Play next", "queue"),
    ("queue", "Add to the queue", "queue"),
    ("collect", "Add to a collection…", "collections"),
)
"""What goes with a card besides its buttons: name, text, icon."""


class CardView(ItemsView):
    """A shelf (one row) or a grid (as many columns as fit) of cards."""

    resized = Signal()
    left_by = Signal(int)  # Qt.Key.Key_Up or Key_Down at the edge of a shelf

    def __init__(
        self,
        model: CardModel,
        desk: Desk,
        *,
        name: str,
        grid: bool = False,
        actions: bool = True,
        lines: int = 4,
        picked: Picked | None = None,
        scrubs: Scrubs | None = None,
    ) -> None:
        super().__init__(model, desk, name=name, picked=picked, scrubs=scrubs)
        self.grid = grid
        self.offers = actions
        self.lines = lines
        self.cell = CELL
        self.removal = ""  # how cards are taken off this shelf, for the menu and the Delete key
        self._desk = desk
        self._keys = desk.keys
        self.setItemDelegate(_Delegate(self, desk.painter))
        if not grid:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setFixedHeight(cards.cell_size(CELL, lines).height())
        self._sized()
        model.modelReset.connect(self._sized)
        if picked is None:
            self.menu_wanted.connect(self._open_menu)

    def columns_that_fit(self) -> int:
        """How many cards stand side by side in a grid of this width."""
        return max(1, round(self.viewport().width() / self.cell))

    def side_by_side(self) -> int:
        return max(1, self.cards.columnCount())

    def can(self, action: str) -> bool:
        return self.offers or action == "play"

    def page(self, direction: int) -> None:
        """Scroll a shelf by what is seen of it, left (-1) or right (1)."""
        bar = self.horizontalScrollBar()
        step = max(CELL, self.viewport().width() // CELL * CELL)
        target = max(bar.minimum(), min(bar.maximum(), bar.value() + direction * step))
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        motion = QPropertyAnimation(bar, b"value", self)
        motion.setDuration(min(150, self.style().styleHint(hint, None, self)))
        motion.setEndValue(target)
        motion.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)

    def seen_tiles(self) -> list[Tile]:
        """Give the cards of a shelf of which half or more is scrolled to."""
        here = self.viewport().rect()
        places = [self.cards.place(n) for n in range(self.cards.columnCount())]
        seen = [at for at in places if here.contains(self.visualRect(at).center())]
        numbers = [number for at in seen if (number := self.cards.number(at)) is not None]
        return [tile for number in numbers if (tile := self.cards.tile(number)) is not None]

    def action_at(self, index: QModelIndex, point: QPoint) -> str | None:
        cell = self.visualRect(index)
        if self.picked is not None and cards.pick_rect(cell).contains(point):
            return PICK
        return cards.action_at(cell, point) if self.offers else None

    def picture_rect(self, index: QModelIndex) -> QRect:
        return cards.artwork_rect(self.visualRect(index))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._sized()
        self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.grid and event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.left_by.emit(int(event.key()))
        elif self.removal and event.key() == Qt.Key.Key_Delete:
            self.act("dismiss")
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.offers:
            super().contextMenuEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        sideways = abs(event.angleDelta().x()) > abs(event.angleDelta().y())
        if self.grid or sideways:
            super().wheelEvent(event)
        else:
            event.ignore()  # the page below the shelf scrolls

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            self._tip(event)
            return True
        return bool(super().viewportEvent(event))

    def _sized(self) -> None:
        width = CELL
        if self.grid:
            width = self.viewport().width() // max(1, self.cards.columnCount())
        size = cards.cell_size(max(80, width), self.lines)
        across, down, bar = self.horizontalHeader(), self.verticalHeader(), self.verticalScrollBar()
        was, scrolled = QSize(across.defaultSectionSize(), down.defaultSectionSize()), bar.value()
        if was != size:
            across.setDefaultSectionSize(size.width())
            down.setDefaultSectionSize(size.height())
        self.updateGeometries()  # a new section size alone does not reach the scroll bars
        if was.height() != size.height():  # else one would be among other rows
            bar.setValue(round(scrolled * size.height() / was.height()))

    def _open_menu(self, where: QPoint) -> None:
        """Open the menu of a card that is not picked with others."""
        tile = self.tile_here()
        if tile is None:
            return
        menu = passing(self)
        ink = self._theme.colour("text")

        def add(action: str, text: str, drawn: str) -> None:
            key = shown(self._keys.of(action)[:1]) if action in KEYS else ""
            said = f"{text}\t{key}" if key else text
            menu.addAction(icons.icon(drawn, ink), said, partial(self.acted.emit, tile, action))

        menu.addAction(icons.icon("open", ink), "Open", lambda: self.chosen.emit(tile))
        for name in ACTIONS:
            add(name, ACTION_NAMES[name], name)
        if self.offers:
            add("preview", "What would change…", "eye")
        menu.addSeparator()
        add("watched", "Mark as not watched" if tile.finished else "Mark as watched", "eye")
        for name, text, drawn in _MORE:
            if offers(self._desk, name):
                add(name, text, drawn)
        if self.removal:
            menu.addSeparator()
            todo = partial(self.acted.emit, tile, "dismiss")
            menu.addAction(icons.icon("close", ink), self.removal, todo)
        menu.popup(where)

    def _tip(self, event: QHelpEvent) -> None:
        index = self.indexAt(event.pos())
        number = self.cards.number(index)
        tile = None if number is None else self.cards.tile(number)
        action = self.action_at(index, event.pos())
        cell = self.visualRect(index)
        if tile is None:
            QToolTip.hideText()
        elif action == PICK:
            QToolTip.showText(event.globalPos(), self._keys.named("Select", "pick"), self)
        elif action is not None:
            told = self._keys.named(ACTION_NAMES[action], action)
            QToolTip.showText(event.globalPos(), told, self)
        elif self.itemDelegate().painter.cut_title(cell, tile):  # type: ignore[attr-defined]
            lines = [part for part in (tile.title, tile.line, tile.reason) if part]
            QToolTip.showText(event.globalPos(), tip("\n".join(lines)), self)
        else:
            QToolTip.hideText()


class _Delegate(QStyledItemDelegate):
    """Hands each cell to the card painter."""

    def __init__(self, view: CardView, painter: CardPainter) -> None:
        super().__init__(view)
        self._view = view
        self.painter = painter

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self._view
        number = view.cards.number(index)
        if number is None:
            return
        look = Look(
            hovered=number == view.hovered,
            focused=view.hasFocus() and index == view.currentIndex(),
            hot=view.hot,
            actions=view.offers,
            pickable=view.picked is not None,
            picking=bool(view.picked),
            picked=view.picked is not None and view.picked.holds(number),
            scrub=view.scrub if number == view.hovered else None,
        )
        self.painter.paint(painter, option.rect, view.cards.tile(number), look)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return cards.cell_size(CELL, self._view.lines)
