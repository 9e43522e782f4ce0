"""Replaces a file whole: after a crash it is the old one or the new one."""

import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mediadesk.host.install.disk import sync_folder


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a new file in the same folder to be written, which then takes the place of `path`.

    Its name is hidden and always the same, so that what a crash left behind is written over. It
    keeps rights and owner of the old one, and its ending. A link stays: what it leads to changes.

    Raises:
        OSError: if the folder can't be written to or is full; then all is as it was.
    """
    target = path.resolve()
    number = zlib.crc32(os.fsencode(target.name))  # the name itself may be as long as names can be
    fresh = target.with_name(f".{number:08x}.mediadesk{target.suffix}")
    try:
        yield fresh
        with fresh.open("rb+") as file:
            os.fsync(file.fileno())
        if target.exists():
            _keep_rights(target, fresh)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(target.parent)


def _keep_rights(old: Path, new: Path) -> None:
    shutil.copymode(old, new)
    had, has = old.stat(), new.stat()
    if os.name != "nt" and (had.st_uid, had.st_gid) != (has.st_uid, has.st_gid):
        os.chown(new, had.st_uid, had.st_gid)
