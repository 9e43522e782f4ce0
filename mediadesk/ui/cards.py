"""Paints one card: artwork, title, a line about it, a reason, and what can be done with it."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPixmapCache,
    QTextLayout,
)

from mediadesk.ui import icons
from mediadesk.ui.artwork import RADIUS, rounded
from mediadesk.ui.pictures import Pictures
from mediadesk.ui.theme import TYPE, Theme, font
from mediadesk.ui.words import Tile

PAD = 8  # around the card in its cell: room for the focus ring and the lift
LINES = {2: 52, 3: 70, 4: 88}  # height of so many lines below the artwork
ACTIONS = ("play", "like", "less", "hide", "why")
ACTION_NAMES = {
    "play": "Play",
    "like": "Like",
    "less": "Less like this",
    "hide": "Hide",
    "why": "Why this?",
}
_BUTTON = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrub:
    """Where the mouse is over a card's artwork (0..1), and the picture of that time."""

    share: float
    picture: QPixmap


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a card stands just now."""

    hovered: bool = False
    focused: bool = False
    hot: str | None = None
    actions: bool = True
    pickable: bool = False
    picking: bool = False
    picked: bool = False
    scrub: Scrub | None = None


def cell_size(width: int, lines: int) -> QSize:
    """The cell of a card that is `width` wide and has two to four lines of text."""
    return QSize(width, (width - 2 * PAD) * 9 // 16 + LINES[lines] + 2 * PAD)


def artwork_rect(cell: QRect) -> QRect:
    """Where the artwork stands in a cell."""
    width = cell.width() - 2 * PAD
    return QRect(cell.left() + PAD, cell.top() + PAD, width, width * 9 // 16)


def action_rects(cell: QRect) -> dict[str, QRect]:
    """Where the buttons of a hovered card stand."""
    art = artwork_rect(cell)
    top = art.bottom() - _BUTTON - 7
    rects = {"play": QRect(art.left() + 8, top, _BUTTON, _BUTTON)}
    right = art.right() - 7
    for number, name in enumerate(reversed(ACTIONS[1:])):
        left = right - (number + 1) * _BUTTON
        rects[name] = QRect(left, top, _BUTTON, _BUTTON)
    return rects


def pick_rect(cell: QRect) -> QRect:
    """Where the circle stands that picks a card."""
    art = artwork_rect(cell)
    return QRect(art.left() + 8, art.top() + 6, 28, 28)


def action_at(cell: QRect, point: QPoint) -> str | None:
    """Which button of a hovered card is under a point."""
    return next((name for name, rect in action_rects(cell).items() if rect.contains(point)), None)


class CardPainter:
    """Paints cards in the look that is on."""

    def __init__(self, theme: Theme, pictures: Pictures) -> None:
        self._theme = theme
        self._pictures = pictures
        self._title = font(TYPE.body, strong=True)
        self._small = font(TYPE.small)
        self._strong = font(TYPE.small, strong=True)

    def paint(self, painter: QPainter, cell: QRect, tile: Tile | None, look: Look) -> None:
        """Paint a card into its cell; None is a card whose data is on its way."""
        painter.save()
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        art = artwork_rect(cell)
        if tile is None:
            self._placeholder(painter, art)
        else:
            self._card(painter, cell, art, tile, look)
        painter.restore()

    def cut_title(self, cell: QRect, tile: Tile) -> bool:
        """Whether a text of the card does not fit, so that a tooltip must give it whole."""
        width = artwork_rect(cell).width()
        texts = [(self._title, tile.title), (self._small, tile.line)]
        texts += [(self._small, text) for text in two_lines(tile.reason, self._small, width)]
        return any(QFontMetrics(face).horizontalAdvance(text) > width for face, text in texts)

    def _placeholder(self, painter: QPainter, art: QRect) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface"))
        painter.drawRoundedRect(art, RADIUS, RADIUS)
        for top, width in ((14, 0.7), (36, 0.45)):
            bar = QRect(art.left(), art.bottom() + top, int(art.width() * width), 10)
            painter.drawRoundedRect(bar, 5, 5)

    def _card(self, painter: QPainter, cell: QRect, art: QRect, tile: Tile, look: Look) -> None:
        lifted = QRect(art)
        if look.hovered or look.focused:
            lifted.translate(0, -2)
            shadow(painter, QRectF(lifted))
        if tile.absent:
            painter.setOpacity(0.45)
        painter.drawPixmap(lifted.topLeft(), self.artwork(tile, art.size(), scrub=look.scrub))
        painter.setOpacity(1.0)
        circle = look.pickable and (look.hovered or look.picking)
        self._marks(painter, lifted, tile, buttons=look.hovered and look.actions, circle=circle)
        if look.picked:
            painter.setPen(QPen(self._theme.colour("accent"), 3))
            painter.setBrush(QColor(143, 155, 255, 60))
            painter.drawRoundedRect(QRectF(lifted).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        if look.focused:
            painter.setPen(QPen(self._theme.colour("accent"), 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(lifted).adjusted(-3, -3, 3, 3), RADIUS + 3, RADIUS + 3)
        if look.hovered and look.actions:
            self._buttons(painter, cell, lifted, tile, look.hot)
        if look.scrub is not None:
            self._time(painter, lifted, look.scrub.share)
        if circle:
            pick_circle(painter, pick_rect(cell).translated(0, lifted.top() - art.top()), look)
        self._texts(painter, art, tile)

    def _texts(self, painter: QPainter, art: QRect, tile: Tile) -> None:
        top = art.bottom() + 9
        lines = (
            (self._title, (tile.title,), "text", 20),
            (self._small, (tile.line,), "muted", 18),
            (self._small, two_lines(tile.reason, self._small, art.width()), "reason", 17),
        )
        for face, texts, colour, height in lines:
            painter.setFont(face)
            painter.setPen(self._theme.colour("muted" if tile.absent else colour))
            for text in filter(None, texts):
                cut = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, art.width())
                where = QRect(art.left(), top, art.width(), height)
                painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, cut)
                top += height + 1

    @staticmethod
    def _time(painter: QPainter, art: QRect, share: float) -> None:
        """Paint the thin bar that says where in the video the mouse points at."""
        bar = QRectF(art.left() + 10, art.top() + 2.5, art.width() - 20, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 110))
        painter.drawRoundedRect(bar, 1.5, 1.5)
        bar.setWidth(max(3.0, bar.width() * share))
        painter.setBrush(QColor("#ffffff"))
        painter.drawRoundedRect(bar, 1.5, 1.5)

    def _marks(
        self, painter: QPainter, art: QRect, tile: Tile, *, buttons: bool, circle: bool
    ) -> None:
        if tile.progress > 0:
            bar = QRectF(art.left() + 10, art.bottom() - 10, art.width() - 20, 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(255, 255, 255, 110))
            painter.drawRoundedRect(bar, 2, 2)
            bar.setWidth(bar.width() * min(1.0, max(0.03, tile.progress)))
            painter.setBrush(QColor("#8f9bff"))
            painter.drawRoundedRect(bar, 2, 2)
        if tile.pill and not buttons:
            lift = 14 if tile.progress > 0 else 0
            self._pill(painter, tile.pill, QPointF(art.right() - 7, art.bottom() - 7 - lift))
        corner = QPointF(art.left() + (44 if circle else 8), art.top() + 8)
        if tile.absent:
            self._badge(painter, corner, "offline", tile.absent)
        elif tile.finished:
            self._badge(painter, corner, "check", "")
        if tile.liked:
            spot = QRectF(art.right() - 35, art.top() + 8, 28, 28)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(10, 10, 14, 175))
            painter.drawEllipse(spot)
            painter.drawPixmap(spot.topLeft() + QPointF(6, 6), icons.pixmap("liked", "#ff7d9c", 16))

    def _pill(self, painter: QPainter, text: str, corner: QPointF) -> None:
        """A dark label whose lower right corner is given."""
        metrics = QFontMetrics(self._strong)
        width = metrics.horizontalAdvance(text) + 14
        box = QRectF(corner.x() - width, corner.y() - 21, width, 21)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(10, 10, 14, 190))
        painter.drawRoundedRect(box, 6, 6)
        painter.setFont(self._strong)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _badge(self, painter: QPainter, corner: QPointF, name: str, text: str) -> None:
        """A dark label with an icon whose upper left corner is given."""
        metrics = QFontMetrics(self._strong)
        width = 26 + (metrics.horizontalAdvance(text) + 8 if text else 0)
        box = QRectF(corner.x(), corner.y(), width, 26)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(10, 10, 14, 190))
        painter.drawRoundedRect(box, 13, 13)
        painter.drawPixmap(corner + QPointF(6, 6), icons.pixmap(name, "#ffffff", 14))
        painter.setFont(self._strong)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(box.adjusted(25, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _buttons(
        self, painter: QPainter, cell: QRect, art: QRect, tile: Tile, hot: str | None
    ) -> None:
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(art), RADIUS, RADIUS)
        shade = QLinearGradient(art.left(), art.top(), art.left(), art.bottom())
        shade.setColorAt(0.25, QColor(8, 8, 12, 0))
        shade.setColorAt(1.0, QColor(8, 8, 12, 225))
        painter.fillPath(clip, shade)
        painter.setPen(Qt.PenStyle.NoPen)
        for name, rect in action_rects(cell).items():
            where = rect.translated(0, -2).adjusted(1, 1, -1, -1)
            if name in {"play", hot}:
                solid = name == "play"
                alpha = 255 if solid and name == hot else 225 if solid else 60
                painter.setBrush(QColor(255, 255, 255, alpha))
                painter.drawEllipse(where)
            drawn = "liked" if name == "like" and tile.liked else name
            ink = "#101114" if name == "play" else "#ff7d9c" if drawn == "liked" else "#ffffff"
            painter.drawPixmap(where.topLeft() + QPoint(6, 6), icons.pixmap(drawn, ink, 18))

    def artwork(
        self, tile: Tile, size: QSize, *, radius: int = RADIUS, scrub: Scrub | None = None
    ) -> QPixmap:
        """The rounded picture of a tile at a size, or that of a time; kept in Qt's cache."""
        picture = scrub.picture if scrub else self._pictures.get(tile.picture)
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
        state = tile.title[:2] if picture is None else picture.cacheKey()
        key = f"{tile.picture}/{tile.sound}/{tile.drawn}/{size.width()}x{size.height()}/{state}"
        made = QPixmap()
        if not QPixmapCache.find(key, made):
            made = rounded(tile, picture, size, ratio, radius=radius)
            QPixmapCache.insert(key, made)
        return made


