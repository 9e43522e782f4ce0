"""Which items a person with limits may see."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from mediadesk.api import SURE
from mediadesk.store import browse, collections, having, versions
from mediadesk.store.connection import Database
from mediadesk.store.having import Among
from mediadesk.store.removing import COLLECTION, IN

# Not the greatest: taking back brings an older one to stand again.
_MARK = "SELECT coalesce(sum(hlc % 2147483647), 0), count(*)"
_FEW = 500  # items that have changed: of more, to look at all again is as quick


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """The items that may be seen, as of what was `standing` then."""

    items: frozenset[str]
    stand: tuple[Any, ...]


def standing(db: Database, collections: Collection[str]) -> tuple[Any, ...]:
    """Give what changes with all that `allowed` goes by; `collections` are the ids of those."""
    put = [
        db.conn.execute(
            f"{_MARK} FROM register WHERE field = ? OR item = ?", [IN + each, COLLECTION + each]
        ).fetchone()
        for each in collections
    ]
    joined = db.conn.execute(f"{_MARK} FROM alias").fetchone()
    return browse.last(db), put, joined


def follow(db: Database, known: Allowed | None, **limits: Any) -> Allowed:  # noqa: ANN401
    """Give what is `allowed` by these `limits` now, which costs what has changed since.

    Where nothing has that tells, the items are the same object.
    """
    stand = standing(db, limits["allowed_collections"])
    if known is not None and known.stand == stand:
        return known
    changed = None if known is None else _changed(db, known.stand, stand)
    if known is None or changed is None:
        return Allowed(items=allowed(db, **limits), stand=stand)
    now = allowed(db, **limits, among=changed)
    is_same = known.items & changed == now
    items = known.items if is_same else (known.items - changed) | now
    return Allowed(items=items, stand=stand)


def _changed(db: Database, before: tuple[Any, ...], now: tuple[Any, ...]) -> frozenset[str] | None:
    """Give the items that may be allowed now, or not any more; None where these may be many."""
    if before[1:] != now[1:]:
        return None
    numbers = browse.touched(db, after=before[0][0], upto=now[0][0], most=_FEW)
    if numbers is None:
        return None
    touched = browse.ids(db, numbers).values()
    return frozenset([*touched, *versions.current(db, touched).values()])


def allowed(
    db: Database,
    *,
    max_age: int | None,
    blocked_tags: Collection[str],
    allowed_tags: Collection[str],
    allowed_collections: Collection[str],
    allowed_items: Collection[str],
    among: frozenset[str] | None = None,
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
        among: those that are asked for, None for all.
    """
    copies = None if among is None else {*among, *_copies(db, among)}
    chosen = set(versions.current(db, allowed_items).values())
    blocked = _tagged(db, _folded(blocked_tags), copies) if blocked_tags else set()
    kept = {each.id for each in collections.listed(db)} if allowed_collections else set()
    named = {
        item for each in kept & {*allowed_collections} for item in collections.members(db, each)
    }
    named |= _union(having.put_tags(db, _folded(allowed_tags), among))
    is_open = max_age is None and not (allowed_tags or allowed_collections or allowed_items)
    young: set[str] = set()
    if is_open:
        young = _every(db, among)
    elif max_age is not None:
        young = _young(db, max_age, copies)
    found = frozenset(chosen | ((named | young) - blocked))
    return found if among is None else found & among


def _copies(db: Database, items: Collection[str]) -> set[str]:
    return {each for own in versions.of_many(db, items).values() for each in own}


def _every(db: Database, among: Among) -> set[str]:
    only, values = having.within("id", among)
    return {row[0] for row in db.conn.execute(f"SELECT id FROM item WHERE {only}", values)}


def _young(db: Database, most: int, among: Among) -> set[str]:
    """Give the items that are known to be for an age; of several copies the strictest counts."""
    only, values = having.within("item", among)
    said = f"SELECT item FROM told WHERE source = 'sidecar' AND {only} AND fields ->> 'age'"
    young = {item for (item,) in db.conn.execute(f"{said} <= ?", [*values, most])}
    copies = "item IN (SELECT old FROM alias UNION SELECT new FROM alias)"
    old = {item for (item,) in db.conn.execute(f"{said} > ? AND {copies}", [*values, most])}
    return _now(db, young) - _now(db, old)


def _tagged(db: Database, wanted: set[str], among: Among) -> set[str]:
    """Give those that have one of these tags, whoever says so, also of a copy."""
    found = _union(
        having.put_tags(db, wanted, among),
        having.guessed_tags(db, wanted, least=SURE, among=among),
        having.genres(db, wanted, among),
        having.said_tags(db, wanted, among),
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
