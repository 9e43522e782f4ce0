"""The operation log: every edit of a person as a row, with what it adds up to, in one transaction.

Times are hybrid logical clock readings: microseconds since 1970, made to grow strictly on a device
(Kulkarni et al., "Logical Physical Clocks", 2014).
"""

import json
import platform
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from sqlite_utils import Database

from mediadesk.api import Event, EventKind, Json


def device_id(db: Database) -> str:
    """Give this device's id, making one the first time; call it inside a write."""
    for row in db.query("SELECT id FROM device WHERE mine = 1"):
        return str(row["id"])
    made = uuid.uuid4().hex[:16]
    db.table("device").insert({"id": made, "name": platform.node(), "mine": 1})
    return made


def add_event(
    db: Database,
    *,
    profile: str,
    item: str,
    kind: EventKind,
    value: float = 0.0,
    context: Mapping[str, Any] | None = None,
    at: float | None = None,
) -> Event:
    """Append an event of a person and give it."""
    moment = time.time() if at is None else at
    body: Json = {
        "profile": profile,
        "kind": kind.value,
        "at": moment,
        "value": value,
        "context": dict(context or {}),
    }
    op_id, hlc = _append(db, kind="event", item=item, field=kind.value, value=body)
    db.conn.execute(
        "INSERT INTO event(id, hlc, profile, item, kind, at, value, context)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        [op_id, hlc, profile, item, kind.value, moment, value, json.dumps(body["context"])],
    )
    return Event(
        id=op_id,
        profile=profile,
        item=item,
        kind=kind,
        at=moment,
        value=value,
        context=body["context"],
    )


def add_alias(db: Database, *, old: str, new: str) -> None:
    """Note that the content `old` was replaced by `new`, so that history follows."""
    _, hlc = _append(db, kind="alias", item=old, field="new", value=new)
    db.conn.execute("INSERT OR REPLACE INTO alias(old, new, hlc) VALUES(?, ?, ?)", [old, new, hlc])
    # A content that comes back (old → new → old) must not chase its own tail.
    db.conn.execute("DELETE FROM alias WHERE old = ?", [new])


def last_event(db: Database) -> tuple[int, int]:
    """Give where the log of events ends, for `events`, and the newest alias; takes no time."""
    return (
        int(db.conn.execute("SELECT coalesce(max(rowid), 0) FROM event").fetchone()[0]),
        int(db.conn.execute("SELECT coalesce(max(hlc), 0) FROM alias").fetchone()[0]),
    )


def events(
    db: Database,
    *,
    profile: str | None = None,
    item: str | None = None,
    after: int = 0,
    upto: int | None = None,
) -> Iterator[Event]:
    """Give events in the order they happened, each on the content that its item has become.

    With `after` and `upto`, only those that came into the log between these two ends of it.
    """
    rows = db.query(
        "WITH RECURSIVE now(old, new, depth) AS ("
        "  SELECT old, new, 0 FROM alias UNION"
        "  SELECT now.old, alias.new, depth + 1 FROM now JOIN alias ON alias.old = now.new"
        "  WHERE depth < 100),"
        " latest AS (SELECT old, new, max(depth) FROM now GROUP BY old)"
        " SELECT event.*, coalesce(latest.new, event.item) AS current FROM event"
        " LEFT JOIN latest ON latest.old = event.item"
        " WHERE (:profile IS NULL OR profile = :profile) AND (:item IS NULL OR current = :item)"
        " AND event.rowid > :after AND (:upto IS NULL OR event.rowid <= :upto) ORDER BY at, hlc",
        {"profile": profile, "item": item, "after": after, "upto": upto},
    )
    for row in rows:
        yield Event(
            id=row["id"],
            profile=row["profile"],
            item=row["current"],
            kind=EventKind(row["kind"]),
            at=row["at"],
            value=row["value"],
            context=json.loads(row["context"]),
        )


def _append(db: Database, *, kind: str, item: str, field: str, value: object) -> tuple[str, int]:
    device = device_id(db)
    last_seq = db.conn.execute("SELECT max(seq) FROM op WHERE device = ?", [device]).fetchone()[0]
    last_hlc = db.conn.execute("SELECT max(hlc) FROM op").fetchone()[0]
    seq = (last_seq or 0) + 1
    hlc = max((last_hlc or 0) + 1, time.time_ns() // 1000)
    db.conn.execute(
        "INSERT INTO op(device, seq, hlc, kind, item, field, value) VALUES(?, ?, ?, ?, ?, ?, ?)",
        [device, seq, hlc, kind, item, field, json.dumps(value, ensure_ascii=False)],
    )
    return f"{device}:{seq}", hlc
