"""What is known of folders that were taken out of the library: it is back when the folder is.

So it is with what was left out of a folder. Nothing has to be read again then, and what was missing
is listed as missing still.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from mediadesk.paths import spelled
from mediadesk.store import versions
from mediadesk.store.connection import Database
from mediadesk.store.folders import inside
from mediadesk.store.touched import touch

_KEPT = "path, item, size, mtime_ns, seen_at, sidecars, content, beside"

_KEEP = f"""INSERT OR REPLACE INTO removed({_KEPT})
    SELECT path, coalesce(item, previous), iif(item IS NULL, -1, size), mtime_ns, seen_at, sidecars,
        coalesce(content, replaced), beside
    FROM location WHERE coalesce(item, previous) IS NOT NULL"""


def keep_some(db: Database, paths: Iterable[str]) -> None:
    """Remember places that are about to be left out."""
    db.conn.execute(
        f"{_KEEP} AND path IN (SELECT value FROM json_each(?))", [json.dumps(list(paths))]
    )


def keep(db: Database, root: Path) -> None:
    """Remember the places of a folder that is about to go.

    One that was replaced and not read yet is kept as it was before, but of no size, so that it will
    be found replaced again.
    """
    db.conn.execute(f"{_KEEP} AND root = ?", [spelled(root)])
    db.conn.execute(
        "INSERT OR REPLACE INTO removed_root(path, excludes)"
        " SELECT path, excludes FROM root WHERE path = ? AND excludes <> '[]'",
        [spelled(root)],
    )


def bring_back(db: Database, root: Path) -> list[str]:
    """Put the places back that a folder had, all missing until it is scanned; give their items.

    What was left out of it is left out again.
    """
    row = db.conn.execute(
        "DELETE FROM removed_root WHERE path = ? RETURNING excludes", [spelled(root)]
    ).fetchone()
    if row is not None:
        db.conn.execute("UPDATE root SET excludes = ? WHERE path = ?", [*row, spelled(root)])
    bounds = inside(spelled(root))
    rows = db.conn.execute(
        f"INSERT INTO location({_KEPT}, root, missing) SELECT {_KEPT}, ?, 1 FROM removed"
        " WHERE path >= ? AND path < ? ON CONFLICT(path) DO NOTHING"
        " RETURNING item, content",
        [spelled(root), *bounds],
    ).fetchall()
    db.conn.execute("DELETE FROM removed WHERE path >= ? AND path < ?", bounds)
    touch(db, [item for item, _ in rows])
    # They may be other items meanwhile.
    return versions.lay(db, [content or item for item, content in rows])
