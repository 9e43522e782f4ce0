"""How much of the disk a plugin's folders take."""

import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

_SECONDS, _SHARE = 1.0, 20
"""They are looked through once a second, but in no more than a twentieth of the time."""
_BLOCK = 4096
_MIB = 1 << 20


class Room:
    """The folders that a plugin may write to, and how much it may.

    A file that was deleted and is still open is not found any more; its length is limited alone.
    """

    def __init__(self, folders: Sequence[Path], most_mb: int) -> None:
        self._folders = folders
        self._most_mb = most_mb
        self._next = time.monotonic() + _SECONDS

    def trouble(self) -> str:
        """Say what is wrong; empty where nothing is, or it is too early to look again."""
        begun = time.monotonic()
        if begun < self._next:
            return ""
        try:
            most = self._most_mb * _MIB
            is_too_much = taken(self._folders, most) > most
        except OSError as error:
            return f"its own folder and temporary files can't be measured ({error.strerror})"
        ended = time.monotonic()
        self._next = ended + max(_SECONDS, _SHARE * (ended - begun))
        if not is_too_much:
            return ""
        return f"its own folder and temporary files are larger than {self._most_mb:,} MiB"


def taken(folders: Iterable[Path], most: int) -> int:
    """Give the bytes that are taken by all that is in these folders, a block at least by each.

    It stops adding up at more than `most`.

    Raises:
        OSError: if a folder can't be looked into, as one that is nested too deeply.
    """
    total = 0
    waiting = [str(folder) for folder in folders]
    while waiting and total <= most:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    is_folder = entry.is_dir(follow_symlinks=False)
                    size = 0 if is_folder else entry.stat(follow_symlinks=False).st_size
                    total += max(size, _BLOCK)
                    if total > most:
                        break
                    if is_folder:
                        waiting.append(entry.path)
        except FileNotFoundError:
            continue  # it has just gone
    return total
