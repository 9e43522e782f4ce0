"""Names that a person leans to are found and counted in whatever case they are written."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from mediadesk.api import SURE, Feature, Item, Kind
from mediadesk.store import Store, features, leanings, library, locations, registers, roots
from mediadesk.store.registers import TAG, Edit

ROOT = Path("/r")
NAMES = ("drama", "été", "calm", "agnès varda", "zoë", "serié", "nobody")


@pytest.fixture
def named(store: Store) -> Store:
    def make(db: Database) -> None:
        roots.add(db, ROOT)
        for name in "abcd":
            place = locations.Location(path=ROOT / name, root=ROOT, size=1, mtime_ns=1)
            locations.save_locations(db, [place])
            item = Item(
                id=name,
                kind=Kind.FILM,
                title=name,
                path=None,
                genres=("Drama",) if name in "ab" else (),
                artist="ZOË" if name == "c" else "",
                series="Serié" if name == "d" else "",
            )
            library.save_item(db, item, facts={}, location=place)
        edits = [Edit(item=each, field=f"{TAG}{tag}", value=True) for each, tag in
                 (("b", "Été"), ("c", "ÉTÉ"), ("c", "DRAMA"))]  # fmt: skip
        registers.write(db, edits)
        for item, sure in (("a", 0.9), ("b", 0.2)):
            feature = Feature(tags={"Calm": sure})
            features.save(db, item, "look", feature, version=1, model="m")
        db.conn.executemany(
            "INSERT INTO edge(item, role, n, kind, name, source)"
            " VALUES(?, 'director', ?, ?, ?, '')",
            [("a", 0, "person", "Agnès Varda"), ("d", 1, "person", "AGNÈS VARDA")],
        )
        # The content of “d” counts as “b”.
        db.conn.execute("UPDATE location SET item = 'b' WHERE content = 'd'")

    store.write(make)
    return store


def test_items_of_a_name_are_counted_as_they_are_found(named: Store) -> None:
    db = named.read()
    found = leanings.named(db, list("abcd"), dict.fromkeys(NAMES, 1.0), sure=SURE)
    assert leanings.counted(db, NAMES, sure=SURE) == {
        name: len(items) for name, items in found.items()
    }
    assert [len(found[name]) for name in NAMES] == [3, 2, 1, 3, 1, 1, 0]


@pytest.mark.parametrize("name", [*NAMES[:-1], "ÉTÉ", "Agnès VARDA"])
def test_a_name_is_known_in_whatever_case(named: Store, name: str) -> None:
    assert leanings.known(named.read(), name)
    assert not leanings.known(named.read(), name[:-1])
