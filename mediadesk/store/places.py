"""Questions about where items are, were, and may be now."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from mediadesk.api import AUDIO
from mediadesk.paths import spelled, to_path
from mediadesk.store import versions
from mediadesk.store.connection import Database
from mediadesk.store.jobs import marks

DISC = re.compile(r"(?:cd|dis[ck])[ ._-]*(\d{1,2})(?:\s*[-–:(\[].*)?", re.IGNORECASE)
"""The name of a folder that holds one disc of an album."""
_ONLY_MISSING = (
    "location.missing > 0 AND location.missing = 1 AND location.item IS NOT NULL AND NOT EXISTS("
    "SELECT 1 FROM location AS here WHERE here.item = location.item AND here.missing <> 1)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What is missing in a root: `items` are the first of `count`, by title.

    `drive` is the name of the drive where that is why; else it is empty.
    """

    root: Path
    drive: str
    count: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is known of the file at a path; `item` is None until it has been read."""

    root: Path
    item: str | None
    content: str | None
    problem: str | None
    missing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """An item that is there, with what it is compared by."""

    id: str
    title: str
    duration: float
    path: str


def gone(db: Database, *, limit: int) -> list[Gone]:
    """Give what is missing, root by root; items that are found elsewhere are not."""
    counts = db.conn.execute(
        "SELECT root.path, iif(root.problem IS NULL, '', root.drive), count(DISTINCT item)"
        f" FROM location JOIN root ON root.path = location.root WHERE {_ONLY_MISSING}"
        " GROUP BY root.path ORDER BY root.added_at, root.path"
    ).fetchall()
    return [
        Gone(root=to_path(root), drive=drive, count=count, items=tuple(_first(db, root, limit)))
        for root, drive, count in counts
    ]


def gone_from(db: Database, root: Path) -> list[str]:
    """Give the items that are missing in a root."""
    return _first(db, spelled(root), -1)


def not_missing(db: Database, ids: Sequence[str]) -> str | None:
    """Give the first of these items that is not missing, or None."""
    return _first_without(db, ids, "min(missing = 1)")


def nowhere_missing(db: Database, ids: Sequence[str]) -> str | None:
    """Give the first of these items none of whose places is missing, or None."""
    return _first_without(db, ids, "max(missing = 1)")


def _first_without(db: Database, ids: Sequence[str], condition: str) -> str | None:
    for item in ids:
        row = db.conn.execute(
            f"SELECT count(*) > 0 AND {condition} FROM location WHERE item = ?", [item]
        ).fetchone()
        if not row[0]:
            return item
    return None


def at(db: Database, path: Path) -> Place | None:
    """Give what is known of a path."""
    row = db.conn.execute(
        "SELECT root, item, content, problem, missing FROM location WHERE path = ?", [spelled(path)]
    ).fetchone()
    if row is None:
        return None
    return Place(
        root=to_path(row[0]), item=row[1], content=row[2], problem=row[3], missing=bool(row[4])
    )


def item_at(db: Database, path: Path) -> str | None:
    """Give the item that the file at a path counts as, None where it is none."""
    place = at(db, path)
    if place is None or place.item is None:
        return None
    return versions.current(db, [place.item])[place.item]


def by_root(db: Database, items: Collection[str]) -> dict[Path, list[str]]:
    """Give root → the items of its files, missing or not, as far as they are some of `items`."""
    found: dict[str, list[str]] = defaultdict(list)
    # Of many items this is quicker than to look for each.
    for root, item in db.conn.execute("SELECT root, item FROM location WHERE item IS NOT NULL"):
        if item in items:
            found[root].append(item)
    return {to_path(root): own for root, own in found.items()}


def comparable(db: Database, item: str, *, seconds: tuple[float, float]) -> list[Lying]:
    """Give the items that are there, are to be seen or heard as this one is, and about as long.

    Args:
        db: the library.
        item: the id of the one that is compared.
        seconds: how long they are at least and at most.
    """
    kind = db.conn.execute("SELECT kind FROM item WHERE id = ?", [item]).fetchone()
    heard = [each.value for each in AUDIO]
    same = f"kind {'IN' if kind and kind[0] in heard else 'NOT IN'} ({marks(heard)})"
    rows = db.conn.execute(
        "SELECT item.id, title, duration, min(location.path) FROM item"
        " JOIN location ON location.item = item.id AND location.missing = 0"
        f" WHERE duration BETWEEN ? AND ? AND item.id <> ? AND {same} GROUP BY item.id",
        [*seconds, item, *heard],
    )
    return [Lying(id=row[0], title=row[1], duration=row[2], path=row[3]) for row in rows]


def sizes(db: Database, root: Path) -> dict[str, int]:
    """Give path → size in bytes of the files of a root."""
    sql = "SELECT path, size FROM location WHERE root = ? ORDER BY path"
    return dict(db.conn.execute(sql, [spelled(root)]).fetchall())


def whole(db: Database, content: str) -> tuple[str, float] | None:
    """Give the hash of all of a file when it was last taken, and the time of that file."""
    row = db.conn.execute("SELECT whole, whole_at FROM item WHERE id = ?", [content]).fetchone()
    return (row[0], row[1]) if row and row[0] else None


def save_whole(db: Database, content: str, taken: str, *, changed_at: float) -> None:
    """Keep the hash of all of a file that was last written to then, in unix seconds."""
    db.conn.execute(
        "UPDATE item SET whole = ?, whole_at = ? WHERE id = ?", [taken, changed_at, content]
    )


def _first(db: Database, root: str, limit: int) -> list[str]:
    rows = db.conn.execute(
        "SELECT DISTINCT location.item FROM location JOIN item ON item.id = location.item"
        f" WHERE location.root = ? AND {_ONLY_MISSING}"
        " ORDER BY item.title COLLATE NOCASE, item.id LIMIT ?",
        [root, limit],
    )
    return [row[0] for row in rows]
