"""What is on another device stands under the name that people call it, and is found as all is."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count

import msgspec
import numpy as np
import pytest

from mediadesk.api import Feature, Intent, Item, Kind
from mediadesk.engine.asking import answer
from mediadesk.store import (
    Database,
    Store,
    devices,
    elsewhere,
    features,
    forgetting,
    library,
    packing,
    panels,
    parcels,
    registers,
    unpacking,
)
from mediadesk.store.packing import FACTS, FEATURE, PICTURE, Entry
from mediadesk.store.panels import File, Telling
from mediadesk.store.registers import DEVICE, Edit

JPEG = bytes.fromhex("ffd8ffc0000b0800c8014001011100")  # 320 × 200
_FEW = ("location_replaced", "packed_again")  # indexes of few rows
FILM = Item(id="f" * 12, kind=Kind.FILM, title="A film", path=None)


@pytest.fixture
def there(store: Store) -> Store:
    store.write(partial(elsewhere.put, device="abc", name="debian", items=[FILM]))
    return store


def stands_on(store: Store) -> str:
    (listed,) = library.all_items(store.read())
    return listed.drive


def test_it_stands_under_the_name_that_people_give_the_device(there: Store) -> None:
    assert stands_on(there) == "debian"
    there.write(partial(devices.rename, device="abc", name="Desktop"))
    assert stands_on(there) == "Desktop"


def test_so_it_does_where_the_name_came_from_another_device(there: Store) -> None:
    edit = Edit(item=f"{DEVICE}abc", field="name", value="Desktop")
    there.write(partial(registers.write, edits=[edit]))
    there.write(elsewhere.follow_names)
    assert stands_on(there) == "Desktop"


def test_its_next_files_do_not_take_the_name_away(there: Store) -> None:
    there.write(partial(devices.rename, device="abc", name="Desktop"))
    there.write(partial(elsewhere.call, device="abc", name="debian"))
    assert stands_on(there) == "Desktop"


def test_who_asks_finds_it(there: Store) -> None:
    found = answer(
        there.read(), Intent(meaning="rain"), states={}, by_meaning=lambda _text, ids: ids
    )
    assert found == [FILM.id]


def scanned(store: Store, write: Callable[[Database], object]) -> list[str]:
    """Tell which large tables something goes through wholly."""
    said: list[str] = []

    def traced(db: Database) -> None:
        db.conn.set_trace_callback(said.append)
        write(db)
        db.conn.set_trace_callback(None)

    store.write(traced)
    conn = store.read().conn
    plans = [row[3] for sql in said for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert plans
    large = ("SCAN location", "SCAN packed", "SCAN feature")
    return [step for step in plans if step.startswith(large) and not step.endswith(_FEW)]


def test_no_more_is_looked_at_where_there_are_more_items(there: Store) -> None:
    picture = msgspec.msgpack.encode({"jpeg": JPEG, "source": "keyframe"})
    said = [
        Entry(item=FILM.id, what=FACTS, body=parcels.facts(there.read(), FILM.id)),
        Entry(item=FILM.id, what=PICTURE, body=picture),
    ]
    assert not scanned(there, partial(unpacking.take, device="abc", number=1, entries=said))
    assert FILM.id in library.artwork(there.read(), [FILM.id])
    telling = Telling(device="abc", name="debian", panels=(), items=(FILM,), pictures={})
    file = File(file="abc.mdpanel", size=1, mtime_ns=1)
    assert not scanned(there, partial(panels.take, told=telling, file=file))
    upto = packing.standing(there.read())
    there.write(partial(packing.note_said, upto=upto))
    assert not scanned(there, lambda db: list(packing.unsaid(db, "def")))
    assert not scanned(there, partial(forgetting.forget, device="abc"))
    assert list(library.all_items(there.read())) == []


@pytest.mark.parametrize("vectors", [False, True])
def test_a_feature_is_taken_over_as_quickly_where_there_are_many(
    there: Store, *, vectors: bool
) -> None:
    feature = Feature(summary=np.ones(4, np.float32) if vectors else None)

    def learn(db: Database, item: str, model: str) -> None:
        features.save(db, item, "voice", feature, version=1, model=model)

    def fill(db: Database, first: str) -> None:
        some = [replace(FILM, id=f"{first}{n:015}") for n in range(500)]
        elsewhere.put(db, "abc", "debian", some)
        for each in some:
            learn(db, each.id, "old")

    def take(what: str, body: bytes) -> int:
        said = [Entry(item="a000000000000000", what=what, body=body)]
        return worked(
            there, partial(unpacking.take, device="abc", number=next(numbers), entries=said)
        )

    numbers, steps = count(1), []
    for first, model in (("a", "new"), ("b", "newer")):
        there.write(partial(fill, first=first))
        there.write(partial(learn, item=FILM.id, model=model))
        take(FACTS, parcels.facts(there.read(), FILM.id))
        steps.append(take(f"{FEATURE}voice", parcels.learnt(there.read(), FILM.id, "voice")))
    assert steps[1] < 1.2 * steps[0]


def worked(store: Store, write: Callable[[Database], object]) -> int:
    """Count the steps that SQLite takes, in hundreds."""
    steps = count()

    def counted(db: Database) -> None:
        db.conn.set_progress_handler(lambda: next(steps) < 0, 100)
        write(db)
        db.conn.set_progress_handler(None, 0)

    store.write(counted)
    return next(steps)


def test_the_sizes_of_packs_are_told_by_their_index_alone(store: Store) -> None:
    conn, said = store.read().conn, list[str]()
    conn.set_trace_callback(said.append)
    packing.sizes(store.read(), "abc")
    conn.set_trace_callback(None)
    (sql,) = said
    plan = str(conn.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall())
    assert "SEARCH packed USING COVERING INDEX packed_by_number" in plan
