"""Lets history follow where a file's content was replaced by another in the same place."""

import json
from collections.abc import Iterable, Sequence

from mediadesk.store import jobs, registers, versions
from mediadesk.store.connection import Database

UNREAD = "((item IS NULL AND problem IS NULL) OR reread = 1) AND missing = 0"
_MOVING_SECONDS = 60.0
_OLD = "coalesce(replaced, previous)"
_ELSEWHERE = """EXISTS(SELECT 1 FROM location AS other JOIN root ON root.path = other.root
    WHERE {} AND other.content = coalesce(location.replaced, location.previous))"""
_LOOKED_SINCE = """NOT EXISTS(SELECT 1 FROM root
    WHERE root.problem IS NULL AND root.scanned_at + ? < location.seen_at)"""


def follow_replaced(db: Database) -> None:
    """Let history follow where content was replaced in place, once every place has been read.

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
        f"SELECT path, previous, {_OLD}, content, {_ELSEWHERE.format('missing <> 1')},"
        f"  {_ELSEWHERE.format('root.problem IS NOT NULL')}"
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
    has_others = _asks(db, "SELECT 1 FROM location WHERE item = ? AND path <> ?", [item, path])
    if has_others and (now[old] == now[new] or not _is_news(db, path, new)):
        return
    if now[old] == old:
        _join_notes(db, old, now[new])
        versions.follow(db, old=old, new=new if now[new] == old else now[new])
    elif old != item and now[old] == now[item]:
        if now[new] == new:
            versions.succeed(db, old=old, new=new)
        else:
            versions.follow(db, old=now[old], new=now[new])
    # Else a person merged it meanwhile, and it has found its place.


def _join_notes(db: Database, old: str, new: str) -> None:
    """Keep both notes where there are two; of all else the last word stands."""
    joined = registers.joined(db, new, [old])
    registers.write(db, [edit for edit in joined if edit.field == "note"], again=True)


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
