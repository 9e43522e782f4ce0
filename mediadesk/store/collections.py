"""Collections: their names, the searches of smart ones, and which items are in the others.

All of it is registers, so that it can be taken back, and two devices can both change it.
"""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mediadesk.store import registers, removing, versions
from mediadesk.store.connection import Database
from mediadesk.store.registers import Edit
from mediadesk.store.removing import COLLECTION, IN, REMOVED

_BOUNDS = (COLLECTION, COLLECTION[:-1] + chr(ord(COLLECTION[-1]) + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A collection; a smart one has a `search` and holds what that finds, in its order."""

    id: str
    name: str
    search: str | None
    sort: str
    descending: bool = False


def listed(db: Database) -> list[Collection]:
    """Give all collections by name."""
    rows = db.conn.execute(
        "SELECT item, json_group_object(field, json(value)) FROM register"
        " WHERE item >= ? AND item < ? AND profile = '' GROUP BY item",
        _BOUNDS,
    )
    found = [_collection(thing, json.loads(told)) for thing, told in rows]
    kept = [each for each in found if each is not None]
    return sorted(kept, key=lambda each: (each.name.casefold(), each.id))


def find(db: Database, wanted: str) -> Collection | None:
    """Give the collection that an id or a name, in whatever case, means."""
    every = listed(db)
    named = (each for each in every if each.name.casefold() == wanted.strip().casefold())
    return next((each for each in every if each.id == wanted), next(named, None))


def members(db: Database, collection: str) -> list[str]:
    """Give the items of the library that were put into a collection, in order."""
    rows = db.conn.execute(
        "SELECT item FROM register WHERE field = ? AND profile = '' AND value <> 'null'"
        " AND EXISTS(SELECT 1 FROM location WHERE location.item = register.item)"
        " ORDER BY CAST(value AS INTEGER), item",
        [IN + collection],
    )
    return [row[0] for row in rows]


def of_items(db: Database, items: Sequence[str]) -> dict[str, list[str]]:
    """Give item → the names of the collections that it was put into, by name."""
    names = {IN + each.id: each.name for each in listed(db)}
    said = registers.values(db, items) if names else {}
    return {
        item: [name for field, name in names.items() if field in own] for item, own in said.items()
    }


def new(name: str, *, search: str | None, sort: str, descending: bool = False) -> Collection:
    """Give a new collection, which is not in the library until it is written by `alter`."""
    own = uuid.uuid4().hex[:12]
    return Collection(id=own, name=name, search=search, sort=sort, descending=descending)


def alter(db: Database, collection: str, told: Mapping[str, Any], *, change: str) -> list[str]:
    """Say something else of a collection: its name, search or order."""
    edits = [Edit(item=COLLECTION + collection, field=name, value=v) for name, v in told.items()]
    return [edit.item for edit in registers.write(db, edits, change=change)]


def remove(db: Database, collection: str, *, change: str) -> list[str]:
    """Remove a collection, as it is seen here: see `removing`."""
    return alter(db, collection, {REMOVED: removing.removal(db, collection)}, change=change)


def put(db: Database, collection: str, items: Iterable[str], *, change: str) -> list[str]:
    """Put items at the end of a collection, and give those that were not in it."""
    places = registers.having(db, IN + collection)
    first = max(places.values(), default=0) + 1
    now = versions.current(db, items)
    news = [item for item in dict.fromkeys(now.values()) if item not in places]
    edits = [
        Edit(item=item, field=IN + collection, value=place)
        for place, item in enumerate(news, start=first)
    ]
    return [edit.item for edit in registers.write(db, edits, change=change)]


def take(db: Database, collection: str, items: Iterable[str], *, change: str) -> list[str]:
    """Take items out of a collection, and give those that were in it."""
    now = dict.fromkeys(versions.current(db, items).values())
    edits = [Edit(item=item, field=IN + collection, value=None) for item in now]
    return [edit.item for edit in registers.write(db, edits, change=change)]


def _collection(thing: str, told: Mapping[str, Any]) -> Collection | None:
    if not told.get("name") or told.get(REMOVED):
        return None
    return Collection(
        id=thing.removeprefix(COLLECTION),
        name=told["name"],
        search=told.get("search"),
        sort=told.get("sort") or "title",
        descending=bool(told.get("descending")),
    )
