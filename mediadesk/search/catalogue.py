"""The columns of a library in memory: read when first needed, and again where items changed."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, cast

from sqlite_utils import Database

from mediadesk.search.columns import Genres, Names, Numbers, Places, Tags, Words
from mediadesk.search.texts import ItemTexts, Titles
from mediadesk.store import Store, browse

_SLACK = 1_000
_MOST_PATCHED = 5_000


class _Column(Protocol):
    def read(self, db: Database, size: int, only: Sequence[int] | None = None) -> None: ...


_COLUMNS: dict[str, Callable[[], _Column]] = {
    "titles": Titles,
    "descriptions": lambda: ItemTexts("descriptions"),
    "numbers": Numbers,
    "names": Names,
    "genres": lambda: Genres(Words()),
    "tags": lambda: Tags(Words()),
    "places": Places,
}


class Catalogue:
    """The columns of one library; each has room for `size` items, whose numbers are the places.

    `version` grows whenever anything has changed.
    """

    def __init__(self, store: Store) -> None:
        self.version = 0
        self.size = 0
        self._store = store
        self._lock = threading.RLock()
        self._seq = -1
        self._held: dict[str, _Column] = {}

    @contextmanager
    def now(self) -> "Iterator[Database]":
        """Hold the columns as the database is now, for one thread at a time; give that."""
        db = self._store.read()
        with self._lock:
            db.conn.execute("BEGIN")  # one view of it for all that is read
            try:
                self._follow(db)
                yield db
            finally:
                db.conn.execute("ROLLBACK")

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
    def places(self) -> Places:
        """Where items lie."""
        return cast("Places", self._column("places"))

    def _column(self, name: str) -> Any:  # noqa: ANN401 - each property says of which type
        if name not in self._held:
            column = _COLUMNS[name]()
            column.read(self._store.read(), self.size)
            self._held[name] = column
        return self._held[name]

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
        for column in self._held.values():
            column.read(db, self.size, changed)
        self._seq = seq
        self.version += 1
