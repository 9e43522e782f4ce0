"""What was read of items from the library, until they are touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from mediadesk.store import browse

if TYPE_CHECKING:
    from mediadesk.store import Database

T = TypeVar("T")
_REMEMBERED = 20_000
_FEW = 1_000  # items that have changed: of more, it is as quick to read all anew


class Remembered(Generic[T]):
    """Reads something of items; again only of those that were touched since. One thread at a time.

    It must follow from what notes in the table `touched` that it has changed.
    """

    def __init__(self, read: Callable[[Database, Sequence[str]], Mapping[str, T]]) -> None:
        """Remember what `read` gives, which may leave out items."""
        self._read = read
        self._known: dict[str, T | None] = {}
        self._numbered: dict[int, str] = {}
        self._seq = -1

    def of(self, db: Database, items: Sequence[str]) -> dict[str, T]:
        """Give item → what was read of it, where there is anything."""
        self._follow(db)
        if len(self._known) > max(_REMEMBERED, 2 * len(items)):
            self._known, self._numbered = {}, {}
        if missing := [item for item in items if item not in self._known]:
            found = self._read(db, missing)
            # What is no item yet may become one.
            numbers = browse.numbers(db, missing)
            self._numbered |= {number: item for item, number in numbers.items()}
            self._known |= {item: found.get(item) for item in numbers}
        known = self._known
        return {item: each for item in items if (each := known.get(item)) is not None}

    def _follow(self, db: Database) -> None:
        """Forget what has changed."""
        seq, _ = browse.last(db)
        if seq == self._seq:
            return
        touched = browse.touched(db, after=self._seq, upto=seq, most=_FEW)
        if touched is None:
            self._known, self._numbered = {}, {}
        for number in touched or ():
            self._known.pop(self._numbered.pop(number, ""), None)
        self._seq = seq
