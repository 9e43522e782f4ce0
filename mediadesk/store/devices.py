"""The devices that write into the log: how they are called, and up to where each one's word counts.

What people say of a device are registers of the thing “device/ID”: its name, and the number of its
last operation that counts where it is revoked. What it said beyond that is no part of the log, so
that all who know of the revocation come to the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mediadesk.store import bundles, changes, elsewhere, merging, registers
from mediadesk.store.connection import Database
from mediadesk.store.merging import Log
from mediadesk.store.registers import DEVICE, Edit

REVOKED = "revoked"
_CALLED = f"coalesce({elsewhere.called('device.id')}, name)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device that is known here; `heard_at` is the unix time of the last edit of another one.

    `ops` counts what it wrote and is known here, `revoked_by` names who revoked it, if anybody.
    """

    id: str
    name: str
    mine: bool
    ops: int
    heard_at: float | None
    revoked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Up to which number the word of a device counts, and which device says so."""

    device: str
    upto: int
    by: str


def listed(db: Database) -> list[Device]:
    """Give all devices, this one first, then by name."""
    rows = db.conn.execute(
        f"SELECT id, {_CALLED}, mine,"
        " (SELECT count(*) FROM op WHERE op.device = device.id), heard_at"
        " FROM device WHERE mine < 2 ORDER BY mine DESC, 2 COLLATE NOCASE, id"
    ).fetchall()
    revoked = _revoked(db, {row[0]: row[1] for row in rows})
    return [
        Device(
            id=row[0],
            name=row[1],
            mine=bool(row[2]),
            ops=row[3],
            heard_at=row[4],
            revoked_by=revoked.get(row[0], ""),
        )
        for row in rows
    ]


def names(db: Database) -> dict[str, str]:
    """Give how people call each device, by its id."""
    return dict(db.conn.execute(f"SELECT id, {_CALLED} FROM device WHERE mine < 2").fetchall())


def _revoked(db: Database, names: Mapping[str, str]) -> dict[str, str]:
    """Give who revoked each device; this one also where words of a former name do not count."""
    own = db.conn.execute("SELECT id FROM device WHERE mine = 1").fetchone()
    found = dict[str, str]()
    for each in bounds(db):
        found[each.device] = by = names.get(each.by, "Another device")
        if own and merging.is_own(db, each.device) and merging.top(db, each.device) > each.upto:
            found[own[0]] = by
    return found


def rename(db: Database, device: str, name: str) -> None:
    """Call a device otherwise, on all of them."""
    registers.write(db, [Edit(item=DEVICE + device, field="name", value=name)])
    elsewhere.follow_names(db)


def keep_name(db: Database) -> None:
    """Have this device be called as it was before it was put back, which no copy of it is."""
    row = db.conn.execute(
        "SELECT now.id, said.value ->> '$' FROM device AS now"
        " JOIN device AS old ON old.home = now.home AND old.mine = 2"
        " JOIN register AS said ON said.item = :prefix || old.id AND said.field = 'name'"
        "  AND said.profile = '' AND said.value <> 'null'"
        " WHERE now.mine = 1 AND NOT EXISTS(SELECT 1 FROM register"
        "  WHERE item = :prefix || now.id AND field = 'name' AND profile = '')"
        " ORDER BY said.hlc DESC LIMIT 1",
        {"prefix": DEVICE},
    ).fetchone()
    if row is not None:
        rename(db, *row)


def revoke(db: Database, device: str) -> list[str]:
    """Have a device's word count no further than it is known here; see `apply`."""
    upto = merging.top(db, device)
    edit = Edit(item=DEVICE + device, field=REVOKED, value=upto)
    registers.write(db, [edit], again=True)
    return apply(db)


def allow(db: Database, device: str) -> None:
    """Have all that a device says count again, once its files are read anew."""
    edit = Edit(item=DEVICE + device, field=REVOKED, value=None)
    registers.write(db, [edit], again=True)
    bundles.keep(db, ())


def bounds(db: Database) -> list[Bound]:
    """Give who is revoked, in the order in which that was said; no device says it of itself."""
    rows = db.conn.execute(
        "SELECT substr(item, length(:prefix) + 1), value, device FROM ("
        " SELECT item, value, hlc, device,"
        "  row_number() OVER (PARTITION BY item ORDER BY hlc DESC, device DESC) AS place"
        " FROM op WHERE kind = 'set' AND item >= :prefix AND item < :end AND field = :field"
        "  AND profile = '' AND item <> :prefix || device)"
        " WHERE place = 1 AND value <> 'null' ORDER BY hlc, device",
        {"prefix": DEVICE, "end": DEVICE[:-1] + "0", "field": REVOKED},
    )
    return [Bound(device=row[0], upto=json.loads(row[1]), by=row[2]) for row in rows]


def shut(db: Database) -> frozenset[str]:
    """Give the revoked devices of which all that counts is known: their files are of no use."""
    return frozenset(
        each.device
        for each in bounds(db)
        if merging.top(db, each.device) >= each.upto and not merging.is_own(db, each.device)
    )


def counting(db: Database, log: Log) -> Log:
    """Give of a log what counts."""
    upto = next((each.upto for each in bounds(db) if each.device == log.device), None)
    if upto is None or merging.is_own(db, log.device):
        return log
    ops = [row for row in log.ops if row[1] <= upto]
    named = {row[9] for row in ops} | {row[4] for row in ops if row[3] == changes.UNDO}
    return replace(log, ops=ops, acts=[act for act in log.acts if act[0] in named])


def apply(db: Database) -> list[str]:
    """Take out what revoked devices said beyond what counts; give what may be others now.

    A device that is revoked itself keeps what it said.
    """
    touched: list[str] = []
    while beyond := next(
        (
            each
            for each in bounds(db)
            if merging.top(db, each.device) > each.upto and not merging.is_own(db, each.device)
        ),
        None,
    ):
        touched += _cut(db, beyond.device, beyond.upto)  # it may have revoked others there
    return list(dict.fromkeys(touched))


def _cut(db: Database, device: str, upto: int) -> list[str]:
    gone = list(db.query("SELECT * FROM op WHERE device = ? AND seq > ?", [device, upto]))
    db.conn.execute("DELETE FROM op WHERE device = ? AND seq > ?", [device, upto])
    db.conn.executemany(
        "DELETE FROM event WHERE id = ?",
        [(f"{device}:{op['seq']}",) for op in gone if op["kind"] == "event"],
    )
    # The next event takes the number after the last one that is left.
    db.conn.execute(
        "UPDATE listener SET heard = min(heard, (SELECT coalesce(max(rowid), 0) FROM event))"
    )
    turned = merging.turn(db, [op["item"] for op in gone if op["kind"] == changes.UNDO])
    _forget_acts(db, [op["change"] for op in gone if op["change"]])
    said = [op for op in gone if op["kind"] in {"set", "alias"}]
    return changes.refold(db, [*said, *merging.of_acts(db, turned)])


def _forget_acts(db: Database, acts: Sequence[str]) -> None:
    """Forget acts of which nothing is left, and that nobody else took back."""
    db.conn.execute(
        "DELETE FROM change WHERE id IN (SELECT value FROM json_each(?))"
        " AND NOT EXISTS(SELECT 1 FROM op WHERE op.change = change.id)"
        " AND NOT EXISTS(SELECT 1 FROM op WHERE op.item = change.id AND op.kind = ?)",
        [json.dumps(acts), changes.UNDO],
    )
