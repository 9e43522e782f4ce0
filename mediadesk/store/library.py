"""Roots, locations and items: what files there are and what each is."""

import gc
import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from mediadesk.api import Item, Json, Kind, Metadata
from mediadesk.store import jobs, removed, told, versions
from mediadesk.store.jobs import marks
from mediadesk.store.roots import inside


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place of a file. `sidecars` are (path, mtime in ns) of the subtitle files beside it."""

    path: Path
    root: Path
    size: int
    mtime_ns: int
    sidecars: tuple[tuple[Path, int], ...] = ()


Seen = tuple[str, str, int, int, str, int, int]
"""A place as a scan gives it: path, root, size, mtime in ns, sidecars as stored, the check sum of
what lies beside it, and 2 where it is in a cloud and not on this disk, else 0."""
Known = dict[str, tuple[int, int, str, int, int]]
"""Path → what is known of a place: as `Seen` without path and root; missing is 1 where it was
not there."""

_UNREAD = "((item IS NULL AND problem IS NULL) OR reread = 1) AND missing = 0"
_ITEM = """
SELECT item.*, location.path AS path, location.sidecars AS sidecars,
    max(location.missing, location.problem IS NOT NULL) AS missing,
    CASE location.missing WHEN 0 THEN '' WHEN 2 THEN 'the cloud' ELSE root.drive END AS drive
FROM item LEFT JOIN location ON location.path = (
    SELECT path FROM location WHERE location.item = item.id
    ORDER BY missing, problem IS NOT NULL, content IS NOT item, path LIMIT 1)
LEFT JOIN root ON root.path = location.root AND root.problem IS NOT NULL
"""
_KNOWN = "path, size, mtime_ns, sidecars, beside, missing"
_MOVING_SECONDS = 60.0
_SAME = "size = excluded.size AND mtime_ns = excluded.mtime_ns"
_LOOKED_SINCE = """NOT EXISTS(SELECT 1 FROM root
    WHERE root.problem IS NULL AND root.scanned_at + ? < location.seen_at)"""
_LIES_SOMEWHERE = "(missing <> 1 OR root.problem IS NOT NULL)"


_PLAIN = (
    "title", "duration", "year", "artist", "album", "description", "series", "season", "episode",
    "album_artist", "disc", "track",
)  # fmt: skip


def add_root(db: Database, path: Path) -> list[str]:
    """Note a folder; one that is there already stays as it is.

    Places inside it that belonged to a folder around it are its own from now on. One that was in
    the library before brings its places back: the items of those are given.
    """
    db.conn.execute(
        "INSERT INTO root(path, added_at) VALUES(?, ?) ON CONFLICT DO NOTHING",
        [str(path), time.time()],
    )
    around = _around(db, path)
    if around is not None:
        for table in ("location", "folder"):
            db.conn.execute(
                f"UPDATE {table} SET root = ? WHERE root = ? AND path >= ? AND path < ?",
                [str(path), around, *inside(str(path))],
            )
    return removed.bring_back(db, path)


def remove_root(db: Database, path: Path) -> bool:
    """Forget a folder and its locations; items keep their history. False if it was not there.

    What lies in another folder of the library around it stays, as part of that one.
    """
    around = _around(db, path)
    if around is not None:
        for table in ("location", "folder"):
            db.conn.execute(f"UPDATE {table} SET root = ? WHERE root = ?", [around, str(path)])
    sql = "SELECT path FROM location WHERE root = ? AND previous IS NOT NULL"
    follow_now(db, [row[0] for row in db.conn.execute(sql, [str(path)])])
    removed.keep(db, path)
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
            drive=row["drive"],
            excludes=tuple(json.loads(row["excludes"])),
        )
        for row in db.query("SELECT * FROM root ORDER BY added_at, path")
    )


def is_root(db: Database, path: Path) -> bool:
    """Tell whether a path is that of a folder of the library."""
    sql = "SELECT 1 FROM root WHERE path = ?"
    return db.conn.execute(sql, [str(path)]).fetchone() is not None


def set_root_state(
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
        [problem, json.dumps(warnings, ensure_ascii=False), files, str(path)],
    )
    return changed.rowcount > 0


def known_files(db: Database, root: Path) -> Known:
    """Give what is known of all places of a root."""
    sql = f"SELECT {_KNOWN} FROM location WHERE root = ?"
    with _uncollected():
        return {row[0]: row[1:] for row in db.conn.execute(sql, [str(root)])}


@contextmanager
def _uncollected() -> Iterator[None]:
    """Make many values at once without looking again and again for some to throw away.

    That would take half as long again for a million files.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def known_files_in(db: Database, root: Path, folder: str, *, below: bool) -> Known:
    """Give what is known of the places right in a folder of a root, or of all `below` as well."""
    start, end = inside(folder)
    sql = f"SELECT {_KNOWN} FROM location WHERE root = ? AND path >= ? AND path < ?"
    values: list[str | int] = [str(root), start, end]
    if not below:
        sql += " AND instr(substr(path, ?), ?) = 0"
        values += [len(start) + 1, os.sep]
    return {row[0]: row[1:] for row in db.conn.execute(sql, values)}


