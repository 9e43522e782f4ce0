"""Items: what each file is."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from mediadesk.api import Item, Json, Kind, Metadata
from mediadesk.paths import native, spell, spelled, to_path
from mediadesk.store import registers, told, versions
from mediadesk.store.connection import Database
from mediadesk.store.jobs import marks
from mediadesk.store.locations import Location

_ITEM = """
SELECT item.*, iif(location.missing = 3, NULL, location.path) AS path,
    location.sidecars AS sidecars,
    max(location.missing, location.problem IS NOT NULL) AS missing,
    CASE location.missing WHEN 0 THEN '' WHEN 2 THEN 'the cloud' ELSE root.drive END AS drive
FROM item LEFT JOIN location ON location.path = (
    SELECT path FROM location WHERE location.item = item.id
    ORDER BY missing = 1, missing, problem IS NOT NULL, content IS NOT item, path LIMIT 1)
LEFT JOIN root ON root.path = location.root AND root.problem IS NOT NULL
"""
_LIES_SOMEWHERE = "(missing <> 1 OR root.problem IS NOT NULL)"
_PLAIN = (
    "title", "duration", "year", "artist", "album", "description", "series", "season", "episode",
    "album_artist", "disc", "track",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An item in a list: `available` while a place holds the file, else the name of its `drive`.

    Without a path that is the device that has the file.

    `size` is in bytes, `height` in pixels, 0 for sound.
    """

    item: Item
    available: bool
    drive: str
    size: int
    height: int


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
        [counts_as, item.id, spelled(location.path), location.mtime_ns, location.size],
    )


def save_metadata(db: Database, item: str, found: Metadata, *, source: str) -> bool:
    """Keep what a plugin's reader says of an item; tell whether anything is different now."""
    before = items(db, [item])
    told.tell(db, item, told.PLUGIN + source, asdict(found))
    told.settle(db, [item])
    return items(db, [item]) != before


def save_artwork(
    db: Database, item: str, jpeg: bytes, *, source: str, path: str | None = None
) -> None:
    """Save the picture an item is shown with; one from a keyframe never replaces a real cover.

    `path` is where the file is that a cover was found in, or beside.
    """
    db.conn.execute(
        "INSERT INTO artwork(item, jpeg, source, path) VALUES(?, ?, ?, ?) ON CONFLICT(item)"
        " DO UPDATE SET jpeg = excluded.jpeg, source = excluded.source, path = excluded.path"
        " WHERE excluded.source <> 'keyframe' OR artwork.source = 'keyframe'",
        [item, jpeg, source, path],
    )


def drop_cover(db: Database, item: str, *, path: str) -> None:
    """Show an item by a picture from itself, if any: its cover at this place is gone.

    A cover that belongs to another copy of the file stays.
    """
    dropped = db.conn.execute(
        "DELETE FROM artwork WHERE item = ? AND source <> 'keyframe' AND (path = ? OR NOT EXISTS("
        "  SELECT 1 FROM location AS copy JOIN root ON root.path = copy.root"
        f"  WHERE copy.path = artwork.path AND copy.content = artwork.item AND {_LIES_SOMEWHERE}))",
        [item, path],
    )
    if dropped.rowcount:
        db.conn.execute(
            "INSERT INTO artwork(item, jpeg, source) SELECT item, image, 'keyframe' FROM moment"
            " WHERE item = ? AND image IS NOT NULL ORDER BY extractor, n LIMIT 1",
            [item],
        )
        told.ask_copies(db, item, path)


def artwork(db: Database, ids: Sequence[str]) -> dict[str, bytes]:
    """Give item id → JPEG for those of `ids` that have one."""
    rows = db.conn.execute(
        f"SELECT item, jpeg FROM artwork WHERE item IN ({marks(ids)})", list(ids)
    )
    return dict(rows.fetchall())


def items(db: Database, ids: Sequence[str]) -> dict[str, Item]:
    """Give id → item, with its keywords, for those of `ids` that exist."""
    rows = db.query(f"{_ITEM} WHERE item.id IN ({marks(ids)})", list(ids))
    words = told.keywords(db, ids)
    return {row["id"]: item_from_row(row, words.get(row["id"], ())) for row in rows}


