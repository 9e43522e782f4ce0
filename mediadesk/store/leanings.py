"""Of what a person wants more or less: of all that has a name as a tag, genre, person or set."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from mediadesk.store import edges, features, having, registers
from mediadesk.store.connection import Database
from mediadesk.store.registers import Edit
from mediadesk.store.traits import traits

LEANINGS = "leanings"
"""The thing whose fields are names."""
_CHUNK = 5_000
_WRITTEN = (
    "SELECT DISTINCT name FROM edge",
    "SELECT DISTINCT series FROM item",
    "SELECT DISTINCT artist FROM item",
    "SELECT DISTINCT album_artist FROM item",
    "SELECT DISTINCT value FROM (SELECT DISTINCT genres FROM item) AS own, json_each(own.genres)",
    "SELECT DISTINCT substr(field, 5) FROM register WHERE field >= 'tag/' AND field < 'tag0'",
    "SELECT DISTINCT tag.key FROM feature, json_each(tags) AS tag",
)


def edit(profile: str, name: str, weight: float) -> Edit:
    """Give what to write for a person to want more (> 0) of a name, less (< 0), or neither (0)."""
    return Edit(item=LEANINGS, field=name.casefold(), value=weight or None, profile=profile)


def of(db: Database, profile: str) -> dict[str, float]:
    """Give name, in small letters → weight, of what a person wants more or less of."""
    return registers.values(db, [LEANINGS], profile=profile).get(LEANINGS, {})


def named(
    db: Database, items: Sequence[str], wanted: Mapping[str, float], *, sure: float
) -> dict[str, set[str]]:
    """Give name → those of the items that have it; tags of taggers where they are `sure` of it."""
    found: dict[str, set[str]] = {name: set() for name in wanted}
    for start in range(0, len(items) if wanted else 0, _CHUNK):
        for item, names in _names(db, items[start : start + _CHUNK], sure=sure):
            for name in {each.casefold() for each in names} & found.keys():
                found[name].add(item)
    return found


def counted(db: Database, wanted: Collection[str], *, sure: float) -> dict[str, int]:
    """Give name → how many items have it, as `named` of all items finds them."""
    found = (
        having.genres(db, wanted),
        having.guessed_tags(db, wanted, least=sure),
        having.put_tags(db, wanted),
        having.nodes(db, wanted),
    )
    return {name: len(set().union(*(each.get(name, ()) for each in found))) for name in wanted}


def known(db: Database, name: str) -> bool:
    """Tell whether anything at all has a name."""
    asked = name.casefold()
    return any(
        written.casefold() == asked for sql in _WRITTEN for (written,) in db.conn.execute(sql)
    )


def _names(
    db: Database, items: Sequence[str], *, sure: float
) -> Iterator[tuple[str, Iterable[str]]]:
    yield from ((item, trait.genres) for item, trait in traits(db, items).items())
    yield from features.tags(db, items, least=sure).items()
    yield from registers.labels(db, items).items()
    yield from ((item, own.values()) for item, own in edges.nodes(db, items).items())
