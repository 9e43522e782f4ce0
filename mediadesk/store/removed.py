"""Places in folders that were taken out of the library: they are back when the folder is.

Nothing has to be read again then, and what was missing is listed as missing still.
"""

from pathlib import Path

from sqlite_utils import Database

from mediadesk.store import versions
from mediadesk.store.roots import inside

_KEPT = "path, item, size, mtime_ns, seen_at, sidecars, content, beside"


def keep(db: Database, root: Path) -> None:
    """Remember the places of a folder that is about to go.

    One that was replaced and not read yet is kept as it was before, but of no size, so that it will
    be found replaced again.
    """
    db.conn.execute(
        f"INSERT OR REPLACE INTO removed({_KEPT})"
        " SELECT path, coalesce(item, previous), iif(item IS NULL, -1, size), mtime_ns, seen_at,"
        "  sidecars, content, beside FROM location"
        " WHERE root = ? AND coalesce(item, previous) IS NOT NULL",
        [str(root)],
    )


def bring_back(db: Database, root: Path) -> list[str]:
    """Put the places back that a folder had, all missing until it is scanned; give their items."""
    bounds = inside(str(root))
    rows = db.conn.execute(
        f"INSERT INTO location({_KEPT}, root, missing) SELECT {_KEPT}, ?, 1 FROM removed"
        " WHERE path >= ? AND path < ? ON CONFLICT(path) DO NOTHING"
        " RETURNING coalesce(content, item)",
        [str(root), *bounds],
    ).fetchall()
    db.conn.execute("DELETE FROM removed WHERE path >= ? AND path < ?", bounds)
    return versions.lay(db, [row[0] for row in rows])  # they may be other items meanwhile
