"""Lets history follow where a file was replaced by another encode, and tells of what is another."""

import json
import re
import time
from collections.abc import Iterable, Sequence
from typing import Any

from mediadesk.api import AUDIO
from mediadesk.paths import shown, to_path
from mediadesk.store import changes, jobs, oplog, registers, versions
from mediadesk.store.connection import Database
from mediadesk.store.notes import NOTE
from mediadesk.store.oplog import Op
from mediadesk.store.touched import touch

UNREAD = "((item IS NULL AND problem IS NULL) OR reread = 1) AND missing = 0"
_MOVING_SECONDS = 60.0
_LENGTH = 0.015  # of a film, and a second at least: by so much its encodes differ
_SPEEDS = (1.0, 25 / 24)  # European television and its discs play films of 24 pictures faster
_BESIDES = re.compile(r"\(.*?\)|\[.*?\]|[\W_]")  # of a title, such as “(Remastered 2011)”
_NO_SIZE = -1  # of a place that is none: another film lies there
_HEARD = frozenset(each.value for each in AUDIO)
_PASSING = "('shown', 'opened')"
_OLD = "coalesce(replaced, previous)"
_ELSEWHERE = """EXISTS(SELECT 1 FROM location AS other JOIN root ON root.path = other.root
    WHERE {} AND other.content = coalesce(location.replaced, location.previous))"""
_LOOKED_SINCE = """NOT EXISTS(SELECT 1 FROM root
    WHERE root.problem IS NULL AND root.scanned_at + ? < location.seen_at)"""


def follow_replaced(db: Database) -> None:
    """Let history follow where content was replaced in place, once every place has been read.

    What can't be an encode of the same has a history of its own: see `_tell_apart`.

    Only then, and when all folders that are there have been looked at since, is it known whether
    the old content has merely moved. Where it may lie on a drive that is not connected, that drive
    is waited for.
    """
    _follow(
        db,
        f"NOT EXISTS(SELECT 1 FROM location WHERE {UNREAD} AND item IS NULL) AND {_LOOKED_SINCE}",
        [_MOVING_SECONDS],
    )


def follow_now(db: Database, paths: Iterable[str]) -> None:
    """Let what waits to follow at these places do so, for the places will not be there to ask."""
    wanted = json.dumps(list(paths))
    _follow(db, "path IN (SELECT value FROM json_each(?))", [wanted])


def waits_for_look(db: Database) -> bool:
    """Tell whether it can't be known yet if replaced content has moved: see `follow_replaced`."""
    row = db.conn.execute(
        f"SELECT EXISTS(SELECT 1 FROM location WHERE previous IS NOT NULL AND NOT {_LOOKED_SINCE})",
        [_MOVING_SECONDS],
    ).fetchone()
    return bool(row[0])


def _follow(db: Database, condition: str, values: Sequence[object]) -> None:
    replaced = db.conn.execute(
        f"SELECT path, previous, {_OLD}, content, {_ELSEWHERE.format('missing NOT IN (1, 3)')},"
        f"  {_ELSEWHERE.format('missing <> 3 AND root.problem IS NOT NULL')}"
        # The plus keeps the few that were replaced from being looked for among all items.
        " FROM location WHERE previous IS NOT NULL AND +item IS NOT NULL"
        f" AND {condition}",
        values,
    ).fetchall()
    for path, item, old, new, is_here, is_away in replaced:
        if not is_here:
            if is_away:
                continue
            _let_follow(db, path, item=item, old=old, new=new)
            jobs.park(db, [old])
        db.conn.execute(
            "UPDATE location SET previous = NULL, replaced = NULL WHERE path = ?", [path]
        )


def _let_follow(db: Database, path: str, *, item: str, old: str, new: str) -> None:
    """Let `old`, which counted as `item`, be followed by the content that lies in its place now."""
    now = versions.current(db, [item, old, new])
    has_others = _asks(
        db, "SELECT 1 FROM location WHERE item = ? AND path <> ? AND missing <> 3", [item, path]
    )
    if has_others and (now[old] == now[new] or not _is_news(db, path, new)):
        return
    if now[old] != now[new] and not _are_encodes(db, old, new):
        kept = None if _is_dear(db, now[old]) else _kept_there(db, path)
        if kept is None or not _are_encodes(db, kept[0], new):
            _tell_apart(db, path, old=old, new=now[new])
        else:  # what lay here meanwhile was but a part, read while it was copied
            _let_come_back(db, content=kept[0], notice=kept[1], new=now[new])
        return
    if now[old] == old:
        _take_place(db, old, now[new], by=new if now[new] == old else now[new])
    elif old != item and now[old] == now[item]:
        if now[new] == new:
            versions.succeed(db, old=old, new=new)
        else:
            versions.follow(db, old=now[old], new=now[new])
    # Else a person merged it meanwhile, and it has found its place.


def _are_encodes(db: Database, old: str, new: str) -> bool:
    """Tell whether two contents can be one film or song; of what is of no length none knows."""
    one, other = _looks(db, old), _looks(db, new)
    if not one["duration"] or not other["duration"] or one["heard"] != other["heard"]:
        return False
    names = {_BESIDES.sub("", (row["title"] or "").casefold()) for row in (one, other)} - {""}
    if one["heard"] and len(names) > 1:  # many songs are as long as others
        return False
    return _are_as_long(one, other)


