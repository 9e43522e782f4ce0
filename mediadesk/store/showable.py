"""What can be shown to somebody who knows nothing of the library yet."""

import json
from collections.abc import Sequence

from mediadesk.api import Kind
from mediadesk.store.connection import Database


def showable(db: Database, ids: Sequence[str]) -> dict[str, Kind]:
    """Give item → kind for those of `ids` that are whole and there, in their order.

    Of a kind of which some have a picture, only these.
    """
    rows = db.conn.execute(
        "SELECT item.id, item.kind, EXISTS(SELECT 1 FROM artwork WHERE artwork.item = item.id)"
        " FROM json_each(?) AS wanted CROSS JOIN item ON item.id = wanted.value"
        " WHERE EXISTS(SELECT 1 FROM location"
        "   WHERE location.item = item.id AND location.missing = 0 AND location.problem IS NULL)"
        " AND NOT EXISTS(SELECT 1 FROM feature"
        "   WHERE feature.item = item.id AND feature.problem IS NOT NULL)"
        " AND NOT EXISTS(SELECT 1 FROM job WHERE job.item = item.id AND job.state = 'failed')"
        " ORDER BY wanted.key",
        [json.dumps(list(ids))],
    ).fetchall()
    pictured = {kind for _, kind, has_picture in rows if has_picture}
    return {item: Kind(kind) for item, kind, has in rows if has or kind not in pictured}
