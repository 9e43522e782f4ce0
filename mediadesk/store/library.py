"""Roots, locations and items: what files there are and what each is."""

import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from mediadesk.api import Item, Json, Kind, Metadata
from mediadesk.store import versions
from mediadesk.store.jobs import marks
from mediadesk.store.query import Node, States, inside, where


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A folder that a person added, as it was when last looked at.

    `problem` says why it was not there, `warnings` what inside could not be read; `files` counts
    the media files that were there.
    """

    path: Path
    added_at: float
    scanned_at: float | None
    problem: str | None
    files: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place of a file. `sidecars` are (path, mtime in ns) of the subtitle files beside it."""

    path: Path
    root: Path
    size: int
    mtime_ns: int
    sidecars: tuple[tuple[Path, int], ...] = ()


Seen = tuple[str, str, int, int, str]
"""A place as a scan gives it: path, root, size, mtime in ns, sidecars as stored."""

_UNREAD = "((item IS NULL AND problem IS NULL) OR reread = 1) AND missing = 0"
_ITEM = """
SELECT item.*, location.path AS path, location.sidecars AS sidecars, location.missing AS missing,
    iif(location.missing, root.drive, '') AS drive
FROM item LEFT JOIN location ON location.path = (
    SELECT path FROM location WHERE location.item = item.id
    ORDER BY missing, content IS NOT item, path LIMIT 1)
LEFT JOIN root ON root.path = location.root AND root.problem IS NOT NULL
"""


def add_root(db: Database, path: Path) -> None:
    """Note a folder; one that is there already stays as it is.

    Places inside it that belonged to a folder around it are its own from now on.
    """
    db.conn.execute(
        "INSERT INTO root(path, added_at) VALUES(?, ?) ON CONFLICT DO NOTHING",
        [str(path), time.time()],
    )
    around = _around(db, path)
    if around is not None:
        db.conn.execute(
            "UPDATE location SET root = ? WHERE root = ? AND path >= ? AND path < ?",
            [str(path), around, *inside(str(path))],
        )


def remove_root(db: Database, path: Path) -> bool:
    """Forget a folder and its locations; items keep their history. False if it was not there.

    What lies in another folder of the library around it stays, as part of that one.
    """
    around = _around(db, path)
    if around is not None:
        db.conn.execute("UPDATE location SET root = ? WHERE root = ?", [around, str(path)])
    return db.conn.execute("DELETE FROM root WHERE path = ?", [str(path)]).rowcount > 0


def roots(db: Database) -> tuple[Root, ...]:
    """Give all roots in the order they were added."""
    return tuple(
        Root(
            path=Path(row["path"]),
            added_at=row["added_at"],
            scanned_at=row["scanned_at"],
            problem=row["problem"],
            files=row["files"],
            warnings=tuple(json.loads(row["warnings"])),
        )
        for row in db.query("SELECT * FROM root ORDER BY added_at, path")
    )


def set_root_state(
    db: Database,
    path: Path,
    *,
    problem: str | None,
    warnings: Sequence[str] = (),
    files: int | None = None,
) -> bool:
    """Note that a root was looked at now, and what was found, if it was looked through.

    False if there is no such root.
    """
    changed = db.conn.execute(
        "UPDATE root SET problem = ?, warnings = ?, files = coalesce(?, files), scanned_at = ?"
        " WHERE path = ?",
        [problem, json.dumps(warnings, ensure_ascii=False), files, time.time(), str(path)],
    )
    return changed.rowcount > 0


def known_files(db: Database, root: Path) -> dict[str, tuple[int, int, str, bool]]:
    """Give path → (size, mtime_ns, sidecars as stored, missing) of a root's locations."""
    rows = db.conn.execute(
        "SELECT path, size, mtime_ns, sidecars, missing FROM location WHERE root = ?", [str(root)]
    )
    return {row[0]: row[1:] for row in rows}


def sidecars_json(sidecars: Sequence[tuple[Path, int]]) -> str:
    """Encode sidecars as they are stored, so that a change shows by comparing."""
    if not sidecars:
        return "[]"
    return json.dumps([[str(path), mtime] for path, mtime in sorted(sidecars)], ensure_ascii=False)


