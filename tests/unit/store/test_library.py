import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from mediadesk.api import Event, EventKind, Item, Kind, UserError
from mediadesk.engine import acts
from mediadesk.recommend.profile import state
from mediadesk.store import (
    Store,
    backlog,
    changes,
    collections,
    jobs,
    library,
    locations,
    oplog,
    registers,
    replaced,
    roots,
    told,
    versions,
)
from mediadesk.store.changes import Change
from mediadesk.store.locations import Location

_ROOT = Path("/r")


def _place(name: str, *, size: int = 1, mtime_ns: int = 1) -> Location:
    return Location(
        path=_ROOT / name,
        root=_ROOT,
        size=size,
        mtime_ns=mtime_ns,
        sidecars=((_ROOT / f"{name}.srt", 5),),
    )


def _item(item_id: str, title: str, **more: object) -> Item:
    return Item(id=item_id, kind=Kind.CLIP, title=title, path=None, **more)  # type: ignore[arg-type]


def _add(store: Store, name: str, item: Item) -> None:
    def change(db: library.Database) -> None:
        roots.add(db, _ROOT)
        locations.save_locations(db, [_place(name)])
        library.save_item(db, item, facts={"Size": "1 MB"}, location=_place(name))

    store.write(change)


def test_an_item_comes_back_as_it_was_with_its_place(store: Store) -> None:
    item = _item(
        "a" * 32, "Título 标题", duration=1.5, year=1999, artist="A", album="B",
        genres=("x", "y"), description="d", added_at=7.0,
    )  # fmt: skip
    _add(store, "a.mp4", item)
    [found] = library.items(store.read(), [item.id]).values()
    assert found.path == _ROOT / "a.mp4"
    assert found.sidecars == (_ROOT / "a.mp4.srt",)
    assert (found.title, found.genres, found.added_at) == ("Título 标题", ("x", "y"), 7.0)
    assert library.facts(store.read(), item.id) == {"Size": "1 MB"}


def test_titles_are_those_of_the_items_that_exist_however_many_are_asked_for(
    store: Store,
) -> None:
    _add(store, "a.mkv", _item("a" * 32, "Título"))
    asked = ["a" * 32, *(f"{n:032x}" for n in range(40_000))]
    assert library.titles(store.read(), asked) == {"a" * 32: "Título"}
    assert library.kinds(store.read(), asked) == {"a" * 32: Kind.CLIP}


def test_a_present_place_is_preferred_to_a_missing_one(store: Store) -> None:
    for name in ("a.mp4", "b.mp4"):
        _add(store, name, _item("i", "t"))
    store.write(lambda db: locations.set_missing(db, ["/r/a.mp4"]))
    assert library.items(store.read(), ["i"])["i"].path == _ROOT / "b.mp4"
    assert library.listed(store.read(), ["i"])["i"].available
    store.write(lambda db: locations.set_missing(db, ["/r/b.mp4"]))
    assert not library.listed(store.read(), ["i"])["i"].available


def test_unread_places_come_until_they_are_read_or_found_broken(store: Store) -> None:
    store.write(lambda db: roots.add(db, _ROOT))
    places = [_place(f"{n}.mp4") for n in range(3)]
    store.write(lambda db: locations.save_locations(db, places))
    assert [each.path for each in locations.unread(store.read(), limit=2)] == [
        _ROOT / "0.mp4",
        _ROOT / "1.mp4",
    ]
    store.write(lambda db: locations.set_problem(db, places[0], "It is broken."))
    store.write(lambda db: library.save_item(db, _item("i", "t"), facts={}, location=places[1]))
    assert locations.count_unread(store.read()) == 1
    assert locations.problems(store.read()) == [(_ROOT / "0.mp4", "It is broken.")]
    changed = _place("0.mp4", size=2)
    store.write(lambda db: locations.save_locations(db, [changed]))
    assert locations.count_unread(store.read()) == 2
    assert locations.problems(store.read()) == []


def test_what_was_read_before_the_file_changed_again_is_not_believed(store: Store) -> None:
    store.write(lambda db: roots.add(db, _ROOT))
    store.write(lambda db: locations.save_locations(db, [_place("a.mp4", mtime_ns=2)]))
    stale = _place("a.mp4", mtime_ns=1)
    store.write(lambda db: library.save_item(db, _item("i", "t"), facts={}, location=stale))
    store.write(lambda db: locations.set_problem(db, stale, "It is broken."))
    assert locations.count_unread(store.read()) == 1


