"""Which episodes of a season are compared with each other, and when that is due again."""

import json
from collections.abc import Iterable

from mediadesk.api import Item, Kind
from mediadesk.store import library
from mediadesk.store.connection import Database

COMPARED = "compared"
"""The entry of what is derived that tells with what: neighbour → `seq` of its feature."""
NEIGHBOURS = 4


def neighbours(
    db: Database, item: Item, extractor: str, *, most: int = NEIGHBOURS
) -> dict[str, int]:
    """Give the episodes nearest to one in its season of which an extractor learnt something.

    These are id → `seq` of the feature, the nearest first. Copies of the same episode are none:
    they share everything.
    """
    if item.kind is not Kind.EPISODE or not item.series:
        return {}
    rows = db.conn.execute(
        "SELECT item.id, seq FROM item JOIN feature ON feature.item = item.id AND extractor = ?"
        " WHERE series = ? COLLATE NOCASE AND series <> '' AND season IS ? AND kind = ?"
        "  AND item.id <> ? AND (episode IS NULL OR episode IS NOT ?) AND feature.data <> '{}'"
        " ORDER BY abs(coalesce(episode, 0) - ?), item.id LIMIT ?",
        [
            extractor,
            item.series,
            item.season,
            Kind.EPISODE,
            item.id,
            item.episode,
            item.episode or 0,
            most,
        ],
    )
    return dict(rows.fetchall())


def compared(db: Database, item: str, derived: str) -> dict[str, int]:
    """Give the neighbours, id → `seq`, that `derived` of an item was made with."""
    row = db.conn.execute(
        f"SELECT data ->> '{COMPARED}' FROM feature WHERE item = ? AND extractor = ?",
        [item, derived],
    ).fetchone()
    found: dict[str, int] = json.loads(row[0]) if row and row[0] else {}
    return found


def outdated(db: Database, items: Iterable[str], *, by: str, derived: str) -> list[str]:
    """Give those of these items whose `derived` was made with other neighbours than they have."""
    return [
        item.id
        for item in library.items(db, list(items)).values()
        if compared(db, item.id, derived) != neighbours(db, item, by)
    ]
