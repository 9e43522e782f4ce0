"""Which items a person with limits may see."""

from collections.abc import Collection, Iterable

from mediadesk.api import SURE
from mediadesk.store import browse, collections, having, versions
from mediadesk.store.connection import Database
from mediadesk.store.registers import COLLECTION, IN

# Not the greatest: taking back brings an older one to stand again.
_MARK = "SELECT coalesce(sum(hlc % 2147483647), 0), count(*)"


def standing(db: Database, collections: Collection[str]) -> tuple[object, ...]:
    """Give what changes with all that `allowed` goes by; `collections` are the ids of those."""
    put = [
        db.conn.execute(
            f"{_MARK} FROM register WHERE field = ? OR item = ?", [IN + each, COLLECTION + each]
        ).fetchone()
        for each in collections
    ]
    joined = db.conn.execute(f"{_MARK} FROM alias").fetchone()
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
    blocked = _tagged(db, _folded(blocked_tags)) if blocked_tags else set()
    kept = {each.id for each in collections.listed(db)} if allowed_collections else set()
    named = {
        item for each in kept & {*allowed_collections} for item in collections.members(db, each)
    }
    named |= _union(having.put_tags(db, _folded(allowed_tags)))
    is_open = max_age is None and not (allowed_tags or allowed_collections or allowed_items)
    young = _every(db) if is_open else _young(db, max_age) if max_age is not None else set()
    return frozenset(chosen | ((named | young) - blocked))


def _every(db: Database) -> set[str]:
    return {row[0] for row in db.conn.execute("SELECT id FROM item")}


def _young(db: Database, most: int) -> set[str]:
    """Give the items that are known to be for an age; of several copies the strictest counts."""
    said = "SELECT item FROM told WHERE source = 'sidecar' AND fields ->> 'age'"
    young = {item for (item,) in db.conn.execute(f"{said} <= ?", [most])}
    copies = "item IN (SELECT old FROM alias UNION SELECT new FROM alias)"
    old = {item for (item,) in db.conn.execute(f"{said} > ? AND {copies}", [most])}
    return _now(db, young) - _now(db, old)


def _tagged(db: Database, wanted: set[str]) -> set[str]:
    """Give those that have one of these tags, whoever says so, also of a copy."""
    found = _union(
        having.put_tags(db, wanted),
        having.guessed_tags(db, wanted, least=SURE),
        having.genres(db, wanted),
        having.said_tags(db, wanted),
    )
    return found | _now(db, found)


def _now(db: Database, contents: set[str]) -> set[str]:
    """Give the items that contents count as now; few contents count as another."""
    replaced = contents & {row[0] for row in db.conn.execute("SELECT old FROM alias")}
    return (contents - replaced) | set(versions.current(db, replaced).values())


def _union(*found: dict[str, set[str]]) -> set[str]:
    return set().union(*(items for each in found for items in each.values()))


def _folded(tags: Iterable[str]) -> set[str]:
    return {tag.casefold() for tag in tags}
