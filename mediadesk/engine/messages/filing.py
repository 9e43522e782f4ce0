"""Filing: where files are, were and may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mediadesk.engine.messages.items import ItemView
from mediadesk.engine.messages.organising import Change
from mediadesk.engine.messages.work import FolderView, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """Items of a `folder` of the library whose files are not there.

    They lie on a `drive` that is not connected; where that is empty, they went away from it.
    `items` are the first of `count`, by title.
    """

    folder: str
    drive: str
    items: tuple[ItemView, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An item of the library that may be one that is missing; `alike` is 0..1."""

    item: ItemView
    path: str
    alike: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The hash of all of a file (BLAKE2b, 128 bits, hex); `same` as when it was last taken.

    `same` is None the first time, and where the file was written to since. False means that it has
    changed without being written to: it is damaged.
    """

    path: str
    hash: str
    same: bool | None
    took_s: float


class Filing(Protocol):
    """What concerns the files themselves; none is ever deleted."""

    def absent(self, *, profile: str | None = None, limit: int = 2_000) -> tuple[Absent, ...]:
        """Give what is not there, drive by drive, `limit` items of each at most."""
        ...

    def matches(self, name: str) -> tuple[Match, ...]:
        """Guess which files of the library may be a missing item now, the best first."""
        ...

    def relink(self, name: str, path: str) -> Change:
        """Say that the file at `path` is this item now; all that was done with it follows.

        Raises:
            UserError: if the item is not missing, or the file is not known to the library.
        """
        ...

    def relink_folder(self, old: str, new: str) -> Status:
        """Say that a folder of the library is found elsewhere now; unchanged files stay read.

        Doing it the other way round takes it back.

        Raises:
            UserError: if fewer than half of its files are there, or the place overlaps another.
        """
        ...

    def forget(self, names: Sequence[str] = (), *, folder: str | None = None) -> Change:
        """Take missing items out of the library; what was done with them is kept for a return.

        Of one that lies elsewhere, too, only the places where it is missing go. With `folder` all
        that is missing in that folder of the library.

        Raises:
            UserError: if one of them is missing nowhere.
        """
        ...

    def verify(self, name: str) -> Verified:
        """Read the whole file of an item and compare its hash with the one of last time."""
        ...

    def exclude(self, folder: str, patterns: Sequence[str]) -> FolderView:
        """Leave out what matches these patterns (as in .gitignore) when scanning a folder.

        A file named .mediadeskignore in any folder does the same below it.
        """
        ...
