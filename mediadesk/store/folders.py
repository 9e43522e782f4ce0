"""What a scan remembers of the folders it has looked into."""

import os
from collections.abc import Iterable
from pathlib import Path

from mediadesk.paths import spelled
from mediadesk.store.connection import Database


def inside(folder: str) -> tuple[str, str]:
    """Give the bounds of all paths inside a folder: the first, and the first beyond."""
    start = folder.rstrip(os.sep) + os.sep
    return start, start[:-1] + chr(ord(os.sep) + 1)


def known_folders(db: Database, root: Path, below: str | None = None) -> dict[str, tuple[int, int]]:
    """Give path → (mtime in ns, check sum) of the folders of a root as last seen.

    With `below`, only of that folder and those below it.
    """
    sql, values = "SELECT path, mtime_ns, beside FROM folder WHERE root = ?", [spelled(root)]
    if below is not None:
        sql += " AND (path = ? OR (path >= ? AND path < ?))"
        values += [below, *inside(below)]
    return {path: (mtime_ns, beside) for path, mtime_ns, beside in db.conn.execute(sql, values)}


def save_folders(db: Database, root: Path, seen: Iterable[tuple[str, int, int]]) -> None:
    """Keep (path, mtime in ns, check sum) of folders as they are now."""
    db.conn.executemany(
        "INSERT INTO folder(path, root, mtime_ns, beside) VALUES(?, ?, ?, ?)"
        " ON CONFLICT(path) DO UPDATE SET root = excluded.root, mtime_ns = excluded.mtime_ns,"
        "  beside = excluded.beside",
        ((path, spelled(root), mtime_ns, beside) for path, mtime_ns, beside in seen),
    )


def drop_folders(db: Database, paths: Iterable[str]) -> None:
    """Forget folders that are not there any more."""
    db.conn.executemany("DELETE FROM folder WHERE path = ?", ((path,) for path in paths))
