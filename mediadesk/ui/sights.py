"""Which cards of the panel were really seen: for a second, on the part that is scrolled to."""

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtWidgets import QScrollArea, QWidget

from mediadesk.engine.messages import Origin, Verbs
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.shelf import Shelf
from mediadesk.ui.words import Tile

_SEEN_MS = 1000


class Sights(QObject):
    """Gathers what is seen of a page of shelves, and tells the engine once that is left.

    Until then the shelves stay as they are: what was just shown for the first time is no reason to
    show something else.
    """

    def __init__(
        self, desk: Desk, area: QScrollArea, shelves: Callable[[], Sequence[Shelf]]
    ) -> None:
        super().__init__(area)
        self._desk = desk
        self._area = area
        self._shelves = shelves
        self._head: tuple[QWidget, Tile] | None = None
        self._seen: dict[str, Origin] = {}
        self._wait = QTimer(self, singleShot=True, interval=_SEEN_MS)
        self._wait.timeout.connect(self._gather)
        area.verticalScrollBar().valueChanged.connect(self.look)

    def follow(self, shelf: Shelf) -> None:
        """Look again when this shelf is scrolled."""
        shelf.view.horizontalScrollBar().valueChanged.connect(self.look)

    def look(self, head: tuple[QWidget, Tile] | None = None) -> None:
        """Look in a second at what is seen then; `head` is the card at the head of the page."""
        if isinstance(head, tuple):  # else it is where a scroll bar stands
            self._head = head
        self._wait.start()

    def tell(self) -> None:
        """Tell what was seen since this was told last."""
        self._wait.stop()
        if self._seen and not self._desk.posing and not self._desk.private:
            self._desk.questions.tell(Verbs.shown, self._seen, at=time.time())
        self._seen = {}

    def forget(self) -> None:
        """Tell nothing of what was seen by who looked until now."""
        self._wait.stop()
        self._seen = {}

    def _gather(self) -> None:
        if self._desk.private or not self._area.isVisible():
            return
        tiles: list[Tile] = []
        if self._head is not None and self._is_seen(self._head[0], self._head[0].rect()):
            tiles.append(self._head[1])
        for shelf in self._shelves():
            tiles += shelf.view.seen_tiles() if self._is_seen(shelf.view, shelf.view.rect()) else []
        self._seen |= {tile.id: tile.origin for tile in tiles if tile.origin is not None}

    def _is_seen(self, part: QWidget, area: QRect) -> bool:
        """Whether half of a part of the page is scrolled to."""
        if not part.isVisible():
            return False
        where = QRect(part.mapTo(self._area.viewport(), QPoint()), area.size())
        seen = where.intersected(self._area.viewport().rect())
        return 2 * seen.height() >= where.height() > 0
