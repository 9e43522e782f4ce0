"""Files through which large arrays cross, one message's after another's.

What a guest writes is read out of its file like out of any other, never mapped: so it can neither
change afterwards what was checked, nor take a page away under the host's feet.
"""

import os
from pathlib import Path

from mediadesk.api import Array
from mediadesk.host.isolate.arrays import raw

MOST_BYTES = 512 << 20
"""What one message may carry."""
_KEPT_BYTES = 32 << 20


class Outbox:
    """The file through which a process sends arrays."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("r+b", buffering=0)
        self._end = 0

    def rewind(self) -> None:
        """Begin a message; the receiver is through with the one before."""
        if self._end > _KEPT_BYTES:
            self._file.truncate(0)
        self._end = 0

    def put(self, array: Array) -> int:
        """Write a contiguous array, and tell where.

        Raises:
            ValueError: if the message gets too large.
            OSError: if there is no room.
        """
        at = self._end
        if at + array.nbytes > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES >> 20} MiB of arrays at once")
        self._file.seek(at)
        rest = raw(array)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._end = at + array.nbytes
        return at

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class Inbox:
    """The file through which a process receives arrays."""

    def __init__(self, path: Path, *, is_ours: bool = False) -> None:
        """Open it; `is_ours` is for the side that tidies it up."""
        self._file = path.open("r+b" if is_ours else "rb", buffering=0)
        self._is_ours = is_ours

    def read(self, at: int, into: Array) -> None:
        """Fill a contiguous array from there.

        Raises:
            ValueError: if there is less than that.
        """
        self._file.seek(min(at, MOST_BYTES))
        rest = raw(into)
        while rest:
            count = self._file.readinto(rest)
            if not count:
                raise ValueError("an array that lies outside of its file")
            rest = rest[count:]

    def clear(self) -> None:
        """Give memory back after a large message."""
        if self._is_ours and self._file.seek(0, os.SEEK_END) > _KEPT_BYTES:
            self._file.truncate(0)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
