"""Who looks and listens: the profiles that a person made, and those that have any history."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from mediadesk.api import Json
from mediadesk.store.connection import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A person, or with `members` a group; `limits` are as the engine wrote them, None for none."""

    name: str
    members: tuple[str, ...] = ()
    limits: Json | None = None


def has(db: Database, name: str) -> bool:
    """Tell whether there is a profile of this name."""
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
    """Give a profile; one of which nothing was said is a person without limits."""
    row = db.conn.execute("SELECT members, limits FROM profile WHERE id = ?", [name]).fetchone()
    if row is None:
        return Profile(name=name)
    limits: Json | None = None if row[1] is None else json.loads(row[1])
    return Profile(name=name, members=tuple(json.loads(row[0])), limits=limits)


def add(db: Database, name: str, *, members: Sequence[str] = ()) -> None:
    """Make a profile, or say who is in a group from now on."""
    db.conn.execute(
        "INSERT INTO profile(id, name, added_at, members) VALUES(?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET members = excluded.members",
        [name, name, time.time(), json.dumps(list(members))],
    )


def know(db: Database, name: str) -> None:
    """Keep a profile of which there is nothing else yet."""
    db.conn.execute(
        "INSERT INTO profile(id, name, added_at) VALUES(?, ?, ?) ON CONFLICT DO NOTHING",
        [name, name, time.time()],
    )


def limit(db: Database, name: str, limits: Json | None) -> None:
    """Say what a profile may see, everything for None."""
    written = None if limits is None else json.dumps(limits)
    db.conn.execute(
        "INSERT INTO profile(id, name, added_at, limits) VALUES(?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET limits = excluded.limits",
        [name, name, time.time(), written],
    )


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