def can_be_one(db: Database, one: str, other: str) -> bool:
    """Tell whether two items are both seen or both heard and, as far as is known, as long."""
    looks = _looks(db, one), _looks(db, other)
    is_known = all(look["duration"] for look in looks)
    return looks[0]["heard"] == looks[1]["heard"] and (not is_known or _are_as_long(*looks))


def _are_as_long(one: dict[str, Any], other: dict[str, Any]) -> bool:
    short, long = sorted((one["duration"], other["duration"]))
    speeds = _SPEEDS[:1] if one["heard"] else _SPEEDS
    return any(abs(long / speed - short) <= max(1.0, _LENGTH * long) for speed in speeds)


def _looks(db: Database, content: str) -> dict[str, Any]:
    row = db.conn.execute(
        # Whether there are pictures the file tells: its kind may be what a person says.
        "SELECT duration, facts ->> 'Video' IS NULL, (SELECT fields ->> 'title' FROM told"
        "  WHERE told.item = item.id AND source = 'embedded') FROM item WHERE id = ?",
        [content],
    ).fetchone()
    return {"duration": row[0], "heard": bool(row[1]), "title": row[2]}


def _tell_apart(db: Database, path: str, *, old: str, new: str) -> None:
    """Keep the item of `old` as missing, with all that was said of it, and tell of it.

    Who takes that back has said that both are the same. Nothing is kept of what nobody has said
    anything of, such as a film that is still being downloaded.
    """
    item = versions.current(db, [old])[old]
    if not _is_dear(db, item):
        return
    place: str | None = None
    if not _asks(db, "SELECT 1 FROM location WHERE item = ?", [item]):
        place = f"{path} (was {old[:8]})"
        db.conn.execute(
            "INSERT OR IGNORE INTO location(path, root, item, content, size, mtime_ns, seen_at,"
            "  missing, sidecars)"
            " SELECT ?, root, ?, ?, ?, mtime_ns, ?, 1, '[]' FROM location WHERE path = ?",
            [place, item, old, _NO_SIZE, time.time(), path],
        )
        touch(db, [item])
    title, kind = db.conn.execute("SELECT title, kind FROM item WHERE id = ?", [item]).fetchone()
    change = changes.notice(
        db,
        f"Another {'recording' if kind in _HEARD else 'film'} took the place of “{title}” in "
        f"“{shown(to_path(path).name)}”: what was said stays with the old one; undo this if both "
        "are the same",
        places=[place] if place else [],
    )
    which, becomes = (old, new) if item == old else (new, item)
    # What stands without the second is what undoing comes to.
    oplog.append(db, [Op(kind="alias", item=which, field="new", value=becomes)])
    parted = Op(kind="alias", item=which, field="new", value=None)
    oplog.append(db, [parted], change=change)


def _kept_there(db: Database, path: str) -> tuple[str, str] | None:
    """Give the content that is kept as missing since another took its place, and that notice."""
    row = db.conn.execute(
        "SELECT content, change.id FROM location JOIN change ON undo ->> 'noticed' AND NOT undone"
        "  AND EXISTS(SELECT 1 FROM json_each(undo, '$.paths') WHERE value = location.path)"
        " WHERE path >= ?1 || ' (was ' AND path < ?1 || ' (was~' AND size = ?2"
        " ORDER BY at DESC LIMIT 1",
        [path, _NO_SIZE],
    ).fetchone()
    return None if row is None else (row[0], row[1])


def _let_come_back(db: Database, *, content: str, notice: str, new: str) -> None:
    """Let the item of a content that was kept be followed, and take back that it was told of."""
    item = versions.current(db, [content])[content]
    _take_place(db, item, new, by=new)
    changes.undo(db, notice)


def found_again(db: Database, content: str) -> None:
    """Forget the place that was kept for a content while it lay nowhere."""
    db.conn.execute(
        "DELETE FROM location WHERE content = ? AND missing = 1 AND size = ?", [content, _NO_SIZE]
    )


def _is_dear(db: Database, item: str) -> bool:
    """Tell whether a person said anything of an item, or played it."""
    known = json.dumps(versions.contents(db, item))
    return _asks(
        db,
        "SELECT 1 FROM register WHERE item = ?1 AND value <> 'null' UNION ALL"
        " SELECT 1 FROM event WHERE item IN (SELECT value FROM json_each(?2))"
        f"  AND kind NOT IN {_PASSING}",
        [item, known],
    )


def _take_place(db: Database, old: str, new: str, *, by: str) -> None:
    """Let an item be followed; both notes are kept where there are two, else the last word."""
    joined = registers.joined(db, new, [old])
    versions.follow(db, old=old, new=by)
    registers.write(db, [edit for edit in joined if edit.field == NOTE], again=True)


def _is_news(db: Database, path: str, content: str) -> bool:
    """Tell whether nothing is known of a content but that it lies here."""
    return not _asks(
        db,
        "SELECT 1 FROM location WHERE content = ?1 AND path <> ?2 UNION ALL"
        " SELECT 1 FROM removed WHERE content = ?1 UNION ALL"
        " SELECT 1 FROM op WHERE item = ?1 UNION ALL SELECT 1 FROM alias WHERE new = ?1",
        [content, path],
    )


def _asks(db: Database, sql: str, values: Sequence[str]) -> bool:
    return db.conn.execute(f"{sql} LIMIT 1", values).fetchone() is not None
