"""The operation log: every edit of a person as a row, with what it adds up to, in one transaction.

Times are hybrid logical clock readings: microseconds since 1970, made to grow strictly on a device
(Kulkarni et al., "Logical Physical Clocks", 2014).
"""

import hashlib
import json
import platform
import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mediadesk.api import Event, EventKind, Json
from mediadesk.store.connection import Database
from mediadesk.store.events import from_row

_MACHINE = Path("/etc/machine-id")
STANDS = "NOT EXISTS(SELECT 1 FROM change WHERE change.id = op.change AND change.undone)"
"""Of an operation: it was not taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """One edit, before it has its place in the log; `value` is what JSON can hold.

    `prev` is what stood there before, as JSON, or None. An empty `profile` is everybody's.
    """

    kind: str
    item: str
    field: str
    value: object
    prev: str | None = None
    profile: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The place of an edit in the log: its device, its number there, and its time."""

    device: str
    seq: int
    hlc: int

    @property
    def id(self) -> str:
        """The edit's own name."""
        return f"{self.device}:{self.seq}"


def device_id(db: Database) -> str:
    """Give this device's id, making one the first time; call it inside a write.

    A library that was copied elsewhere, or restored, is another device: what it goes on to write
    is not what the first one does.
    """
    home = _home(db)
    known = db.conn.execute(
        "SELECT id, home FROM device WHERE mine = 1 AND coalesce(home, ?) = ?", [home, home]
    ).fetchone()
    if known:
        if known[1] is None:  # of a MediaDesk that did not sync yet
            db.conn.execute("UPDATE device SET home = ? WHERE id = ?", [home, known[0]])
        return str(known[0])
    made = uuid.uuid4().hex[:16]
    db.conn.execute("UPDATE device SET mine = 2 WHERE mine = 1")
    db.conn.execute(
        "INSERT INTO device(id, name, mine, home) VALUES(?, ?, 1, ?)", [made, platform.node(), home]
    )
    # What it said in packs under another name is heard, like what any device says: that may go on.
    for table in ("packed", "pack"):
        db.conn.execute(
            f"DELETE FROM {table} WHERE device IN (SELECT id FROM device WHERE mine = 2)"
        )
    return made


def restored(db: Database) -> set[str]:
    """Give the ids under which this library wrote in this place, before it was restored and now."""
    rows = db.conn.execute(
        "SELECT id FROM device WHERE mine > 0 AND home = (SELECT home FROM device WHERE mine = 1)"
    )
    return {device for (device,) in rows}


def _home(db: Database) -> str:
    """Tell the folder of a library from a copy of it, on this machine or another."""
    file = db.conn.execute("PRAGMA database_list").fetchone()[2]
    try:
        machine = _MACHINE.read_text().strip()
    except OSError:  # other systems have none
        machine = ""
    number = Path(file).parent.stat().st_ino if file else 0
    return hashlib.sha256(f"{machine} {number}".encode()).hexdigest()[:16]


