"""The episodes of series, in the order in which they are watched."""

import json
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from mediadesk.store.connection import Database


def by_series(db: Database, ids: Sequence[str]) -> list[list[str]]:
    """Give those of `ids` that are episodes of a series, a list for each; its extras come last."""
    rows = db.conn.execute(
        "SELECT lower(series), item.id FROM json_each(?) AS wanted"
        " CROSS JOIN item ON item.id = wanted.value WHERE series <> '' AND episode IS NOT NULL"
        " ORDER BY 1, coalesce(season, 1) = 0, coalesce(season, 1), episode, item.id",
        [json.dumps(list(ids))],
    )
    return [[item for _, item in rows] for _, rows in groupby(rows, key=itemgetter(0))]