def save_locations(db: Database, locations: Iterable[Location]) -> None:
    """Insert or update places; changed content waits to be read again, problems are forgotten.

    The old item of a place whose content changed is kept as `previous` for `follow_replaced`.
    """
    save_seen(
        db,
        [
            (str(each.path), str(each.root), each.size, each.mtime_ns, sidecars_json(each.sidecars))
            for each in locations
        ],
    )


def save_seen(db: Database, places: Iterable[Seen]) -> None:
    """Do as `save_locations`, for the many that a scan gives."""
    now = time.time()
    db.conn.executemany(
        "INSERT INTO location(path, root, size, mtime_ns, sidecars, seen_at)"
        " VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(path) DO UPDATE SET"
        "  previous = CASE WHEN size = excluded.size AND mtime_ns = excluded.mtime_ns"
        "    THEN previous ELSE coalesce(item, previous) END,"
        "  item = CASE WHEN size = excluded.size AND mtime_ns = excluded.mtime_ns THEN item END,"
        "  problem = CASE WHEN size = excluded.size AND mtime_ns = excluded.mtime_ns"
        "    THEN problem END,"
        "  root = excluded.root, size = excluded.size, mtime_ns = excluded.mtime_ns,"
        "  seen_at = excluded.seen_at, sidecars = excluded.sidecars, missing = 0",
        ((*place, now) for place in places),
    )


def set_missing(db: Database, paths: Iterable[str]) -> None:
    """Note that files were not there; nothing is forgotten."""
    db.conn.executemany("UPDATE location SET missing = 1 WHERE path = ?", [(p,) for p in paths])


def items_at(db: Database, paths: Iterable[str]) -> list[str]:
    """Give the ids of the items at these places."""
    rows = (
        db.conn.execute("SELECT item FROM location WHERE path = ?", [path]).fetchone()
        for path in paths
    )
    return [row[0] for row in rows if row is not None and row[0] is not None]


def unread(db: Database, *, limit: int) -> list[Location]:
    """Give places whose content has not been read yet, in the order they were found."""
    return [
        Location(
            path=Path(row["path"]),
            root=Path(row["root"]),
            size=row["size"],
            mtime_ns=row["mtime_ns"],
        )
        for row in db.query(
            f"SELECT * FROM location WHERE {_UNREAD} ORDER BY rowid LIMIT ?",
            [limit],
        )
    ]


def count_unread(db: Database) -> int:
    """Count places whose content has not been read yet."""
    sql = f"SELECT count(*) FROM location WHERE {_UNREAD}"
    return int(db.conn.execute(sql).fetchone()[0])


def save_item(db: Database, item: Item, *, facts: Json, location: Location) -> None:
    """Save what a file turned out to be, at the place where it was read."""
    db.conn.execute(
        "INSERT INTO item(id, kind, title, duration, year, artist, album, genres, description,"
        " facts, added_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET"
        " kind = excluded.kind, title = excluded.title, duration = excluded.duration,"
        " year = excluded.year, artist = excluded.artist, album = excluded.album,"
        " genres = excluded.genres, description = excluded.description, facts = excluded.facts",
        [
            item.id,
            item.kind.value,
            item.title,
            item.duration,
            item.year,
            item.artist,
            item.album,
            json.dumps(item.genres, ensure_ascii=False),
            item.description,
            json.dumps(facts, ensure_ascii=False),
            item.added_at,
        ],
    )
    counts_as = versions.current(db, [item.id])[item.id]
    db.conn.execute(
        "UPDATE location SET item = ?, content = ?, problem = NULL, reread = 0"
        " WHERE path = ? AND mtime_ns = ? AND size = ?",
        [counts_as, item.id, str(location.path), location.mtime_ns, location.size],
    )


