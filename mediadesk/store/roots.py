"""What a scan remembers of the folders of the library, beside their files."""

import json
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlite_utils import Database


def inside(folder: str) -> tuple[str, str]:
    """Give the bounds of all paths inside a folder: the first, and the first beyond."""
    start = folder.rstrip(os.sep) + os.sep
    return start, start[:-1] + chr(ord(os.sep) + 1)


def set_drive(db: Database, root: Path, drive: str) -> None:
    """Note the name of the drive that a folder of the library lies on."""
    db.conn.execute("UPDATE root SET drive = ? WHERE path = ?", [drive, str(root)])


def set_excludes(db: Database, root: Path, patterns: Sequence[str]) -> None:
    """Keep what is left out when this folder is scanned; see `library.excludes`."""
    told = json.dumps(list(patterns), ensure_ascii=False)
    db.conn.execute("UPDATE root SET excludes = ? WHERE path = ?", [told, str(root)])


def note_looked(db: Database, root: Path) -> None:
    """Note that by now every file that has come to a root is known."""
    db.conn.execute("UPDATE root SET scanned_at = ? WHERE path = ?", [time.time(), str(root)])


def folders(db: Database, root: Path, below: str | None = None) -> dict[str, tuple[int, int]]:
    """Give path → (mtime in ns, check sum) of the folders of a root as last seen.

    With `below`, only of that folder and those below it.
    """
    sql, values = "SELECT path, mtime_ns, beside FROM folder WHERE root = ?", [str(root)]
    if below is not None:
        sql += " AND (path = ? OR (path >= ? AND path < ?))"
        values += [below, *inside(below)]
    return {path: (mtime_ns, beside) for path, mtime_ns, beside in db.conn.execute(sql, values)}


def note_part(db: Database, root: Path, *, came: int, warnings: Sequence[str]) -> bool:
    """Note how many files more there are, and what can't be read, after a part was looked at.

    False if there is no such root.
    """
    row = db.conn.execute("SELECT warnings FROM root WHERE path = ?", [str(root)]).fetchone()
    if row is None:
        return False
    told = list(dict.fromkeys([*json.loads(row[0]), *warnings]))
    db.conn.execute(
        "UPDATE root SET files = max(0, files + ?), warnings = ? WHERE path = ?",
        [came, json.dumps(told, ensure_ascii=False), str(root)],
    )
    return True


def save_folders(db: Database, root: Path, seen: Iterable[tuple[str, int, int]]) -> None:
    """Keep (path, mtime in ns, check sum) of folders as they are now."""
    db.conn.executemany(
        "INSERT INTO folder(path, root, mtime_ns, beside) VALUES(?, ?, ?, ?)"
        " ON CONFLICT(path) DO UPDATE SET root = excluded.root, mtime_ns = excluded.mtime_ns,"
        "  beside = excluded.beside",
        ((path, str(root), mtime_ns, beside) for path, mtime_ns, beside in seen),
    )


def drop_folders(db: Database, paths: Iterable[str]) -> None:
    """Forget folders that are not there any more."""
    db.conn.executemany("DELETE FROM folder WHERE path = ?", ((path,) for path in paths))


def set_gone(db: Database, paths: Iterable[str]) -> None:
    """Note that a look found these files no more; it counts those that are there itself."""
    db.conn.executemany("UPDATE location SET missing = 1 WHERE path = ?", ((p,) for p in paths))


def set_away(db: Database, root: Path) -> int:
    """Note that nothing of a root can be reached, and give how many places that is news of."""
    return db.conn.execute(
        "UPDATE location SET missing = 1 WHERE root = ? AND missing <> 1", [str(root)]
    ).rowcount


def leave_out(db: Database, paths: Iterable[str]) -> None:
    """Take places out of the library; what was done with their items is kept for a return."""
    db.conn.executemany("DELETE FROM location WHERE path = ?", ((path,) for path in paths))


def troubled(db: Database, root: Path) -> list[tuple[str, float]]:
    """Give (path, when it was last seen to change) of places that could not be read."""
    return db.conn.execute(
        "SELECT path, seen_at FROM location WHERE root = ? AND problem IS NOT NULL AND missing = 0",
        [str(root)],
    ).fetchall()


def try_again(db: Database, paths: Sequence[str]) -> None:
    """Have places that could not be read be read, for their rights have changed."""
    db.conn.executemany(
        "UPDATE location SET problem = NULL, reread = item IS NOT NULL, seen_at = ? WHERE path = ?",
        ((time.time(), path) for path in paths),
    )


def move(db: Database, old: Path, new: Path) -> None:
    """Say that a root and all places in it are found elsewhere; they stay what they are."""
    columns = "added_at, scanned_at, problem, warnings, files, drive, excludes"
    db.conn.execute(
        f"INSERT INTO root(path, {columns}) SELECT ?, {columns} FROM root WHERE path = ?",
        [str(new), str(old)],
    )
    start, end = inside(str(old))
    tail = len(start.rstrip("/\\")) + 1  # in SQL the first letter is the first
    db.conn.execute(
        "UPDATE location SET root = ?, path = ? || substr(path, ?)"
        " WHERE root = ? AND path >= ? AND path < ?",
        [str(new), str(new).rstrip("/\\"), tail, str(old), start, end],
    )
    rows = db.conn.execute(
        "SELECT path, sidecars FROM location WHERE root = ? AND sidecars <> '[]'", [str(new)]
    ).fetchall()
    db.conn.executemany(
        "UPDATE location SET sidecars = ? WHERE path = ?",
        [(_moved(sidecars, old, new), path) for path, sidecars in rows],
    )
    db.conn.execute("DELETE FROM root WHERE path = ?", [str(old)])


def _moved(sidecars: str, old: Path, new: Path) -> str:
    there = (
        (new / Path(path).relative_to(old) if Path(path).is_relative_to(old) else path, mtime)
        for path, mtime in json.loads(sidecars)
    )
    return json.dumps([[str(path), mtime] for path, mtime in there], ensure_ascii=False)
