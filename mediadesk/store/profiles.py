"""Who looks and listens: the profiles that a person made, and those that have any history."""

import time

from mediadesk.store.connection import Database


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


def add(db: Database, name: str) -> None:
    """Make a profile."""
    db.conn.execute(
        "INSERT INTO profile(id, name, added_at) VALUES(?, ?, ?) ON CONFLICT DO NOTHING",
        [name, name, time.time()],
    )


def heard(db: Database, *, after: int) -> list[str]:
    """Give the profiles whose events came into the log after one place of it, sorted."""
    sql = "SELECT DISTINCT profile FROM event WHERE rowid > ? ORDER BY profile"
    return [row[0] for row in db.conn.execute(sql, [after])]
