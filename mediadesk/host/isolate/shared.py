"""Memory that processes share: files in a private folder, in memory where there is such a disk."""

import contextlib
import itertools
import logging
import mmap
import os
import shutil
import threading
import weakref
from collections import deque
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

from mediadesk.api import Array
from mediadesk.host.isolate.folders import PrivateFolder, remove

log = logging.getLogger(__name__)
_LARGE_BYTES = 31 << 20  # glibc looks at nothing larger
_SMALL = 16 << 10
_MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - all that is made there is for ourselves alone
_ROOM_WANTED = 1 << 30
_SPARE_BYTES = 256 << 20
_REMEMBERED = 8


class _Mapping(mmap.mmap):
    """A file in memory that knows where it lies."""

    file: Path


class Shared:
    """One process's private folder of shared files; it goes with `close`, or after a crash later.

    It is made when it is first needed. The arrays of `empty` cross to guests without being copied.
    """

    def __init__(self, disk: Path | None = None) -> None:
        """Prepare; the folder will lie on `disk`, else in memory or where temporary files are."""
        keep_memory()
        self._disk = disk
        self._private: PrivateFolder | None = None
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._spare: deque[_Mapping] = deque()

    @property
    def folder(self) -> Path:
        """Where the files lie."""
        with self._lock:
            if self._private is None:
                self._private = PrivateFolder(self._disk or _disk())
                (self._private.path / "blocks").mkdir()
            return self._private.path

    @property
    def blocks(self) -> Path:
        """Where the arrays of `empty` lie."""
        return self.folder / "blocks"

    def empty(self, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """Give an array, not filled, like `numpy.empty`.

        It is shared where that saves anything and there is room; else it is an ordinary one. When
        it is no longer referred to its memory goes to a later array, also as a guest sees it.
        """
        array = np.empty(shape, dtype)
        if array.nbytes < _SMALL or not hasattr(os, "posix_fallocate"):
            return array
        mapping = self._used(array.nbytes) or self._new(array.nbytes)
        if mapping is None:
            return array
        array = np.ndarray(shape, dtype, buffer=mapping)
        weakref.finalize(array, _give_back, self._spare, mapping)
        return array

    def file(self) -> Path:
        """Make an empty file."""
        path = self.folder / f"file-{next(self._numbers)}"
        path.touch(mode=0o600)
        return path

    def close(self) -> None:
        """Remove everything."""
        self._spare.clear()
        with self._lock:
            if self._private is not None:
                self._private.close()

    def _used(self, size: int) -> _Mapping | None:
        """Give the memory of an array that is gone, which guests may have mapped already."""
        for mapping in list(self._spare):
            if size <= len(mapping) <= 2 * size:
                # Garbage is collected at any time, on any thread.
                with contextlib.suppress(ValueError, IndexError):
                    self._spare.remove(mapping)
                    return mapping
        return None

    def _new(self, size: int) -> _Mapping | None:
        path = self.blocks / str(next(self._numbers))
        try:
            mapping = _map(path, size + size // 8)  # the next array may be a little larger
        except OSError as error:
            log.info("an array can't be shared: %s", error)
            remove(path)
            return None
        weakref.finalize(mapping, remove, path)
        return mapping


class Recent:
    """Which blocks were used by the last few messages that had any."""

    def __init__(self) -> None:
        self._names: deque[frozenset[str]] = deque(maxlen=_REMEMBERED)

    def note(self, names: Iterable[str]) -> set[str]:
        """Add a message's; give all that are not forgotten yet."""
        if used := frozenset(names):
            self._names.append(used)
        return set().union(*self._names)


class Blocks:
    """The other side of `Shared.empty`: maps its files, to be read only.

    A mapping is kept for a while, as looking into a new one costs more than what it is for.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, mmap.mmap] = {}
        self._used: set[str] = set()
        self._recent = Recent()

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
        kept = self._recent.note(self._used)
        self._known = {name: own for name, own in self._known.items() if name in kept}
        self._used = set()


def located(array: Array) -> tuple[Path | None, int]:
    """Tell in which file a contiguous array lies and where, None unless it is of `Shared.empty`."""
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    if not isinstance(base, _Mapping):
        return None, 0
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


def _give_back(spare: deque[_Mapping], mapping: _Mapping) -> None:
    spare.append(mapping)
    while sum(map(len, list(spare))) > _SPARE_BYTES:
        with contextlib.suppress(IndexError):
            spare.popleft()


def _disk() -> Path | None:
    is_there = _MEMORY_DISK.is_dir() and os.access(_MEMORY_DISK, os.W_OK)
    if is_there and shutil.disk_usage(_MEMORY_DISK).free >= _ROOM_WANTED:
        return _MEMORY_DISK
    return None
