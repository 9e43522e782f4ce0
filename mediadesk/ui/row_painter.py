"""Paints the rows of a list or table of items."""

from functools import lru_cache

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from mediadesk.engine.messages import ItemView
from mediadesk.ui import icons, words
from mediadesk.ui.cards import CardPainter, Look, Scrub, pick_circle
from mediadesk.ui.item_columns import ITEM, STARS
from mediadesk.ui.items_view import ItemsView
from mediadesk.ui.table_model import TableModel
from mediadesk.ui.theme import TYPE, Theme, font

HEADING = 44  # above the first row of a section
_CIRCLE = 28
_PAD = 12
_LEADING = 44  # what the circle takes up
_THUMB = QSize(85, 48)
_STAR = 14
_RATIO = 2


class Rows(QStyledItemDelegate):
    """Paints each cell of an item table, with what goes through the whole row."""

    def __init__(
        self, view: ItemsView, rows: TableModel, painter: CardPainter, theme: Theme
    ) -> None:
        super().__init__(view)
        self._view = view
        self._rows = rows
        self._cards = painter
        self._theme = theme
        self._body = font(TYPE.body)
        self._strong = font(TYPE.body, strong=True)
        self._small = font(TYPE.small)
        self._heading = font(TYPE.heading, strong=True)

    def circle(self, cell: QRect, number: int) -> QRect:
        """Where the circle stands that picks a row, in its first cell."""
        row = self._row(cell, number)
        return QRect(row.left() + 8, row.center().y() - _CIRCLE // 2 + 1, _CIRCLE, _CIRCLE)

    def picture_rect(self, cell: QRect, number: int) -> QRect:
        """Where the picture of an item stands in its first cell."""
        return _thumb(self._row(cell, number).adjusted(_LEADING, 0, 0, 0))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rows, number = self._rows, index.row()
        item = rows.item(number)
        column = rows.shape[index.column()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell = self._row(option.rect, number)
        if index.column() == 0 and cell.top() != option.rect.top():
            self._section(painter, option.rect, rows.sections[number])
        self._ground(painter, cell, number, last=index.column() == len(rows.shape) - 1)
        inner = cell.adjusted(_PAD, 0, -_PAD, 0)
        if index.column() == 0:
            inner = self._first(painter, cell, number, item)
        if item is None:
            if index.column() == 0:
                self._bar(painter, inner)
        elif column.name == ITEM:
            scrub = self._view.scrub if number == self._view.hovered else None
            self._item(painter, inner, item, scrub)
        elif column.name == STARS:
            stars(painter, inner, item.stars, self._theme)
        else:
            ink = "text" if item.available and index.column() == 0 else "muted"
            face = self._strong if index.column() == 0 else self._body
            self._text(painter, inner, column.text(item), face, ink, right=column.right)
        painter.restore()

    def _row(self, cell: QRect, number: int) -> QRect:
        """The cell without the title of the section above it."""
        return cell.adjusted(0, HEADING, 0, 0) if number in self._rows.sections else cell

    def _section(self, painter: QPainter, cell: QRect, title: str) -> None:
        box = QRect(cell.left() + 8, cell.top() + 8, self._view.viewport().width(), HEADING - 12)
        self._text(painter, box, title, self._heading, "text")

    def _ground(self, painter: QPainter, cell: QRect, number: int, *, last: bool) -> None:
        """What lies behind a row: a line below it, and whether it is picked or has the keyboard."""
        view, theme = self._view, self._theme
        picked = view.picked is not None and view.picked.holds(number)
        if picked or number == view.hovered:
            painter.fillRect(cell, theme.colour("accent_soft" if picked else "raised"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(cell.bottomLeft(), cell.bottomRight())
        if view.hasFocus() and number == view.currentIndex().row():
            painter.setPen(QPen(theme.colour("accent"), 2))
            top, bottom = cell.top() + 1, cell.bottom()
            painter.drawLine(cell.left(), top, cell.right(), top)
            painter.drawLine(cell.left(), bottom, cell.right(), bottom)
            if cell.left() <= 1:
                painter.drawLine(cell.left() + 1, top, cell.left() + 1, bottom)
            if last:
                painter.drawLine(cell.right(), top, cell.right(), bottom)

    def _first(self, painter: QPainter, cell: QRect, number: int, item: ItemView | None) -> QRect:
        """Paint the circle that picks, or the state in its place; give what is left of the cell."""
        view = self._view
        picked = view.picked is not None and view.picked.holds(number)
        box = QRect(cell.left() + 8, cell.center().y() - _CIRCLE // 2 + 1, _CIRCLE, _CIRCLE)
        if view.picked or number == view.hovered:
            hot = view.hot if number == view.hovered else None
            look = Look(picked=picked, hot=hot)
            pick_circle(painter, box, look, ink=self._theme.colour("muted"))
        elif item is not None and (name := _state(item)):
            colour = self._theme.palette.muted
            painter.drawPixmap(box.topLeft() + QPoint(6, 6), icons.pixmap(name, colour, 16))
        return cell.adjusted(_LEADING, 0, -_PAD, 0)

    def _item(self, painter: QPainter, box: QRect, item: ItemView, scrub: Scrub | None) -> None:
        """A picture, the title, and a line below it."""
        tile = words.tile(item)
        thumb = _thumb(box)
        painter.setOpacity(1.0 if item.available else 0.45)
        picture = self._cards.artwork(tile, _THUMB, radius=6, scrub=scrub)
        painter.drawPixmap(thumb.topLeft(), picture)
        painter.setOpacity(1.0)
        if tile.progress:
            bar = QRectF(thumb.left() + 6, thumb.bottom() - 6, thumb.width() - 12, 3)
            painter.fillRect(bar, QColor(255, 255, 255, 120))
            bar.setWidth(bar.width() * min(1.0, max(0.05, tile.progress)))
            painter.fillRect(bar, QColor("#8f9bff"))
        text = QRect(thumb.right() + 14, box.top() + 11, box.right() - thumb.right() - 14, 22)
        ink = "text" if item.available else "muted"
        within = self._rows.sectioned
        number = item.episode if item.series else item.track
        title = item.title
        if within and number is not None:
            title = f"{number}. {words.title_within(item)}"
        self._text(painter, text, title, self._strong, ink)
        below = words.line(
            item, rated=False, within=within
        )  # the stars stand in a column of their own
        self._text(painter, text.translated(0, 21), below, self._small, "muted")

    def _text(
        self,
        painter: QPainter,
        box: QRect,
        text: str,
        face: QFont,
        ink: str,
        *,
        right: bool = False,
    ) -> None:
        if not text:
            return
        painter.setFont(face)
        painter.setPen(self._theme.colour(ink))
        cut = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, cut)

    def _bar(self, painter: QPainter, box: QRect) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("raised"))
        painter.drawRoundedRect(
            QRectF(box.left(), box.center().y() - 5, box.width() * 0.6, 10), 5, 5
        )


def _thumb(box: QRect) -> QRect:
    return QRect(QPoint(box.left(), box.center().y() - 23), _THUMB)


def _state(item: ItemView) -> str:
    """The icon that says how things stand with an item, if there is something to say."""
    if not item.available:
        return "offline"
    if item.finished:
        return "check"
    return "liked" if item.liked else ""


def stars(painter: QPainter, box: QRect, given: float | None, theme: Theme) -> None:
    """Paint five stars of which so many (in halves) are full; nothing where there is no rating."""
    if given is not None:
        drawn = _stars(given, theme.palette.accent, theme.palette.track)
        painter.drawPixmap(box.left(), box.center().y() - _STAR // 2 + 1, drawn)


@lru_cache(maxsize=64)
def _stars(given: float, full: str, empty: str) -> QPixmap:
    made = QPixmap(QSize(5 * (_STAR + 3), _STAR) * _RATIO)
    made.setDevicePixelRatio(_RATIO)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for place in range(5):
        area = QRectF(place * (_STAR + 3), 0, _STAR, _STAR)
        for colour, share in ((empty, 1.0), (full, min(1.0, max(0.0, given - place)))):
            painter.setClipRect(QRectF(area.left(), 0, _STAR * share, _STAR))
            painter.setBrush(QColor(colour))
            painter.drawPolygon(_star(area))
    painter.end()
    return made


_POINTS = (
    (0.5, 0.0),
    (0.64, 0.34),
    (1.0, 0.38),
    (0.73, 0.62),
    (0.81, 0.98),
    (0.5, 0.79),
    (0.19, 0.98),
    (0.27, 0.62),
    (0.0, 0.38),
    (0.36, 0.34),
)


def _star(area: QRectF) -> QPolygonF:
    left, top, side = area.left(), area.top(), area.width()
    return QPolygonF([QPointF(left + x * side, top + y * side) for x, y in _POINTS])
