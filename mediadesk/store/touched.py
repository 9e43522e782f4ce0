"""Tells who keeps lists of items in memory which of them have changed."""

import json
from collections.abc import Iterable

from mediadesk.store.connection import Database


def touch(db: Database, items: Iterable[str]) -> None:
    """Tell of items, by their ids, that they have changed; what is no item is passed by.

    Triggers tell of most changes, but not of places that come.
    """
    db.conn.execute(
        "INSERT INTO touched(item) SELECT rowid FROM item"
        " WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(items))],
    )
