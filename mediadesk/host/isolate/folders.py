"""Folders that only one process uses, and that vanish with it."""

import logging
import os
import tempfile
import threading
from pathlib import Path

from mediadesk.host.removal import delete

log = logging.getLogger(__name__)
_PREFIX, _LOCK = "mediadesk-", ".lock"


class PrivateFolder:
    """A folder of this process alone; it goes with `close`, or after a crash with the next one."""

    def __init__(self, base: Path | None = None) -> None:
        """Make it in `base`, else where temporary files are; remove what dead processes left."""
        import filelock  # takes a while, and most starts have no guest

        base = base or Path(tempfile.gettempdir())
        for lock in base.glob(f"{_PREFIX}*{_LOCK}"):
            _tidy(lock)
        self.path = base / f"{_PREFIX}{os.getpid()}-{os.urandom(4).hex()}"
        self._lock_file = self.path.with_suffix(_LOCK)
        self._lock = filelock.FileLock(self._lock_file, mode=0o600, thread_local=False)
        self._lock.acquire()
        self._closing = threading.Lock()
        self.path.mkdir(mode=0o700)

    def close(self) -> None:
        """Remove it with all that is in it; several threads may do so at once, and again."""
        with self._closing:
            delete(self.path)
            self._lock.release()
            remove(self._lock_file)


def remove(file: Path) -> None:
    """Remove a file if it is there, and if the system lets us."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:  # Windows keeps what is mapped; the next process will remove it
        log.info("“%s” is removed later: %s", file, error)


def _tidy(lock: Path) -> None:
    """Remove the folder of a lock that nobody holds."""
    import filelock

    try:
        # A link that another person put there would make us write to what it points to.
        if lock.is_symlink() or (hasattr(os, "getuid") and lock.lstat().st_uid != os.getuid()):
            return
        with filelock.FileLock(lock, mode=0o600, timeout=0):
            delete(lock.with_suffix(""))
            remove(lock)
    except filelock.Timeout:
        return  # its process lives
    except OSError as error:
        log.info("“%s” can't be tidied up: %s", lock, error)
