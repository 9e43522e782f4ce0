"""What is remembered of items is what would be read of them now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from recommend_factory import Made, item_id, save

from mediadesk.api import Feature
from mediadesk.recommend import remembered
from mediadesk.recommend.remembered import Remembered
from mediadesk.store import Database, Store, edges, features, library, locations, registers, told
from mediadesk.store.registers import TAG, Edit

COUNT = 20
IDS = [item_id(n) for n in range(COUNT)]


@pytest.fixture
def stored(store: Store) -> Store:
    save(store, [Made(number=n, theme=0, vectors={}) for n in range(COUNT)])
    return store


def change(store: Store, chance: np.random.Generator) -> None:
    """Let something be said of an item, or its file go, or a new one come."""
    item, what = IDS[chance.integers(COUNT)], chance.integers(6)

    def write(db: Database) -> None:
        if what == 0:
            registers.write(
                db, [Edit(item=item, field=f"{TAG}calm", value=bool(chance.integers(2)))]
            )
        elif what == 1:
            found = {"calm": float(chance.random()), "loud": float(chance.random())}
            features.save(db, item, "mood", Feature(tags=found), version=1, model="")
        elif what == 2:
            kind = str(chance.choice(["film", "song", "clip"]))
            said = {"kind": kind, "tags": ["a", "b"][: chance.integers(3)]}
            by = {"director": ["Ann", "Bob"][: chance.integers(3)]}
            series = ["", "Lost"][chance.integers(2)]
            told.tell(db, item, "sidecar", said | {"credits": by, "series": series})
            told.settle(db, [item])
        elif what == 3:
            registers.write(db, [Edit(item=item, field="title", value=f"T {chance.integers(9)}")])
            told.settle(db, [item])
        elif what == 4:
            db.conn.execute("DELETE FROM location WHERE item = ?", [item])
        else:
            place = locations.Location(
                path=Path(f"/made/{item}.mkv"), root=Path("/made"), size=1, mtime_ns=1
            )
            locations.save_locations(db, [place])
            db.conn.execute("UPDATE location SET item = ? WHERE path = ?", [item, str(place.path)])

    store.write(write)


@pytest.mark.parametrize("most", [5, 1_000])
def test_what_is_remembered_is_what_is_read_now(
    stored: Store, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(remembered, "_REMEMBERED", most)
    chance = np.random.default_rng(most)
    reading = (library.items, library.kinds, features.tags, edges.nodes)
    items, kinds, tags, nodes = map(Remembered, reading)
    named = 0
    for _ in range(80):
        change(stored, chance)
        asked = [*(IDS[n] for n in chance.permutation(COUNT)[:9].tolist()), "no such item"]
        db = stored.read()
        assert items.of(db, asked) == library.items(db, asked)
        assert kinds.of(db, asked) == library.kinds(db, asked)
        assert tags.of(db, asked) == features.tags(db, asked)
        assert nodes.of(db, asked) == edges.nodes(db, asked)
        named += len(nodes.of(db, asked))
        for each in (items, kinds, tags, nodes):
            assert sorted(each._numbered.values()) == sorted(each._known), "both are let go"
    assert named


def test_only_what_was_touched_is_read_again(stored: Store) -> None:
    read: list[Sequence[str]] = []

    def titles(db: Database, ids: Sequence[str]) -> Mapping[str, str]:
        read.append(list(ids))
        return library.titles(db, ids)

    known = Remembered(titles)
    known.of(stored.read(), IDS)
    stored.write(lambda db: registers.write(db, [Edit(item=IDS[3], field="title", value="New")]))
    stored.write(lambda db: told.settle(db, [IDS[3]]))
    assert known.of(stored.read(), IDS)[IDS[3]] == "New"
    assert read == [IDS, [IDS[3]]]


def test_what_becomes_an_item_later_is_read_then(stored: Store) -> None:
    known, new = Remembered(library.titles), item_id(COUNT)
    assert known.of(stored.read(), [new]) == {}
    save(stored, [Made(number=COUNT, theme=0, vectors={})])
    assert known.of(stored.read(), [new]) == {new: f"Item {COUNT}"}


@pytest.mark.parametrize("few", [0, 1_000])
def test_where_a_lot_has_changed_all_is_read_again(
    stored: Store, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(remembered, "_FEW", few)
    known = Remembered(library.titles)
    known.of(stored.read(), IDS)
    stored.write(lambda db: db.conn.execute("UPDATE item SET title = 'New'"))
    assert known.of(stored.read(), IDS) == dict.fromkeys(IDS, "New")


def test_what_was_asked_for_long_ago_is_forgotten(
    stored: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "_REMEMBERED", 8)
    read: list[str] = []

    def titles(db: Database, ids: Sequence[str]) -> Mapping[str, str]:
        read.extend(ids)
        return library.titles(db, ids)

    known = Remembered(titles)
    for first in (0, 4, 8, 12, 0):
        known.of(stored.read(), IDS[first : first + 4])
        assert sorted(known._numbered.values()) == sorted(known._known)
    assert read == [*IDS[:16], *IDS[:4]]
