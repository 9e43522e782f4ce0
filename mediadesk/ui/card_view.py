"""Shows cards in rows and columns, painting only what is seen; keyboard, mouse and menu alike."""

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPropertyAnimation, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from mediadesk.ui import cards, icons
from mediadesk.ui.card_model import CardModel, Index
from mediadesk.ui.cards import ACTION_NAMES, ACTIONS, CardPainter, Look
from mediadesk.ui.theme import Theme
from mediadesk.ui.words import Tile

CELL = 248


class CardView(QTableView):
    """A shelf (one row) or a grid (as many columns as fit) of cards."""

    chosen = Signal(object)  # Tile
    acted = Signal(object, str)  # Tile, one of ACTIONS
    left_by = Signal(int)  # Qt.Key.Key_Up or Key_Down at the edge of a shelf

    def __init__(
        self,
        model: CardModel,
        painter: CardPainter,
        theme: Theme,
        *,
        name: str,
        grid: bool = False,
        actions: bool = True,
        lines: int = 4,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.cards = model
        self.grid = grid
        self.offers = actions
        self.lines = lines
        self.hot: str | None = None
        self.hovered: int | None = None
        self._theme = theme
        self.setAccessibleName(name)
        self.setModel(model)
        self.setItemDelegate(_Delegate(self, painter))
        self._plain()
        model.modelReset.connect(self._sized)
        theme.changed.connect(self.viewport().update)

    def _plain(self) -> None:
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setMinimumSectionSize(1)
            header.setSectionResizeMode(header.ResizeMode.Fixed)
        if not self.grid:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setFixedHeight(cards.cell_size(CELL, self.lines).height())
        self._sized()

    def columns_that_fit(self) -> int:
        """How many cards stand side by side in a grid of this width."""
        return max(1, round(self.viewport().width() / CELL))

    def tile_here(self) -> Tile | None:
        """The card that has the keyboard."""
        number = self.cards.number(self.currentIndex())
        return None if number is None else self.cards.tile(number)

    def act(self, action: str) -> None:
        """Do something with the card that has the keyboard."""
        tile = self.tile_here()
        if tile is not None and (self.offers or action == "play"):
            self.acted.emit(tile, action)

    def take_keyboard(self, number: int = 0) -> None:
        """Put the keyboard on a card."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        last = self.cards.total - 1
        if last >= 0:
            self.setCurrentIndex(self.cards.place(min(number, last)))

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

    def _sized(self) -> None:
        width = CELL
        if self.grid:
            width = self.viewport().width() // max(1, self.cards.columnCount())
        size = cards.cell_size(max(80, width), self.lines)
        self.horizontalHeader().setDefaultSectionSize(size.width())
        self.verticalHeader().setDefaultSectionSize(size.height())
        self.updateGeometries()  # a new section size alone does not reach the scroll bars

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._sized()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            tile = self.tile_here()
            if tile is not None:
                self.chosen.emit(tile)
        elif not self.grid and key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.left_by.emit(int(key))
        elif event.text() and event.text().isprintable():
            event.ignore()  # letters are the window's shortcuts, not a search in the view
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        if not self.currentIndex().isValid() and self.cards.total:
            self.setCurrentIndex(self.cards.place(0))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(event.position().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(QPoint(-1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if self.cards.number(index) is not None:
            self.setCurrentIndex(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        number = self.cards.number(index)
        tile = None if number is None else self.cards.tile(number)
        if tile is None or event.button() != Qt.MouseButton.LeftButton:
            return
        action = self._action(index, event.position().toPoint())
        if action is None:
            self.chosen.emit(tile)
        else:
            self.acted.emit(tile, action)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        tile = self.tile_here()
        if tile is None or not self.offers:
            return
        menu = QMenu(self)
        menu.addAction(icons.icon("open", self._theme.colour("text")), "Open")
        for name in ACTIONS:
            drawn = icons.icon(name, self._theme.colour("text"))
            menu.addAction(drawn, ACTION_NAMES[name]).setData(name)
        picked = menu.exec(event.globalPos())
        if picked is None:
            return
        if picked.data() is None:
            self.chosen.emit(tile)
        else:
            self.acted.emit(tile, picked.data())

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

    def _tip(self, event: QHelpEvent) -> None:
        index = self.indexAt(event.pos())
        number = self.cards.number(index)
        tile = None if number is None else self.cards.tile(number)
        action = self._action(index, event.pos())
        cell = self.visualRect(index)
        if tile is None:
            QToolTip.hideText()
        elif action is not None:
            QToolTip.showText(event.globalPos(), ACTION_NAMES[action], self)
        elif self.itemDelegate().painter.cut_title(cell, tile):  # type: ignore[attr-defined]
            lines = [part for part in (tile.title, tile.line, tile.reason) if part]
            QToolTip.showText(event.globalPos(), "\n".join(lines), self)
        else:
            QToolTip.hideText()

    def _action(self, index: QModelIndex, point: QPoint) -> str | None:
        return cards.action_at(self.visualRect(index), point) if self.offers else None

    def _hover(self, point: QPoint) -> None:
        index = self.indexAt(point)
        number = self.cards.number(index)
        hot = None if number is None else self._action(index, point)
        if (number, hot) != (self.hovered, self.hot):
            self.hovered, self.hot = number, hot
            over = number is not None
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
            )
            self.viewport().update()


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
        )
        self.painter.paint(painter, option.rect, view.cards.tile(number), look)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return cards.cell_size(CELL, self._view.lines)
