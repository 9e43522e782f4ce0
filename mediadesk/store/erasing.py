"""Takes a person out of a library and out of its log, in which a tombstone tells others to do so.

An operation of somebody who was erased keeps its place in the log, and says nothing any more. So
whoever has it still, in a file or on another device, has nothing to add. What is said under the
same name after the tombstone is of somebody new.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mediadesk.store import oplog, profiles, registers, versions
from mediadesk.store.connection import Database
from mediadesk.store.notes import NOTE

if TYPE_CHECKING:
    from mediadesk.store.merging import Row

STONE = "erase"
_GONE = "gone"
_EMPTY = ("", "", "null", None, "")
Stones = Mapping[str, int]
"""Who was erased, as `digest` tells it → until when, in time of the log."""
_HAS = "EXISTS(SELECT 1 FROM json_each({0}, '{1}') AS one WHERE one.value = :name)"
_LEFT = (
    "(SELECT json_group_array(one.value) FROM json_each({0}, '{1}') AS one"
    " WHERE one.value <> :name)"
)
_SCRUB = (
    f"UPDATE op SET kind = '{_GONE}', item = '', field = '', value = 'null', prev = NULL,"
    " profile = ''"
)


def digest(profile: str) -> str:
    """Give what a tombstone calls a profile: who knows the name can tell, nobody else."""
    return hashlib.sha256(f"mediadesk profile {profile}".encode()).hexdigest()


def erase(db: Database, profile: str) -> None:
    """Take a profile out, with all that it did; call it inside a write.

    A group of which nobody else is left goes with it.
    """
    oplog.append(
        db,
        [
            oplog.Op(kind=STONE, item=digest(name), field="", value=None)
            for name in (profile, *_groups_of(db, profile))
        ],
    )
    apply(db)


def _groups_of(db: Database, profile: str) -> list[str]:
    rows = db.conn.execute("SELECT id FROM profile WHERE json(members) = json_array(?)", [profile])
    return [row[0] for row in rows]


def stones(db: Database, news: "Sequence[Row]" = ()) -> Stones:
    """Give the tombstones of the log, and of operations that may come into it."""
    rows = db.conn.execute("SELECT item, max(hlc) FROM op WHERE kind = ? GROUP BY item", [STONE])
    found: dict[str, int] = dict(rows)
    for row in news:
        if row[3] == STONE:
            found[row[4]] = max(row[2], found.get(row[4], 0))
    return found


def without(row: "Row", known: Stones) -> "Row":
    """Give an operation as it is left when those who were erased are taken out."""
    if not known or row[3] == _GONE:
        return row
    if row[8] and row[2] <= known.get(digest(row[8]), -1):
        return (*row[:3], _GONE, *_EMPTY, row[9])
    if row[3] == "event":
        told = json.loads(row[6])
        members = told["context"].get("members", ())
        left = [each for each in members if row[2] > known.get(digest(each), -1)]
        if len(left) < len(members):
            told["context"]["members"] = left
            return (*row[:6], json.dumps(told, ensure_ascii=False), *row[7:])
    if row[3:6] == ("set", profiles.PROFILE, "made"):
        # Whoever had the profile before profiles travelled told of it only later.
        is_old = (json.loads(row[6]) or 0.0) * 1e6 <= known.get(digest(row[8]), -1)
        return (*row[:3], _GONE, *_EMPTY, row[9]) if is_old else row
    if row[3:6] == ("set", profiles.PROFILE, "members"):
        members = json.loads(row[6]) or ()
        left = [each for each in members if row[2] > known.get(digest(each), -1)]
        if len(left) < len(members):
            return (*row[:6], json.dumps(left, ensure_ascii=False), None, *row[8:])
    return row


def same(ours: "Row", theirs: "Row", known: Stones) -> bool:
    """Tell whether two operations of one place are one, though somebody was taken out of either."""
    if ours == theirs:
        return True
    if (ours[:3], ours[9]) != (theirs[:3], theirs[9]):
        return False
    return _GONE in {ours[3], theirs[3]} or _said(without(ours, known)) == _said(
        without(theirs, known)
    )


def _said(row: "Row") -> tuple[object, ...]:
    """Give what an operation says, but for members: of them some may be taken out already.

    Its place alone does not tell it from another one: behind a clock that was ahead, a library that
    was put back gives the same times again.
    """
    told = json.loads(row[6])
    if row[3] == "event":
        told["context"].pop("members", None)
    return (*row[3:6], None if row[3:6] == ("set", profiles.PROFILE, "members") else told)


def apply(db: Database) -> None:
    """Take out all of whom the tombstones of the log tell, and what is left of them alone."""
    known = stones(db)
    for name in _names(db):
        if (upto := known.get(digest(name))) is not None:
            _take_out(db, name, upto)
    forget_acts(db)
    # The next event takes the number after the last one that is left.
    db.conn.execute(
        "UPDATE listener SET heard = min(heard, (SELECT coalesce(max(rowid), 0) FROM event))"
    )


def _names(db: Database) -> list[str]:
    rows = db.conn.execute(
        "SELECT profile FROM op UNION SELECT profile FROM event UNION SELECT profile FROM register"
        " UNION SELECT id FROM profile UNION SELECT profile FROM queue"
        " UNION SELECT profile FROM panel UNION SELECT key FROM panel, json_each(panel.limits)"
        " UNION SELECT one.value FROM profile, json_each(members) AS one"
        " UNION SELECT one.value FROM op, json_each(op.value) AS one"
        f"  WHERE op.item = '{profiles.PROFILE}' AND op.kind = 'set' AND op.field = 'members'"
        " UNION SELECT one.value FROM event, json_each(context, '$.members') AS one"
    )
    return [row[0] for row in rows if row[0]]


def _take_out(db: Database, name: str, upto: int) -> None:
    told = {"name": name, "upto": upto, "until": upto / 1e6}
    db.conn.execute(f"{_SCRUB} WHERE profile = :name AND hlc <= :upto", told)
    # What an older MediaDesk knew was told later than it was made.
    old = (
        f"profile = :name AND item = '{profiles.PROFILE}' AND field = 'made'"
        " AND CAST(value AS REAL) <= :until"
    )
    db.conn.execute(f"{_SCRUB} WHERE kind = 'set' AND {old}", told)
    db.conn.execute(f"DELETE FROM register WHERE {old}", told)
    for table in ("event", "register"):
        db.conn.execute(f"DELETE FROM {table} WHERE profile = :name AND hlc <= :upto", told)
    _settle_notes(db, name)
    for table, column, path, when in (
        ("event", "event.context", "$.members", "hlc <= :upto"),
        ("op", "op.value", "$.context.members", "kind = 'event' AND hlc <= :upto"),
    ):
        db.conn.execute(
            f"UPDATE {table} SET {column.partition('.')[2]} = json_set({column}, '{path}',"
            f"  json({_LEFT.format(column, path)}))"
            f" WHERE {when} AND {_HAS.format(column, path)}",
            told,
        )
    groups = [
        db.conn.execute(
            f"UPDATE {table} SET value = {_LEFT.format(column, '$')}{also}"
            f" WHERE item = '{profiles.PROFILE}' AND field = 'members' AND hlc <= :upto"
            f" AND value <> 'null' AND {_HAS.format(column, '$')} RETURNING profile",
            told,
        ).fetchall()
        for table, column, also in (
            ("op", "op.value", ", prev = NULL"),
            ("register", "register.value", ""),
        )
    ]
    profiles.fold(db, {name, *(group for rows in groups for (group,) in rows)})
    db.conn.execute(
        "DELETE FROM panel WHERE made_at <= :until"
        " AND EXISTS(SELECT 1 FROM json_each(panel.limits) WHERE key = :name)",
        told,
    )
    db.conn.execute(
        "DELETE FROM queue WHERE profile = :name"
        " AND NOT EXISTS(SELECT 1 FROM profile WHERE id = :name)",
        told,
    )


def _settle_notes(db: Database, name: str) -> None:
    """Have notes that were written since hold nothing of those before, with which they stood."""
    sql = "SELECT item FROM register WHERE profile = ? AND field = ?"
    noted = [item for (item,) in db.conn.execute(sql, [name, NOTE])]
    fields = [(name, item, NOTE) for item in noted]
    registers.refold_fields(db, fields, versions.of_many(db, noted))


def acts(db: Database) -> set[str]:
    """Give the acts of which nothing is left, and those that took them back."""
    rows = db.conn.execute(
        "WITH RECURSIVE empty(id) AS ("
        "  SELECT DISTINCT change FROM op WHERE kind = :gone AND change IS NOT NULL"
        "   AND NOT EXISTS(SELECT 1 FROM op AS other WHERE other.change = op.change"
        "    AND other.kind NOT IN (:gone, 'undo'))"
        "  UNION SELECT op.change FROM empty JOIN op ON op.kind = 'undo' AND op.item = empty.id"
        "   WHERE op.change IS NOT NULL)"
        " SELECT id FROM empty",
        {"gone": _GONE},
    )
    return {row[0] for row in rows}


def forget_acts(db: Database) -> set[str]:
    """Delete the acts of which nothing is left, and give them.

    After each log that comes: that an act was taken back may be heard of before what it did.
    """
    empty = acts(db)
    db.conn.executemany("DELETE FROM change WHERE id = ?", [(each,) for each in empty])
    return empty


def is_erased(db: Database, profile: str) -> bool:
    """Tell whether a profile was erased, and nobody has that name since."""
    return digest(profile) in stones(db) and not profiles.has(db, profile)


def has_written(db: Database) -> bool:
    """Tell whether anything was ever written beside media, where nobody is erased."""
    sql = "SELECT 1 FROM change WHERE undo ->> 'written' IS NOT NULL LIMIT 1"
    return db.conn.execute(sql).fetchone() is not None