def save_metadata(db: Database, item: str, found: Metadata, *, source: str) -> bool:
    """Save what a plugin's reader found out; tell whether anything is different now."""
    told: dict[str, Any] = {
        name: value
        for name, value in (
            ("title", found.title),
            ("year", found.year),
            ("artist", found.artist),
            ("album", found.album),
            ("genres", json.dumps(found.genres, ensure_ascii=False) if found.genres else ""),
            ("description", found.description),
        )
        if value
    }
    if not told:
        return False
    facts_now = facts(db, item) | {"Described by": source}
    told["facts"] = json.dumps(facts_now, ensure_ascii=False)
    changed = db.conn.execute(
        f"UPDATE item SET {', '.join(f'{name} = :{name}' for name in told)} WHERE id = :id"
        f" AND NOT ({' AND '.join(f'{name} IS :{name}' for name in told)})",
        {**told, "id": item},
    )
    return changed.rowcount > 0


def follow_replaced(db: Database) -> None:
    """Let history follow where content was replaced in place, once every place has been read.

    Only then is it known whether the old content has merely moved. It counts as present on a drive
    that is not connected.
    """
    replaced = db.conn.execute(
        "SELECT path, previous, content, EXISTS(SELECT 1 FROM location AS other"
        "   JOIN root ON root.path = other.root"
        "   WHERE other.content = location.previous AND (NOT missing OR root.problem IS NOT NULL))"
        " FROM location WHERE previous IS NOT NULL AND item IS NOT NULL AND NOT EXISTS("
        "   SELECT 1 FROM location WHERE item IS NULL AND problem IS NULL AND missing = 0)"
    ).fetchall()
    for path, old, new, is_present in replaced:
        if old != new and not is_present:
            versions.follow(db, old=old, new=new)
        db.conn.execute("UPDATE location SET previous = NULL WHERE path = ?", [path])


def set_problem(db: Database, location: Location, problem: str) -> None:
    """Note why a place can't be read; it is tried again when the file changes."""
    db.conn.execute(
        "UPDATE location SET problem = ?, reread = 0 WHERE path = ? AND mtime_ns = ? AND size = ?",
        [problem, str(location.path), location.mtime_ns, location.size],
    )
    follow_replaced(db)


def problems(db: Database) -> list[tuple[Path, str]]:
    """Give (path, sentence) of every root and place that could not be read."""
    rows = db.conn.execute(
        "SELECT path, problem FROM root WHERE problem IS NOT NULL UNION ALL"
        " SELECT root.path, value FROM root, json_each(root.warnings) UNION ALL"
        " SELECT path, problem FROM location WHERE problem IS NOT NULL AND missing = 0 ORDER BY 1"
    )
    return [(Path(path), problem) for path, problem in rows]


def save_artwork(db: Database, item: str, jpeg: bytes, *, source: str) -> None:
    """Save the picture an item is shown with; one from a keyframe never replaces a real cover."""
    db.conn.execute(
        "INSERT INTO artwork(item, jpeg, source) VALUES(?, ?, ?) ON CONFLICT(item) DO UPDATE SET"
        " jpeg = excluded.jpeg, source = excluded.source"
        " WHERE excluded.source <> 'keyframe' OR artwork.source = 'keyframe'",
        [item, jpeg, source],
    )


def artwork(db: Database, ids: Sequence[str]) -> dict[str, bytes]:
    """Give item id → JPEG for those of `ids` that have one."""
    rows = db.conn.execute(
        f"SELECT item, jpeg FROM artwork WHERE item IN ({marks(ids)})", list(ids)
    )
    return dict(rows.fetchall())


def items(db: Database, ids: Sequence[str]) -> dict[str, Item]:
    """Give id → item for those of `ids` that exist."""
    rows = db.query(f"{_ITEM} WHERE item.id IN ({marks(ids)})", list(ids))
    return {row["id"]: item_from_row(row) for row in rows}


def facts(db: Database, item: str) -> Json:
    """Give what the probe found in a file: streams, codecs, sizes, tags."""
    row = db.conn.execute("SELECT facts FROM item WHERE id = ?", [item]).fetchone()
    return dict(json.loads(row[0])) if row else {}


def kept(db: Database, ids: Sequence[str]) -> set[str]:
    """Give those of `ids` that lie somewhere, be it on a drive that is not connected now."""
    rows = db.conn.execute(
        "SELECT DISTINCT item FROM location JOIN root ON root.path = location.root"
        f" WHERE item IN ({marks(ids)}) AND (missing = 0 OR root.problem IS NOT NULL)",
        list(ids),
    )
    return {row[0] for row in rows}


