"""What a search found: which items in which order is known, what they show is fetched as seen."""

from array import array
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from mediadesk.engine.client import Client
from mediadesk.engine.messages import Browsing, ItemView, Rows
from mediadesk.ui.bridge import Bridge

WINDOW = 60
_WAITING = 4  # windows; what was scrolled past is asked for again when it is seen again
_FRESH = 150
_KEPT = 200 * WINDOW


class Found(QObject):
    """Items by their position, of which those that are looked at are here.

    `numbers` are what the engine knows the items by, in order; they stay the same in another
    search, so that what is known of an item and whether it is picked outlive a search.
    """

    arrived = Signal()

    def __init__(self, client: Client, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._bridge = bridge
        self.numbers = array("I")
        self.jumps: tuple[tuple[str, int], ...] = ()
        self._told = b""
        self._views: OrderedDict[int, ItemView | None] = OrderedDict()
        self._fresh: OrderedDict[int, None] = OrderedDict()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._asked = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, rows: Rows) -> bool:
        """Hold these items; tell whether they or their order are other ones than before."""
        self.jumps = rows.jumps
        if rows.numbers == self._told:
            return False
        self._told = rows.numbers
        self.numbers = array("I")
        self.numbers.frombytes(rows.numbers)
        self.forget()
        return True

    def view(self, position: int) -> ItemView | None:
        """Give the item at a position, or None while it is on its way or if it is gone."""
        window = position // WINDOW
        if window not in self._fresh:
            self._wanted[window] = None
            self._wanted.move_to_end(window)
            while len(self._wanted) > _WAITING:
                self._wanted.popitem(last=False)
            if not self._asked:
                self._soon.start()
        return self._views.get(self.numbers[position])

    def known(self, number: int) -> ItemView | None:
        """Give an item that is here, without asking for it."""
        return self._views.get(number)

    def position(self, number: int, near: int = 0) -> int | None:
        """Give where an item stands; quick where that is `near`."""
        if near < len(self.numbers) and self.numbers[near] == number:
            return near
        try:
            return self.numbers.index(number)
        except ValueError:
            return None

    def forget(self) -> None:
        """Ask anew for what is seen from now on; until then the old is shown."""
        self._fresh.clear()
        self._wanted.clear()

    def clear(self) -> None:
        """Know nothing any more: another engine numbers its items anew."""
        self.forget()
        self._told = b""
        self.numbers = array("I")
        self.jumps = ()
        self._views.clear()

    def _ask(self) -> None:
        last = len(self.numbers) // WINDOW
        windows = [one for one in self._wanted if one <= last]
        self._wanted.clear()
        if self._asked or not windows:
            return
        self._asked = True
        for window in windows:
            self._fresh[window] = None
        while len(self._fresh) > _FRESH:
            self._fresh.popitem(last=False)
        numbers = array("I")
        for window in windows:
            numbers += self.numbers[window * WINDOW : (window + 1) * WINDOW]
        then = partial(self._take, numbers)
        take = self._bridge.post(then, otherwise=partial(then, ()))
        self._client.call(Browsing.items_at, numbers).add_done_callback(take)

    def _take(self, numbers: Sequence[int], views: Sequence[ItemView | None]) -> None:
        self._asked = False
        for number, view in zip(numbers, views, strict=False):  # none, where it failed
            self._views[number] = view
            self._views.move_to_end(number)
        while len(self._views) > _KEPT:
            self._views.popitem(last=False)
        if self._wanted:
            self._soon.start()
        self.arrived.emit()
