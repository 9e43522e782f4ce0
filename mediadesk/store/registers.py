"""What people wrote: of each field of each thing the last word, whichever device it came from.

Fields of an item: those that can be edited (title, year …), “tag/NAME” (true or false), “in/ID” of
a collection (a place in it, or null), “note”, and what was chosen for playing. A collection is a
thing, too: “collection/ID”.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from mediadesk.store import oplog
from mediadesk.store.jobs import marks

TAG = "tag/"
IN = "in/"
COLLECTION = "collection/"
_KIND = "set"
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A field of a thing and what it is to say, as JSON can hold it; None says nothing."""

    item: str
    field: str
    value: Any
    profile: str = ""


def write(db: Database, edits: Iterable[Edit], *, change: str | None = None) -> list[Edit]:
    """Write those edits that change anything, and give them."""
    before = [(edit, _now(db, edit)) for edit in edits]
    news = [(edit, prev) for edit, prev in before if json.loads(prev or "null") != edit.value]
    ops = [
        oplog.Op(
            kind=_KIND,
            item=edit.item,
            field=edit.field,
            value=edit.value,
            prev=prev,
            profile=edit.profile,
        )
        for edit, prev in news
    ]
    stamps = oplog.append(db, ops, change=change)
    db.conn.executemany(
        "INSERT INTO register(profile, item, field, value, hlc, device) VALUES(?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(profile, item, field) DO UPDATE SET value = excluded.value,"
        "  hlc = excluded.hlc, device = excluded.device",
        [
            (op.profile, op.item, op.field, _encoded(op.value), at.hlc, at.device)
            for op, at in zip(ops, stamps, strict=True)
        ],
    )
    return [edit for edit, _ in news]


def values(db: Database, items: Sequence[str], *, profile: str = "") -> dict[str, dict[str, Any]]:
    """Give item → field → what was last said of it, without the fields that say nothing."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for start in range(0, len(items), _CHUNK):
        chunk = list(items[start : start + _CHUNK])
        rows = db.conn.execute(
            "SELECT item, field, value FROM register WHERE profile = ? AND value <> 'null'"
            f" AND item IN ({marks(chunk)})",
            [profile, *chunk],
        )
        for item, field, value in rows:
            found[item][field] = json.loads(value)
    return dict(found)


def labels(db: Database, items: Sequence[str]) -> dict[str, list[str]]:
    """Give item → the tags that people put on it, by name."""
    return {
        item: sorted(
            field.removeprefix(TAG)
            for field, is_on in said.items()
            if field.startswith(TAG) and is_on
        )
        for item, said in values(db, items).items()
    }


def having(db: Database, field: str, *, profile: str = "") -> dict[str, Any]:
    """Give thing → value for all that say something in a field."""
    rows = db.conn.execute(
        "SELECT item, value FROM register WHERE field = ? AND profile = ? AND value <> 'null'",
        [field, profile],
    )
    return {item: json.loads(value) for item, value in rows}


def refold(db: Database, items: Iterable[str]) -> None:
    """Make the registers of items anew from the log: what counts as one has one last word.

    `items` are those whose files have become, or are no longer, another item's.
    """
    for item in set(items):
        db.conn.execute("DELETE FROM register WHERE item = ?", [item])
        db.conn.execute(
            "WITH RECURSIVE mine(id) AS (SELECT :item WHERE :item NOT IN (SELECT old FROM alias)"
            "  UNION SELECT alias.old FROM mine JOIN alias ON alias.new = mine.id)"
            " INSERT INTO register(profile, item, field, value, hlc, device)"
            " SELECT profile, :item, field, value, hlc, device FROM ("
            "  SELECT op.*, row_number() OVER ("
            "    PARTITION BY profile, field ORDER BY hlc DESC, device DESC) AS place"
            "  FROM op WHERE kind = 'set' AND item IN (SELECT id FROM mine)) WHERE place = 1",
            {"item": item},
        )


def _now(db: Database, edit: Edit) -> str | None:
    row = db.conn.execute(
        "SELECT value FROM register WHERE profile = ? AND item = ? AND field = ?",
        [edit.profile, edit.item, edit.field],
    ).fetchone()
    return row[0] if row else None


def _encoded(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
