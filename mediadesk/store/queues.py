"""What each profile was left to play on this device: no edit of a library, and nothing to undo."""

import json

from mediadesk.api import Json
from mediadesk.store.connection import Database


def read(db: Database, profile: str) -> Json | None:
    """Give what `keep` was given last; None if that never was."""
    row = db.conn.execute("SELECT state FROM queue WHERE profile = ?", [profile]).fetchone()
    state: Json | None = json.loads(row[0]) if row else None
    return state


def keep(db: Database, profile: str, state: Json) -> None:
    """Keep a queue in the place of the one before."""
    db.conn.execute(
        "INSERT INTO queue(profile, state) VALUES(?, ?)"
        " ON CONFLICT(profile) DO UPDATE SET state = excluded.state",
        [profile, json.dumps(state)],
    )
