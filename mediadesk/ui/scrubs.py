"""The pictures inside a video, by time, while the mouse moves over its card."""

from bisect import bisect_right
from collections import OrderedDict
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from mediadesk.engine.messages import Browsing
from mediadesk.ui.cards import Scrub
from mediadesk.ui.desk import Desk
from mediadesk.ui.words import Tile

Board = tuple[tuple[float, str], ...]
_RESTS_MS = 90  # a mouse that only passes asks for nothing
_KEPT = 200


class Scrubs(QObject):
    """Knows the storyboards of the cards over which the mouse rested."""

    arrived = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._boards: OrderedDict[str, Board] = OrderedDict()
        self._wanted = ""
        self._rests = QTimer(self, singleShot=True, interval=_RESTS_MS)
        self._rests.timeout.connect(self._ask)
        desk.pictures.arrived.connect(self.arrived)

    def at(self, tile: Tile, share: float) -> Scrub | None:
        """Give the picture at a share (0..1) of a video's length, None if it isn't known."""
        if tile.sound or not tile.seconds:
            return None
        board = self._boards.get(tile.id)
        if board is None:
            if self._wanted != tile.id:
                self._wanted = tile.id
                self._rests.start()
            return None
        if len(board) < 2:
            return None
        share = min(max(0.0, share), 1.0)
        place = bisect_right(board, share * tile.seconds, key=lambda one: one[0]) - 1
        return Scrub(share=share, picture=board[max(0, place)][1])

    def forget(self) -> None:
        """Ask anew: analysis may have found pictures by now."""
        self._boards.clear()
        self._wanted = ""

    def _ask(self) -> None:
        item = self._wanted
        take = self._desk.bridge.post(partial(self._take, item))
        self._desk.client.call(Browsing.storyboard, item).add_done_callback(take)

    def _take(self, item: str, board: Board) -> None:
        self._boards[item] = board
        if len(self._boards) > _KEPT:
            self._boards.popitem(last=False)
        for _, picture in board:
            self._desk.pictures.get(picture)  # so that they are here when the mouse moves on
        self._wanted = ""
        self.arrived.emit()
