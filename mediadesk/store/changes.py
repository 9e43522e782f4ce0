"""Acts of a person that can be taken back as a whole, whatever their size.

Taking back is an operation, too (“undo” of the act): whoever folds the log leaves out what was
taken back, so that everything is exactly as if it had never been. Events are the exception: each is
taken back by an event that names it, for whoever listens to events.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mediadesk.api import Event, EventKind, Json, UserError
from mediadesk.api.errors import TakenBackError
from mediadesk.store import events, oplog, profiles, registers, versions
from mediadesk.store.connection import Database
from mediadesk.store.folders import inside
from mediadesk.store.jobs import marks
from mediadesk.store.pins import HOUSEHOLD
from mediadesk.store.profiles import PROFILE
from mediadesk.store.touched import touch

_LOCATION = (
    "path", "root", "item", "size", "mtime_ns", "seen_at", "missing", "sidecars", "problem",
    "content", "beside", "previous", "replaced",
)  # fmt: skip
UNDO = "undo"
_UNDONE, _AGAIN = "Undone: ", "Done again: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One act; `says` tells it in the past, `items` counts what it touched."""

    id: str
    at: float
    says: str
    items: int
    undone: bool = False


def act(db: Database, says: str, write: Callable[[str], Iterable[str]]) -> Change:
    """Do something as one act: `write` gets its id and gives the items that it changed.

    Where that is none, nothing was done: the id is empty, and so it says.
    """
    made = begin(db, says, items=0)
    count = len(set(write(made.id)))
    if count == 0:
        return came_to_nothing(db, made)
    db.conn.execute("UPDATE change SET items = ? WHERE id = ?", [count, made.id])
    return replace(made, items=count)


def came_to_nothing(db: Database, made: Change) -> Change:
    """Forget an act that did nothing, and give what is told of it: its id is empty."""
    drop(db, made.id)
    return replace(made, id="", says="Nothing is different: it was so already", items=0)


def begin(db: Database, says: str, *, items: int) -> Change:
    """Note an act; give its id to all that is written for it.

    It is the one that `Store.acting` names, unless there is a change of this id already.
    """
    free = db.act if db.act and known(db, db.act) is None else uuid.uuid4().hex[:12]
    made = Change(id=free, at=time.time(), says=says, items=items)
    db.conn.execute(
        "INSERT INTO change(id, at, says, items) VALUES(?, ?, ?, ?)",
        [made.id, made.at, says, items],
    )
    return made


def notice(db: Database, says: str, *, places: Sequence[str]) -> str:
    """Note what the program noticed, to be taken back only by its id, which this gives.

    That forgets these places, as far as items are missing there.
    """
    made = uuid.uuid4().hex[:12]
    db.conn.execute(
        "INSERT INTO change(id, at, says, items) VALUES(?, ?, ?, 1)", [made, time.time(), says]
    )
    _remember(db, made, {"paths": list(places), "noticed": True})
    return made


def begin_writing(db: Database, says: str, *, items: int, kept: str = "") -> Change:
    """Note that files are being written to; what they were is `kept` elsewhere, by that name.

    Without a name it is that of the act.
    """
    made = begin(db, says, items=items)
    _remember(db, made.id, {"written": kept or made.id})
    return made


def drop(db: Database, change: str) -> None:
    """Forget an act that came to nothing."""
    db.conn.execute("DELETE FROM change WHERE id = ?", [change])


def retell(db: Database, change: str, says: str, *, items: int | None = None) -> Change | None:
    """Tell better what an act came to, and of how many items."""
    db.conn.execute(
        "UPDATE change SET says = ?, items = coalesce(?, items) WHERE id = ?",
        [says, items, change],
    )
    return known(db, change)


def wrote(db: Database, change: str) -> str:
    """Name what is kept of the files that an act wrote to, or took back; "" if there were none."""
    sql = "SELECT undo ->> 'written' FROM change WHERE id = ?"
    row = db.conn.execute(sql, [change]).fetchone()
    return (row and row[0]) or ""


def kept_back(change: str) -> str:
    """Name what is kept of the files of an act when they are taken back.

    It is the same before that is noted as after, so that whoever goes on after a crash finds it.
    """
    return f"back-{change}"


def note_import(db: Database, change: str, profile: str) -> None:
    """Note that an act took over what another program knows of a profile."""
    _remember(db, change, {"imported": profile})


def last_import(db: Database, profile: str, *, after: float) -> str:
    """Give the last import of a profile after a time that stands, "" if there is none."""
    row = db.conn.execute(
        "SELECT id FROM change WHERE undo ->> 'imported' = ? AND undone = 0 AND at > ?"
        " ORDER BY at DESC, rowid DESC LIMIT 1",
        [profile, after],
    ).fetchone()
    return row[0] if row else ""


def took_back(db: Database, change: str) -> str:
    """Give the act that this one took back, "" if it took none."""
    sql = "SELECT item FROM op WHERE change = ? AND kind = ? ORDER BY seq LIMIT 1"
    row = db.conn.execute(sql, [change, UNDO]).fetchone()
    return row[0] if row else ""