def known(db: Database, ids: Sequence[str]) -> set[str]:
    """Give those of `ids` that are items."""
    sql = "SELECT id FROM item WHERE id IN (SELECT value FROM json_each(?))"
    return {row[0] for row in db.conn.execute(sql, [json.dumps(list(ids))])}


def find_id(db: Database, name: str) -> str | None:
    """Give the id that `name` means: an id, an unmistakable beginning of one, or a path."""
    rows = db.conn.execute(
        "SELECT id FROM item WHERE id >= ? ORDER BY id LIMIT 2", [name]
    ).fetchall()
    matches = [row[0] for row in rows if len(name) >= 6 and row[0].startswith(name)]
    if len(matches) == 1 or name in matches:
        return name if name in matches else str(matches[0])
    # Those of `Path` keep `..`, and raise where nobody has such a home.
    path = os.path.abspath(os.path.expanduser(name))  # noqa: PTH100, PTH111
    row = db.conn.execute("SELECT item FROM location WHERE path = ?", [path]).fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An item in a list: `available` while a place holds the file, else the name of its `drive`.

    `size` is in bytes, `height` in pixels, 0 for sound.
    """

    item: Item
    available: bool
    drive: str
    size: int
    height: int


def matching(db: Database, wanted: Node, *, states: States) -> list[str]:
    """Give the ids of all items in the library that a search finds, by title."""
    condition, values = where(wanted, states=states)
    sql = (
        f"SELECT id FROM item WHERE {condition}"
        " AND EXISTS(SELECT 1 FROM location WHERE location.item = item.id)"
        " ORDER BY item.title COLLATE NOCASE, item.id"
    )
    return [row[0] for row in db.conn.execute(sql, values)]


def listed(db: Database, ids: Sequence[str]) -> dict[str, Listed]:
    """Give id → listed item for those of `ids` that exist."""
    rows = db.query(f"{_ITEM} WHERE item.id IN ({marks(ids)})", list(ids))
    return {row["id"]: listed_from_row(row) for row in rows}


def newest(db: Database, *, limit: int) -> list[str]:
    """Give the ids of the items that came last and have or had a place, newest first."""
    rows = db.conn.execute(
        "SELECT id FROM item WHERE EXISTS(SELECT 1 FROM location WHERE location.item = item.id)"
        " ORDER BY added_at DESC, id LIMIT ?",
        [limit],
    )
    return [row[0] for row in rows]


def count_items(db: Database) -> int:
    """Count the items that lie in a folder of the library, its drive connected or not."""
    sql = "SELECT count(DISTINCT item) FROM location WHERE item IS NOT NULL"
    return int(db.conn.execute(sql).fetchone()[0])


def item_from_row(row: dict[str, Any]) -> Item:
    """Make an item of a row of the item query."""
    return Item(
        id=row["id"],
        kind=Kind(row["kind"]),
        title=row["title"],
        path=Path(row["path"]) if row["path"] is not None else None,
        duration=row["duration"],
        year=row["year"],
        artist=row["artist"],
        album=row["album"],
        genres=tuple(json.loads(row["genres"])),
        description=row["description"],
        sidecars=tuple(Path(path) for path, _ in json.loads(row["sidecars"] or "[]")),
        added_at=row["added_at"],
        series=row["series"],
        season=row["season"],
        episode=row["episode"],
        album_artist=row["album_artist"],
        disc=row["disc"],
        track=row["track"],
    )


def listed_from_row(row: dict[str, Any]) -> Listed:
    """Make a listed item of a row of the item query."""
    return Listed(
        item=item_from_row(row),
        available=row["missing"] == 0,
        drive=row["drive"] or "",
        size=row["size"],
        height=row["height"],
    )


def all_items(db: Database) -> Iterator[Listed]:
    """Give every item, in no certain order."""
    for row in db.query(_ITEM):
        yield listed_from_row(row)


def _around(db: Database, path: Path) -> str | None:
    """Give the innermost other root that the folder lies in."""
    rows = db.conn.execute("SELECT path FROM root").fetchall()
    around = [root for (root,) in rows if Path(root) in path.parents]
    return max(around, key=len, default=None)