def test_an_item_is_found_by_id_beginning_and_path(store: Store) -> None:
    _add(store, "a.mp4", _item("abcdef01", "A"))
    _add(store, "b.mp4", _item("abcdef02", "B"))
    db = store.read()
    assert library.find_id(db, "abcdef01") == "abcdef01"
    assert library.find_id(db, "abcdef0") is None
    assert library.find_id(db, "abc") is None
    assert library.find_id(db, "/r/b.mp4") == "abcdef02"
    assert library.find_id(db, "/r/none.mp4") is None


def test_a_keyframe_never_replaces_a_real_cover(store: Store) -> None:
    _add(store, "a.mp4", _item("i", "t"))
    for jpeg, source in ((b"1", "keyframe"), (b"2", "embedded"), (b"3", "keyframe")):
        store.write(
            lambda db, jpeg=jpeg, source=source: library.save_artwork(db, "i", jpeg, source=source)
        )
    assert library.artwork(store.read(), ["i", "none"]) == {"i": b"2"}


# What is replaced, forgotten, taken out and merged, in whatever order.


def _see(store: Store, name: str, size: int = 1) -> None:
    """Have a scan find a file that was not there, or of another size."""

    def change(db: Database) -> None:
        roots.add(db, _ROOT)
        roots.note_looked(db, _ROOT)
        locations.save_locations(db, [_place(name, size=size, mtime_ns=size)])

    store.write(change)


def _read(store: Store, name: str, content: str, size: int = 1) -> None:
    """Have a file be found and read."""
    _see(store, name, size)
    place = _place(name, size=size, mtime_ns=size)

    def change(db: Database) -> None:
        library.save_item(db, _item(content, content, duration=60), facts={}, location=place)
        replaced.follow_replaced(db)

    store.write(change)


def _merge(store: Store, keep: str, *others: str) -> Change:
    return store.write(
        lambda db: changes.act(
            db, "Merged", lambda made: acts.merge(db, made, keep=keep, others=others)
        )
    )


def _forget(store: Store, items: Sequence[str]) -> Change:
    def write(db: Database, made: str) -> Sequence[str]:
        locations.set_away(db, _ROOT)
        changes.forget_places(db, items, change=made)
        return items

    return store.write(lambda db: changes.act(db, "Forgot", lambda made: write(db, made)))


def _undo(store: Store, change: Change) -> Change:
    return store.write(lambda db: acts.undo(db, change.id))[0]


def _now(store: Store, *contents: str) -> list[str]:
    return list(versions.current(store.read(), contents).values())


def _lies(store: Store, name: str) -> tuple[str, str]:
    sql = "SELECT item, content FROM location WHERE path = ?"
    found: tuple[str, str] = store.read().conn.execute(sql, [str(_ROOT / name)]).fetchone()
    return found


def test_what_a_person_merged_stays_one_whatever_replaces_a_file(store: Store) -> None:
    for content in ("a", "b", "c"):
        _read(store, content, content)
    _merge(store, "b", "a")
    _read(store, "c", "a", size=2)
    assert _now(store, "a", "b", "c") == ["b", "b", "b"]


@pytest.mark.parametrize("keep", ["a", "b"])
@pytest.mark.parametrize("replaced", ["a", "b"])
def test_versions_of_an_item_are_replaced_again_and_again_and_stay_it(
    store: Store, keep: str, replaced: str
) -> None:
    for content in ("a", "b"):
        _read(store, content, content)
    merged = _merge(store, keep, "b" if keep == "a" else "a")
    for size, place in enumerate((replaced, replaced, "a", "b"), start=2):
        _read(store, place, str(size), size=size)
    every = ("a", "b", "2", "3", "4", "5")
    assert len(set(_now(store, *every))) == 1
    assert {_lies(store, place)[0] for place in "ab"} == set(_now(store, "a"))
    _undo(store, merged)
    assert _now(store, "a", "b") == ["4", "5"], "each has what took its place"
    assert (_lies(store, "a"), _lies(store, "b")) == (("4", "4"), ("5", "5"))


def test_a_version_that_another_known_item_takes_the_place_of_goes_alone(store: Store) -> None:
    for content in ("a", "b", "c"):
        _read(store, content, content)
    _merge(store, "a", "b")
    _read(store, "b", "c", size=2)
    assert _now(store, "a", "b", "c") == ["a", "a", "c"], "two films do not become one"


