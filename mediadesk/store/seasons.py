"""Which episodes of a season are compared with each other, and when that is due again."""

from mediadesk.api import Item, Kind
from mediadesk.store.connection import Database
from mediadesk.store.jobs import marks

_NEIGHBOURS = 4


def neighbours(db: Database, item: Item, extractor: str) -> list[str]:
    """Give the few episodes nearest to one in its season of which an extractor learnt something."""
    if item.kind is not Kind.EPISODE or not item.series:
        return []
    rows = db.conn.execute(
        "SELECT item.id FROM item JOIN feature ON feature.item = item.id AND extractor = ?"
        " WHERE series = ? COLLATE NOCASE AND series <> '' AND season IS ? AND kind = ?"
        "  AND item.id <> ? AND feature.data <> '{}'"
        " ORDER BY abs(coalesce(episode, 0) - ?), item.id LIMIT ?",
        [
            extractor,
            item.series,
            item.season,
            Kind.EPISODE,
            item.id,
            item.episode or 0,
            _NEIGHBOURS,
        ],
    )
    return [row[0] for row in rows]


def outdated(db: Database, item: Item, *, by: str, derived: str) -> list[str]:
    """Give those neighbours of which `derived` is older than what `by` learnt about this one."""
    near = neighbours(db, item, by)
    rows = db.conn.execute(
        f"SELECT item FROM feature WHERE extractor = ? AND item IN ({marks(near)})"
        " AND seq < (SELECT seq FROM feature WHERE item = ? AND extractor = ?)",
        [derived, *near, item.id, by],
    )
    return [row[0] for row in rows]
