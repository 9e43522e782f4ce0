"""Who looks and listens: the profiles that a person made, and those that have any history.

A profile is what is said of it as fields of the thing “profile”, so that it travels: when it was
“made”, its “members” and “limits”. The table `profile` is what these add up to.

Limits name the PIN under which they were said, by its salt. Where any were said under one that has
counted, the last of these stand, whatever was said under others: so nobody lifts a limit on a
device that had not heard of the household's PIN.
"""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mediadesk.api import Json
from mediadesk.store import oplog, pins, registers
from mediadesk.store.connection import Database
from mediadesk.store.registers import Edit

PROFILE = "profile"
"""The thing whose fields are said of each profile."""
_PIN = "pin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A person, or with `members` a group; `limits` are as the engine wrote them, None for none."""

    name: str
    members: tuple[str, ...] = ()
    limits: Json | None = None


def is_made(db: Database, name: str) -> bool:
    """Tell whether a person made a profile of this name, or said anything of it."""
    return db.conn.execute("SELECT 1 FROM profile WHERE id = ?", [name]).fetchone() is not None


def has(db: Database, name: str) -> bool:
    """Tell whether there is a profile of this name, be it only by what it did."""
    sql = (
        "SELECT 1 FROM profile WHERE id = ? UNION ALL SELECT 1 FROM event WHERE profile = ? LIMIT 1"
    )
    return db.conn.execute(sql, [name, name]).fetchone() is not None


def names(db: Database) -> list[str]:
    """Give the names of all profiles, sorted."""
    # From one profile to the next along the index, for events are many and profiles few.
    rows = db.conn.execute(
        "WITH RECURSIVE known(id) AS (SELECT min(profile) FROM event UNION ALL"
        "  SELECT (SELECT min(profile) FROM event WHERE profile > known.id) FROM known"
        "  WHERE known.id IS NOT NULL)"
        " SELECT id FROM known WHERE id IS NOT NULL UNION SELECT id FROM profile"
    )
    return sorted(row[0] for row in rows)


def find(db: Database, name: str) -> Profile:
    """Give a profile; one of which nothing was said is a person without limits.

    Members are persons: two devices may have made groups of each other.
    """
    row = db.conn.execute("SELECT members, limits FROM profile WHERE id = ?", [name]).fetchone()
    if row is None:
        return Profile(name=name)
    members = db.conn.execute(
        "SELECT value FROM json_each(?)"
        " WHERE value NOT IN (SELECT id FROM profile WHERE members <> '[]') ORDER BY key",
        [row[0]],
    )
    limits: Json | None = None if row[1] is None else json.loads(row[1])
    return Profile(name=name, members=tuple(each for (each,) in members), limits=limits)


def add(db: Database, name: str, *, members: Sequence[str] = ()) -> None:
    """Make a profile, or say who is in a group from now on."""
    _say(db, name, members=list(members) or None)


def know(db: Database, name: str) -> None:
    """Keep a profile of which there is nothing else yet."""
    _say(db, name)


def limit(db: Database, name: str, limits: Json | None) -> None:
    """Say what a profile may see, everything for None."""
    _say(db, name, limits=_under_pin(db, limits))


def _under_pin(db: Database, limits: Json | None) -> Json | None:
    known = pins.known(db)
    return {**(limits or {}), _PIN: known["salt"]} if known else limits


def _say(db: Database, name: str, **told: object) -> None:
    if not is_made(db, name):
        # After whatever is known, so that nobody of that name who was erased takes it along.
        last = db.conn.execute("SELECT max(hlc) FROM op").fetchone()[0] or 0
        told["made"] = max(time.time(), last / 1e6 + 1e-3)
    _write(db, name, told)


def _write(db: Database, name: str, told: Json) -> None:
    edits = [Edit(item=PROFILE, field=field, value=v, profile=name) for field, v in told.items()]
    registers.write(db, edits)
    fold(db, [name])


def has_untold(db: Database) -> bool:
    """Tell whether there are profiles of an older MediaDesk, which kept them to itself."""
    return bool(_untold(db))


def tell(db: Database) -> None:
    """Say of the profiles of an older MediaDesk what is to travel now."""
    for name in _untold(db):
        made, members, limits = db.conn.execute(
            "SELECT added_at, members, limits FROM profile WHERE id = ?", [name]
        ).fetchone()
        own = None if limits is None else _under_pin(db, json.loads(limits))
        kept = {"members": json.loads(members) or None, "limits": own}
        _write(db, name, {"made": made} | kept)


def _untold(db: Database) -> list[str]:
    rows = db.conn.execute(
        "SELECT id FROM profile WHERE NOT EXISTS(SELECT 1 FROM register"
        " WHERE item = ? AND register.profile = profile.id) ORDER BY id",
        [PROFILE],
    )
    return [row[0] for row in rows]


def all_said(db: Database) -> set[str]:
    """Name the profiles of which anything is said."""
    rows = db.conn.execute("SELECT DISTINCT profile FROM register WHERE item = ?", [PROFILE])
    return {name for (name,) in rows}


def fold(db: Database, names: Iterable[str]) -> None:
    """Have the table say of profiles what their fields do; a group that all have left is none."""
    salts = [each["salt"] for each in pins.counted(db)]
    for name in names:
        said = registers.values(db, [PROFILE], profile=name).get(PROFILE, {})
        members, limits = said.get("members", ()), _limits(db, name, salts)
        if "made" not in said or members == []:
            db.conn.execute("DELETE FROM profile WHERE id = ?", [name])
            continue
        db.conn.execute(
            "INSERT INTO profile(id, name, added_at, members, limits) VALUES(?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET added_at = excluded.added_at, members = excluded.members,"
            "  limits = excluded.limits",
            [
                name,
                name,
                said["made"],
                json.dumps(members, ensure_ascii=False),
                None if limits is None else json.dumps(limits, ensure_ascii=False),
            ],
        )


def _limits(db: Database, name: str, salts: Sequence[str]) -> Json | None:
    row = db.conn.execute(
        "SELECT json_remove(value, '$.' || ?) FROM op"
        " WHERE kind = 'set' AND item = ? AND field = 'limits' AND profile = ?"
        f" AND {oplog.STANDS}"
        " ORDER BY coalesce(value ->> ?, '') IN (SELECT value FROM json_each(?)) DESC,"
        "  hlc DESC, device DESC LIMIT 1",
        [_PIN, PROFILE, name, _PIN, json.dumps(salts)],
    ).fetchone()
    return (json.loads(row[0]) if row else None) or None


def heard(db: Database, *, after: int) -> list[str]:
    """Give the persons whose events came into the log after one place of it, sorted.

    What a group did its members did.
    """
    rows = db.conn.execute(
        "SELECT DISTINCT coalesce(member.value, profile) FROM event LEFT JOIN json_each("
        "  CASE WHEN profile IN (SELECT id FROM profile WHERE members <> '[]') THEN context END,"
        "  '$.members') AS member"
        " WHERE event.rowid > ? ORDER BY 1",
        [after],
    )
    return [row[0] for row in rows]
