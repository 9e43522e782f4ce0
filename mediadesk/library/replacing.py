"""Replaces a file whole: after a crash it is the old one or the new one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.host.install.disk import sync_folder
from mediadesk.store import parts


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a new file in the same folder to be written, which then takes the place of `path`.

    Its name is hidden, and tells the next scan what a crash left behind. It keeps rights and owner
    of the old one, and its ending. A link stays: what it leads to changes.

    Raises:
        OSError: if the folder can't be written to or is full; then all is as it was.
        UserError: if another program changed the file meanwhile; then it stays so.
    """
    target = path.resolve()
    fresh = parts.part_of(target)
    before = stamp(target)
    try:
        yield fresh
        with fresh.open("rb+") as file:
            os.fsync(file.fileno())
        if target.exists():
            _keep_rights(target, fresh)
        if stamp(target) != before:
            raise UserError(
                f"“{path}” was changed by another program just now: it stays as it is; try again."
            )
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(target.parent)


def stamp(file: Path) -> tuple[int, int] | None:
    """Give (size, mtime in ns) of a file, None where there is none."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_size, status.st_mtime_ns


def _keep_rights(old: Path, new: Path) -> None:
    shutil.copymode(old, new)
    had, has = old.stat(), new.stat()
    if os.name != "nt" and (had.st_uid, had.st_gid) != (has.st_uid, has.st_gid):
        os.chown(new, had.st_uid, had.st_gid)
