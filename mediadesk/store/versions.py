"""Which contents count as one item: one that replaced another, or was merged with it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mediadesk.store import oplog, registers, told
from mediadesk.store.connection import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of an item: its path, the content there, whether it is there, and on which drive.

    Without a path it is on another device, after which the drive is named.

    `size` in bytes and `mtime_ns` are those of the file when it was last looked at.
    """

    path: str
    content: str
    available: bool
    drive: str
    size: int
    mtime_ns: int
    height: int


def follow(db: Database, *, old: str, new: str, change: str | None = None) -> None:
    """Let `old` count as `new`: its history, its edits and its places follow.

    A content that comes back (old → new → old) takes everything back.
    """
    if old == new:
        return
    before = current(db, [old, new])
    op = oplog.Op(kind="alias", item=old, field="new", value=new)
    hlc = oplog.append(db, [op], change=change)[0].hlc
    db.conn.execute("INSERT OR REPLACE INTO alias(old, new, hlc) VALUES(?, ?, ?)", [old, new, hlc])
    db.conn.execute("DELETE FROM alias WHERE old = ?", [new])  # must not chase its own tail
    _settle(db, [old, new, *before.values()])


def succeed(db: Database, *, old: str, new: str) -> None:
    """Let `new`, of which nothing is known, take the place of `old` among others of one item.

    It is part of the act that put `old` there: who takes that back has `new` for `old`.
    """
    row = db.conn.execute(
        "SELECT change FROM op WHERE kind = 'alias' AND item = ?"
        f" AND {oplog.STANDS} ORDER BY hlc DESC, device DESC LIMIT 1",
        [old],
    ).fetchone()
    item = _current(db, old)
    follow(db, old=old, new=new)
    follow(db, old=new, new=item, change=row[0] if row else None)


def part(db: Database, *, old: str, change: str | None = None) -> None:
    """Let `old` be an item of its own again."""
    now = current(db, [old])[old]
    if now == old:
        return
    oplog.append(db, [oplog.Op(kind="alias", item=old, field="new", value=None)], change=change)
    db.conn.execute("DELETE FROM alias WHERE old = ?", [old])
    _settle(db, [old, now])


def refold(db: Database, touched: Iterable[str]) -> None:
    """Make anew from the log what contents count as, because some of it was taken back."""
    every = set(touched)
    before = current(db, every)
    for content in every:
        # What became `content` ended what that was replaced by.
        row = db.conn.execute(
            "SELECT item, value, hlc FROM op WHERE kind = 'alias' AND (item = ? OR value = ?)"
            f" AND {oplog.STANDS} ORDER BY hlc DESC, device DESC LIMIT 1",
            [content, json.dumps(content)],
        ).fetchone()
        db.conn.execute("DELETE FROM alias WHERE old = ?", [content])
        if row and row[0] == content and (new := json.loads(row[1])) is not None:
            db.conn.execute(
                "INSERT INTO alias(old, new, hlc) VALUES(?, ?, ?)", [*row[:1], new, row[2]]
            )
    _settle(db, [*every, *before.values()])


def lay(db: Database, contents: Iterable[str]) -> list[str]:
    """Bring the places of these contents to the items that they count as now; give those items."""
    now = current(db, contents)
    for content, item in now.items():
        known = db.conn.execute("SELECT 1 FROM item WHERE id = ?", [item]).fetchone()
        if known:  # another device may know what this one has not seen
            db.conn.execute(
                "UPDATE location SET item = ? WHERE content = ? AND item IS NOT ?",
                [item, content, item],
            )
    return list(dict.fromkeys(now.values()))


def current(db: Database, contents: Iterable[str]) -> dict[str, str]:
    """Give content → the item that it counts as now; itself where it was never replaced."""
    wanted = list(dict.fromkeys(contents))
    sql = "SELECT old FROM alias WHERE old IN (SELECT value FROM json_each(?))"
    replaced = {row[0] for row in db.conn.execute(sql, [json.dumps(wanted)])}
    return {each: _current(db, each) if each in replaced else each for each in wanted}


def contents(db: Database, item: str) -> list[str]:
    """Give the contents that count as an item, its own first."""
    rows = db.conn.execute(
        "WITH RECURSIVE mine(id) AS (SELECT ? UNION"
        "  SELECT alias.old FROM mine JOIN alias ON alias.new = mine.id)"
        " SELECT id FROM mine ORDER BY id <> ?, id",
        [item, item],
    )
    return [row[0] for row in rows]


def of_many(db: Database, items: Iterable[str]) -> dict[str, list[str]]:
    """Give item → the contents that count as it, for those that have others than their own."""
    sql = "SELECT DISTINCT new FROM alias WHERE new IN (SELECT value FROM json_each(?))"
    rows = db.conn.execute(sql, [json.dumps(list(items))]).fetchall()
    return {item: contents(db, item) for (item,) in rows}


def places(db: Database, item: str) -> list[Place]:
    """Give the places of an item, the one that is played first."""
    rows = db.conn.execute(
        "SELECT iif(missing = 3, '', location.path), coalesce(content, location.item),"
        "  missing = 0 AND location.problem IS NULL,"
        "  iif(root.problem IS NULL, '', root.drive), location.size,"
        "  location.mtime_ns, coalesce(item.height, 0)"
        " FROM location JOIN root ON root.path = location.root"
        " LEFT JOIN item ON item.id = location.content"
        f" WHERE location.item = ? ORDER BY {PLAYED_FIRST}",
        [item],
    )
    return [
        Place(
            path=row[0],
            content=row[1],
            available=bool(row[2]),
            drive=row[3],
            size=row[4],
            mtime_ns=row[5],
            height=row[6],
        )
        for row in rows
    ]


PLAYED_FIRST = (
    "location.missing = 1, location.missing, location.problem IS NOT NULL,"
    " location.content IS NOT location.item, location.path"
)
"""Of the places of an item, the order: those that can be read, its own content, by name."""


def _current(db: Database, content: str) -> str:
    row = db.conn.execute(
        "WITH RECURSIVE later(id) AS (SELECT ? UNION"
        "  SELECT alias.new FROM later JOIN alias ON alias.old = later.id)"
        " SELECT id FROM later WHERE id NOT IN (SELECT old FROM alias)",
        [content],
    ).fetchone()
    return str(row[0]) if row else content


def _settle(db: Database, touched: Sequence[str]) -> None:
    """Bring places and edits to the items that these contents count as now."""
    whole: set[str] = set()
    for content in touched:
        item = _current(db, content)
        whole |= {content, item, *contents(db, item)}
    lay(db, whole)
    registers.refold(db, whole)
    told.settle(db, whole)  # edits have come or gone
