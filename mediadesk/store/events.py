"""What the log of events says beside what items' histories add up to."""

import json
from typing import Any

from mediadesk.api import Event, EventKind
from mediadesk.store.connection import Database


def from_row(row: dict[str, Any]) -> Event:
    """Give the event that a row of the log holds."""
    return Event(
        id=row["id"],
        profile=row["profile"],
        item=row["item"],
        kind=EventKind(row["kind"]),
        at=row["at"],
        value=row["value"],
        context=json.loads(row["context"]),
    )


def searched(db: Database, profile: str, *, since: float = 0.0, limit: int = 20) -> list[str]:
    """Give what a profile searched for since a time in unix seconds, the latest first."""
    rows = db.conn.execute(
        "SELECT context FROM event WHERE profile = ? AND at >= ? AND kind = ?"
        " ORDER BY at DESC, hlc DESC LIMIT ?",
        [profile, since, EventKind.SEARCHED.value, limit],
    )
    return [str(json.loads(row[0])["query"]) for row in rows]


def whose(db: Database, event: str) -> str:
    """Give the profile that an event was told for, be it a group."""
    row = db.conn.execute("SELECT profile FROM event WHERE id = ?", [event]).fetchone()
    return str(row[0])
