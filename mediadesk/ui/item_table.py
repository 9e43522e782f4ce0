"""Items in rows: a list with pictures, or a table of details whose headings sort."""

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent
from PySide6.QtWidgets import QToolTip

from mediadesk.ui.desk import Desk
from mediadesk.ui.found import Found
from mediadesk.ui.item_columns import ITEM, Column, that_fit
from mediadesk.ui.items_view import PICK, ItemsView
from mediadesk.ui.picked import Picked
from mediadesk.ui.row_painter import HEADING, Rows
from mediadesk.ui.scrubs import Scrubs
from mediadesk.ui.table_model import TableModel
from mediadesk.ui.theme import TYPE, font
from mediadesk.ui.widgets.controls import tip

LIST_ROW = 64
DETAILS_ROW = 38


class ItemTable(ItemsView):
    """The rows; `sort_wanted` carries the sort of a heading that was clicked."""

    sort_wanted = Signal(str)

    def __init__(
        self,
        found: Found,
        picked: Picked,
        columns: tuple[Column, ...],
        desk: Desk,
        *,
        name: str,
        headings: bool,
        scrubs: Scrubs | None = None,
    ) -> None:
        rows = TableModel(found, picked, columns, found)
        super().__init__(rows, desk, name=name, picked=picked, scrubs=scrubs)
        self.rows = rows
        self._keys = desk.keys
        self._whole = columns
        self._row = DETAILS_ROW if headings else LIST_ROW
        self._painter = Rows(self, rows, desk.painter, desk.theme)
        self.setItemDelegate(self._painter)
        self.setProperty("role", "items")
        self.verticalHeader().setDefaultSectionSize(self._row)
        head = self.horizontalHeader()
        head.setVisible(headings)
        head.setFixedHeight(34)
        head.setSectionsClickable(headings)
        head.setHighlightSections(False)
        head.sectionClicked.connect(self._heading_clicked)
        self.rows.modelReset.connect(self._sized)

    def show_sort(self, sort: str, *, descending: bool) -> None:
        """Mark the heading by which the rows are sorted."""
        head = self.horizontalHeader()
        sorts = [column.sort for column in self.rows.shape]
        head.setSortIndicatorShown(sort in sorts)
        if sort in sorts:
            order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
            head.setSortIndicator(sorts.index(sort), order)

    def action_at(self, index: QModelIndex, point: QPoint) -> str | None:
        if index.column() == 0 and self._painter.circle(
            self.visualRect(index), index.row()
        ).contains(point):
            return PICK
        return None

    def picture_rect(self, index: QModelIndex) -> QRect:
        if not index.isValid() or self.rows.shape[index.column()].name != ITEM:
            return QRect()
        return self._painter.picture_rect(self.visualRect(index), index.row())

    def indexAt(self, point: QPoint) -> QModelIndex:
        index = super().indexAt(point)
        if index.isValid() and index.row() in self.rows.sections:
            cell = self.visualRect(index)
            if point.y() < cell.top() + HEADING:
                return QModelIndex()
        return index

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            self._tip(event)
            return True
        return bool(super().viewportEvent(event))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        shape = that_fit(self._whole, self.viewport().width())
        if shape == self.rows.shape:
            self._sized()
            return
        here, scrolled = self.here, self.verticalScrollBar().value()
        self.rows.reshape(shape)
        if here is not None:
            self.set_here(here)
        self.verticalScrollBar().setValue(scrolled)

    def _sized(self) -> None:
        shape = self.rows.shape
        sharing = [column for column in shape if not column.width]
        fixed = sum(column.width for column in shape)
        left = max(120, self.viewport().width() - fixed)
        head = self.horizontalHeader()
        for place, column in enumerate(shape):
            share = 0.6 if column is sharing[0] and len(sharing) > 1 else 0.4
            width = int(left * (share if len(sharing) > 1 else 1.0))
            head.resizeSection(place, column.width or width)
        self._make_room()
        self.updateGeometries()

    def _make_room(self) -> None:
        """Make the first row of each section taller, so that its title stands above it."""
        down, total = self.verticalHeader(), self.rows.total
        for number in self.rows.sections:
            if number < total:
                down.resizeSection(number, self._row)
        self.rows.find_sections()
        for number in self.rows.sections:
            down.resizeSection(number, self._row + HEADING)

    def _heading_clicked(self, section: int) -> None:
        if sort := self.rows.shape[section].sort:
            self.sort_wanted.emit(sort)

    def _tip(self, event: QHelpEvent) -> None:
        index = self.indexAt(event.pos())
        number = self.cards.number(index)
        item = None if number is None else self.rows.item(number)
        if item is None:
            QToolTip.hideText()
        elif self.action_at(index, event.pos()):
            QToolTip.showText(event.globalPos(), self._keys.named("Select", "pick"), self)
        else:
            column = self.rows.shape[index.column()]
            text = column.text(item)
            room = self.visualRect(index).width() - (140 if column.name == ITEM else 40)
            cut = QFontMetrics(font(TYPE.body)).horizontalAdvance(text) > room
            QToolTip.showText(event.globalPos(), tip(text) if cut else "", self)

    def sizeHint(self) -> QSize:
        return QSize(480, 320)
