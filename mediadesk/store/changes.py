"""Acts of a person that can be taken back as a whole, whatever their size."""

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from mediadesk.api import Event, EventKind, UserError
from mediadesk.store import oplog, registers, versions
from mediadesk.store.registers import Edit

_LOCATION = (
    "path", "root", "item", "size", "mtime_ns", "seen_at", "missing", "sidecars", "problem",
    "content", "beside",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One act; `says` tells it in the past, `items` counts what it touched."""

    id: str
    at: float
    says: str
    items: int
    undone: bool = False


def begin(db: Database, says: str, *, items: int) -> Change:
    """Note an act; give its id to all that is written for it."""
    made = Change(id=uuid.uuid4().hex[:12], at=time.time(), says=says, items=items)
    db.conn.execute(
        "INSERT INTO change(id, at, says, items) VALUES(?, ?, ?, ?)",
        [made.id, made.at, says, items],
    )
    return made


def listed(db: Database, *, limit: int) -> list[Change]:
    """Give what was done, the newest first."""
    rows = db.conn.execute(
        "SELECT id, at, says, items, undone FROM change ORDER BY at DESC, rowid DESC LIMIT ?",
        [limit],
    )
    return [_change(row) for row in rows]


def forget_places(db: Database, items: Sequence[str], *, change: str) -> int:
    """Take the places where items are missing out of the library; undoing puts them back."""
    rows = [
        row
        for item in items
        for row in db.conn.execute(
            f"SELECT {', '.join(_LOCATION)} FROM location WHERE item = ? AND missing = 1", [item]
        )
    ]
    db.conn.executemany("DELETE FROM location WHERE path = ?", [(row[0],) for row in rows])
    db.conn.execute(
        "UPDATE change SET undo = ? WHERE id = ?",
        [json.dumps({"locations": rows}, ensure_ascii=False), change],
    )
    return len(rows)


def undo(db: Database, wanted: str | None = None) -> tuple[Change, list[str]]:
    """Take back a change, else the last that is not taken back; give that act and its items.

    What was changed again since stays as it is now.

    Raises:
        UserError: if there is no such change, or it is taken back already.
    """
    taken = _find(db, wanted)
    made = begin(db, f"Undone: {taken.says}", items=taken.items)
    db.conn.execute("UPDATE change SET undone = 1 WHERE id = ?", [taken.id])
    ops = db.query("SELECT * FROM op WHERE change = ? ORDER BY device, seq DESC", [taken.id])
    touched = _undo_ops(db, list(ops), made.id)
    told = db.conn.execute("SELECT undo FROM change WHERE id = ?", [taken.id]).fetchone()[0]
    touched += _put_back(db, json.loads(told).get("locations", []))
    return made, list(dict.fromkeys(touched))


def _find(db: Database, wanted: str | None) -> Change:
    columns = "SELECT id, at, says, items, undone FROM change"
    if wanted is None:
        row = db.conn.execute(
            f"{columns} WHERE undone = 0 AND says NOT LIKE 'Undone: %'"
            " ORDER BY at DESC, rowid DESC LIMIT 1"
        ).fetchone()
    else:
        row = db.conn.execute(f"{columns} WHERE id = ?", [wanted]).fetchone()
    if row is None:
        named = f"There is no change “{wanted}”" if wanted else "There is nothing to take back"
        raise UserError(f"{named}: “mediadesk changes” lists what was changed.")
    found = _change(row)
    if found.undone:
        raise UserError(f"“{found.says}” is taken back already.")
    return found


def _undo_ops(db: Database, ops: list[dict[str, Any]], change: str) -> list[str]:
    edits: list[Edit] = []
    events: list[Event] = []
    touched: list[str] = []
    for op in ops:
        item = versions.current(db, [op["item"]])[op["item"]]
        touched.append(item)
        if op["kind"] == "set" and _still_stands(db, item, op):
            value = json.loads(op["prev"] or "null")
            edits.append(Edit(item=item, field=op["field"], value=value, profile=op["profile"]))
        elif op["kind"] == "event":
            events.append(_opposite(db, op))
        elif op["kind"] == "alias" and _leads(db, op):
            new = json.loads(op["prev"] or "null")
            touched.append(op["item"])
            versions.part(db, old=op["item"], new=new, change=change)
    registers.write(db, edits, change=change)
    oplog.add_events(db, events, change=change)
    return touched


def _still_stands(db: Database, item: str, op: dict[str, Any]) -> bool:
    row = db.conn.execute(
        "SELECT hlc, device FROM register WHERE profile = ? AND item = ? AND field = ?",
        [op["profile"], item, op["field"]],
    ).fetchone()
    return row is not None and tuple(row) == (op["hlc"], op["device"])


def _leads(db: Database, op: dict[str, Any]) -> bool:
    """Tell whether an alias still leads where the operation led it."""
    row = db.conn.execute("SELECT new FROM alias WHERE old = ?", [op["item"]]).fetchone()
    return bool((row[0] if row else None) == json.loads(op["value"]))


def _opposite(db: Database, op: dict[str, Any]) -> Event:
    """Give what takes an event back; what was taken back is done again."""
    body = json.loads(op["value"])
    now = max(time.time(), body["at"])
    wanted = body["context"].get("event") if body["kind"] == EventKind.UNDO.value else None
    if wanted is None:
        return Event(
            id="",
            profile=body["profile"],
            item=op["item"],
            kind=EventKind.UNDO,
            at=now,
            context={"event": f"{op['device']}:{op['seq']}"},
        )
    row = next(db.query("SELECT * FROM event WHERE id = ?", [wanted]))
    return Event(
        id="",
        profile=row["profile"],
        item=row["item"],
        kind=EventKind(row["kind"]),
        at=now,
        value=row["value"],
        context=json.loads(row["context"]),
    )


def _put_back(db: Database, locations: list[list[Any]]) -> list[str]:
    db.conn.executemany(
        f"INSERT INTO location({', '.join(_LOCATION)}) SELECT {', '.join('?' * len(_LOCATION))}"
        " WHERE EXISTS(SELECT 1 FROM root WHERE path = ?) ON CONFLICT(path) DO NOTHING",
        [(*row, row[1]) for row in locations],
    )
    return [row[2] for row in locations]


def _change(row: tuple[Any, ...]) -> Change:
    return Change(id=row[0], at=row[1], says=row[2], items=row[3], undone=bool(row[4]))
