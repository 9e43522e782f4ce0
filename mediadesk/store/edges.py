"""Edges of the graph that the sources of items tell of: who made them, where, and for which set."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from mediadesk.store.connection import Database

ROLES = {
    "director": "person",
    "writer": "person",
    "actor": "person",
    "producer": "person",
    "performer": "person",
    "composer": "person",
    "lyricist": "person",
    "arranger": "person",
    "set": "set",
    "location": "place",
    "country": "place",
    "studio": "studio",
    "label": "studio",
}
"""Role of a credit → the kind of node that has it."""

Layers = Sequence[tuple[str, Mapping[str, Any]]]
"""(source, field → value), the strongest source first, as `told.said` gives them."""
_Row = tuple[str, str, int, str, str, str]


def save(db: Database, said: Mapping[str, Layers]) -> None:
    """Have the edges of each item be what its sources say now; `said` is item → its layers."""
    items = json.dumps(list(said))
    wanted = {item: list(_rows(item, layers)) for item, layers in said.items()}
    held = db.conn.execute(
        "SELECT item, role, n, kind, name, source FROM edge"
        " WHERE item IN (SELECT value FROM json_each(?)) ORDER BY item",
        [items],
    )
    had = {item: sorted(rows) for item, rows in groupby(held, key=lambda row: row[0])}
    changed = [item for item, rows in wanted.items() if sorted(rows) != had.get(item, [])]
    if not changed:
        return
    db.conn.executemany("DELETE FROM edge WHERE item = ?", [[item] for item in changed])
    db.conn.executemany(
        "INSERT INTO edge(item, role, n, kind, name, source) VALUES(?, ?, ?, ?, ?, ?)",
        [row for item in changed for row in wanted[item]],
    )
    # A content that counts as another item changes that one, too.
    db.conn.execute(
        "INSERT INTO touched(item) SELECT DISTINCT item.rowid FROM location"
        " JOIN item ON item.id = location.item"
        " WHERE location.content IN (SELECT value FROM json_each(?))",
        [json.dumps(changed)],
    )


def shared(db: Database, item: str, other: str) -> list[tuple[str, str]]:
    """Give (kind, name) of the persons and sets that two items have in common, directors first."""
    rows = db.conn.execute(
        "SELECT mine.role, mine.kind, mine.name FROM edge AS mine JOIN edge AS theirs"
        " ON theirs.item = ? AND theirs.kind = mine.kind"
        " AND theirs.name = mine.name COLLATE NOCASE"
        " WHERE mine.item = ? AND mine.kind IN ('person', 'set') ORDER BY mine.n",
        [other, item],
    )
    order = list(ROLES)
    found = sorted(rows, key=lambda row: order.index(row[0]))
    return list(dict.fromkeys((kind, name) for _, kind, name in found))


def _rows(item: str, layers: Layers) -> Iterator[_Row]:
    """Give the rows of an item: of each role those whom the strongest source names."""
    found: dict[str, tuple[str, Sequence[str]]] = {}
    for source, fields in layers:
        named = dict(fields.get("credits") or {})
        if fields.get("set"):
            named["set"] = [fields["set"]]
        for role, names in named.items():
            if role in ROLES:
                found.setdefault(role, (source, names))
    for role, (source, names) in found.items():
        for n, name in enumerate(names):
            yield item, role, n, ROLES[role], name, source
