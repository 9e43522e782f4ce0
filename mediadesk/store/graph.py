"""The graph: items, and the persons, works, places, genres and tags that each has to do with.

A node is a kind and a name. Edges that are told as credits are rows of `edge`; what an item has a
field for, and its tags, are edges where they are kept.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from mediadesk.store import features, registers, told, versions
from mediadesk.store.connection import Database
from mediadesk.store.edges import ROLES

NodeKind = Literal["person", "place", "studio", "set", "series", "album", "genre", "tag"]
NODES: tuple[NodeKind, ...] = get_args(NodeKind)
_FIELDS: dict[str, tuple[NodeKind, str]] = {
    "series": ("series", "series"),
    "artist": ("person", "artist"),
    "album_artist": ("person", "album artist"),
    "album": ("album", "album"),
    "genres": ("genre", "genre"),
}
"""Field of an item → the kind of node that it names, and the node's role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What an item has to do with a node: the node's `role` in it.

    `source` says so, as in `told`, or “tagger”; `confidence` is 0..1, 1 where a person or a file
    says it.
    """

    kind: str
    name: str
    role: str
    source: str
    confidence: float = 1.0


def of_item(db: Database, item: str) -> list[Edge]:
    """Give the edges of an item, each once: what it was merged with tells what itself does not."""
    found: dict[tuple[str, str, str], Edge] = {}
    for edge in _edges(db, item, versions.contents(db, item)):
        found.setdefault((edge.kind, edge.role, edge.name.casefold()), edge)
    order = [*(role for _, role in _FIELDS.values()), *ROLES, "tag"]
    return sorted(found.values(), key=lambda edge: order.index(edge.role))


def _edges(db: Database, item: str, contents: list[str]) -> Iterator[Edge]:
    yield from _fields(db, item)
    rows = db.conn.execute(
        "SELECT edge.kind, name, role, source FROM json_each(?) AS content"
        " CROSS JOIN edge ON edge.item = content.value ORDER BY content.key, role, n",
        [json.dumps(contents)],
    )
    for kind, name, role, source in rows:
        yield Edge(kind=kind, name=name, role=role, source=source)
    for name in registers.labels(db, [item]).get(item, ()):
        yield Edge(kind="tag", name=name, role="tag", source="user")
    tags = features.tags(db, [item]).get(item, {})
    for name, confidence in sorted(tags.items(), key=lambda pair: -pair[1]):
        yield Edge(kind="tag", name=name, role="tag", source="tagger", confidence=confidence)


def _fields(db: Database, item: str) -> Iterator[Edge]:
    layers = told.said(db, [item])[item]
    for field, (kind, role) in _FIELDS.items():
        source, value = next(
            ((source, fields[field]) for source, fields in layers if fields.get(field)), ("", None)
        )
        for name in [value] if isinstance(value, str) else value or ():
            yield Edge(kind=kind, name=name, role=role, source=source)
