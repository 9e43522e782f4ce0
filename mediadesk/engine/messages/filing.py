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
    """

    folder: str
    drive: str
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A file that may be an item that is missing: of this library, or at a path."""

    item: ItemView | None
    path: str
    alike: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The hash of all of a file (BLAKE2b, 128 bits, hex); `same` as when it was last taken.

    `same` is None the first time.
    """

    path: str
    hash: str
    same: bool | None
    took_s: float


class Filing(Protocol):
    """What concerns the files themselves; none is ever deleted."""

    def absent(self, *, profile: str | None = None) -> tuple[Absent, ...]:
        """Give what is not there, drive by drive."""
        ...

    def matches(self, name: str) -> tuple[Match, ...]:
        """Guess which files of the library may be a missing item now, the best first."""
        ...

    def relink(self, name: str, path: str) -> Change:
        """Say that the file at `path` is this item now; all that was done with it follows."""
        ...

    def relink_folder(self, old: str, new: str) -> Status:
        """Say that a folder of the library is found elsewhere now."""
        ...

    def forget(self, names: Sequence[str]) -> Change:
        """Take missing items out of the library; what was done with them is kept for a return.

        Raises:
            UserError: if one of them is not missing.
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
