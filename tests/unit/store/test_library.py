from pathlib import Path

from mediadesk.api import Item, Kind
from mediadesk.store import Store, library
from mediadesk.store.library import Location

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
        library.add_root(db, _ROOT)
        library.save_locations(db, [_place(name)])
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


def test_a_present_place_is_preferred_to_a_missing_one(store: Store) -> None:
    for name in ("a.mp4", "b.mp4"):
        _add(store, name, _item("i", "t"))
    store.write(lambda db: library.set_missing(db, ["/r/a.mp4"]))
    assert library.items(store.read(), ["i"])["i"].path == _ROOT / "b.mp4"
    assert library.listed(store.read(), ["i"])["i"].available
    store.write(lambda db: library.set_missing(db, ["/r/b.mp4"]))
    assert not library.listed(store.read(), ["i"])["i"].available


def test_unread_places_come_until_they_are_read_or_found_broken(store: Store) -> None:
    store.write(lambda db: library.add_root(db, _ROOT))
    places = [_place(f"{n}.mp4") for n in range(3)]
    store.write(lambda db: library.save_locations(db, places))
    assert [each.path for each in library.unread(store.read(), limit=2)] == [
        _ROOT / "0.mp4",
        _ROOT / "1.mp4",
    ]
    store.write(lambda db: library.set_problem(db, places[0], "It is broken."))
    store.write(lambda db: library.save_item(db, _item("i", "t"), facts={}, location=places[1]))
    assert library.count_unread(store.read()) == 1
    assert library.problems(store.read()) == [(_ROOT / "0.mp4", "It is broken.")]
    changed = _place("0.mp4", size=2)
    store.write(lambda db: library.save_locations(db, [changed]))
    assert library.count_unread(store.read()) == 2
    assert library.problems(store.read()) == []


def test_what_was_read_before_the_file_changed_again_is_not_believed(store: Store) -> None:
    store.write(lambda db: library.add_root(db, _ROOT))
    store.write(lambda db: library.save_locations(db, [_place("a.mp4", mtime_ns=2)]))
    stale = _place("a.mp4", mtime_ns=1)
    store.write(lambda db: library.save_item(db, _item("i", "t"), facts={}, location=stale))
    store.write(lambda db: library.set_problem(db, stale, "It is broken."))
    assert library.count_unread(store.read()) == 1


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
