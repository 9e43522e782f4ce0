"""A bar at the foot of the other pages while music plays: what it is, and the way back to it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel

from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Button, IconButton, OneLine, column, row

if TYPE_CHECKING:
    from mediadesk.ui.pages.player import PlayerPage

_ART = QSize(64, 36)


class NowBar(QFrame):
    """Shown by `follow`, while something plays that is not seen."""

    def __init__(self, desk: Desk, player: "PlayerPage") -> None:
        super().__init__()
        self._desk = desk
        self._playback = player.playback
        self._is_elsewhere = False
        self.setAccessibleName("What plays")
        self.setProperty("role", "now")
        self.setProperty("foot", True)  # a toast stands above it
        self._art = QLabel()
        self._art.setFixedSize(_ART)
        self._name, self._line = OneLine("", "smallstrong"), OneLine("", "small")
        theme = desk.theme
        self.toggle = IconButton(theme, "pause", "Pause or go on", lambda: player.do("toggle"))
        before = IconButton(theme, "previous", "Previous", lambda: player.do("previous"))
        after = IconButton(theme, "next", "Next", lambda: player.do("next"))
        self.open = Button(theme, "Player", lambda: desk.page_wanted.emit("player"), role="quiet")
        self.stop = IconButton(theme, "close", "Stop", lambda: player.do("stop"), size=16)
        told = column(self._name, self._line, spacing=0)
        inner = row(self._art, told, before, self.toggle, after, self.open, self.stop, spacing=12)
        inner.setStretch(1, 1)
        inner.setContentsMargins(24, 8, 16, 8)
        self.setLayout(inner)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        desk.pictures.arrived.connect(self._tell)
        for signal in (self._playback.sat_down, self._playback.stopped):
            signal.connect(self._tell)
        self._playback.ticked.connect(self._tick)
        self.hide()

    def follow(self, *, elsewhere: bool) -> None:
        """Another page is seen, or the player itself is."""
        self._is_elsewhere = elsewhere
        self._tell()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint how far it is, as a line at the top."""
        super().paintEvent(event)
        if self._playback.length > 0:
            share = min(1.0, self._playback.position / self._playback.length)
            painter = QPainter(self)
            painter.fillRect(
                QRectF(0, 0, self.width() * share, 2), self._desk.theme.colour("accent")
            )

    def _tell(self) -> None:
        sitting = self._playback.sitting
        if sitting is not None:
            tile = words.tile(sitting.item)
            self._name.say(tile.title)
            self._line.say(tile.line)
            self._art.setPixmap(self._desk.painter.artwork(tile, _ART))
        self.setVisible(self._is_elsewhere and self._playback.is_on)

    def _tick(self) -> None:
        self.toggle.draw("pause" if self._playback.playing else "play")
        if self.isHidden() and self._is_elsewhere:
            self._tell()
        self.update()
