"""Which items a person with limits may see."""

import json
from collections.abc import Collection, Iterable, Iterator

from mediadesk.api import SURE
from mediadesk.store import browse, collections, features, registers, versions
from mediadesk.store.connection import Database
from mediadesk.store.registers import IN, TAG

_CHUNK = 5_000


def standing(db: Database, collections: Collection[str]) -> tuple[object, ...]:
    """Give what changes with all that `allowed` goes by; `collections` are the ids of those."""
    put = [
        db.conn.execute(
            "SELECT max(hlc), count(*) FROM register WHERE field = ?", [IN + each]
        ).fetchone()
        for each in collections
    ]
    joined = db.conn.execute("SELECT max(hlc), count(*) FROM alias").fetchone()
    return browse.last(db), put, joined


def allowed(
    db: Database,
    *,
    max_age: int | None,
    blocked_tags: Collection[str],
    allowed_tags: Collection[str],
    allowed_collections: Collection[str],
    allowed_items: Collection[str],
) -> frozenset[str]:
    """Give the items that may be seen.

    What is allowed by itself may; else what has a blocked tag may not, what is allowed by a tag
    or a collection may, and then what is known to be for that age. Tags are compared in small
    letters: a blocked one is anybody's, also a sure one of a plugin and a genre; an allowed one is
    one that a person put on the item. Where only tags are blocked all else may be seen.

    Args:
        db: the library.
        max_age: in years; None for no limit by age.
        blocked_tags: tags and genres.
        allowed_tags: tags.
        allowed_collections: the ids of collections, not of smart ones.
        allowed_items: ids.
    """
    chosen = set(versions.current(db, allowed_items).values())
    every = [row[0] for row in db.conn.execute("SELECT id FROM item")]
    blocked = _tagged(db, every, _folded(blocked_tags)) if blocked_tags else set()
    named = {item for each in allowed_collections for item in collections.members(db, each)}
    named |= _labelled(db, _folded(allowed_tags))
    is_open = max_age is None and not (allowed_tags or allowed_collections or allowed_items)
    young = set(every) if is_open else _young(db, max_age) if max_age is not None else set()
    return frozenset(chosen | ((named | young) - blocked))


def _young(db: Database, most: int) -> set[str]:
    """Give the items that are known to be for an age; of several copies the strictest counts."""
    ages: dict[str, int] = dict(
        db.conn.execute(
            "SELECT item, fields ->> 'age' FROM told"
            " WHERE source = 'sidecar' AND fields ->> 'age' IS NOT NULL"
        ).fetchall()
    )
    now = versions.current(db, ages)
    old = {now[each] for each, age in ages.items() if age > most}
    return set(now.values()) - old


def _tagged(db: Database, items: list[str], wanted: set[str]) -> set[str]:
    """Give those of these items that have one of these tags, whoever says so."""
    found = _labelled(db, wanted)
    for chunk in _chunks(items):
        tags = features.tags(db, chunk, least=SURE)
        found |= {item for item, own in tags.items() if wanted & _folded(own)}
    rows = db.conn.execute(
        "SELECT item.id, genre.value FROM item, json_each(nullif(item.genres, '')) AS genre"
        " UNION ALL SELECT told.item, tag.value FROM told, json_each(told.fields, '$.tags') AS tag"
        " WHERE told.source = 'sidecar'"
    )
    found |= {item for item, tag in rows if str(tag).casefold() in wanted}
    return found


def _labelled(db: Database, wanted: set[str]) -> set[str]:
    """Give the items that a person put one of these tags on."""
    spelt = [TAG + each for each in registers.spellings(db) if each.casefold() in wanted]
    rows = db.conn.execute(
        "SELECT item FROM json_each(?) AS tag CROSS JOIN register ON register.field = tag.value"
        " AND profile = '' AND register.value = 'true'",
        [json.dumps(spelt)],
    )
    return {row[0] for row in rows}


def _chunks(items: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]


def _folded(tags: Iterable[str]) -> set[str]:
    return {tag.casefold() for tag in tags}
