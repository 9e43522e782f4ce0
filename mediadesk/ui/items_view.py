"""What all views of items have in common: the keyboard, the mouse, picking and the menu."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QTableView

from mediadesk.ui.band import Band
from mediadesk.ui.card_model import CardModel
from mediadesk.ui.cards import Scrub
from mediadesk.ui.desk import Desk
from mediadesk.ui.picked import Picked
from mediadesk.ui.scrubs import Scrubs
from mediadesk.ui.words import Tile

PICK = "pick"
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier


class ItemsView(QTableView):
    """A table whose cells show items by their positions; where `picked` is given, one can pick."""

    chosen = Signal(object)  # Tile
    acted = Signal(object, str)  # Tile, one of cards.ACTIONS
    menu_wanted = Signal(QPoint)  # on the screen
    lettered = Signal(str)  # a letter that was typed with Shift
    keyed = Signal(str)  # what a key does with what is picked, else with what has the keyboard

    def __init__(
        self,
        model: CardModel,
        desk: Desk,
        *,
        name: str,
        picked: Picked | None = None,
        scrubs: Scrubs | None = None,
    ) -> None:
        super().__init__()
        self.cards = model
        self.picked = picked
        self.hot: str | None = None
        self.hovered: int | None = None
        self.scrub: Scrub | None = None
        self._scrubs = scrubs
        self._mouse = QPoint(-1, -1)
        self._pressed: tuple[int, str | None] | None = None
        self.setAccessibleName(name)
        self.setModel(model)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setCornerButtonEnabled(False)
        for corner in self.findChildren(QAbstractButton):
            corner.setAccessibleName(name)
        headers = ((self.horizontalHeader(), "Columns"), (self.verticalHeader(), "Rows"))
        for header, title in headers:
            header.hide()
            header.setAccessibleName(title)
            header.setMinimumSectionSize(1)
            header.setSectionResizeMode(header.ResizeMode.Fixed)
        # Else Qt would paint all anew at each step of scrolling, not only what comes into sight.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._theme = desk.theme
        self._pictures = desk.pictures
        self._theme.changed.connect(self.viewport().update)
        self._pictures.arrived.connect(self._show_pictures)
        self._band = None if picked is None else Band(self, picked)
        if picked is not None:
            picked.changed.connect(self.viewport().update)
        if scrubs is not None:
            scrubs.arrived.connect(lambda: self._scrub(self._mouse))

    @property
    def here(self) -> int | None:
        """The position of the item that has the keyboard."""
        return self.cards.number(self.currentIndex())

    def tile_here(self) -> Tile | None:
        """The card that has the keyboard."""
        here = self.here
        return None if here is None else self.cards.tile(here)

    def can(self, action: str) -> bool:
        """Whether an action is offered here."""
        return bool(action)

    def act(self, action: str) -> None:
        """Do what a key says with the card that has the keyboard, or with the picked ones."""
        tile = self.tile_here()
        if self.picked is not None:
            self.keyed.emit(action)
        elif tile is not None and self.can(action):
            self.acted.emit(tile, action)

    def pick(self) -> None:
        """Pick the item that has the keyboard, or no longer."""
        if self.picked is not None and self.here is not None:
            self.picked.toggle(self.here)

    def take_keyboard(self, number: int = 0) -> None:
        """Put the keyboard on a card."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        last = self.cards.total - 1
        if last >= 0:
            self.setCurrentIndex(self.cards.place(min(number, last)))

    def set_here(self, position: int) -> None:
        """Put the keyboard on an item without scrolling to it."""
        self.setAutoScroll(False)
        self.setCurrentIndex(self.cards.place(position))
        self.setAutoScroll(True)

    def first_seen(self) -> int | None:
        """The position of the first item that is seen."""
        return self.cards.number(self.indexAt(QPoint(2, 2)))

    def action_at(self, index: QModelIndex, point: QPoint) -> str | None:
        """Which button of an item is under a point."""
        raise NotImplementedError  # `CardView` and `ItemTable` say; Qt's classes allow no ABC

    def picture_rect(self, index: QModelIndex) -> QRect:
        """Where the picture of an item stands, empty if this cell has none."""
        raise NotImplementedError  # as above: each view says

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.colour("window"))
        painter.end()
        super().paintEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            tile = self.tile_here()
            if tile is not None:
                self.chosen.emit(tile)
        elif self.picked is not None and (self._picks(event, self.picked) or self._moves(event)):
            event.accept()
        elif event.text() and event.text().isprintable():
            event.ignore()  # letters are the window's shortcuts, not a search in the view
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        overrides = event.type() == QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and self._is_own(event):
            event.accept()  # no shortcut of the window
            return True
        return bool(super().event(event))

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        if not self.currentIndex().isValid() and self.cards.total:
            self.set_here(self.first_seen() or 0)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._band is not None:
            self._band.release()  # nobody tells of it any more

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        draws = self._band is not None and self._band.move(point)
        self.hover(QPoint(-1, -1) if draws else point)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hover(QPoint(-1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        index = self.indexAt(point)
        number = self.cards.number(index)
        self._pressed = None if number is None else (number, self.action_at(index, point))
        if number is not None:
            self.set_here(number)
        is_plain = self._pressed is None or self._pressed[1] is None
        if self._band is not None and is_plain and event.button() == Qt.MouseButton.LeftButton:
            self._band.press(point, event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if self._band is not None and self._band.release():
            self.hover(event.position().toPoint())
            return
        if pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        number, action = pressed
        if self.cards.number(self.indexAt(event.position().toPoint())) != number:
            return
        tile = self.cards.tile(number)
        if self.picked is not None and action == PICK:
            self.picked.toggle(number)
        elif action is None and self.picked is not None:
            if not self.picked.press(number, event.modifiers()) and tile is not None:
                self.chosen.emit(tile)
        elif tile is not None and action is not None:
            self.acted.emit(tile, action)
        elif tile is not None:
            self.chosen.emit(tile)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.here is None:
            return
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            cell = self.visualRect(self.currentIndex())
            self.menu_wanted.emit(self.viewport().mapToGlobal(cell.center()))
        else:
            self.menu_wanted.emit(event.globalPos())

    def hover(self, point: QPoint) -> None:
        """Take where the mouse is."""
        index = self.indexAt(point)
        number = self.cards.number(index)
        hot = None if number is None else self.action_at(index, point)
        if (number, hot) != (self.hovered, self.hot):
            self.hovered, self.hot = number, hot
            shape = Qt.CursorShape
            self.setCursor(shape.ArrowCursor if number is None else shape.PointingHandCursor)
            self.viewport().update()
        self._mouse = point
        self._scrub(point)

    def _scrub(self, point: QPoint) -> None:
        """Show the time of the item at whose picture the mouse points."""
        if self._scrubs is None:
            return
        index = self.indexAt(point)
        number = self.cards.number(index)
        tile = None if number is None else self.cards.tile(number)
        area = self.picture_rect(index)
        scrub = None
        if tile is not None and area.contains(point):
            scrub = self._scrubs.at(tile, (point.x() - area.left()) / area.width())
        if scrub != self.scrub:
            self.scrub = scrub
            self.viewport().update()

    def _show_pictures(self) -> None:
        """Paint the items again whose pictures came."""
        if not self.isVisible():
            return
        for index in self._seen():
            number = self.cards.number(index)
            if number is None or self.picture_rect(index).isEmpty():
                continue
            tile = self.cards.tile(number)
            if tile is not None and tile.picture in self._pictures.latest:
                self.update(index)

    def _seen(self) -> Iterator[QModelIndex]:
        """The cells that are seen, or in part."""
        area = self.viewport().rect()
        rows, columns = self.cards.rowCount(), self.cards.columnCount()
        for row in range(max(0, self.rowAt(0)), rows):
            if self.rowViewportPosition(row) > area.bottom():
                return
            for column in range(max(0, self.columnAt(0)), columns):
                if self.columnViewportPosition(column) > area.right():
                    break
                yield self.cards.index(row, column)

    def _is_own(self, event: QKeyEvent) -> bool:
        """Whether a key is for the view although the window would know it, too."""
        if self.picked is None:
            return False
        lets_go = event.key() == Qt.Key.Key_Escape and len(self.picked) > 0
        return lets_go or bool(letter(event))

    def _picks(self, event: QKeyEvent, picked: Picked) -> bool:
        """Pick nothing, or jump to a letter, as a key says; tell whether it was one for that."""
        if event.key() == Qt.Key.Key_Escape and picked:
            picked.clear()
        elif letter(event):
            self.lettered.emit(event.text())
        else:
            return False
        return True

    def _moves(self, event: QKeyEvent) -> bool:
        """Move the keyboard as a key says, and pick on the way with Shift."""
        here, last = self.here or 0, self.cards.total - 1
        to = self._target(event, here)
        if to is None or last < 0 or self.picked is None:
            return False
        to = min(max(0, to), last)
        if event.modifiers() & _SHIFT:
            if not self.picked:
                self.picked.begin(here)
            self.picked.extend(to)
        elif not event.modifiers() & _CONTROL:
            self.picked.begin(to)
        self.setCurrentIndex(self.cards.place(to))
        return True

    def _target(self, event: QKeyEvent, here: int) -> int | None:
        """The position to which a key leads from another."""
        key, side = event.key(), self.side_by_side()
        rows = max(
            1, self.viewport().height() // max(1, self.verticalHeader().defaultSectionSize())
        )
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -side,
            Qt.Key.Key_Down: side,
            Qt.Key.Key_PageUp: -rows * side,
            Qt.Key.Key_PageDown: rows * side,
        }
        if key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            return 0 if key == Qt.Key.Key_Home else self.cards.total - 1
        step = steps.get(Qt.Key(key))
        if step is None:
            return None
        edge = here + step < 0 or here + step >= self.cards.total
        if edge and abs(step) == side and side > 1 and key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            fits = here // side < (self.cards.total - 1) // side and step > 0
            return self.cards.total - 1 if fits else here  # the last row may be shorter
        return here + step

    def side_by_side(self) -> int:
        """How many items stand in one line."""
        return 1


def letter(event: QKeyEvent) -> str:
    """The letter that was typed with Shift, to jump to it."""
    text = event.text()
    return text if text.isalpha() and event.modifiers() == _SHIFT else ""
