"""Memory that processes share: files in a private folder, on a disk that is memory if there is one."""

import itertools
import logging
import mmap
import os
import shutil
import tempfile
import weakref
from pathlib import Path

import filelock
import numpy as np
from numpy.typing import DTypeLike

from mediadesk.api import Array

log = logging.getLogger(__name__)
_LARGE_BYTES = 31 << 20  # glibc looks at nothing larger
_SMALL = 16 << 10
_MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - all that is made there is for ourselves alone
_ROOM_WANTED = 1 << 30
_PREFIX = "mediadesk-"
_LOCK = ".lock"


class _Mapping(mmap.mmap):
    """A file in memory that knows where it lies."""

    file: Path


class Shared:
    """One process's private folder of shared files; it goes with `close`, or after a crash later.

    The arrays of `empty` cross to guests without being copied.
    """

    def __init__(self, disk: Path | None = None) -> None:
        """Make the folder on `disk`, and remove those that processes left that are no more."""
        keep_memory()
        base = disk or _disk()
        for lock in base.glob(f"{_PREFIX}*{_LOCK}"):
            _tidy(lock)
        name = f"{_PREFIX}{os.getpid()}-{os.urandom(4).hex()}"
        self._lock = filelock.FileLock(base / (name + _LOCK), mode=0o600, thread_local=False)
        self._lock.acquire()
        self.folder = base / name
        self.folder.mkdir(mode=0o700)
        self.blocks = self.folder / "blocks"
        """Where the arrays of `empty` lie."""
        self.blocks.mkdir()
        self._numbers = itertools.count()

    def empty(self, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """Give an array, not filled, like `numpy.empty`; its memory is freed with it.

        It is shared where that saves anything and there is room; else it is an ordinary one.
        """
        array = np.empty(shape, dtype)
        if array.nbytes < _SMALL or not hasattr(os, "posix_fallocate"):
            return array
        path = self.blocks / str(next(self._numbers))
        try:
            mapping = _map(path, array.nbytes)
        except OSError as error:
            log.info("an array can't be shared: %s", error)
            _remove(path)
            return array
        weakref.finalize(mapping, _remove, path)
        return np.ndarray(shape, dtype, buffer=mapping)

    def file(self) -> Path:
        """Make an empty file."""
        path = self.folder / f"file-{next(self._numbers)}"
        path.touch(mode=0o600)
        return path

    def close(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.folder, ignore_errors=True)  # Windows keeps what is still mapped
        self._lock.release()
        _remove(Path(self._lock.lock_file))


class Blocks:
    """The other side of `Shared.empty`: maps its files, to be read only.

    A mapping is kept until a message with blocks comes that does not need it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, mmap.mmap] = {}
        self._used: set[str] = set()

    def get(
        self, name: str, at: int, shape: tuple[int, ...], dtype: "np.dtype[np.generic]"
    ) -> Array:
        """Give an array of a file."""
        self._used.add(name)
        if name not in self._known:
            with (self._folder / name).open("rb") as file:
                self._known[name] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return np.ndarray(shape, dtype, buffer=self._known[name], offset=at)

    def settle(self) -> None:
        """End a message."""
        if self._used:
            self._known = {name: self._known[name] for name in self._used}
            self._used = set()


def located(array: Array) -> tuple[Path, int] | None:
    """Tell in which file a contiguous array lies and where, if it is one of `Shared.empty`."""
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    if not isinstance(base, _Mapping):
        return None
    start = np.frombuffer(base, np.uint8, 1).__array_interface__["data"][0]
    return base.file, array.__array_interface__["data"][0] - start


def keep_memory() -> None:
    """Let this process keep what it frees of large arrays, for the next ones.

    Until it has seen a large one freed, glibc gives each back to the system; taking it anew costs
    more than copying it.
    """
    np.empty(_LARGE_BYTES, np.uint8)


def _map(path: Path, size: int) -> _Mapping:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        # A page that finds no room when it is written to ends the process.
        os.posix_fallocate(handle, 0, size)
        mapping = _Mapping(handle, size)
    finally:
        os.close(handle)
    mapping.file = path
    return mapping


def _disk() -> Path:
    is_there = _MEMORY_DISK.is_dir() and os.access(_MEMORY_DISK, os.W_OK)
    if is_there and shutil.disk_usage(_MEMORY_DISK).free >= _ROOM_WANTED:
        return _MEMORY_DISK
    return Path(tempfile.gettempdir())


def _tidy(lock: Path) -> None:
    """Remove what a dead process left."""
    try:
        # A link that another person put there would make us write to what it points to.
        if lock.is_symlink() or (hasattr(os, "getuid") and lock.lstat().st_uid != os.getuid()):
            return
        with filelock.FileLock(lock, mode=0o600, timeout=0):
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            _remove(lock)
    except filelock.Timeout:
        return  # its process lives
    except OSError as error:
        log.info("“%s” can't be tidied up: %s", lock, error)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:  # Windows removes nothing that is still mapped; `_tidy` will
        log.info("“%s” is removed later: %s", path, error)
