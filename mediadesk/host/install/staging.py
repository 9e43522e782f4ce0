"""The folder for what is fetched and made; what a dead process left there is told by its lock."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from mediadesk.host.install.disk import Disk, discard

if TYPE_CHECKING:  # what takes a while is imported when it is needed
    from filelock import FileLock


class Staging:
    """The staging folders of one process, below `.staging/<random>`, which it keeps locked."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._root: Path | None = None
        self._lock: FileLock | None = None

    def new(self) -> Path:
        """Make an empty folder.

        Raises:
            UserError, OSError: if it can't be made.
        """
        if self._root is None:
            from filelock import FileLock

            root = self._disk.staging / secrets.token_hex(8)
            # Within it, or `sweep` could take it for a dead one before it is locked.
            with self._disk.changing():
                root.mkdir(parents=True)
                self._lock = FileLock(_lock_of(root), thread_local=False)
                self._lock.acquire()
            self._root = root
        made = self._root / secrets.token_hex(4)
        made.mkdir()
        return made

    def close(self) -> None:
        """Delete everything."""
        if self._root and self._lock:
            discard(self._root)
            self._lock.release()
            _lock_of(self._root).unlink(missing_ok=True)
            self._root = self._lock = None


def sweep(disk: Disk) -> None:
    """Delete what dead processes left; to be called while `disk.changing()`."""
    if not disk.staging.is_dir():
        return
    from filelock import FileLock, Timeout

    for root in [each for each in disk.staging.iterdir() if each.is_dir()]:
        lock = FileLock(_lock_of(root), timeout=0)
        try:
            with lock:
                discard(root)
        except Timeout:
            continue  # its process lives
    for file in disk.staging.glob("*.lock"):
        if not file.with_suffix("").exists():
            file.unlink(missing_ok=True)


def _lock_of(root: Path) -> Path:
    return root.with_suffix(".lock")