def facts(db: Database, item: str) -> Json:
    """Give what the probe found in a file: streams, codecs, sizes, tags."""
    row = db.conn.execute("SELECT facts FROM item WHERE id = ?", [item]).fetchone()
    return dict(json.loads(row[0])) if row else {}


def chapters(db: Database, item: str) -> list[tuple[float, str]]:
    """Give (second, title) of an item's chapters, in order of time.

    They are those of its file, else those that a person kept: these were guessed for a file without
    any, which may count as this item by now.
    """
    row = db.conn.execute("SELECT chapters FROM item WHERE id = ?", [item]).fetchone()
    own = json.loads(row[0]) if row else []
    found = own or registers.values(db, [item]).get(item, {}).get("chapters") or []
    return [(float(start), str(title)) for start, title in found]


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


def titles(db: Database, ids: Sequence[str]) -> dict[str, str]:
    """Give id → title for those of `ids` that exist."""
    return _column(db, "title", ids)


def kinds(db: Database, ids: Sequence[str]) -> dict[str, Kind]:
    """Give id → kind for those of `ids` that exist."""
    return {item: Kind(kind) for item, kind in _column(db, "kind", ids).items()}


def _column(db: Database, name: str, ids: Sequence[str]) -> dict[str, str]:
    sql = (
        f"SELECT item.id, item.{name} FROM json_each(?) AS wanted"
        " CROSS JOIN item ON item.id = wanted.value"
    )
    return dict(db.conn.execute(sql, [json.dumps(list(ids))]).fetchall())


def find_id(db: Database, name: str) -> str | None:
    """Give the content that `name` means: an id, an unmistakable beginning of one, or a path.

    It may count as another item by now: see `versions.current`.
    """
    rows = db.conn.execute(
        "SELECT id FROM item WHERE id >= ? ORDER BY id LIMIT 2", [name]
    ).fetchall()
    matches = [row[0] for row in rows if len(name) >= 6 and row[0].startswith(name)]
    if len(matches) == 1 or name in matches:
        return name if name in matches else str(matches[0])
    # Those of `Path` keep `..`, and raise where nobody has such a home.
    path = spell(os.path.abspath(os.path.expanduser(native(name))))  # noqa: PTH100, PTH111
    row = db.conn.execute(
        "SELECT coalesce(content, item) FROM location WHERE path = ?", [path]
    ).fetchone()
    return row[0] if row else None


def listed(db: Database, ids: Sequence[str]) -> dict[str, Listed]:
    """Give id → listed item for those of `ids` that exist."""
    rows = db.query(f"{_ITEM} WHERE item.id IN ({marks(ids)})", list(ids))
    return {row["id"]: listed_from_row(row) for row in rows}


def newest(db: Database, *, limit: int) -> Iterator[str]:
    """Give the ids of the items that came last and have or had a place, newest first."""
    rows = db.conn.execute(
        "SELECT id FROM item WHERE EXISTS(SELECT 1 FROM location WHERE location.item = item.id)"
        " ORDER BY added_at DESC, id LIMIT ?",
        [limit],
    )
    return (row[0] for row in rows)


def count_items(db: Database) -> int:
    """Count the items that lie in a folder of the library, its drive connected or not."""
    sql = "SELECT count(DISTINCT item) FROM location WHERE item IS NOT NULL"
    return int(db.conn.execute(sql).fetchone()[0])


def all_items(db: Database) -> Iterator[Listed]:
    """Give every item, in no certain order."""
    for row in db.query(_ITEM):
        yield listed_from_row(row)


def item_from_row(row: dict[str, Any], keywords: tuple[str, ...] = ()) -> Item:
    """Make an item of a row of the item query."""
    return Item(
        id=row["id"],
        kind=Kind(row["kind"]),
        title=row["title"],
        path=to_path(row["path"]) if row["path"] is not None else None,
        duration=row["duration"],
        year=row["year"],
        artist=row["artist"],
        album=row["album"],
        genres=tuple(json.loads(row["genres"])),
        description=row["description"],
        sidecars=tuple(to_path(path) for path, _ in json.loads(row["sidecars"] or "[]")),
        added_at=row["added_at"],
        series=row["series"],
        season=row["season"],
        episode=row["episode"],
        album_artist=row["album_artist"],
        disc=row["disc"],
        track=row["track"],
        keywords=keywords,
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
