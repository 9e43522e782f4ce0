"""What people wrote, whatever way it came to be, can be folded, merged, parted and taken back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from mediadesk.api import Event, EventKind, Item, Kind, UserError
from mediadesk.engine import acts
from mediadesk.recommend.profile import state
from mediadesk.store import Store, changes, library, locations, oplog, registers, roots, versions
from mediadesk.store.changes import Change
from mediadesk.store.registers import APART, TAG, Edit
from mediadesk.store.removing import IN

_ITEMS = ("a", "b", "c")
_FIELDS = ("title", f"{TAG}x", f"{TAG}y", f"{IN}1", "note")
_VALUES: dict[str, tuple[Any, ...]] = {
    "title": ("One", "Two", None),
    "note": ("So.", "Ha.", None),
    f"{IN}1": (1, 2, None),
}
_quick = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def edits() -> st.SearchStrategy[Edit]:
    return st.builds(
        lambda item, field, n, profile: Edit(
            item=item, field=field, value=_VALUES.get(field, (True, False, None))[n],
            profile=profile if field == "note" else "",
        ),
        st.sampled_from(_ITEMS), st.sampled_from(_FIELDS), st.integers(0, 2),
        st.sampled_from(("me", "you")),
    )  # fmt: skip


def _fill(store: Store) -> None:
    def change(db: Database) -> None:
        for table in ("op", "event", "alias", "register", "change", "told", "job", "location"):
            db.conn.execute(f"DELETE FROM {table}")
        roots.add(db, Path("/r"))
        for name in _ITEMS:
            place = locations.Location(path=Path("/r") / name, root=Path("/r"), size=1, mtime_ns=1)
            locations.save_locations(db, [place])
            item = Item(id=name, kind=Kind.CLIP, title=name, path=None)
            library.save_item(db, item, facts={}, location=place)

    store.write(change)


def act(store: Store, write: Callable[[Database, str], list[str]]) -> Change:
    return store.write(lambda db: changes.act(db, "Done", lambda change: write(db, change)))


def stands(store: Store) -> dict[str, Any]:
    """Everything that people can see: what is written, how it stands, and where items lie."""
    db = store.read()
    rows = db.conn.execute(
        "SELECT item, profile, field, value FROM register WHERE value <> 'null' ORDER BY 1, 2, 3"
    ).fetchall()
    return {
        "registers": rows,
        "places": db.conn.execute("SELECT path, item FROM location ORDER BY path").fetchall(),
        "states": {
            item: state(list(oplog.events(db, profile="me", items=[item]))) for item in _ITEMS
        },
    }


@_quick
@given(drawn=st.lists(edits(), max_size=12), data=st.data())
def test_any_order_of_operations_folds_the_same(
    store: Store, drawn: list[Edit], data: st.DataObject
) -> None:
    _fill(store)
    for edit in drawn:
        store.write(lambda db, edit=edit: registers.write(db, [edit]))
    expected = stands(store)
    ops = list(store.read().conn.execute("SELECT * FROM op WHERE kind = 'set'"))
    mixed = data.draw(st.permutations(ops))

    def again(db: Database) -> None:
        db.conn.execute("DELETE FROM op WHERE kind = 'set'")
        for row in mixed:
            db.conn.execute(f"INSERT INTO op VALUES({', '.join('?' * len(row))})", row)
        registers.refold(db, _ITEMS)

    store.write(again)
    assert stands(store) == expected


@_quick
@given(
    before=st.lists(edits(), max_size=8),
    rated=st.lists(st.tuples(st.sampled_from(_ITEMS), st.floats(0, 1)), max_size=4),
    acts_=st.lists(
        st.one_of(
            st.lists(edits(), min_size=1, max_size=5).map(lambda drawn: ("write", drawn)),
            st.lists(st.sampled_from(_ITEMS), min_size=1).map(lambda drawn: ("rate", drawn)),
            st.permutations(_ITEMS).map(lambda drawn: ("merge", drawn[:2])),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_taking_acts_back_restores_exactly_what_stood_and_so_does_doing_them_again(
    store: Store,
    before: list[Edit],
    rated: list[tuple[str, float]],
    acts_: list[tuple[str, list[Any]]],
) -> None:
    _fill(store)
    store.write(lambda db: [registers.write(db, [edit]) for edit in before])
    store.write(lambda db: oplog.add_events(db, [_event(*each) for each in rated]))
    seen, done = [stands(store)], []
    for kind, drawn in acts_:
        made = _perform(store, kind, drawn)
        if made.id:
            seen.append(stands(store))
            done.append(made)
    backs = []
    for made, stood in zip(reversed(done), reversed(seen[:-1]), strict=True):
        backs.append(store.write(lambda db, made=made: acts.undo(db, made.id))[0])
        assert stands(store) == stood
    for back, stood in zip(reversed(backs), seen[1:], strict=True):
        store.write(lambda db, back=back: acts.undo(db, back.id))
        assert stands(store) == stood


def _perform(store: Store, kind: str, drawn: list[Any]) -> Change:
    now = versions.current(store.read(), _ITEMS)
    if kind == "rate":
        events = [_event(now[item], 0.8) for item in set(drawn)]
        return act(store, lambda db, change: acts.note(db, change, events=events))
    if kind == "merge":
        keep, other = (now[item] for item in drawn)
        if keep == other:
            return Change(id="", at=0, says="", items=0)
        return act(store, lambda db, change: acts.merge(db, change, keep=keep, others=[other]))
    own = {(now[edit.item], edit.field, edit.profile): edit for edit in drawn}
    moved = [
        Edit(item=item, field=field, value=edit.value, profile=profile)
        for (item, field, profile), edit in own.items()
    ]
    return act(store, lambda db, change: acts.write(db, change, edits=moved))


def _event(item: str, value: float) -> Event:
    return Event(id="", profile="me", item=item, kind=EventKind.RATED, at=1.0, value=value)


@_quick
@given(drawn=st.lists(edits(), max_size=10))
def test_merging_loses_nothing(store: Store, drawn: list[Edit]) -> None:
    _fill(store)
    for edit in drawn:
        store.write(lambda db, edit=edit: registers.write(db, [edit]))
    said = registers.values(store.read(), _ITEMS)
    notes = registers.values(store.read(), _ITEMS, profile="me")
    act(store, lambda db, change: acts.merge(db, change, keep="a", others=["b", "c"]))
    merged = registers.values(store.read(), ["a"]).get("a", {})
    for field in (f"{TAG}x", f"{TAG}y"):
        assert bool(merged.get(field)) == any(own.get(field) for own in said.values())
    assert (f"{IN}1" in merged) == any(f"{IN}1" in own for own in said.values())
    titles = [own["title"] for own in said.values() if "title" in own]
    assert merged.get("title") in (titles or [None])
    if "title" in said.get("a", {}):
        assert merged["title"] == said["a"]["title"]
    written = registers.values(store.read(), ["a"], profile="me").get("a", {}).get("note", "")
    assert all(own["note"] in written for own in notes.values() if "note" in own)


def test_what_changes_nothing_is_not_written(store: Store) -> None:
    once = Edit(item="a", field="title", value="One")
    assert store.write(lambda db: registers.write(db, [once])) == [once]
    assert store.write(lambda db: registers.write(db, [once])) == []
    assert store.write(lambda db: registers.write(db, [once], again=True)) == [once]
    assert oplog.last_event(store.read()) == (0, (0, 0))
    [value] = store.read().conn.execute("SELECT value FROM register").fetchall()
    assert json.loads(value[0]) == "One"


def test_tags_count_what_is_in_the_library_in_the_spelling_that_most_have(store: Store) -> None:
    _fill(store)
    tags = [("a", "Sea"), ("b", "sea"), ("c", "sea"), ("nowhere", "sea"), ("a", "old")]
    for item, name in tags:
        edit = Edit(item=item, field=TAG + name, value=name != "old")
        store.write(lambda db, edit=edit: registers.write(db, [edit]))
    assert registers.all_tags(store.read()) == {"sea": 3}
    assert sorted(registers.spellings(store.read())) == ["Sea", "old", "sea"]
    assert registers.hidden_tags(store.read(), _ITEMS) == {"a": {"old"}}
    act(store, lambda db, change: acts.apart(db, change, items=["b", "a"]))
    assert registers.values(store.read(), ["a"])["a"][f"{APART}b"] is True


def test_what_becomes_yet_another_item_takes_along_what_was_said_of_it(store: Store) -> None:
    _fill(store)
    store.write(lambda db: registers.write(db, [Edit(item="a", field="title", value="One")]))
    for new in ("b", "c"):
        store.write(lambda db, new=new: versions.follow(db, old="a", new=new))
    assert registers.values(store.read(), _ITEMS) == {"c": {"title": "One"}}


def test_an_alias_that_ends_tells_those_who_follow(store: Store) -> None:
    _fill(store)
    marks = [oplog.last_event(store.read())]
    for old, new in (("a", "b"), ("c", "b")):
        store.write(lambda db, old=old, new=new: versions.follow(db, old=old, new=new))
        marks.append(oplog.last_event(store.read()))
    store.write(lambda db: versions.part(db, old="a"))
    marks.append(oplog.last_event(store.read()))
    assert len(set(marks)) == len(marks)


def test_a_change_that_does_nothing_is_none_and_none_is_named_by_nothing(store: Store) -> None:
    assert act(store, lambda *_: []).id == ""
    assert changes.listed(store.read(), limit=9) == []
    with pytest.raises(UserError, match="nothing to take back"):
        store.write(changes.undo)
