"""The folders that a person added to the library."""

import json
import os
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from mediadesk.paths import shown, spelled, to_path
from mediadesk.store import changes, removed
from mediadesk.store.connection import Database
from mediadesk.store.folders import inside
from mediadesk.store.replaced import follow_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A folder that a person added, as it was when last looked at.

    `problem` says why it was not there, `warnings` what inside could not be read; `files` counts
    the media files that were there. `drive` is what a person calls its place, `excludes` are
    patterns of what is left out.
    """

    path: Path
    added_at: float
    scanned_at: float | None
    problem: str | None
    files: int
    warnings: tuple[str, ...] = ()
    drive: str = ""
    excludes: tuple[str, ...] = ()


def add(db: Database, path: Path) -> list[str]:
    """Note a folder; one that is there already stays as it is.

    Places inside it that belonged to a folder around it are its own from now on. One that was in
    the library before brings its places back: the items of those are given.
    """
    db.conn.execute(
        "INSERT INTO root(path, added_at) VALUES(?, ?) ON CONFLICT DO NOTHING",
        [spelled(path), time.time()],
    )
    around = _around(db, path)
    if around is not None:
        for table in ("location", "folder"):
            db.conn.execute(
                f"UPDATE {table} SET root = ? WHERE root = ? AND path >= ? AND path < ?",
                [spelled(path), around, *inside(spelled(path))],
            )
    return removed.bring_back(db, path)


def remove(db: Database, path: Path) -> bool:
    """Forget a folder and its locations; items keep their history. False if it was not there.

    What lies in another folder of the library around it stays, as part of that one.
    """
    around = _around(db, path)
    if around is not None:
        for table in ("location", "folder"):
            db.conn.execute(f"UPDATE {table} SET root = ? WHERE root = ?", [around, spelled(path)])
    sql = "SELECT path FROM location WHERE root = ? AND previous IS NOT NULL"
    follow_now(db, [row[0] for row in db.conn.execute(sql, [spelled(path)])])
    removed.keep(db, path)
    return db.conn.execute("DELETE FROM root WHERE path = ?", [spelled(path)]).rowcount > 0


def listed(db: Database) -> tuple[Root, ...]:
    """Give the folders of the library in the order they were added; other devices are none."""
    return tuple(
        Root(
            path=to_path(row["path"]),
            added_at=row["added_at"],
            scanned_at=row["scanned_at"],
            problem=row["problem"],
            files=row["files"],
            warnings=tuple(json.loads(row["warnings"])),
            drive=row["drive"],
            excludes=tuple(json.loads(row["excludes"])),
        )
        for row in db.query(
            "SELECT * FROM root WHERE path NOT GLOB 'device:*' ORDER BY added_at, path"
        )
    )


def has(db: Database, path: Path) -> bool:
    """Tell whether a path is that of a folder of the library."""
    sql = "SELECT 1 FROM root WHERE path = ?"
    return db.conn.execute(sql, [spelled(path)]).fetchone() is not None


def set_state(
    db: Database,
    path: Path,
    *,
    problem: str | None,
    warnings: Sequence[str] = (),
    files: int | None = None,
) -> bool:
    """Note what was found at a root, its `files` only where all were counted.

    False if there is no such root.
    """
    changed = db.conn.execute(
        "UPDATE root SET problem = ?, warnings = ?, files = coalesce(?, files) WHERE path = ?",
        [
            problem and shown(problem),
            json.dumps([shown(each) for each in warnings], ensure_ascii=False),
            files,
            spelled(path),
        ],
    )
    return changed.rowcount > 0


def set_drive(db: Database, root: Path, drive: str) -> None:
    """Note the name of the drive that a folder of the library lies on."""
    db.conn.execute("UPDATE root SET drive = ? WHERE path = ?", [shown(drive), spelled(root)])


def drive_id(db: Database, root: Path) -> str | None:
    """Give which drive a root was found on; "" where that is not known, None if it is no root."""
    sql = "SELECT drive_id FROM root WHERE path = ?"
    row = db.conn.execute(sql, [spelled(root)]).fetchone()
    return None if row is None else row[0]


def exchange(db: Database, root: Path, drive: str) -> Path | None:
    """Note which drive lies at the path of a root now, and bring back what was known of it.

    What is known of the drive that lay there before becomes a root beside it, which is given: at a
    path that is nobody's, so nothing of it is taken for what lies here now.
    """
    before, back = drive_id(db, root), _aside(root, drive)
    if before is None or before == drive:
        return None
    is_back, left = has(db, back), _aside(root, before) if before else None
    if left is not None:
        move(db, root, left)
        _set_drive_id(db, left, before)
    elif is_back:
        remove(db, root)
    if is_back:
        move(db, back, root)
    elif left is not None:
        db.conn.execute(
            "INSERT INTO root(path, added_at, excludes) SELECT ?, ?, excludes FROM root"
            " WHERE path = ?",
            [spelled(root), time.time(), spelled(left)],
        )
    _set_drive_id(db, root, drive)
    return left


def set_excludes(db: Database, root: Path, patterns: Sequence[str]) -> list[str]:
    """Keep what is left out when this folder is scanned; see `library.excludes`.

    What was left out before comes back, until that scan; the items of it are given.
    """
    told = json.dumps(list(patterns), ensure_ascii=False)
    db.conn.execute("UPDATE root SET excludes = ? WHERE path = ?", [told, spelled(root)])
    return removed.bring_back(db, root)


def note_looked(db: Database, root: Path) -> None:
    """Note that by now every file that has come to a root is known."""
    db.conn.execute("UPDATE root SET scanned_at = ? WHERE path = ?", [time.time(), spelled(root)])


def note_part(
    db: Database, root: Path, *, came: int, warnings: Sequence[str], looked: Collection[str]
) -> bool:
    """Note how many files more there are, and what can't be read, after a part was looked at.

    What was said of these `looked` folders, or right inside of them, is forgotten. False if there
    is no such root.
    """
    row = db.conn.execute("SELECT warnings FROM root WHERE path = ?", [spelled(root)]).fetchone()
    if row is None:
        return False
    anew = frozenset(map(shown, looked))
    still = [each for each in json.loads(row[0]) if anew.isdisjoint(_named(each))]
    told = list(dict.fromkeys([*still, *map(shown, warnings)]))
    db.conn.execute(
        "UPDATE root SET files = max(0, files + ?), warnings = ? WHERE path = ?",
        [came, json.dumps(told, ensure_ascii=False), spelled(root)],
    )
    return True


def move(db: Database, old: Path, new: Path) -> None:
    """Say that a root and all places in it are found elsewhere; they stay what they are.

    On which drive that is has to be noted anew.
    """
    columns = "added_at, scanned_at, problem, warnings, files, drive, excludes"
    db.conn.execute(
        f"INSERT INTO root(path, {columns}) SELECT ?, {columns} FROM root WHERE path = ?",
        [spelled(new), spelled(old)],
    )
    start, end = inside(spelled(old))
    tail = len(start.rstrip("/\\")) + 1  # in SQL the first letter is the first
    db.conn.execute(
        "UPDATE location SET root = ?, path = ? || substr(path, ?)"
        " WHERE root = ? AND path >= ? AND path < ?",
        [spelled(new), spelled(new).rstrip("/\\"), tail, spelled(old), start, end],
    )
    for table in ("told", "artwork", "removed"):
        db.conn.execute(
            f"UPDATE OR REPLACE {table} SET path = ? || substr(path, ?)"
            " WHERE path >= ? AND path < ?",
            [spelled(new).rstrip("/\\"), tail, start, end],
        )
    rows = db.conn.execute(
        "SELECT path, sidecars FROM location WHERE root = ? AND sidecars <> '[]'", [spelled(new)]
    ).fetchall()
    db.conn.executemany(
        "UPDATE location SET sidecars = ? WHERE path = ?",
        [(_moved(sidecars, old, new), path) for path, sidecars in rows],
    )
    db.conn.execute("DELETE FROM root WHERE path = ?", [spelled(old)])
    changes.move_root(db, spelled(old), spelled(new))


def _aside(root: Path, drive: str) -> Path:
    return root.with_name(f"{root.name} (drive {drive})")


def _set_drive_id(db: Database, root: Path, drive: str) -> None:
    db.conn.execute("UPDATE root SET drive_id = ? WHERE path = ?", [drive, spelled(root)])


def _named(warning: str) -> tuple[str, str]:
    """Give the path that a warning begins with, and the folder that this lies in."""
    path = warning.removeprefix("“").partition("”")[0]
    return path, os.path.dirname(path)  # noqa: PTH120 - of a spelled path


def _around(db: Database, path: Path) -> str | None:
    """Give the innermost other root that the folder lies in."""
    rows = db.conn.execute("SELECT path FROM root").fetchall()
    around = [root for (root,) in rows if to_path(root) in path.parents]
    return max(around, key=len, default=None)


def _moved(sidecars: str, old: Path, new: Path) -> str:
    there = (
        (new / path.relative_to(old) if path.is_relative_to(old) else path, mtime)
        for path, mtime in ((to_path(text), mtime) for text, mtime in json.loads(sidecars))
    )
    return json.dumps([[spelled(path), mtime] for path, mtime in there], ensure_ascii=False)
