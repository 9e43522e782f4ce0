from pathlib import Path

import pytest
from sqlite_utils import Database

from mediadesk.api import Item, Kind
from mediadesk.store import (
    Store,
    backlog,
    changes,
    collections,
    jobs,
    library,
    locations,
    registers,
    roots,
    told,
    versions,
)
from mediadesk.store.jobs import Job, Task
from mediadesk.store.registers import Edit
from mediadesk.store.removing import IN

_TITLES = Task(name="text", version=1, model="", kinds=("clip",))


@pytest.fixture
def filled(store: Store) -> Store:
    """A library of the items a, b and c."""

    def fill(db: Database) -> None:
        roots.add(db, Path("/r"))
        for name in "abc":
            place = locations.Location(path=Path("/r") / name, root=Path("/r"), size=1, mtime_ns=1)
            locations.save_locations(db, [place])
            item = Item(id=name, kind=Kind.CLIP, title=name, path=None)
            library.save_item(db, item, facts={}, location=place)
            told.tell(db, name, "guessed", {"title": name})

    store.write(fill)
    return store


def make(store: Store, name: str, *, search: str | None = None) -> str:
    made = collections.new(name, search=search, sort="title")
    said = {"name": name, "search": search, "sort": "title"}
    store.write(lambda db: collections.alter(db, made.id, said, change="c"))
    return made.id


def test_collections_come_by_name_and_are_found_by_it_or_by_their_id(store: Store) -> None:
    late, early = make(store, "Zebra"), make(store, "ape", search="is:seen")
    found = collections.listed(store.read())
    assert [(each.id, each.name, each.search) for each in found] == [
        (early, "ape", "is:seen"), (late, "Zebra", None),
    ]  # fmt: skip
    for wanted in (late, "Zebra", " zebra "):
        assert collections.find(store.read(), wanted) == found[1]
    assert collections.find(store.read(), "zeb") is None
    store.write(lambda db: collections.remove(db, late, change="c"))
    assert [each.id for each in collections.listed(store.read())] == [early]


def test_items_stand_as_they_came_and_only_those_of_the_library(filled: Store) -> None:
    one = make(filled, "One")
    write = filled.write
    assert write(lambda db: collections.put(db, one, ["c", "a", "c"], change="x")) == ["c", "a"]
    assert write(lambda db: collections.put(db, one, ["a", "b", "gone"], change="x")) == [
        "b", "gone",
    ]  # fmt: skip
    assert collections.members(filled.read(), one) == ["c", "a", "b"]
    assert write(lambda db: collections.take(db, one, ["c", "nobody"], change="x")) == ["c"]
    write(lambda db: collections.put(db, one, ["c"], change="x"))
    assert collections.members(filled.read(), one) == ["a", "b", "c"]
    assert collections.of_items(filled.read(), ["a", "b"]) == {"a": ["One"], "b": ["One"]}


def test_one_that_takes_the_place_of_another_stands_in_its_place(filled: Store) -> None:
    one = make(filled, "One")
    filled.write(lambda db: collections.put(db, one, ["a", "b"], change="x"))
    filled.write(lambda db: versions.follow(db, old="a", new="c"))
    assert collections.members(filled.read(), one) == ["c", "b"]
    filled.write(lambda db: versions.part(db, old="a"))
    assert collections.members(filled.read(), one) == ["a", "b"]


def test_places_that_two_devices_gave_at_once_are_in_one_order(filled: Store) -> None:
    one = make(filled, "One")
    edits = [Edit(item=item, field=IN + one, value=1) for item in ("c", "b")]
    filled.write(lambda db: registers.write(db, edits))
    assert collections.members(filled.read(), one) == ["b", "c"]


def test_what_was_learnt_from_words_is_learnt_anew_when_they_change(filled: Store) -> None:
    def states() -> dict[str, str]:
        return dict(filled.read().conn.execute("SELECT item, state FROM job"))

    def edit(db: Database, title: str | None, *, change: str) -> None:
        registers.write(db, [Edit(item="a", field="title", value=title)], change=change)
        told.settle(db, ["a", "b"])

    backlog.fill(filled, [_TITLES])
    for item in "abc":
        job = Job(item=item, extractor="text", suspect=False)
        filled.write(
            lambda db, job=job: (
                jobs.claim(db, [_TITLES], limit=9),
                jobs.finish(db, job, state="done"),
            )
        )
    act = filled.write(lambda db: changes.begin(db, "Edited", items=1)).id
    filled.write(lambda db: edit(db, "a", change=act))
    assert states() == dict.fromkeys("abc", "done")
    filled.write(lambda db: edit(db, "Sea", change=act))
    assert states() == {"a": "pending", "b": "done", "c": "done"}


def test_items_that_lie_nowhere_want_nothing_and_what_was_skipped_stays_so(filled: Store) -> None:
    def states() -> dict[str, str]:
        return dict(filled.read().conn.execute("SELECT item, state FROM job"))

    backlog.fill(filled, [_TITLES])
    filled.write(lambda db: jobs.claim(db, [_TITLES], limit=9))
    for item, state, problem in (
        ("a", "done", None),
        ("b", "skipped", "No words."),
        ("c", "failed", "Oh."),
    ):
        job = Job(item=item, extractor="text", suspect=False)
        filled.write(
            lambda db, job=job, state=state, problem=problem: jobs.finish(
                db, job, state=state, problem=problem
            )
        )
    before = states()
    for old in "bc":
        filled.write(lambda db, old=old: versions.follow(db, old=old, new="a"))
    filled.write(lambda db: jobs.park(db, ["a", "b", "c"]))
    assert states() == {"a": "done", "b": "parked"}
    assert backlog.fill(filled, [_TITLES]) == 0
    for old in "bc":
        filled.write(lambda db, old=old: versions.part(db, old=old))
    filled.write(lambda db: jobs.unpark(db, ["b", "c"]))
    assert backlog.fill(filled, [_TITLES]) == 1
    assert states() == before | {"c": "pending"}