def pass_by(db: Database, change: str) -> None:
    """Have an act be taken back only by its id from now on."""
    _remember(db, change, _told(db, change) | {"passed": True})


def listed(db: Database, *, limit: int) -> list[Change]:
    """Give what was done, the newest first."""
    rows = db.conn.execute(
        "SELECT id, at, says, items, undone FROM change ORDER BY at DESC, rowid DESC LIMIT ?",
        [limit],
    )
    return [_change(row) for row in rows]


def known(db: Database, change: str) -> Change | None:
    """Give the act of this id, if there is one."""
    sql = "SELECT id, at, says, items, undone FROM change WHERE id = ?"
    row = db.conn.execute(sql, [change]).fetchone()
    return None if row is None else _change(row)


def stands(db: Database, change: str) -> bool:
    """Tell whether there is such an act, not taken back by now."""
    row = db.conn.execute("SELECT undone FROM change WHERE id = ?", [change]).fetchone()
    return row is not None and not row[0]


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
    _remember(db, change, {"locations": rows})
    return len(rows)


def move_root(db: Database, old: str, new: str) -> None:
    """Have what undoing puts back be found where a folder of the library is now."""
    before, after = inside(old)[0], inside(new)[0]

    def moved(path: str) -> str:
        return after + path.removeprefix(before) if path.startswith(before) else path

    rows = db.conn.execute("SELECT id, undo FROM change WHERE undo <> '{}'").fetchall()
    for change, undo in rows:
        told = json.loads(undo)
        told["locations"] = [
            [moved(row[0]), new, *row[2:]] if row[1] == old else row
            for row in told.get("locations", [])
        ]
        told["paths"] = [moved(path) for path in told.get("paths", [])]
        _remember(db, change, told)


def undo(db: Database, wanted: str | None = None) -> tuple[Change, list[str]]:
    """Take back a change, else the last that is not taken back.

    What was changed again since stays as it is now: what is taken back counts as never written.

    Returns:
        that act; and the things whose fields, tags, places or contents may be others now.

    Raises:
        TakenBackError: if there is no such change, or it is taken back already.
        UserError: if what it forgot can't be put back now, or has not come from its device yet.
    """
    taken = find(db, wanted)
    made = begin(db, back(taken.says), items=taken.items)
    ops = _ops(db, taken.id)
    # Who takes back the taking back has the first act again.
    flips = {taken.id: True} | {
        op["item"]: not json.loads(op["value"]) for op in ops if op["kind"] == UNDO
    }
    touched = turn(db, flips, change=made.id)
    opposites = [_opposite(db, op) for op in ops if op["kind"] == "event"]
    oplog.add_events(db, opposites, change=made.id)
    touched += _exchange_places(db, taken.id, made.id)
    return made, list(dict.fromkeys(touched))


def turn(db: Database, flips: Mapping[str, bool], *, change: str) -> list[str]:
    """Have acts be taken back, or not be, as part of a change; give what may be others now."""
    oplog.append(
        db,
        [oplog.Op(kind=UNDO, item=act, field="undone", value=on) for act, on in flips.items()],
        change=change,
    )
    db.conn.executemany(
        "UPDATE change SET undone = ? WHERE id = ?", [(on, act) for act, on in flips.items()]
    )
    return refold(db, [op for act in flips for op in _ops(db, act)])


def find(db: Database, wanted: str | None) -> Change:
    """Give the act that is meant: one that stands, else the last of these but those passed by.

    Raises:
        TakenBackError: if there is none, or it is taken back already.
    """
    columns = "SELECT id, at, says, items, undone FROM change"
    if wanted is None:
        row = db.conn.execute(
            f"{columns} WHERE undone = 0 AND says NOT LIKE ? AND undo ->> 'noticed' IS NULL"
            " AND undo ->> 'passed' IS NULL AND device = '' ORDER BY at DESC, rowid DESC LIMIT 1",
            [f"{_UNDONE}%"],
        ).fetchone()
    else:
        # What was done again stands by the act that did so.
        again = db.conn.execute(
            "SELECT change, value FROM op WHERE kind = ? AND item = ?"
            " ORDER BY hlc DESC, device DESC LIMIT 1",
            [UNDO, wanted],
        ).fetchone()
        act = again[0] if again and not json.loads(again[1]) else wanted
        row = db.conn.execute(f"{columns} WHERE id = ?", [act]).fetchone()
    if row is None:
        named = f"There is no change “{wanted}”" if wanted else "There is nothing to take back"
        raise TakenBackError(f"{named}: “mediadesk changes” lists what was changed.")
    found = _change(row)
    if found.undone:
        raise TakenBackError(f"“{found.says}” is taken back already.")
    return found


def back(says: str) -> str:
    """Tell that an act was taken back, however often it has gone to and fro."""
    for now, then in ((_UNDONE, _AGAIN), (_AGAIN, _UNDONE)):
        if says.startswith(now):
            return then + says.removeprefix(now)
    return _UNDONE + says


