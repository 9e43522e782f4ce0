"""Places in folders that were taken out of the library: they are back when the folder is.

Nothing has to be read again then, and what was missing is listed as missing still.
"""

from pathlib import Path

from sqlite_utils import Database

from mediadesk.store import versions
from mediadesk.store.roots import inside

_KEPT = "path, item, size, mtime_ns, seen_at, sidecars, content, beside"


def keep(db: Database, root: Path) -> None:
    """Remember the places of a folder that is about to go."""
    db.conn.execute(
        f"INSERT OR REPLACE INTO removed({_KEPT}) SELECT {_KEPT} FROM location"
        " WHERE root = ? AND item IS NOT NULL",
        [str(root)],
    )


def bring_back(db: Database, root: Path) -> list[str]:
    """Put the places back that a folder had, all missing until it is scanned; give their items."""
    bounds = inside(str(root))
    rows = db.conn.execute(
        f"INSERT INTO location({_KEPT}, root, missing) SELECT {_KEPT}, ?, 1 FROM removed"
        " WHERE path >= ? AND path < ? ON CONFLICT(path) DO NOTHING RETURNING item",
        [str(root), *bounds],
    ).fetchall()
    db.conn.execute("DELETE FROM removed WHERE path >= ? AND path < ?", bounds)
    was = list(dict.fromkeys(row[0] for row in rows))
    now = versions.current(db, was)
    for old, new in now.items():
        if old != new:  # it has become another item meanwhile
            db.conn.execute("UPDATE location SET item = ? WHERE item = ?", [new, old])
    return list(dict.fromkeys(now.values()))
