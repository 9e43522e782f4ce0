"""Takes over what another device wrote into its log, and makes anew what the log adds up to.

A log is a set of operations, each named by its device and its number there, and everything that
people see is a function of that set. So it does not matter in which order logs arrive, how often,
or by which way: merging is commutative, associative and idempotent (Shapiro et al., "Conflict-free
Replicated Data Types", 2011).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mediadesk.api import EventKind
from mediadesk.store import changes, erasing, notes, oplog
from mediadesk.store.connection import Database
from mediadesk.store.jobs import marks

Row = tuple[str, int, int, str, str, str, str, str | None, str, str | None]
"""An operation: device, number there, time as of the log, kind, thing, field, value as JSON, what
stood before as JSON, profile, and the act that it is part of."""
Act = tuple[str, float, str, int]
"""An act: its id, when it was done in unix seconds, what it says, how many things it touched."""
Own = tuple[str, int, int]
"""A log of this library: the name it wrote under, and its first and last operation."""

_ROW_BYTES = 200  # of the short columns of an operation, and of its act
_COLUMNS = "device, seq, hlc, kind, item, field, value, prev, profile, change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What a device tells of itself: operations in the order of their numbers, and their acts.

    A part that `follows` an operation begins with that one, so that who knows it can see that both
    are of one log; 0 is where nothing came before.
    """

    device: str
    name: str
    ops: Sequence[Row]
    acts: Sequence[Act]
    follows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What was new in a log: how much, and the things that may be others now."""

    ops: int = 0
    events: int = 0
    acts: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    has_erased: bool = False

    def __add__(self, other: "Merged") -> "Merged":
        """Give what was new in this and in another part of a log."""
        return Merged(
            ops=self.ops + other.ops,
            events=self.events + other.events,
            acts=self.acts + other.acts,
            touched=self.touched + other.touched,
            has_erased=self.has_erased or other.has_erased,
        )


class ForkedError(Exception):
    """Two devices have written under one name, its argument."""


def own(db: Database) -> list[Own]:
    """Give the logs that this library wrote, under the name that it has now and those it had."""
    return db.conn.execute(
        "SELECT * FROM (SELECT id, (SELECT min(seq) FROM op WHERE device = id) AS first,"
        "  (SELECT max(seq) FROM op WHERE device = id) FROM device WHERE mine > 0 ORDER BY id)"
        " WHERE first IS NOT NULL"
    ).fetchall()


def log(db: Database, device: str, *, follows: int = 0, last: int = 2**63 - 1) -> Log:
    """Give what a device wrote, as far as it is known here, or a part of it."""
    name = db.conn.execute("SELECT name FROM device WHERE id = ?", [device]).fetchone()[0]
    part = {"device": device, "first": follows, "last": last}
    acts = db.conn.execute(
        "SELECT id, at, says, items FROM change WHERE id IN (SELECT change FROM op"
        "  WHERE device = :device AND seq BETWEEN :first AND :last AND change IS NOT NULL"
        " UNION SELECT item FROM op"
        "  WHERE device = :device AND seq BETWEEN :first AND :last AND kind = 'undo') ORDER BY id",
        part,
    ).fetchall()
    rows = ops(db, device, first=follows, last=last)
    return Log(device=device, name=name, ops=rows, acts=acts, follows=follows)


def erases(db: Database, device: str, *, after: int) -> bool:
    """Tell whether a device erased somebody after an operation."""
    sql = f"SELECT 1 FROM op WHERE kind = '{erasing.STONE}' AND device = ? AND seq > ?"
    return db.conn.execute(sql, [device, after]).fetchone() is not None


def ops(db: Database, device: str, *, first: int = 0, last: int = 2**63 - 1) -> list[Row]:
    """Give what a device wrote, as far as it is known here, in order, from a number to a number."""
    return db.conn.execute(
        f"SELECT {_COLUMNS} FROM op WHERE device = ? AND seq BETWEEN ? AND ? ORDER BY seq",
        [device, first, last],
    ).fetchall()


def upto(db: Database, device: str, *, after: int, most_bytes: int) -> int:
    """Give the last of the operations after one that take so many bytes together, or the first."""
    size = "length(CAST(item || field || value || coalesce(prev, '') AS BLOB))"
    row = db.conn.execute(
        "SELECT coalesce(max(seq) FILTER (WHERE total <= ?), min(seq)) FROM ("
        f" SELECT seq, sum({_ROW_BYTES} + {size}) OVER (ORDER BY seq) AS total"
        "  FROM op WHERE device = ? AND seq > ?)",
        [most_bytes, device, after],
    ).fetchone()
    return int(row[0])


def top(db: Database, device: str) -> int:
    """Give the number of the last operation of a device that is known here, else 0."""
    sql = "SELECT coalesce(max(seq), 0) FROM op WHERE device = ?"
    return int(db.conn.execute(sql, [device]).fetchone()[0])


def common(db: Database, log: Log) -> int:
    """Give up to which number a log and what is known here of its device say the same."""
    here = {row[1]: row for row in ops(db, log.device, first=log.follows)}
    stones = erasing.stones(db, log.ops)
    last = 0
    for row in log.ops:
        if not erasing.same(here.get(row[1], row), row, stones):
            break
        last = row[1]
    return last


def is_own(db: Database, device: str) -> bool:
    """Tell whether this library writes under a name, or did so."""
    sql = "SELECT 1 FROM device WHERE id = ? AND mine > 0"
    return db.conn.execute(sql, [device]).fetchone() is not None


def part(db: Database, device: str, *, after: int) -> list[str]:
    """Have what was written here under a name go by another one from a number on.

    See `oplog.branch`. Of what was said at the same time on two devices, that of the greater name
    counts.

    Returns:
        the things that may be others now.
    """
    made = oplog.branch(db, device, after=after)
    notes.branch(db, old=device, made=made, after=after)
    undone = [row[4] for row in ops(db, made) if row[3] == changes.UNDO]
    turned = turn(db, undone)
    return changes.refold(db, [*_said(db, made, after=after), *of_acts(db, turned)])


def take(db: Database, log: Log) -> Merged:
    """Add what is new in another device's log; call it inside a write.

    A part that goes on from what is not known yet has to wait: nothing of it is added.

    Raises:
        ForkedError: if it says something else of a number than is known here.
    """
    known, stones = top(db, log.device), erasing.stones(db, log.ops)
    if log.follows > known:
        return Merged()
    if known and log.ops:
        last = min(known, log.ops[-1][1])
        theirs = [row for row in log.ops if row[1] == last]
        ours = ops(db, log.device, first=last, last=last)
        if len(theirs) != len(ours) or not all(
            erasing.same(*pair, stones) for pair in zip(ours, theirs, strict=True)
        ):
            raise ForkedError(log.device)
    news = [erasing.without(row, stones) for row in log.ops if row[1] > known]
    if not news:
        return Merged()
    db.conn.execute(
        "INSERT INTO device(id, name, mine, heard_at) VALUES(?, ?, 0, ?)"
        " ON CONFLICT(id) DO UPDATE SET name = excluded.name, heard_at = excluded.heard_at",
        [log.device, log.name, news[-1][2] / 1e6],
    )
    db.conn.executemany(f"INSERT INTO op({_COLUMNS}) VALUES({marks(news[0])})", news)
    said = _note_acts(db, log)
    turned = turn(db, [*said, *(row[4] for row in news if row[3] == changes.UNDO)])
    touched = changes.refold(db, [*_said(db, log.device, after=known), *of_acts(db, turned)])
    events = _note_events(db, log.device, after=known)
    has_erased = any(row[3] == erasing.STONE for row in news)
    if has_erased:
        erasing.apply(db)
    return Merged(
        ops=len(news),
        events=events,
        acts=tuple(said.values()),
        touched=tuple(dict.fromkeys(touched)),
        has_erased=has_erased,
    )


def _note_acts(db: Database, log: Log) -> dict[str, str]:
    """Keep the acts that were not known; give the id of each and what it says."""
    said, empty = {}, erasing.forget_acts(db)
    for act in log.acts:
        if act[0] in empty:
            continue
        is_new = db.conn.execute(
            "INSERT INTO change(id, at, says, items, device) VALUES(?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING RETURNING id",
            [*act, log.device],
        ).fetchone()
        if is_new:
            said[act[0]] = act[2]
    return said


def turn(db: Database, acts: Sequence[str]) -> list[str]:
    """Have acts be taken back or not, as was said last; give those that were not so before."""
    turned = db.conn.execute(
        "WITH now(id, undone) AS (SELECT id, coalesce((SELECT value = 'true' FROM op"
        "   WHERE kind = ? AND item = change.id ORDER BY hlc DESC, op.device DESC LIMIT 1), 0)"
        "  FROM change WHERE id IN (SELECT value FROM json_each(?)))"
        " UPDATE change SET undone = now.undone FROM now"
        " WHERE change.id = now.id AND change.undone <> now.undone RETURNING change.id",
        [changes.UNDO, json.dumps(acts)],
    )
    return [row[0] for row in turned]


def _note_events(db: Database, device: str, *, after: int) -> int:
    """Add events to the log of events; kinds that only a newer MediaDesk knows stay operations."""
    return db.conn.execute(
        "INSERT INTO event(id, hlc, profile, item, kind, at, value, context)"
        " SELECT device || ':' || seq, hlc, profile, item, value ->> 'kind', value ->> 'at',"
        "  value ->> 'value', value -> 'context'"
        " FROM op WHERE device = ? AND seq > ? AND kind = 'event'"
        "  AND value ->> 'kind' IN (SELECT value FROM json_each(?)) ORDER BY seq",
        [device, after, json.dumps(list(EventKind))],
    ).rowcount


def _said(db: Database, device: str, *, after: int) -> list[dict[str, Any]]:
    return list(
        db.query(
            "SELECT * FROM op WHERE device = ? AND seq > ? AND kind IN ('set', 'alias')",
            [device, after],
        )
    )


def of_acts(db: Database, acts: Sequence[str]) -> list[dict[str, Any]]:
    """Give what acts wrote into registers, and which contents they had count as others."""
    return list(
        db.query(
            "SELECT * FROM op WHERE change IN (SELECT value FROM json_each(?))"
            " AND kind IN ('set', 'alias')",
            [json.dumps(acts)],
        )
    )
