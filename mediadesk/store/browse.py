"""Reads what lists are made of: a few columns of every item, or of those that have changed since.

Items are meant by their numbers, the rowids of `item`: an item keeps its own as long as it exists.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from mediadesk.api import SURE, Kind
from mediadesk.store import registers
from mediadesk.store.connection import Database
from mediadesk.store.edges import ROLES
from mediadesk.store.features import LEARNT
from mediadesk.store.told import FIELDS

Source = Literal["titles", "numbers", "names", "genres", "descriptions", "places", "tags", "edges"]
KINDS = tuple(Kind)
NUMBERS = (
    "year", "duration", "added_at", "size", "height", "season", "episode", "disc", "track",
)  # fmt: skip
NAMES = ("artist", "album_artist", "album", "series")
NODES = tuple(dict.fromkeys(ROLES.values()))
"""The kinds of nodes that edges lead to."""
_CHUNK = 20_000
_KIND = " ".join(f"WHEN '{kind.value}' THEN {n}" for n, kind in enumerate(KINDS))
_NODE = " ".join(f"WHEN '{kind}' THEN {n}" for n, kind in enumerate(NODES))
_ONLY = "item.rowid IN (SELECT value FROM json_each(:only))"
_SOURCES: dict[Source, str] = {
    "titles": "SELECT rowid, title FROM item WHERE {only}",
    "numbers": f"SELECT rowid, CASE kind {_KIND} END,"
    f" {', '.join(f'coalesce({name}, -1)' for name in NUMBERS)} FROM item WHERE {{only}}",
    "names": f"SELECT rowid, {', '.join(NAMES)} FROM item WHERE {{only}}",
    "genres": "SELECT rowid, genres FROM item WHERE genres <> '[]' AND {only}",
    "descriptions": "SELECT rowid, description FROM item WHERE description <> '' AND {only}"
    " ORDER BY rowid",
    "places": "SELECT item.rowid, path, root, max(missing, problem IS NOT NULL) FROM location"
    " JOIN item ON item.id = location.item WHERE {only}",
    "edges": f"SELECT item.rowid, name, CASE edge.kind {_NODE} END FROM edge"
    " JOIN location ON location.content = edge.item JOIN item ON item.id = location.item"
    " WHERE {only}",
    # What plugins say, then what people say: theirs is the last word.
    "tags": "SELECT item.rowid, key, iif(value >= :sure, NULL, 0) FROM feature"
    " JOIN item ON item.id = feature.item, json_each(tags)"
    " WHERE tags <> '{{}}' AND (value >= :sure OR extractor = :learnt) AND {only} UNION ALL"
    f" SELECT item.rowid, substr(field, {len(registers.TAG) + 1}), value = 'true'"
    " FROM register JOIN item ON item.id = register.item"
    " WHERE field >= 'tag/' AND field < 'tag0' AND profile = '' AND value <> 'null' AND {only}",
}


def rows(
    db: Database, source: Source, *, only: Sequence[int] | None = None
) -> Iterator[list[tuple[Any, ...]]]:
    """Give the rows of a source in portions; each row begins with the item's number.

    `titles`: title. `numbers`: place in `KINDS`, then `NUMBERS`, -1 where there is none. `names`:
    `NAMES`. `genres`: as JSON. `descriptions`: the text. `places`: path, root, whether it is
    missing. `tags`: a tag, and None where a plugin is sure of it, else whether a person put it
    there (1), or took it or one like it away (0). `edges`: the name of a node, and the place of
    its kind in `NODES`.
    """
    sql = _SOURCES[source].format(only="1" if only is None else _ONLY)
    asked: dict[str, Any] = {} if only is None else {"only": json.dumps(list(only))}
    if source == "tags":
        asked |= {"sure": SURE, "learnt": LEARNT}
    cursor = db.conn.execute(sql, asked)
    while chunk := cursor.fetchmany(_CHUNK):
        yield chunk


def last(db: Database) -> tuple[int, int]:
    """Give how often items have been touched so far, and the greatest number of an item."""
    touched = db.conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'touched'").fetchone()
    number = db.conn.execute("SELECT coalesce(max(rowid), 0) FROM item").fetchone()
    return touched[0] if touched else 0, number[0]


def touched(db: Database, *, after: int, upto: int, most: int) -> list[int] | None:
    """Give the items that were touched since; None if they are more than `most`, or forgotten."""
    if upto - after > 4 * most:
        return None
    found = db.conn.execute(
        "SELECT item FROM touched WHERE seq > ? AND seq <= ?", [after, upto]
    ).fetchall()
    items = {row[0] for row in found}
    return sorted(items) if len(found) == upto - after and len(items) <= most else None


def ids(db: Database, numbers: Sequence[int]) -> dict[int, str]:
    """Give number → id of those items that exist."""
    found = db.conn.execute(
        "SELECT rowid, id FROM item WHERE rowid IN (SELECT value FROM json_each(?))",
        [json.dumps(list(numbers))],
    )
    return dict(found.fetchall())


def numbers(db: Database, ids: Sequence[str]) -> dict[str, int]:
    """Give id → number of those items that exist."""
    found = db.conn.execute(
        "SELECT id, rowid FROM item WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(ids))],
    )
    return dict(found.fetchall())


def drives(db: Database) -> dict[str, str]:
    """Give root → the name of the drive that it lies on."""
    return dict(db.conn.execute("SELECT path, drive FROM root").fetchall())


def notes(db: Database, profile: str) -> Mapping[str, str]:
    """Give id → what a person noted."""
    return registers.having(db, "note", profile=profile)


def locked(db: Database) -> list[str]:
    """Give the ids of the items of which a person set a field."""
    found = db.conn.execute(
        "SELECT DISTINCT item FROM register WHERE field IN (SELECT value FROM json_each(?))"
        " AND profile = '' AND value <> 'null'",
        [json.dumps(FIELDS)],
    )
    return [row[0] for row in found]


def storyboard(db: Database, item: str, *, most: int = 25) -> list[tuple[float, bytes]]:
    """Give (second, JPEG) of an item's pictures, by time.

    Of a long film these are some from all over it: a card has no room for more. Key moments show
    what other extractors found.
    """
    found = db.conn.execute(
        "SELECT extractor, n FROM moment WHERE item = ? AND image IS NOT NULL AND why = ''"
        " ORDER BY t0, n",
        [item],
    ).fetchall()
    count = min(most, len(found))
    chosen = [found[len(found) * place // count] for place in range(count)]
    return db.conn.execute(
        "SELECT t0, image FROM json_each(?) AS chosen CROSS JOIN moment ON item = ?"
        " AND extractor = json_extract(chosen.value, '$[0]')"
        " AND n = json_extract(chosen.value, '$[1]')"
        # They may have been saved anew in between.
        " WHERE image IS NOT NULL ORDER BY t0, n",
        [json.dumps(chosen), item],
    ).fetchall()


def with_artwork(db: Database, numbers: Sequence[int]) -> set[int]:
    """Give those of these items that have a picture."""
    found = db.conn.execute(
        "SELECT rowid FROM item WHERE rowid IN (SELECT value FROM json_each(?))"
        " AND EXISTS(SELECT 1 FROM artwork WHERE artwork.item = item.id)",
        [json.dumps(list(numbers))],
    )
    return {row[0] for row in found}
