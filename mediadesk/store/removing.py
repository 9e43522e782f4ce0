"""Removed collections: an edit that whoever removed one had not seen brings it back.

A removal says what it had seen: device → the number of the last edit there of the collection or of
a place in it. So it does not matter what the clocks said, nor in which order edits come. What is
removed with nothing but `true`, by an older MediaDesk, is removed by the clock alone.
"""

from collections.abc import Iterable
from typing import Any

from mediadesk.store import oplog
from mediadesk.store.connection import Database

COLLECTION = "collection/"
IN = "in/"
REMOVED = "removed"
_EDITS = (
    "SELECT device, max(seq) FROM (SELECT * FROM op WHERE item = :thing AND kind = 'set'"
    "  AND field <> 'removed' UNION ALL SELECT * FROM op"
    "  WHERE field = :place AND kind = 'set' AND field GLOB 'in/*') AS op WHERE {0} GROUP BY device"
)


def removal(db: Database, collection: str) -> dict[str, Any]:
    """Give what the field “removed” is to say of a collection that is seen as it is now."""
    return {"seen": _last(db, COLLECTION + collection, which="1")}


def of(things: Iterable[tuple[str, str]]) -> set[str]:
    """Name the collections, as things, that these fields (thing, field) are of or are places in."""
    return {
        COLLECTION + field.removeprefix(IN) if field.startswith(IN) else thing
        for thing, field in things
        if field.startswith(IN) or thing.startswith(COLLECTION)
    }


def settle(db: Database, things: Iterable[str]) -> None:
    """Forget what registers say of removals of which not all edits had been seen."""
    for thing in things:
        said = db.conn.execute(
            "SELECT 1 FROM register WHERE item = ? AND field = ? AND profile = ''"
            " AND json_type(value) = 'object'",
            [thing, REMOVED],
        ).fetchone()
        if said and not _is_seen(db, thing):
            db.conn.execute(
                "DELETE FROM register WHERE item = ? AND field = ? AND profile = ''",
                [thing, REMOVED],
            )


def _is_seen(db: Database, thing: str) -> bool:
    """Tell whether each edit that stands had been seen by one of those who removed a collection."""
    rows = db.conn.execute(
        "SELECT one.key, max(one.value) FROM op, json_each(op.value, '$.seen') AS one"
        " WHERE op.item = ? AND op.kind = 'set' AND op.field = ?"
        f" AND json_type(op.value) = 'object' AND {oplog.STANDS} GROUP BY one.key",
        [thing, REMOVED],
    )
    seen: dict[str, int] = dict(rows.fetchall())
    last = _last(db, thing, which=oplog.STANDS)
    return all(number <= seen.get(device, 0) for device, number in last.items())


def _last(db: Database, thing: str, *, which: str) -> dict[str, int]:
    place = IN + thing.removeprefix(COLLECTION)
    return dict(db.conn.execute(_EDITS.format(which), {"thing": thing, "place": place}).fetchall())