def test_sets_of_duplicates_that_overlap_become_one(store: Store) -> None:
    for content in ("a", "b", "c"):
        _read(store, content, content)
    _merge(store, "a", "b")
    _merge(store, "b", "c")
    assert _now(store, "a", "b", "c") == ["a", "a", "a"]
    assert _merge(store, "a", "c").id == "", "they are one already"


def test_only_those_that_were_told_apart_are_parted(store: Store) -> None:
    for content in ("a", "b", "c"):
        _read(store, content, content)
    _merge(store, "b", "a")
    _merge(store, "c", "b")
    store.write(lambda db: acts.apart(db, "x", items=["b", "a"]))
    assert _now(store, "a", "b", "c") == ["a", "c", "c"]


def test_a_file_that_was_replaced_hundreds_of_times_keeps_its_history(store: Store) -> None:
    _read(store, "a", "0")
    store.write(lambda db: oplog.add_event(db, profile="me", item="0", kind=EventKind.LIKE))
    for n in range(1, 130):
        _read(store, "a", str(n), size=n + 1)
    assert _now(store, "0") == ["129"]
    [event] = oplog.events(store.read(), profile="me", items=["129"])
    assert event.kind is EventKind.LIKE
    assert len(versions.contents(store.read(), "129")) == 130


def test_history_follows_though_the_file_is_replaced_twice_before_it_is_known(store: Store) -> None:
    _read(store, "a", "a")
    _see(store, "not read yet")
    _read(store, "a", "b", size=2)
    assert _now(store, "a") == ["a"], "it may have moved to where nobody has read yet"
    _read(store, "a", "c", size=3)
    _read(store, "not read yet", "d")
    assert _now(store, "a", "b") == ["c", "c"]


@pytest.mark.parametrize("is_read", [False, True])
def test_history_follows_though_the_folder_is_taken_out_meanwhile(
    store: Store, *, is_read: bool
) -> None:
    _read(store, "a", "a")
    _see(store, "not read yet")
    _see(store, "a", size=2)
    if is_read:
        _read(store, "a", "b", size=2)
    store.write(lambda db: roots.remove(db, _ROOT))
    _read(store, "a", "b", size=2)
    assert _now(store, "a") == ["b"]


def test_what_is_replaced_has_no_work_left(store: Store) -> None:
    _read(store, "a", "a")
    task = jobs.Task(name="keyframes", version=1, model="", kinds=("clip",))
    backlog.fill(store, [task])
    _read(store, "a", "b", size=2)
    assert jobs.counts(store.read()) == []


def test_places_come_back_to_what_their_contents_are_by_then(store: Store) -> None:
    for content in ("a", "b"):
        _read(store, content, content)
    merged = _merge(store, "b", "a")
    forgotten = _forget(store, ["b"])
    _undo(store, merged)
    _undo(store, forgotten)
    assert (_lies(store, "a"), _lies(store, "b")) == (("a", "a"), ("b", "b"))
    merged = _merge(store, "b", "a")
    store.write(lambda db: roots.remove(db, _ROOT))
    _undo(store, merged)
    store.write(lambda db: roots.add(db, _ROOT))
    assert (_lies(store, "a"), _lies(store, "b")) == (("a", "a"), ("b", "b"))


def test_what_was_forgotten_comes_back_to_where_its_folder_is_by_then(store: Store) -> None:
    _read(store, "a", "a")
    forgotten = _forget(store, ["a"])
    new = Path("/new")
    store.write(lambda db: roots.move(db, _ROOT, new))
    undone = _undo(store, forgotten)
    assert library.find_id(store.read(), "/new/a") == "a"
    again = _undo(store, undone)
    store.write(lambda db: roots.remove(db, new))
    with pytest.raises(UserError, match="“/new” is not in the library any more"):
        _undo(store, again)
    assert changes.stands(store.read(), again.id), "nothing was done"


def test_what_was_forgotten_of_a_whole_drive_comes_back_to_where_that_is_by_then(
    store: Store,
) -> None:
    drive, new = Path(Path.cwd().anchor), Path("/new")
    place = replace(_place("a"), path=drive / "a", root=drive)

    def read(db: Database) -> None:
        roots.add(db, drive)
        locations.save_locations(db, [place])
        library.save_item(db, _item("a", "A"), facts={}, location=place)
        locations.set_away(db, drive)

    store.write(read)
    forgotten = _forget(store, ["a"])
    store.write(lambda db: roots.move(db, drive, new))
    undone = _undo(store, forgotten)
    assert library.find_id(store.read(), "/new/a") == "a"
    store.write(lambda db: roots.move(db, new, drive))
    _undo(store, undone)
    assert library.find_id(store.read(), str(drive / "a")) is None


