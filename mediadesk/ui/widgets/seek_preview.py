"""What is at a second, shown above the seek bar: its picture, its time, its chapter."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from mediadesk.ui.widgets.controls import OneLine, column, label
from mediadesk.ui.words import clock

_PICTURE = QSize(192, 108)
_GAP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """What there is to say of a second: the chapter that it is in, the moment that is near."""

    second: float
    chapter: str = ""
    moment: str = ""
    picture: QPixmap | None = None

    @property
    def spoken(self) -> str:
        """As a screen reader says it."""
        return ", ".join(part for part in (clock(self.second), self.chapter, self.moment) if part)


class SeekPreview(QFrame):
    """A small window above a place of the seek bar; above the video, too, which is a native one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setProperty("role", "preview")
        self._picture = QLabel()
        self._picture.setFixedSize(_PICTURE)
        self._time = label("", "smallstrong")
        self._words = OneLine("", "small")
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        pile = column(self._picture, self._time, self._words, spacing=2)
        pile.setContentsMargins(6, 6, 6, 6)
        self.setLayout(pile)

    def show_spot(self, spot: Spot, above: QPoint) -> None:
        """Show what is at a second, above a point of the screen."""
        self._time.setText(clock(spot.second))
        said = " · ".join(part for part in (spot.chapter, spot.moment) if part)
        self._words.say(said)
        self._words.setVisible(bool(said))
        self._words.setFixedWidth(_PICTURE.width())
        if spot.picture is not None:
            self._picture.setPixmap(
                spot.picture.scaled(
                    _PICTURE,
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
        self._picture.setVisible(spot.picture is not None)
        self.adjustSize()
        room = self.screen().availableGeometry()
        left = above.x() - self.width() // 2
        left = max(room.left(), min(left, room.right() - self.width()))
        self.move(left, above.y() - self.height() - _GAP)
        self.show()
