"""Paints what stands for an item: its picture with round corners, or a designed stand-in."""

from zlib import crc32

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPixmap

from mediadesk.ui import icons
from mediadesk.ui.words import Tile

RADIUS = 12
_HUES = ((225, 250), (185, 215), (150, 180), (22, 8), (340, 318), (265, 290), (205, 240))


def rounded(
    tile: Tile, picture: QPixmap | None, size: QSize, ratio: float, *, radius: int = RADIUS
) -> QPixmap:
    """Make a tile's artwork with round corners: its picture, or a designed stand-in."""
    made = QPixmap(size * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
    )
    area = QRectF(0, 0, size.width(), size.height())
    clip = QPainterPath()
    clip.addRoundedRect(area, radius, radius)
    painter.setClipPath(clip)
    if picture is None:
        stand_in(painter, area, tile)
    elif picture.width() < picture.height() * 1.25:
        _backdrop(painter, area, picture)
        side = area.height() * picture.width() / picture.height()
        whole = QRectF(area.center().x() - side / 2, 0, side, area.height())
        painter.drawPixmap(whole, picture, QRectF(picture.rect()))
    else:
        painter.drawPixmap(area, picture, filling(picture, area))
    painter.end()
    return made


def filling(picture: QPixmap, area: QRectF) -> QRectF:
    """The middle part of a picture that has the shape of an area."""
    whole = QRectF(picture.rect())
    scale = min(whole.width() / area.width(), whole.height() / area.height())
    part = QRectF(0, 0, area.width() * scale, area.height() * scale)
    part.moveCenter(whole.center())
    return part


def blurred(picture: QPixmap) -> QPixmap:
    """A picture so small that drawing it large blurs it."""
    smooth = Qt.TransformationMode.SmoothTransformation
    small = picture
    for width, height in ((24, 14), (96, 54), (384, 216)):
        small = small.scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    return small


def _backdrop(painter: QPainter, area: QRectF, picture: QPixmap) -> None:
    soft = blurred(picture)
    painter.drawPixmap(area, soft, QRectF(soft.rect()))
    painter.fillRect(area, QColor(0, 0, 0, 70))


def hues(title: str) -> tuple[QColor, QColor]:
    """Two colours that always go with a title."""
    first, last = _HUES[crc32(title.encode()) % len(_HUES)]
    return QColor.fromHsv(first % 360, 110, 140), QColor.fromHsv(last % 360, 150, 62)


def stand_in(painter: QPainter, area: QRectF, tile: Tile) -> None:
    """Paint the designed artwork of an item without a picture: a wave for sound, else its kind."""
    first, last = hues(tile.title)
    blend = QLinearGradient(area.topLeft(), area.bottomRight())
    blend.setColorAt(0, first)
    blend.setColorAt(1, last)
    painter.fillRect(area, blend)
    painter.setPen(Qt.PenStyle.NoPen)
    if tile.sound:
        _wave(painter, area, crc32(tile.title.encode()))
        return
    painter.setBrush(QColor(255, 255, 255, 16))
    radius = area.height() * 0.62
    painter.drawEllipse(QPointF(area.width() * 0.86, area.height() * 0.16), radius, radius)
    painter.drawEllipse(QPointF(area.width() * 0.08, area.height() * 1.02), radius, radius)
    side = int(area.height() * 0.36)
    corner = area.center() - QPointF(side / 2, side / 2)
    painter.drawPixmap(corner, icons.pixmap(tile.drawn, "#ffffff", side))


def _wave(painter: QPainter, area: QRectF, seed: int) -> None:
    """Bars like a sound wave, swelling towards the middle; every title has its own."""
    bars = 29
    step = area.width() / (bars + 6)
    painter.setBrush(QColor(255, 255, 255, 165))
    for bar in range(bars):
        seed = (seed * 1_103_515_245 + 12_345) % 2**31
        swell = 1 - abs(bar - bars // 2) / (bars / 2) * 0.75
        height = area.height() * (0.06 + 0.5 * swell * seed / 2**31)
        left = area.left() + (bar + 3.25) * step
        bar_area = QRectF(left, area.center().y() - height / 2, step * 0.5, height)
        painter.drawRoundedRect(bar_area, step / 4, step / 4)
