"""What corrections of other items say of an item's tags and kind, and who lacks that.

It is the feature “learnt”: its tags, and in its data “kind”, kind → probability, and “filed”, the
one that is clear.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from mediadesk.api import Feature
from mediadesk.store import features
from mediadesk.store.connection import Database

_AMONG = "item IN (SELECT value FROM json_each(?))"


def given(db: Database, items: Sequence[str]) -> dict[str, dict[str, float]]:
    """Give item → label → confidence, the greatest that any plugin gave."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for item, label, sure in db.conn.execute(
        "SELECT item, key, max(value) FROM feature, json_each(tags)"
        f" WHERE tags <> '{{}}' AND extractor <> ? AND {_AMONG} GROUP BY item, key",
        [features.LEARNT, json.dumps(list(items))],
    ):
        found[item][label] = sure
    return dict(found)


def told(db: Database, extractor: str, key: str, items: Sequence[str]) -> dict[str, Any]:
    """Give item → an entry of what an extractor found out, where there is one."""
    rows = db.conn.execute(
        f"SELECT item, data -> ? FROM feature WHERE extractor = ? AND data <> '{{}}' AND {_AMONG}",
        [f"$.{key}", extractor, json.dumps(list(items))],
    )
    return {item: json.loads(encoded) for item, encoded in rows if encoded is not None}


def renew(db: Database, learnt: Mapping[str, Feature]) -> list[str]:
    """Keep item → what was learnt where that was another; give those items."""
    rows = db.conn.execute(
        f"SELECT item, tags, data FROM feature WHERE extractor = ? AND {_AMONG}",
        [features.LEARNT, json.dumps(list(learnt))],
    )
    before = {item: (json.loads(tags), json.loads(told)) for item, tags, told in rows}
    other = [
        item
        for item, made in learnt.items()
        if before.get(item, ({}, {})) != (dict(made.tags), made.data)
    ]
    for item in other:
        features.save(db, item, features.LEARNT, learnt[item], version=1, model="")
    return other


def is_anything(db: Database) -> bool:
    """Tell whether corrections say anything of any item."""
    sql = "SELECT 1 FROM feature WHERE extractor = ? AND (tags <> '{}' OR data <> '{}') LIMIT 1"
    return db.conn.execute(sql, [features.LEARNT]).fetchone() is not None


def behind(db: Database, space: str, stamp: str, *, limit: int) -> tuple[list[str], int]:
    """Give items that lack what the corrections of a stamp teach, and up to which feature.

    Without any such item the number is that of the last one.
    """
    row = db.conn.execute("SELECT stamp, upto FROM learning").fetchone()
    upto = row[1] if row and row[0] == stamp else 0
    rows = db.conn.execute(
        "SELECT item, seq FROM feature WHERE extractor = ? AND seq > ? ORDER BY seq LIMIT ?",
        [space, upto, limit],
    ).fetchall()
    return [item for item, _ in rows], rows[-1][1] if rows else upto


def note(db: Database, stamp: str, upto: int) -> None:
    """Note up to which feature items have what the corrections of a stamp teach."""
    db.conn.execute(
        "INSERT INTO learning(id, stamp, upto) VALUES(1, ?, ?)"
        " ON CONFLICT(id) DO UPDATE SET stamp = excluded.stamp, upto = excluded.upto",
        [stamp, upto],
    )