def test_what_is_found_elsewhere_with_its_folder_is_not_read_again(store: Store) -> None:
    _read(store, "a", "a")
    new, was = Path("/new"), str(_ROOT / "a")
    store.write(lambda db: told.tell(db, "a", "guessed", {"title": "a"}, path=was))
    store.write(lambda db: locations.set_away(db, _ROOT))
    store.write(lambda db: roots.move(db, _ROOT, new))
    place = replace(_place("a", size=1, mtime_ns=1), path=new / "a", root=new)
    store.write(lambda db: locations.save_locations(db, [place]))
    assert locations.count_unread(store.read()) == 0


def test_what_was_done_again_is_taken_back_by_the_name_of_the_first_act(store: Store) -> None:
    _read(store, "a", "a")
    event = Event(id="", profile="me", item="a", kind=EventKind.RATED, at=time.time(), value=0.8)

    def stars() -> float | None:
        return state(list(oplog.events(store.read(), profile="me", items=["a"]))).stars

    rated = store.write(
        lambda db: changes.act(db, "Rated", lambda made: acts.note(db, made, events=[event]))
    )
    for _ in range(3):
        undone = _undo(store, rated)
        assert stars() is None
        assert undone.says == "Undone: Rated"
        _undo(store, undone)
        assert stars() == 4


def test_what_was_brought_back_stays_so_when_it_is_parted(store: Store) -> None:
    for content in ("a", "b"):
        _read(store, content, content)
    hide = store.write(lambda db: oplog.add_event(db, profile="me", item="a", kind=EventKind.HIDE))
    merged = _merge(store, "b", "a")
    back = {"event": hide.id}
    store.write(
        lambda db: oplog.add_event(db, profile="me", item="b", kind=EventKind.UNDO, context=back)
    )
    _undo(store, merged)
    for item in ("a", "b"):
        assert not state(list(oplog.events(store.read(), profile="me", items=[item]))).hidden


def test_what_is_written_while_an_item_is_merged_is_said_of_what_it_became(store: Store) -> None:
    for content in ("a", "b"):
        _read(store, content, content)
    _merge(store, "b", "a")

    def write(db: Database, made: str) -> list[str]:
        acts.edit(db, made, items=["a", "b"], values={"title": "Mine"})
        return collections.put(db, "1", ["a", "b"], change=made)

    store.write(lambda db: write(db, "x"))
    assert registers.values(store.read(), ["a", "b"]) == {"b": {"title": "Mine", "in/1": 1}}
    assert library.items(store.read(), ["b"])["b"].title == "Mine"


def test_what_was_left_out_comes_back_as_the_item_it_was_without_being_read(store: Store) -> None:
    for content in ("a", "b"):
        _read(store, content, content)
    _merge(store, "b", "a")
    store.write(lambda db: locations.leave_out(db, [str(_ROOT / "a")]))
    assert library.find_id(store.read(), str(_ROOT / "a")) is None
    assert store.write(lambda db: roots.set_excludes(db, _ROOT, [])) == ["b"]
    assert _lies(store, "a") == ("b", "a")
    _see(store, "a")
    assert locations.count_unread(store.read()) == 0


def test_what_is_left_out_of_a_folder_is_left_out_when_it_is_back(store: Store) -> None:
    def excludes() -> list[tuple[str, ...]]:
        return [root.excludes for root in roots.listed(store.read())]

    other = _ROOT / "other"
    for _ in range(2):
        store.write(lambda db: roots.add(db, _ROOT))
        store.write(lambda db: roots.set_excludes(db, _ROOT, ["/Extras/"]))
        store.write(lambda db: roots.remove(db, _ROOT))
        store.write(lambda db: roots.add(db, other))
        assert excludes() == [()]
        store.write(lambda db: roots.remove(db, other))
        store.write(lambda db: roots.add(db, _ROOT))
        assert excludes() == [("/Extras/",)]
    store.write(lambda db: roots.set_excludes(db, _ROOT, []))
    store.write(lambda db: roots.remove(db, _ROOT))
    store.write(lambda db: roots.add(db, _ROOT))
    assert excludes() == [()]
