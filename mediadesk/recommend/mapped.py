"""Vectors in a file that is mapped: they take memory only while they are looked at."""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np

from mediadesk.api import Array

_LEAST_ROOM = 1_024


def write(path: Path, vectors: Array) -> None:
    """Write vectors [n, d], with room for some more, whole or not at all.

    What another process has mapped from here stays as it was for it.

    Raises:
        OSError: if there is no room, or the file can't be replaced.
    """
    room = len(vectors) + max(_LEAST_ROOM, len(vectors) // 8)
    temporary = path.with_suffix(".part")
    with temporary.open("wb") as file:
        header = np.lib.format.header_data_from_array_1_0(vectors)
        np.lib.format.write_array_header_2_0(file, header | {"shape": (room, vectors.shape[1])})
        start = file.tell()
        vectors.tofile(file)
        file.truncate(start + room * vectors.shape[1] * vectors.itemsize)  # takes no room yet
    temporary.replace(path)


def read(path: Path) -> Array:
    """Map vectors [n + room, d]; what is written to them stays in this process.

    Raises:
        OSError: if there is no such file, or it is damaged.
    """
    try:
        vectors: Array = np.load(path, mmap_mode="c", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise OSError(f"“{path}” can't be read: {error}") from error
    held = vectors.base
    if isinstance(held, mmap.mmap) and hasattr(mmap, "MADV_WILLNEED"):
        held.madvise(mmap.MADV_WILLNEED)  # in order and ahead, which disks like better
    return vectors
