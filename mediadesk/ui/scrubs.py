"""The pictures inside a video, by time, while the mouse moves over its card or the seek bar."""

from bisect import bisect_right
from collections import OrderedDict
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPixmap

from mediadesk.engine.messages import Browsing, Storyboard
from mediadesk.ui.cards import Scrub
from mediadesk.ui.desk import Desk
from mediadesk.ui.words import Tile

_RESTS_MS = 90  # a mouse that only passes asks for nothing
_KEPT = 200  # of some 30 kB each


class Scrubs(QObject):
    """Knows the storyboards of the videos over which the mouse rested."""

    arrived = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._boards: OrderedDict[str, Storyboard] = OrderedDict()
        self._cut: tuple[str, tuple[QPixmap, ...]] = ("", ())
        self._wanted = ""
        self._rests = QTimer(self, singleShot=True, interval=_RESTS_MS)
        self._rests.timeout.connect(self._ask)

    def at(self, tile: Tile, share: float) -> Scrub | None:
        """Give the picture at a share (0..1) of a video's length, None if it isn't known."""
        if tile.sound or not tile.seconds:
            return None
        share = min(max(0.0, share), 1.0)
        picture = self.picture(tile.id, share * tile.seconds)
        return None if picture is None else Scrub(share=share, picture=picture)

    def picture(self, item: str, second: float) -> QPixmap | None:
        """Give what is seen in an item at a second; None where one picture is all, or none yet."""
        board = self._boards.get(item)
        if board is None:
            if self._wanted != item:
                self._wanted = item
                self._rests.start()
            return None
        if len(board.seconds) < 2:
            return None
        if self._cut[0] != item:
            self._cut = item, _pictures(board)
        return self._cut[1][max(0, bisect_right(board.seconds, second) - 1)]

    def forget(self) -> None:
        """Ask anew: analysis may have found pictures by now."""
        self._rests.stop()
        self._boards.clear()
        self._cut = ("", ())
        self._wanted = ""

    def _ask(self) -> None:
        item = self._wanted
        take = self._desk.bridge.post(partial(self._take, item))
        self._desk.client.call(Browsing.storyboard, item).add_done_callback(take)

    def _take(self, item: str, board: Storyboard) -> None:
        if self._wanted == item:
            self._wanted = ""
        self._boards[item] = board
        if len(self._boards) > _KEPT:
            self._boards.popitem(last=False)
        self.arrived.emit()


def _pictures(board: Storyboard) -> tuple[QPixmap, ...]:
    """Cut a storyboard into its pictures."""
    whole = QPixmap()
    whole.loadFromData(board.jpeg)
    columns, count = board.columns, len(board.seconds)
    width, height = whole.width() // columns, whole.height() // -(-count // columns)
    return tuple(
        whole.copy(n % columns * width, n // columns * height, width, height) for n in range(count)
    )
