"""The columns of a library in memory: read when first needed, and again where items changed."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, cast

from mediadesk.search.columns import Edges, Genres, Names, Numbers, Places, Tags
from mediadesk.search.kept import Freezing, KeptColumns
from mediadesk.search.texts import ItemTexts, Titles
from mediadesk.search.words import Words
from mediadesk.store import Database, Store, browse

_SLACK = 1_000
_MOST_PATCHED = 5_000
_FEW = 5_000  # items, which are read as quickly as they are kept
_MANY = 500  # changes, after which a column is kept anew
_QUIET_SECONDS = 3.0  # meanwhile a window shows its first cards


class _Column(Freezing, Protocol):
    @property
    def spellings(self) -> int: ...
    def read(self, db: Database, size: int, only: Sequence[int] | None = None) -> None: ...


# In the order in which they are wanted after a start.
_COLUMNS: dict[str, Callable[[], _Column]] = {
    "titles": Titles,
    "places": Places,
    "names": Names,
    "genres": lambda: Genres(Words()),
    "numbers": Numbers,
    "tags": lambda: Tags(Words()),
    "edges": Edges,
    "descriptions": lambda: ItemTexts("descriptions"),
}
_SELDOM = {"descriptions"}  # and large


class Catalogue:
    """The columns of one library; each has room for `size` items, whose numbers are the places.

    `version` grows whenever anything has changed.
    """

    def __init__(self, store: Store, *, kept: KeptColumns | None = None) -> None:
        """Hold nothing yet; large columns are `kept` from one start to the next."""
        self.version = 0
        self.size = 0
        self._store = store
        self._kept = kept
        # Who waits holds `_next`, so that whoever looks again and again lets others come between.
        self._next, self._lock = threading.Lock(), threading.Lock()
        self._seq = -1
        self._held: dict[str, _Column] = {}
        self._ahead: dict[str, Future[tuple[int, _Column]]] = {}
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="catalogue")
        self._reading: Database | None = None
        self._closing = threading.Event()

    def read_ahead(self) -> None:
        """Read soon, in a thread of its own, what most lists are made of."""
        self._reader.submit(self._closing.wait, _QUIET_SECONDS)
        self._ahead = {
            name: self._reader.submit(self._read, name) for name in _COLUMNS if name not in _SELDOM
        }

    def close(self) -> None:
        """Read no further; the catalogue is of no use any more."""
        for ahead in self._ahead.values():
            ahead.cancel()
        self._closing.set()
        if self._reading is not None:
            self._reading.conn.interrupt()
        self._reader.shutdown()

    @contextmanager
    def now(self) -> "Iterator[Database]":
        """Hold the columns as the database is now, for one thread at a time; give that."""
        db = self._store.read()
        with self._next:
            self._lock.acquire()
        try:
            db.conn.execute("BEGIN")  # one view of it for all that is read
            try:
                self._follow(db)
                yield db
            finally:
                db.conn.execute("ROLLBACK")
        finally:
            self._lock.release()

    @property
    def titles(self) -> Titles:
        """The titles and their order."""
        return cast("Titles", self._column("titles"))

    @property
    def descriptions(self) -> ItemTexts:
        """The descriptions, which take as much memory as they are long."""
        return cast("ItemTexts", self._column("descriptions"))

    @property
    def numbers(self) -> Numbers:
        """Kind, year, length and the like."""
        return cast("Numbers", self._column("numbers"))

    @property
    def names(self) -> Names:
        """Artists, albums and series."""
        return cast("Names", self._column("names"))

    @property
    def genres(self) -> Genres:
        """The genres."""
        return cast("Genres", self._column("genres"))

    @property
    def tags(self) -> Tags:
        """The tags."""
        return cast("Tags", self._column("tags"))

    @property
    def edges(self) -> Edges:
        """Persons, places, studios and sets."""
        return cast("Edges", self._column("edges"))

    @property
    def places(self) -> Places:
        """Where items lie."""
        return cast("Places", self._column("places"))

    def _column(self, name: str) -> Any:  # noqa: ANN401 - each property says of which type
        if name not in self._held:
            taken = self._taken(name)
            if taken is None:
                taken = self._found(name, self._store.read(), seq=self._seq, size=self.size)
            self._held[name] = taken
        return self._held[name]

    def _taken(self, name: str) -> _Column | None:
        """Give a column that was read ahead, brought up to date; None where it is to be read."""
        ahead = self._ahead.pop(name, None)
        if ahead is None or ahead.cancel():
            return None
        seq, column = ahead.result()
        db = self._store.read()
        changed = browse.touched(db, after=seq, upto=self._seq, most=_MOST_PATCHED)
        if changed is None:
            return None
        column.read(db, self.size, changed)
        return None if changed and column.spellings else column  # as in `_found`

    def _read(self, name: str) -> tuple[int, _Column]:
        """Read a column as the database is now; give the number of its last change, too."""
        db = self._reading = self._store.read()
        db.conn.execute("BEGIN")
        try:
            seq, greatest = browse.last(db)
            return seq, self._found(name, db, seq=seq, size=greatest + 1)
        finally:
            db.conn.execute("ROLLBACK")

    def _found(self, name: str, db: Database, *, seq: int, size: int) -> _Column:
        """Give a column as it is after a change: as it was kept if little came since, else read."""
        kept = None if name in _SELDOM or size < _FEW else self._kept
        column = _COLUMNS[name]()
        since = None if kept is None else kept.find(name, column)
        changed = None
        if since is not None:
            changed = browse.touched(db, after=since, upto=seq, most=_MOST_PATCHED)
        if changed is not None:
            column.read(db, size, changed)
            if changed and column.spellings:
                changed = None  # who wrote it so may have been among them
        if changed is None:
            column = _COLUMNS[name]()
            column.read(db, size)
        if kept is not None and (changed is None or len(changed) > _MANY):
            kept.keep(name, column, seq)
        return column

    def _follow(self, db: Database) -> None:
        seq, greatest = browse.last(db)
        if seq == self._seq and greatest < self.size:
            return
        changed = None
        if self._seq >= 0:
            changed = browse.touched(db, after=self._seq, upto=seq, most=_MOST_PATCHED)
        if greatest >= self.size:
            self.size = greatest + 1 + max(_SLACK, greatest // 8)
        if changed is None:
            self._held.clear()
        for name, column in [*self._held.items()]:
            spellings = column.spellings
            column.read(db, self.size, changed)
            if column.spellings > spellings:
                del self._held[name]  # who wrote it as it is shown may be gone: it is read whole
        self._seq = seq
        self.version += 1