def branch(db: Database, old: str, *, after: int) -> str:
    """Go on under a new device's id, which this gives: another library writes under an old one.

    A device and a number name one operation for ever. So what was written here under the old name
    `after` a number, while another library wrote there what others know, becomes the new device's;
    what that adds up to is not made anew here. That name may be one that this library had before
    it was restored.
    """
    db.conn.execute("UPDATE device SET mine = 2 WHERE mine = 1")
    made = device_id(db)
    names = {"old": old, "made": made, "after": after}
    db.conn.execute("UPDATE op SET device = :made WHERE device = :old AND seq > :after", names)
    renamed = "SELECT :old || ':' || seq FROM op WHERE device = :made AND kind = 'event'"
    db.conn.execute(
        f"UPDATE event SET id = :made || substr(id, length(:old) + 1) WHERE id IN ({renamed})",
        names,
    )
    seen, both = '$.seen."' + old + '"', '$.seen."' + made + '"'
    db.conn.execute(  # who removed a collection had seen what is the new device's now
        "UPDATE op SET value = json_set(value, :both, value -> :seen, :seen, :after)"
        " WHERE device = :made AND kind = 'set' AND field = 'removed'"
        " AND json_type(value) = 'object' AND value ->> :seen > :after",
        names | {"seen": seen, "both": both},
    )
    # What takes back an event names it; other devices mean another event by the old name.
    for table, column, path, own in (
        ("event", "context", "$.event", "id GLOB :made || ':*'"),
        ("op", "value", "$.context.event", "device = :made"),
    ):
        named = f"json_extract({column}, '{path}')"
        db.conn.execute(
            f"UPDATE {table} SET {column} ="
            f"  json_set({column}, '{path}', :made || substr({named}, length(:old) + 1))"
            f" WHERE {own} AND kind IN ('event', 'undo') AND {named} IN ({renamed})",
            names,
        )
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
    """Append an event of a person and give it; one that is in the log already is not told twice."""
    event = Event(
        id="",
        profile=profile,
        item=item,
        kind=kind,
        at=time.time() if at is None else at,
        value=value,
        context=dict(context or {}),
    )
    known = None if at is None else _known(db, event)
    return known or add_events(db, [event])[0]


def add_new_events(db: Database, events: Sequence[Event]) -> list[Event]:
    """Append those events that are not in the log already, and give them."""
    return add_events(db, [event for event in events if _known(db, event) is None])


def _known(db: Database, event: Event) -> Event | None:
    """Give the event of the log that says the same of the same moment."""
    same = "profile = ? AND item = ? AND kind = ? AND at = ? AND value = ?"
    rows = db.conn.execute(
        f"SELECT id, context FROM event WHERE {same}",
        [event.profile, event.item, event.kind.value, event.at, event.value],
    )
    return next(
        (replace(event, id=row[0]) for row in rows if json.loads(row[1]) == event.context), None
    )


def add_events(db: Database, events: Sequence[Event], *, change: str | None = None) -> list[Event]:
    """Append events, of one act where a `change` is given; their ids are made here.

    What takes back an event by name goes to the content that this one is of, so that both stay
    together whatever that content counts as.
    """
    events = [
        replace(event, item=_aim(db, event)) if event.kind is EventKind.UNDO else event
        for event in events
    ]
    bodies: list[Json] = [
        {
            "profile": event.profile,
            "kind": event.kind.value,
            "at": event.at,
            "value": event.value,
            "context": event.context,
        }
        for event in events
    ]
    ops = [
        Op(
            kind="event",
            item=event.item,
            field=event.kind.value,
            value=body,
            profile=event.profile,
        )
        for event, body in zip(events, bodies, strict=True)
    ]
    stamps = append(db, ops, change=change)
    named = [replace(event, id=at.id) for event, at in zip(events, stamps, strict=True)]
    db.conn.executemany(
        "INSERT INTO event(id, hlc, profile, item, kind, at, value, context)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (at.id, at.hlc, e.profile, e.item, e.kind.value, e.at, e.value, json.dumps(e.context))
            for e, at in zip(named, stamps, strict=True)
        ],
    )
    return named


def last_own(db: Database) -> int:
    """Give the number of the last edit of this device, 0 where there is none."""
    mine = "SELECT id FROM device WHERE mine = 1"
    sql = f"SELECT coalesce(max(seq), 0) FROM op WHERE device = ({mine})"
    return int(db.conn.execute(sql).fetchone()[0])


def count_said(db: Database, *, change: str) -> int:
    """Give how many events and edits came into the log by a change."""
    sql = "SELECT count(*) FROM op WHERE change = ? AND kind IN ('event', 'set')"
    return int(db.conn.execute(sql, [change]).fetchone()[0])


def _aim(db: Database, event: Event) -> str:
    sql = "SELECT item FROM event WHERE id = ?"
    row = db.conn.execute(sql, [event.context.get("event")]).fetchone()
    return str(row[0]) if row else event.item


