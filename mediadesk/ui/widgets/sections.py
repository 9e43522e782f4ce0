"""Draws one section of a plugin's page from the plain values that the engine hands over."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImageReader, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QLayout, QSizePolicy, QWidget

from mediadesk.engine.messages import SectionView
from mediadesk.ui import words
from mediadesk.ui.cards import PAD
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Sentence, column, panel, row
from mediadesk.ui.widgets.plot import PointMap
from mediadesk.ui.widgets.shelf import Shelf
from mediadesk.ui.widgets.table import TextTable

_LARGEST = 4096
_FORMATS = {b"\x89PNG": b"png", b"\xff\xd8\xff": b"jpeg"}


def section(desk: Desk, shown: SectionView) -> QWidget:
    """Give a section as widgets, one below the other; what is empty is left out."""
    name = shown.title or "Section"
    parts: list[QWidget] = []
    if shown.title and not (shown.items and not _before_items(shown)):
        parts.append(Sentence(shown.title, "heading"))
    if shown.text:
        parts.append(Sentence(shown.text, "muted"))
    if shown.points:
        axes = (shown.x_label, shown.y_label)
        dots = PointMap(desk.theme, name, shown.points, axes)
        dots.opened.connect(desk.opened)
        parts.append(dots)
    if shown.columns:
        parts.append(TextTable(name, shown.columns, shown.rows))
    if shown.image:
        parts.append(Image(shown.image, name))
    if shown.items:
        parts.append(_shelf(desk, shown))
    return panel(column(8, *map(_placed, parts), 8, spacing=12), margin=20 - PAD)


def _placed(part: QWidget) -> QWidget | QLayout:
    """Let all else stand in line with the cards of a shelf, which bring room for their rings."""
    if isinstance(part, Shelf):
        return part
    line = row(part)
    line.setContentsMargins(PAD, 0, PAD, 0)
    return line


def _before_items(shown: SectionView) -> bool:
    """Whether anything stands above the row of items, whose own heading is the title else."""
    return bool(shown.text or shown.points or shown.columns or shown.image)


def _shelf(desk: Desk, shown: SectionView) -> Shelf:
    title = "" if _before_items(shown) else shown.title
    shelf = Shelf(desk, title, lines=2)
    shelf.show_cards(title, [words.tile(item) for item in shown.items])
    shelf.view.setAccessibleName(shown.title or "Items")
    return shelf


class Image(QLabel):
    """A PNG or JPEG, as wide as there is room and never wider than it is."""

    def __init__(self, encoded: bytes, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = decoded(encoded)
        if self._whole is None:
            self.setText("This picture can't be shown: it is no PNG or JPEG of a sensible size.")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._whole is None:
            return
        size = self._whole.size()
        if size.width() > self.width():
            size.scale(QSize(self.width(), _LARGEST), Qt.AspectRatioMode.KeepAspectRatio)
        if self.pixmap().size() != size:
            smooth = Qt.TransformationMode.SmoothTransformation
            self.setPixmap(self._whole.scaled(size, mode=smooth))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, super().minimumSizeHint().height())


def decoded(encoded: bytes) -> QPixmap | None:
    """Decode a picture of a plugin with no other of Qt's decoders than these two."""
    kind = next((kind for magic, kind in _FORMATS.items() if encoded.startswith(magic)), None)
    if kind is None:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(encoded))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind))
    reader.setDecideFormatFromContent(False)
    reader.setAutoDetectImageFormat(False)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > _LARGEST:
        return None
    image = reader.read()
    return None if image.isNull() else QPixmap.fromImage(image)