def sidecars_json(sidecars: Sequence[tuple[Path | str, int]]) -> str:
    """Encode sidecars as they are stored, so that a change shows by comparing."""
    if not sidecars:
        return "[]"
    named = sorted((str(path), mtime) for path, mtime in sidecars)
    return json.dumps(named, ensure_ascii=False)


def save_locations(db: Database, locations: Iterable[Location]) -> None:
    """Insert or update places; changed content waits to be read again, problems are forgotten.

    The old item of a place whose content changed is kept as `previous` for `follow_replaced`.
    """
    save_seen(
        db,
        [
            (
                str(each.path),
                str(each.root),
                each.size,
                each.mtime_ns,
                sidecars_json(each.sidecars),
                0,
                0,
            )
            for each in locations
        ],
    )


def save_seen(db: Database, places: Sequence[Seen]) -> None:
    """Do as `save_locations`, for the many that a scan gives.

    What came back is tried again if it could not be read; where the content is the same and only
    what lies beside it changed, it is read again and stays the item it is.
    """
    now = time.time()
    waiting = {
        path: (size, mtime_ns)
        for path, size, mtime_ns in db.conn.execute(
            "SELECT path, size, mtime_ns FROM location"
            " WHERE previous IS NOT NULL AND +item IS NOT NULL"
        )
    }
    if waiting:  # one that is replaced again would forget what it was first
        follow_now(db, [each[0] for each in places if waiting.get(each[0], each[2:4]) != each[2:4]])
    db.conn.executemany(
        "INSERT INTO location(path, root, size, mtime_ns, sidecars, beside, missing, seen_at)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(path) DO UPDATE SET"
        f"  previous = CASE WHEN {_SAME} THEN previous ELSE coalesce(item, previous) END,"
        f"  item = CASE WHEN {_SAME} THEN item END,"
        f"  content = CASE WHEN {_SAME} THEN content END,"
        f"  problem = CASE WHEN {_SAME} AND missing = 0 THEN problem END,"
        "  reread = reread OR (item IS NOT NULL AND beside <> excluded.beside),"
        "  root = excluded.root, size = excluded.size, mtime_ns = excluded.mtime_ns,"
        "  seen_at = excluded.seen_at, sidecars = excluded.sidecars, beside = excluded.beside,"
        "  missing = excluded.missing",
        ((*place, now) for place in places),
    )


def set_missing(db: Database, paths: Iterable[str]) -> None:
    """Note that files were not there when they were to be read; nothing is forgotten."""
    gone = [(path,) for path in paths]
    db.conn.executemany(
        "UPDATE root SET files = max(0, files - 1)"
        " WHERE path = (SELECT root FROM location WHERE path = ? AND missing <> 1)",
        gone,
    )
    db.conn.executemany("UPDATE location SET missing = 1 WHERE path = ?", gone)


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


def save_item(
    db: Database,
    item: Item,
    *,
    facts: Json,
    location: Location,
    height: int = 0,
    chapters: Sequence[tuple[float, str]] = (),
) -> None:
    """Save what a file turned out to be, at the place where it was read.

    Args:
        db: the library.
        item: what its sources say of it.
        facts: label → text, to be read by a person.
        location: the place.
        height: in pixels, 0 for sound.
        chapters: (second, title) of each.
    """
    row = {
        "id": item.id,
        "kind": item.kind.value,
        "genres": json.dumps(item.genres, ensure_ascii=False),
        "facts": json.dumps(facts, ensure_ascii=False),
        "added_at": item.added_at,
        "size": location.size,
        "height": height,
        "chapters": json.dumps(chapters, ensure_ascii=False),
    } | {name: getattr(item, name) for name in _PLAIN}
    news = ", ".join(f"{name} = excluded.{name}" for name in row if name not in {"id", "added_at"})
    db.conn.execute(
        f"INSERT INTO item({', '.join(row)}) VALUES({', '.join(f':{name}' for name in row)})"
        f" ON CONFLICT(id) DO UPDATE SET {news}",
        row,
    )
    counts_as = versions.current(db, [item.id])[item.id]
    db.conn.execute(
        "UPDATE location SET item = ?, content = ?, problem = NULL, reread = 0"
        " WHERE path = ? AND mtime_ns = ? AND size = ?",
        [counts_as, item.id, str(location.path), location.mtime_ns, location.size],
    )


def save_metadata(db: Database, item: str, found: Metadata, *, source: str) -> bool:
    """Keep what a plugin's reader says of an item; tell whether anything is different now."""
    before = items(db, [item])
    told.tell(db, item, told.PLUGIN + source, asdict(found))
    told.settle(db, [item])
    return items(db, [item]) != before