def pick_circle(painter: QPainter, box: QRect, look: Look, *, ink: QColor | None = None) -> None:
    """Paint the circle that picks an item, ticked if it is; off artwork its line is in `ink`."""
    ring = QRectF(box).adjusted(3, 3, -3, -3)
    painter.setPen(QPen(ink or QColor("#ffffff"), 2))
    hot = look.hot == "pick"
    shade = QColor(10, 10, 14, 200 if hot else 110)
    if ink is not None:
        shade = QColor(ink)
        shade.setAlpha(70 if hot else 0)
    if look.picked:
        painter.setPen(QPen(QColor("#ffffff"), 2) if ink is None else Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#5663f0") if look.picked else shade)
    painter.drawEllipse(ring)
    if look.picked:
        painter.drawPixmap(ring.topLeft() + QPointF(4, 4), icons.pixmap("check", "#ffffff", 14))


def two_lines(text: str, face: QFont, width: int) -> tuple[str, str]:
    """Break a text once where a line of so many pixels is full; the rest may be too long."""
    layout = QTextLayout(text, face)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(width)
    layout.endLayout()
    first = line.textLength()
    return text[:first].rstrip(), text[first:]


def shadow(painter: QPainter, area: QRectF) -> None:
    """Paint the soft shadow of a lifted card, which falls down more than to the sides."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 6))
    for grow in range(10, 0, -1):
        spread = area.adjusted(-grow, 7 - grow, grow, grow + 5)
        painter.drawRoundedRect(spread, RADIUS + grow, RADIUS + grow)
