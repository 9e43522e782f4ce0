"""Of what a person wants more or less: of all that has a name as a tag, genre, person or set."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mediadesk.store import edges, features, registers
from mediadesk.store.connection import Database
from mediadesk.store.registers import Edit
from mediadesk.store.traits import traits

LEANINGS = "leanings"
"""The thing whose fields are names."""
_CHUNK = 5_000
_HAVING = (
    "SELECT 1 FROM edge WHERE name = ? COLLATE NOCASE",
    "SELECT 1 FROM item WHERE ? COLLATE NOCASE IN (series, artist, album_artist)",
    "SELECT 1 FROM item, json_each(genres) AS genre WHERE genre.value = ? COLLATE NOCASE",
    "SELECT 1 FROM register WHERE field = 'tag/' || ? COLLATE NOCASE",
    "SELECT 1 FROM feature, json_each(tags) AS tag WHERE tag.key = ? COLLATE NOCASE",
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


def known(db: Database, name: str) -> bool:
    """Tell whether anything at all has a name."""
    return any(db.conn.execute(f"SELECT EXISTS({sql})", [name]).fetchone()[0] for sql in _HAVING)


def _names(
    db: Database, items: Sequence[str], *, sure: float
) -> Iterator[tuple[str, Iterable[str]]]:
    yield from ((item, trait.genres) for item, trait in traits(db, items).items())
    yield from features.tags(db, items, least=sure).items()
    yield from registers.labels(db, items).items()
    yield from ((item, own.values()) for item, own in edges.nodes(db, items).items())