def append(db: Database, ops: Iterable[Op], *, change: str | None = None) -> list[Stamp]:
    """Append edits in their order, as parts of one change where that is given."""
    device = device_id(db)
    last_seq = db.conn.execute("SELECT max(seq) FROM op WHERE device = ?", [device]).fetchone()[0]
    last_hlc = db.conn.execute("SELECT max(hlc) FROM op").fetchone()[0]
    seq, hlc = last_seq or 0, max(last_hlc or 0, time.time_ns() // 1000 - 1)
    rows, stamps = [], []
    for n, op in enumerate(ops, start=1):
        at = Stamp(device=device, seq=seq + n, hlc=hlc + n)
        value = json.dumps(op.value, ensure_ascii=False)
        rows.append(
            (device, at.seq, at.hlc, op.kind, op.item, op.field, value, op.prev, op.profile)
        )
        stamps.append(at)
    db.conn.executemany(
        "INSERT INTO op(device, seq, hlc, kind, item, field, value, prev, profile, change)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*row, change) for row in rows],
    )
    return stamps


def last_event(db: Database) -> tuple[int, tuple[int, int]]:
    """Give where the log of events ends, for `events`, and a mark.

    The mark is another one where events before that end are of other items, have other ids, were
    erased, or are of a device that was revoked.
    """
    mark, count = db.conn.execute(
        "SELECT coalesce(sum(hlc % 2147483647), 0) + (SELECT coalesce(sum(hlc % 2147483647), 0)"
        "   FROM op WHERE kind = 'set' AND item >= 'device/' AND item < 'device0'"
        "   AND field = 'revoked'),"
        "  count(*) + (SELECT count(*) FROM device WHERE mine = 2)"
        # Without its name all of the log would be read.
        "  + (SELECT count(*) FROM op INDEXED BY op_erasing WHERE kind = 'erase') FROM alias"
    ).fetchone()
    end = db.conn.execute("SELECT coalesce(max(rowid), 0) FROM event").fetchone()[0]
    return int(end), (int(mark), int(count))


def events(
    db: Database,
    *,
    profile: str | None = None,
    items: Collection[str] | None = None,
    after: int = 0,
    upto: int | None = None,
    since: float | None = None,
    kinds: Collection[EventKind] | None = None,
) -> Iterator[Event]:
    """Give events in the order they happened, each on the content that its item has become.

    Those of a `profile` are also what it did as one of a group, as if it had been alone. With
    `items` only those on them; with `after` and `upto` only those that came into the log between
    these two ends of it; with `since` only those from then on, in unix seconds; with `kinds` only
    those of them.
    """
    on = ""
    if items is not None:  # by what was replaced, too, for an index leads to that
        on = " AND event.item IN (SELECT id FROM wanted)"
        on += " AND current IN (SELECT value FROM json_each(:items))"
    rows = db.query(
        "WITH RECURSIVE wanted(id) AS (SELECT value FROM json_each(:items) UNION"
        "  SELECT alias.old FROM wanted JOIN alias ON alias.new = wanted.id),"
        " now(old, new) AS ("
        "  SELECT old, new FROM alias WHERE new NOT IN (SELECT old FROM alias) UNION"
        "  SELECT alias.old, now.new FROM now JOIN alias ON alias.new = now.old)"
        " SELECT event.*, coalesce(now.new, event.item) AS current FROM event"
        " LEFT JOIN now ON now.old = event.item"
        " WHERE (:profile IS NULL OR profile = :profile OR ("
        "  profile IN (SELECT id FROM profile WHERE members <> '[]') AND EXISTS("
        "   SELECT 1 FROM json_each(event.context, '$.members') WHERE value = :profile)))"
        f"{on}"
        " AND event.rowid > :after AND (:upto IS NULL OR event.rowid <= :upto)"
        " AND (:since IS NULL OR at >= :since)"
        " AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds)))"
        " ORDER BY at, hlc, id",
        {
            "profile": profile,
            "items": None if items is None else json.dumps(list(items)),
            "after": after,
            "upto": upto,
            "since": since,
            "kinds": None if kinds is None else json.dumps(sorted(kinds)),
        },
    )
    for row in rows:
        whose = profile or row["profile"]
        yield from_row(row | {"profile": whose, "item": row["current"]})