def follow_replaced(db: Database) -> None:
    """Let history follow where content was replaced in place, once every place has been read.

    Only then, and when all folders that are there have been looked at since, is it known whether
    the old content has merely moved. Where it may lie on a drive that is not connected, that drive
    is waited for.
    """
    _follow(
        db,
        f"NOT EXISTS(SELECT 1 FROM location WHERE {_UNREAD} AND item IS NULL) AND {_LOOKED_SINCE}",
        [_MOVING_SECONDS],
    )


def follow_now(db: Database, paths: Iterable[str]) -> None:
    """Let what waits to follow at these places do so, for the places will not be there to ask."""
    wanted = json.dumps(list(paths))
    _follow(db, "path IN (SELECT value FROM json_each(?))", [wanted])


def _follow(db: Database, condition: str, values: Sequence[object]) -> None:
    replaced = db.conn.execute(
        f"SELECT path, previous, content, {_elsewhere('missing <> 1')},"
        f"  {_elsewhere('root.problem IS NOT NULL')}"
        # The plus keeps the few that were replaced from being looked for among all items.
        " FROM location WHERE previous IS NOT NULL AND +item IS NOT NULL"
        f" AND {condition}",
        values,
    ).fetchall()
    for path, old, new, is_here, is_away in replaced:
        now = versions.current(db, [old, new])
        # What a person merged meanwhile has found its place.
        if old != new and not is_here and now[old] == old:
            if is_away:
                continue
            versions.follow(db, old=old, new=new if now[new] == old else now[new])
            jobs.park(db, [old])
        db.conn.execute("UPDATE location SET previous = NULL WHERE path = ?", [path])


def waits_for_look(db: Database) -> bool:
    """Tell whether it can't be known yet if replaced content has moved: see `follow_replaced`."""
    row = db.conn.execute(
        f"SELECT EXISTS(SELECT 1 FROM location WHERE previous IS NOT NULL AND NOT {_LOOKED_SINCE})",
        [_MOVING_SECONDS],
    ).fetchone()
    return bool(row[0])


def _elsewhere(condition: str) -> str:
    """Give SQL that tells whether the content before lies at another place."""
    other = f"SELECT 1 FROM location AS other JOIN root ON root.path = other.root WHERE {condition}"
    return (
        f"(EXISTS({other} AND other.content = location.previous) OR EXISTS({other}"
        "   AND other.item = location.previous AND other.content IS NOT location.content))"
    )


def set_problem(db: Database, location: Location, problem: str) -> None:
    """Note why a place can't be read; it is tried again when the file changes.

    What was there before is listed as lying there still, but missing, unless it lies elsewhere.
    """
    at = [str(location.path), location.mtime_ns, location.size]
    here = "WHERE path = ? AND mtime_ns = ? AND size = ?"
    db.conn.execute(f"UPDATE location SET problem = ?, reread = 0 {here}", [problem, *at])
    db.conn.execute(
        "UPDATE location SET item = previous, content = previous, previous = NULL"
        f" {here} AND item IS NULL AND previous IS NOT NULL"
        "  AND NOT EXISTS(SELECT 1 FROM location AS other WHERE other.item = location.previous)",
        at,
    )
    follow_replaced(db)


def forget_problems(db: Database) -> None:
    """Have the places that could not be read be tried again."""
    db.conn.execute(
        "UPDATE location SET problem = NULL, reread = item IS NOT NULL WHERE problem IS NOT NULL"
    )


def problems(db: Database) -> list[tuple[Path, str]]:
    """Give (path, sentence) of every root and place that could not be read."""
    rows = db.conn.execute(
        "SELECT path, problem FROM root WHERE problem IS NOT NULL UNION ALL"
        " SELECT root.path, value FROM root, json_each(root.warnings) UNION ALL"
        " SELECT root, CASE count(*) WHEN 1 THEN printf('“%s” is in the cloud, not on this disk:"
        " have it kept here to play it.', max(path)) ELSE printf('“%s” has %,d files that are in"
        " the cloud, not on this disk: have them kept here to play them.', root, count(*)) END"
        "   FROM location WHERE missing = 2 GROUP BY root UNION ALL"
        " SELECT path, problem FROM location WHERE problem IS NOT NULL AND missing = 0"
    )
    # To have them sorted there would go through all places in their order.
    return [(Path(path), problem) for path, problem in sorted(rows, key=itemgetter(0))]


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


def chapters(db: Database, item: str) -> list[tuple[float, str]]:
    """Give (second, title) of an item's chapters, in order of time."""
    row = db.conn.execute("SELECT chapters FROM item WHERE id = ?", [item]).fetchone()
    return [(float(start), str(title)) for start, title in json.loads(row[0])] if row else []


def kept(db: Database, ids: Sequence[str]) -> set[str]:
    """Give those of `ids` that lie somewhere, be it on a drive that is not connected now."""
    rows = db.conn.execute(
        "SELECT DISTINCT item FROM location JOIN root ON root.path = location.root"
        f" WHERE item IN ({marks(ids)}) AND {_LIES_SOMEWHERE}",
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
