"""The pictures of the library: asked for in small batches, kept while they are looked at."""

from collections import OrderedDict
from collections.abc import Mapping
from functools import partial
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPixmap

from mediadesk.engine.client import Client
from mediadesk.engine.messages import Verbs
from mediadesk.ui.bridge import Bridge

_BATCH = 8
_DECODING_S = 0.003  # at a time, or scrolling would stutter: a picture takes about 1 ms
_KEPT = 240
_WAITING = 96


class Pictures(QObject):
    """Gives a picture at once if it is here, else asks the engine and tells when it came."""

    arrived = Signal()

    def __init__(self, client: Client, bridge: Bridge) -> None:
        super().__init__()
        self._client = client
        self._bridge = bridge
        self._kept: OrderedDict[str, tuple[bytes, QPixmap | None]] = OrderedDict()
        self._old: set[str] = set()
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._asked: set[str] = set()
        self._came: list[tuple[str, bytes]] = []
        self.latest: set[str] = set()  # which came when `arrived` was told last
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)
        self._on = QTimer(self, singleShot=True, interval=0)
        self._on.timeout.connect(self._decode)

    def get(self, key: str | None) -> QPixmap | None:
        """Give the picture, or None while it is not here or if there is none."""
        if key is None:
            return None
        if key not in self._kept or key in self._old:
            self._want(key)
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][1]

    def renew(self) -> None:
        """Ask anew for what is looked at again: it may have been made, or changed, by now."""
        self._old.update(self._kept)

    @property
    def came(self) -> bool:
        """Whether pictures were asked for and all of them are here."""
        return bool(self._kept) and not self.waiting

    @property
    def waiting(self) -> bool:
        """Whether pictures are on their way."""
        return bool(self._wanted or self._asked)

    def _want(self, key: str) -> None:
        if key in self._asked:
            return
        self._old.discard(key)
        self._wanted[key] = None
        self._wanted.move_to_end(key)
        while len(self._wanted) > _WAITING:  # scrolled past: asked again when seen again
            self._old.add(self._wanted.popitem(last=False)[0])
        self._soon.start()

    def _ask(self) -> None:
        if self._asked or not self._wanted:
            return
        batch = [self._wanted.popitem()[0] for _ in range(min(_BATCH, len(self._wanted)))]
        self._asked.update(batch)

        def then(found: Mapping[str, bytes]) -> None:
            self._take(batch, found)

        known = {key: self._kept[key][0] for key in batch if key in self._kept}
        take = self._bridge.post(then, otherwise=partial(then, known))
        self._client.call(Verbs.pictures, batch).add_done_callback(take)

    def _take(self, batch: list[str], found: Mapping[str, bytes]) -> None:
        self._came = [(key, found.get(key, b"")) for key in batch]
        self._decode()

    def _decode(self) -> None:
        """Decode what came, as much as takes no time that is noticed; then go on."""
        begun = perf_counter()
        self.latest = set()
        while self._came and perf_counter() - begun < _DECODING_S:
            key, data = self._came.pop()
            if key not in self._kept or self._kept[key][0] != data:
                picture = QPixmap()
                self._kept[key] = (data, picture if data and picture.loadFromData(data) else None)
            self._asked.discard(key)
            self.latest.add(key)
        while len(self._kept) > _KEPT:
            self._old.discard(self._kept.popitem(last=False)[0])
        (self._on if self._came else self._soon).start()
        self.arrived.emit()