def is_of(db: Database, wanted: str | None, profile: str) -> bool:
    """Tell whether an act, or the last one, is nothing but what a profile said of items."""
    acts, said = [find(db, wanted).id], []
    while acts:
        ops = _ops(db, acts.pop())
        acts += [op["item"] for op in ops if op["kind"] == UNDO]  # what was taken back
        said += [op for op in ops if op["kind"] != UNDO]
    # An act on places has no operations, and is nobody's own.
    return bool(said) and all(
        op["kind"] in {"event", "set"} and op["profile"] == profile for op in said
    )


def _ops(db: Database, change: str) -> list[dict[str, Any]]:
    return list(db.query("SELECT * FROM op WHERE change = ? ORDER BY device, seq", [change]))


def refold(db: Database, ops: Sequence[dict[str, Any]]) -> list[str]:
    """Make anew what these operations wrote, or wrote before they were taken back.

    Give the things that have other fields, tags or contents now.
    """
    replaced = [op for op in ops if op["kind"] == "alias"]
    becomes = [json.loads(op["value"]) for op in replaced]
    versions.refold(db, [*(op["item"] for op in replaced), *filter(None, becomes)])
    now = versions.current(db, [op["item"] for op in ops if op["kind"] in {"set", "alias"}])
    contents = versions.of_many(db, now.values())
    fields = {(op["profile"], now[op["item"]], op["field"]) for op in ops if op["kind"] == "set"}
    registers.refold_fields(db, fields, contents)
    said = {profile for profile, item, _ in fields if item == PROFILE}
    # Of limits those count that were said under a PIN that does.
    is_pin = any(item == HOUSEHOLD for _, item, _ in fields)
    profiles.fold(db, said | (profiles.all_said(db) if is_pin else set()))
    other = [
        now[op["item"]]
        for op in ops
        if op["kind"] == "set" and ("/" not in op["field"] or op["field"].startswith(registers.TAG))
    ]
    return [*other, *(now[op["item"]] for op in replaced), *(op["item"] for op in replaced)]


def taking_back(event: str, profile: str, item: str, at: float, context: Json) -> Event:
    """Give what takes an event back, of which this is known."""
    who = {name: context[name] for name in ("members",) if name in context}
    return Event(
        id="",
        profile=profile,
        item=item,
        kind=EventKind.UNDO,
        at=max(time.time(), at),
        context={"event": event} | who,
    )


def _opposite(db: Database, op: dict[str, Any]) -> Event:
    """Give what takes an event back; what was taken back is done again, as it was then."""
    body = json.loads(op["value"])
    wanted = body["context"].get("event") if body["kind"] == EventKind.UNDO.value else None
    if wanted is None:
        event = f"{op['device']}:{op['seq']}"
        return taking_back(event, body["profile"], op["item"], body["at"], body["context"])
    row = next(db.query("SELECT * FROM event WHERE id = ?", [wanted]), None)
    if row is None:
        raise UserError(
            "What was taken back has not come from its device yet, and can't be done again: sync "
            "that device, then this one."
        )
    return replace(events.from_row(row), id="")


def _exchange_places(db: Database, taken: str, made: str) -> list[str]:
    """Put back the places that an act forgot, or forget again those that were put back."""
    told = _told(db, taken)
    roots = {path for (path,) in db.conn.execute("SELECT path FROM root")}
    rows = told.get("locations", [])
    if rows and not any(row[1] in roots for row in rows):
        raise UserError(
            f"“{rows[0][1]}” is not in the library any more, and its files can't be listed: add "
            "that folder again first."
        )
    db.conn.executemany(
        f"INSERT INTO location({', '.join(_LOCATION)}) VALUES({marks(_LOCATION)})"
        " ON CONFLICT(path) DO NOTHING",
        [row for row in rows if row[1] in roots],
    )
    touch(db, [row[2] for row in rows])
    gone = [
        row
        for path in told.get("paths", [])
        for row in db.conn.execute(
            f"SELECT {', '.join(_LOCATION)} FROM location WHERE path = ? AND missing = 1", [path]
        )
    ]
    db.conn.executemany("DELETE FROM location WHERE path = ?", [(row[0],) for row in gone])
    back = {"paths": [row[0] for row in rows], "locations": gone}
    written = {"written": kept_back(taken)} if "written" in told else {}
    _remember(db, made, back | written)
    # They may be other items since the act.
    return versions.lay(db, [row[9] or row[2] for row in (*rows, *gone)])


def _told(db: Database, change: str) -> dict[str, Any]:
    row = db.conn.execute("SELECT undo FROM change WHERE id = ?", [change]).fetchone()
    return dict(json.loads(row[0]))


def _remember(db: Database, change: str, told: dict[str, Any]) -> None:
    db.conn.execute(
        "UPDATE change SET undo = ? WHERE id = ?", [json.dumps(told, ensure_ascii=False), change]
    )


def _change(row: tuple[Any, ...]) -> Change:
    return Change(id=row[0], at=row[1], says=row[2], items=row[3], undone=bool(row[4]))
