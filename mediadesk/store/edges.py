"""Edges of the graph that the sources of items tell of: who made them, where, and for which set."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from typing import Any

from mediadesk.store.connection import Database

ROLES = {
    "director": "person",
    "writer": "person",
    "actor": "person",
    "producer": "person",
    "performer": "person",
    "composer": "person",
    "conductor": "person",
    "lyricist": "person",
    "arranger": "person",
    "set": "set",
    "location": "place",
    "country": "place",
    "studio": "studio",
    "label": "studio",
}
"""Role of a credit → the kind of node that has it."""

Node = tuple[str, str]
"""A kind, and a name without its case."""
_MOSTLY = "kind IN ('person', 'set') AND n < 5"  # as the index has it
_ORDER = tuple(ROLES)

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


def nodes(db: Database, items: Sequence[str]) -> dict[str, dict[Node, str]]:
    """Give item → node → its name as written: who and what are most to an item.

    These are the first persons of each role and the set, directors first, then who made a track
    and the series.
    """
    wanted = json.dumps(list(items))
    told = db.conn.execute(
        "SELECT wanted.id, role, n, kind, name FROM"
        " (SELECT value AS id, value AS content FROM json_each(?1) UNION SELECT item, content"
        "   FROM json_each(?1) CROSS JOIN location ON location.item = value) AS wanted"
        # By the items, and never by the index of names.
        " CROSS JOIN edge ON edge.item = wanted.content"
        " WHERE +kind IN ('person', 'set') AND +n < 5",
        [wanted],
    )
    rows = sorted(told, key=lambda row: (_ORDER.index(row[1]), row[2]))
    rows += db.conn.execute(
        "SELECT item.id, field.key, 0, iif(field.key = 'series', 'series', 'person'), field.value"
        " FROM item, json_each(json_object('artist', artist, 'by', album_artist, 'series', series))"
        " AS field WHERE item.id IN (SELECT value FROM json_each(?)) AND field.value <> ''",
        [wanted],
    )
    found: dict[str, dict[Node, str]] = {}
    for item, _, _, kind, name in rows:
        found.setdefault(item, {}).setdefault((kind, name.casefold()), name)
    return found


def shared(db: Database, item: str, other: str) -> list[tuple[str, str]]:
    """Give (kind, name) of the nodes that two items have in common, as `nodes` orders them."""
    found = nodes(db, [item, other])
    theirs = found.get(other, {})
    return [(node[0], name) for node, name in found.get(item, {}).items() if node in theirs]


def beside(db: Database, items: Sequence[str], *, most: int) -> list[str]:
    """Give other items that have a node in common with these, each node having its equal share.

    Where there are more nodes than items wanted, the first ones of each item come first. Who made
    a track is found only where credits name them: no index has the artists of tracks.
    """
    ranks = zip_longest(*(own.items() for own in nodes(db, items).values()))
    common = dict.fromkeys(node for rank in ranks for node in rank if node)
    each = max(1, most // max(len(common), 1))
    found: dict[str, None] = {}
    for (kind, _), name in common:
        if len(found) >= most:
            break
        found |= dict.fromkeys(_others(db, kind, name, [*items, *found], most=each))
    return list(found)[:most]


def _others(
    db: Database, kind: str, name: str, known: Sequence[str], *, most: int
) -> Iterator[str]:
    """Give items that have a node, without those that are known."""
    values = [name, json.dumps(known), most]
    if kind == "series":
        rows = db.conn.execute(
            "SELECT id FROM item WHERE series = ? COLLATE NOCASE AND series <> ''"
            " AND id NOT IN (SELECT value FROM json_each(?)) LIMIT ?",
            values,
        )
    else:
        rows = db.conn.execute(
            "SELECT DISTINCT location.item FROM edge JOIN location ON content = edge.item"
            f" WHERE kind = ? AND name = ? COLLATE NOCASE AND {_MOSTLY}"
            " AND location.item NOT IN (SELECT value FROM json_each(?)) LIMIT ?",
            [kind, *values],
        )
    return (row[0] for row in rows)


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
