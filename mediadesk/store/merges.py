"""What came with each of the last exchanges, so that all that came with one can be taken back.

That is an act as any other: it travels, and can be taken back itself. What anybody said since stays
as it is.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mediadesk.api import Event, EventKind
from mediadesk.api.errors import TakenBackError
from mediadesk.store import (
    changes,
    devices,
    erasing,
    merging,
    notes,
    oplog,
    registers,
    versions,
)
from mediadesk.store.connection import Database
from mediadesk.store.notes import NOTE
from mediadesk.store.pins import HOUSEHOLD
from mediadesk.store.profiles import PROFILE
from mediadesk.store.registers import DEVICE, SETTING, Edit

Standing = Callable[[Iterable[Event]], list[Event]]
"""Gives those of some events that stand: without what was undone, and without the undoing."""
_KEPT = 20
_STANDS = "(undone_by = '' OR EXISTS(SELECT 1 FROM change WHERE id = undone_by AND undone))"
_CAME = (
    "EXISTS(SELECT 1 FROM merged WHERE merge = :merge AND merged.device = op.device"
    " AND op.seq BETWEEN merged.first AND merged.last)"
)
_COUNTS = (  # who may do what is no edit that another one takes back
    "op.kind IN ('set', 'alias', 'event', 'undo')"
    f" AND op.item NOT GLOB '{DEVICE}*'"
    f" AND op.item NOT IN ('{HOUSEHOLD}', '{PROFILE}', '{SETTING}')"
)
_LAST = "ORDER BY hlc DESC, device DESC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """An exchange that brought something, at a unix time: of each device, by name, how much."""

    id: int
    at: float
    edits: Mapping[str, int]


def tops(db: Database) -> dict[str, int]:
    """Give device → the number of its last operation that is known here."""
    rows = db.conn.execute("SELECT id FROM device").fetchall()
    return {device: merging.top(db, device) for (device,) in rows}


def note(db: Database, before: Mapping[str, int]) -> None:
    """Keep what came since devices had these `tops`; only the last twenty are kept."""
    own = oplog.device_id(db)
    came = [
        (device, before.get(device, 0) + 1, last)
        for device, last in tops(db).items()
        if device != own and last > before.get(device, 0)
    ]
    if not came:
        return
    made = db.conn.execute("INSERT INTO merge(at) VALUES(?)", [time.time()]).lastrowid
    db.conn.executemany(
        "INSERT INTO merged(merge, device, first, last) VALUES(?, ?, ?, ?)",
        [(made, *each) for each in came],
    )
    db.conn.execute("DELETE FROM merge WHERE id <= ?", [(made or 0) - _KEPT])


def last(db: Database) -> Merge | None:
    """Give the last one that stands and brought something that is still known."""
    row = db.conn.execute(
        f"SELECT id, at FROM merge WHERE {_STANDS} AND EXISTS("
        "  SELECT 1 FROM merged JOIN op ON op.device = merged.device"
        f"   AND op.seq BETWEEN first AND last WHERE merged.merge = merge.id AND {_COUNTS})"
        " ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    counts = db.conn.execute(
        "SELECT device, (SELECT count(*) FROM op WHERE op.device = merged.device"
        f"  AND op.seq BETWEEN first AND last AND {_COUNTS}) FROM merged WHERE merge = ?",
        [row[0]],
    )
    names = devices.names(db)
    edits: dict[str, int] = defaultdict(int)
    for device, count in counts:
        edits[names.get(device, "this device, earlier")] += count
    return Merge(id=row[0], at=row[1], edits={name: n for name, n in edits.items() if n})


def came(db: Database, merge: int) -> list[dict[str, Any]]:
    """Give the edits that came with an exchange and may be taken back, in order."""
    return list(
        db.query(
            "SELECT op.* FROM merged JOIN op ON op.device = merged.device"
            "  AND op.seq BETWEEN first AND last"
            f" WHERE merge = ? AND {_COUNTS} ORDER BY op.hlc, op.device",
            [merge],
        )
    )


def since(db: Database, before: Mapping[str, int]) -> list[dict[str, Any]]:
    """Give the operations of other devices that came since devices had these `tops`, in order."""
    own = oplog.device_id(db)
    found = [
        op
        for device in tops(db)
        if device != own
        for op in db.query(
            "SELECT * FROM op WHERE device = ? AND seq > ?", [device, before.get(device, 0)]
        )
    ]
    return sorted(found, key=lambda op: (op["hlc"], op["device"]))


def says(merge: Merge) -> str:
    """Tell what came, and of whom."""
    parts = [
        f"{count:,} edit{'' if count == 1 else 's'} of “{name}”"
        for name, count in merge.edits.items()
    ]
    return " and ".join(parts)


def undo(db: Database, standing: Standing) -> tuple[changes.Change, list[str]]:
    """Take back all that came with the last exchange that stands.

    Returns:
        that act, without an id where all that came counts no more; and the things whose fields,
        tags, places or contents may be others now.

    Raises:
        TakenBackError: if there is none.
    """
    merge = last(db)
    if merge is None:
        raise TakenBackError("No sync brought anything that is not taken back already.")
    ops = came(db, merge.id)
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(merge.at))
    what = changes.back(f"{says(merge)} from {at}")
    made = changes.begin(db, what, items=len({op["item"] for op in ops}))
    alone = [op for op in ops if op["change"] is None]
    touched = _turn_acts(db, merge.id, ops, made.id)
    touched += _part(db, merge.id, alone, made.id)
    touched += _set_back(db, merge.id, alone, made.id)
    _take_events_back(db, ops, standing, made.id)
    db.conn.execute("UPDATE merge SET undone_by = ? WHERE id = ?", [made.id, merge.id])
    if db.conn.execute("SELECT 1 FROM op WHERE change = ?", [made.id]).fetchone() is None:
        made = changes.came_to_nothing(db, made)
    return made, list(dict.fromkeys(touched))


def _turn_acts(db: Database, merge: int, ops: Sequence[dict[str, Any]], change: str) -> list[str]:
    """Have the acts that came count no more, and those that came to be taken back count again."""
    empty = erasing.acts(db)  # whoever spoke there was erased: no device knows of them
    acts = dict.fromkeys(op["change"] for op in ops if op["change"] and op["change"] not in empty)
    flips = {act: True for act in acts if changes.stands(db, act)}
    for act in dict.fromkeys(op["item"] for op in ops if op["kind"] == changes.UNDO):
        said = db.conn.execute(
            f"SELECT value = 'true', {_CAME} FROM op WHERE kind = :undo AND item = :act {_LAST}",
            {"merge": merge, "undo": changes.UNDO, "act": act},
        ).fetchall()
        before = next((bool(on) for on, is_news in said if not is_news), False)
        if act in acts or act in empty:
            continue
        if said[0][1] and bool(said[0][0]) != before:
            flips[act] = before
    return changes.turn(db, flips, change=change)


def _part(db: Database, merge: int, ops: Sequence[dict[str, Any]], change: str) -> list[str]:
    """Let contents count as what they counted as before, outside of acts."""
    wanted: dict[str, tuple[int, str | None]] = {}
    said = [op for op in ops if op["kind"] == "alias"]
    look = [each for op in said for each in (op["item"], json.loads(op["value"]))]
    while look:
        content = look.pop()
        if content is not None and content not in wanted:
            wanted[content] = _became(db, merge, content)
            look.append(wanted[content][1])
    touched: list[str] = []
    # What becomes a content ends what that was replaced by: so they come in their order.
    for content, (_, new) in sorted(wanted.items(), key=lambda pair: pair[1][0]):
        row = db.conn.execute("SELECT new FROM alias WHERE old = ?", [content]).fetchone()
        if (row and row[0]) == new:
            continue
        touched += [content, *versions.current(db, [content]).values()]
        if new is None:
            versions.part(db, old=content, change=change)
        else:
            versions.follow(db, old=content, new=new, change=change)
    return touched


def _became(db: Database, merge: int, content: str) -> tuple[int, str | None]:
    """Give what a content was replaced by, and when; where that did not come so, what it is now."""
    rows = db.conn.execute(
        f"SELECT item, value, hlc, {_CAME} FROM op WHERE kind = 'alias'"
        f" AND (item = :content OR value = :value) AND {oplog.STANDS} {_LAST}",
        {"merge": merge, "content": content, "value": json.dumps(content)},
    ).fetchall()
    if rows and rows[0][3]:
        rows = [row for row in rows if not row[3]]
    if not rows:
        return 0, None
    return rows[0][2], json.loads(rows[0][1]) if rows[0][0] == content else None


def _set_back(db: Database, merge: int, ops: Sequence[dict[str, Any]], change: str) -> list[str]:
    """Write again what stood in registers before, outside of acts."""
    said = [op for op in ops if op["kind"] == "set"]
    now = versions.current(db, [op["item"] for op in said])
    contents = versions.of_many(db, now.values())
    came_so = {(op["device"], op["seq"]) for op in came(db, merge)}
    edits = []
    for profile, item, field in dict.fromkeys(
        (op["profile"], now[op["item"]], op["field"]) for op in said
    ):
        if field == NOTE:
            kept = notes.standing(db, contents.get(item, [item]), profile)
            before = notes.text(each for each in kept if (each.device, each.seq) not in came_so)
            if before != notes.text(kept):
                edits.append(Edit(item=item, field=field, value=before, profile=profile))
            continue
        words = db.conn.execute(
            f"SELECT value, {_CAME} FROM op WHERE item IN (SELECT value FROM json_each(:things))"
            " AND kind = 'set' AND profile = :profile AND field = :field"
            f" AND {oplog.STANDS} {_LAST}",
            {
                "merge": merge,
                "things": json.dumps(contents.get(item, [item])),
                "profile": profile,
                "field": field,
            },
        ).fetchall()
        if words and words[0][1]:
            last_word = next((value for value, is_news in words if not is_news), "null")
            value = json.loads(last_word)
            edits.append(Edit(item=item, field=field, value=value, profile=profile))
    return [edit.item for edit in registers.write(db, edits, change=change)]


def _take_events_back(
    db: Database, ops: Sequence[dict[str, Any]], standing: Standing, change: str
) -> None:
    """Have those events stand that would if none had come: by what takes back, or as they were."""
    news = {f"{op['device']}:{op['seq']}" for op in ops if op["kind"] == "event"}
    if not news:
        return
    raw = {op["item"] for op in ops if op["kind"] == "event"}
    items = raw | set(versions.current(db, raw).values())
    every = [event for event in oplog.events(db) if event.item in items]
    now = {event.id: event for event in standing(every)}
    then = {event.id: event for event in standing(e for e in every if e.id not in news)}
    gone = [
        changes.taking_back(event.id, event.profile, event.item, event.at, event.context)
        for event in now.values()
        if event.id not in then
    ]
    backs = [event for event in every if event.id in news and event.kind is EventKind.UNDO]
    again = [
        replace(event, id="", at=_at(event, backs))
        for event in then.values()
        if event.id not in now
    ]
    oplog.add_events(db, [*gone, *again], change=change)


def _at(event: Event, backs: Sequence[Event]) -> float:
    """Give when what was taken back is to have been: behind what does not name what it takes."""
    whose = event.profile, event.item
    unnamed = (
        each.at
        for each in backs
        if (each.profile, each.item) == whose and "event" not in each.context
    )
    return max([event.at, *unnamed])
