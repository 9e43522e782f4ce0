"""How much of the disk a plugin's folders take."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

_SECONDS, _SHARE = 1.0, 20
"""They are looked through once a second, but in no more than a twentieth of the time."""
_SLICE_SECONDS = 0.05
_BLOCK = 4096
_MIB = 1 << 20


class Room:
    """The folders that a process may write to, and how much it may.

    A file that was deleted and is still open is not found any more; its length is limited alone.
    """

    def __init__(
        self, folders: Sequence[Path], most_mb: int, *, worked: Callable[[], object]
    ) -> None:
        """Look at nothing yet.

        Args:
            folders: where it may write.
            most_mb: how many mebibytes may lie there, in all.
            worked: gives what stays the same while the process does nothing.
        """
        self._folders = folders
        self._most_mb = most_mb
        self._worked = worked
        self._worked_then: object = None
        self._next = time.monotonic() + _SECONDS
        self._walk: Iterator[int] | None = None
        self._total, self._took = 0, 0.0

    @property
    def is_looking(self) -> bool:
        """Whether a look was begun that is not through yet."""
        return self._walk is not None

    def trouble(self) -> str:
        """Go on looking for a moment, and say what is wrong; empty where nothing is.

        Nothing is looked at while it is too early to look again, or nothing was done since.
        """
        begun = time.monotonic()
        if self._walk is None and (begun < self._next or not self._begin()):
            return ""
        try:
            is_through = self._go_on(until=begun + _SLICE_SECONDS)
        except OSError as error:
            return f"its own folder and temporary files can't be measured ({error.strerror})"
        ended = time.monotonic()
        self._took += ended - begun
        if self._total > self._most_mb * _MIB:
            return f"its own folder and temporary files are larger than {self._most_mb:,} MiB"
        if is_through:
            self._walk = None
            self._next = ended + max(_SECONDS, _SHARE * self._took)
        return ""

    def _begin(self) -> bool:
        if (worked := self._worked()) == self._worked_then:
            return False
        # Noted before the look: what is done during it asks for another one.
        self._worked_then = worked
        self._walk = sizes(self._folders)
        self._total, self._took = 0, 0.0
        return True

    def _go_on(self, *, until: float) -> bool:
        """Add up till it is too much or too late; tell whether all was seen.

        Raises:
            OSError: if a folder can't be looked into.
        """
        for size in self._walk or ():
            self._total += size
            if self._total > self._most_mb * _MIB or time.monotonic() > until:
                return False
        return True


def sizes(folders: Iterable[Path]) -> Iterator[int]:
    """Give the bytes of one thing after the other in these folders, of each a block at least.

    Raises:
        OSError: if a folder can't be looked into, as one that is nested too deeply.
    """
    waiting = [str(folder) for folder in folders]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    is_folder = entry.is_dir(follow_symlinks=False)
                    yield _BLOCK if is_folder else max(_size(entry), _BLOCK)
                    if is_folder:
                        waiting.append(entry.path)
        except FileNotFoundError:
            continue  # the folder has just gone


def _size(entry: "os.DirEntry[str]") -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return 0  # it has just gone, and the others are still there
