"""What came with the last sync is taken back as a whole, on all devices, and done again."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sharing import Device, both

from mediadesk.api import EventKind
from mediadesk.api.errors import TakenBackError
from mediadesk.engine.differing import differences
from mediadesk.recommend.history import History
from mediadesk.recommend.profile import effective
from mediadesk.store import (
    Database,
    changes,
    collections,
    devices,
    erasing,
    merges,
    oplog,
    profiles,
    registers,
    versions,
)
from mediadesk.store.registers import Edit
from mediadesk.sync.exchange import exchange

ITEMS = ("a", "b", "c")
EVENTS = (EventKind.LIKE, EventKind.LESS, EventKind.RATED, EventKind.PLAYED, EventKind.FINISHED)
HOURS = count(1)  # what is said twice within seconds was said once
Deed = Callable[[Device], object]


def undo(device: Device) -> changes.Change:
    return device.store.write(lambda db: merges.undo(db, effective))[0]


def seen(device: Device) -> tuple[object, ...]:
    """Give all that people see: fields, which contents are one, and where one stands with items."""
    db = device.store.read()
    said = db.conn.execute(
        "SELECT profile, item, field, value FROM register WHERE value NOT IN ('null', 'false')"
        " ORDER BY 1, 2, 3"
    ).fetchall()
    states = History().states(db, "me")
    marks = {
        item: (one.verdict, one.stars, one.finished, one.progress, one.position, one.plays)
        for item, one in states.items()
    }
    return said, versions.current(db, ITEMS), {each: marks.get(each) for each in sorted(marks)}


def write(device: Device, item: str, field: str, value: object, *, as_act: bool) -> None:
    def apply(db: Database) -> None:
        now = versions.current(db, [item])[item]
        edit = Edit(item=now, field=field, value=value)
        if not as_act:
            registers.write(db, [edit])
        else:
            changes.act(
                db,
                "Wrote",
                lambda act: [one.item for one in registers.write(db, [edit], change=act)],
            )

    device.store.write(apply)


def at() -> float:
    """Give a time in the past, an hour after the last one that this gave."""
    return 1.6e9 + next(HOURS) * 3_600


def tell(device: Device, item: str, kind: EventKind, value: float) -> None:
    context = {"position": value * 10} if kind is EventKind.PLAYED else {}
    device.store.write(
        lambda db: oplog.add_event(
            db, profile="me", item=item, kind=kind, value=value, context=context, at=at()
        )
    )


def take_back_event(device: Device, nth: int, *, named: bool) -> None:
    def apply(db: Database) -> None:
        known = effective(oplog.events(db))
        if known:
            event = known[nth % len(known)]
            context = {"event": event.id} if named else {}
            oplog.add_event(
                db, profile="me", item=event.item, kind=EventKind.UNDO, context=context, at=at()
            )

    device.store.write(apply)


def take_back(device: Device, nth: int) -> None:
    standing = [each for each in changes.listed(device.store.read(), limit=9) if not each.undone]
    if standing:
        device.undo(standing[nth % len(standing)].id)


def follow(device: Device, old: str, new: str) -> None:
    device.store.write(partial(versions.follow, old=old, new=new))


_ITEM = st.sampled_from(ITEMS)
_DEEDS = st.lists(
    st.one_of(
        st.builds(
            lambda item, field, n, as_act: lambda on: write(on, item, field, n, as_act=as_act),
            _ITEM, st.sampled_from(["in/1", "year"]), st.integers(1, 4), st.booleans(),
        ),
        st.builds(
            lambda item, on_it, as_act: lambda on: write(on, item, "tag/x", on_it, as_act=as_act),
            _ITEM, st.booleans(), st.booleans(),
        ),
        st.builds(
            lambda item, kind, value: lambda on: tell(on, item, kind, value),
            _ITEM, st.sampled_from(EVENTS), st.sampled_from([0.5, 1.0]),
        ),
        st.builds(
            lambda nth, named: lambda on: take_back_event(on, nth, named=named),
            st.integers(0, 4), st.booleans(),
        ),
        st.builds(lambda nth: lambda on: take_back(on, nth), st.integers(0, 4)),
        st.builds(
            lambda old, new: lambda on: follow(on, old, new), _ITEM, _ITEM
        ),
    ),
    max_size=6,
)  # fmt: skip


@settings(
    max_examples=40, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(shared=_DEEDS, mine=_DEEDS, theirs=_DEEDS)
def test_taken_back_it_is_as_before_and_done_again_as_after(
    shared: list[Deed], mine: list[Deed], theirs: list[Deed]
) -> None:
    base = Path(tempfile.mkdtemp(prefix="undone-"))
    (base / "shared").mkdir()
    first, second = (Device(base / name, base / "shared") for name in ("first", "second"))
    for deed in shared:
        deed(second)
    second.sync()
    first.sync()
    for deed in mine:
        deed(first)
    for deed in theirs:
        deed(second)
    second.sync()
    before = seen(first)
    if first.sync().taken:
        after = seen(first)
        act = undo(first)
        assert seen(first) == before
        both((first, second))
        assert seen(second) == seen(first) == before
        if act.id:
            first.undo(act.id)
        assert seen(first) == after
        both((first, second))
        assert seen(second) == after
    for device in (first, second):
        device.store.close()
    shutil.rmtree(base)


def test_what_was_said_since_stays(pair: tuple[Device, Device]) -> None:
    first, second = pair
    write(second, "a", "note", "theirs", as_act=False)
    write(second, "b", "note", "theirs", as_act=True)
    write(second, "c", "note", "theirs", as_act=True)
    both(pair)
    write(first, "a", "note", "mine", as_act=True)
    write(first, "b", "note", "mine", as_act=False)
    tell(first, "a", EventKind.LIKE, 1.0)
    undo(first)
    assert registers.having(first.store.read(), "note") == {"a": "mine", "b": "mine"}
    assert History().states(first.store.read(), "me")["a"].liked


def test_each_sync_that_brought_something_is_taken_back_in_turn_and_says_what_it_was(
    pair: tuple[Device, Device],
) -> None:
    first, second = pair
    with pytest.raises(TakenBackError, match="No sync brought anything"):
        undo(first)
    for text in ("one", "two"):
        second.say(text)
        both(pair)
    assert first.note == "two"
    taken = undo(first)
    assert taken.says.startswith("Undone: 1 edit of “")
    assert first.note == "one"
    undo(first)
    assert first.note is None
    first.undo(taken.id)
    assert first.note == "two"
    assert merges.last(first.store.read()) is not None
    assert undo(first).says.startswith("Undone: 1 edit")
    with pytest.raises(TakenBackError):
        undo(first)


def test_the_last_twenty_are_kept(pair: tuple[Device, Device]) -> None:
    first, second = pair
    for n in range(22):
        second.say(str(n))
        second.sync()
        first.sync()
    kept = first.store.read().conn.execute("SELECT count(*), max(id) FROM merge").fetchone()
    assert kept == (20, 22)


def test_taking_back_what_counts_no_more_does_nothing_and_says_so(
    pair: tuple[Device, Device],
) -> None:
    first, second = pair
    write(first, "a", "title", "theirs", as_act=False)
    write(second, "a", "title", "later, ours", as_act=False)
    both(pair)
    before, acts = seen(second), changes.listed(second.store.read(), limit=9)
    made = undo(second)
    assert (made.id, made.says) == ("", "Nothing is different: it was so already")
    assert seen(second) == before
    assert changes.listed(second.store.read(), limit=9) == acts
    with pytest.raises(TakenBackError):
        undo(second)


def test_of_two_notes_that_were_written_at_once_taking_back_takes_theirs_alone(
    pair: tuple[Device, Device],
) -> None:
    first, second = pair
    write(first, "a", "note", "theirs", as_act=False)
    write(second, "a", "note", "ours", as_act=False)
    both(pair)
    assert registers.having(second.store.read(), "note") == {"a": "theirs\n\nours"}
    made = undo(second)
    assert registers.having(second.store.read(), "note") == {"a": "ours"}
    second.store.write(lambda db: changes.undo(db, made.id))
    both(pair)
    assert registers.having(first.store.read(), "note") == {"a": "theirs\n\nours"}


@pytest.mark.parametrize("how", ["undo", "merge", "part"])
def test_a_preview_tells_what_an_act_changes_that_is_not_said_again(
    pair: tuple[Device, Device], how: str
) -> None:
    first, second = pair
    for item in ITEMS:
        write(first, item, "title", f"Film {item}", as_act=False)
    act = first.say("Wet", field="title")
    if how == "part":
        first.store.write(partial(versions.follow, old="a", new="b"))
    both(pair)
    does: dict[str, Deed] = {
        "undo": lambda device: device.undo(act),
        "merge": lambda device: device.store.write(partial(versions.follow, old="a", new="b")),
        "part": lambda device: device.store.write(partial(versions.part, old="a")),
    }
    does[how](first)
    first.sync()
    assert (
        previewed(second)
        == {
            "undo": {("item", "title", "Wet", "")},
            "merge": {("a", "same as", "", "Film b")},
            "part": {("a", "same as", "Film b", "")},
        }[how]
    )


def test_a_preview_tells_who_and_what_goes_in_words(pair: tuple[Device, Device]) -> None:
    first, second = pair
    first.store.write(partial(collections.alter, collection="x", told={"name": "Sea"}, change="a"))
    for name in ("kid", "ann"):
        first.store.write(partial(profiles.add, name=name))
    both(pair)
    first.store.write(partial(collections.remove, collection="x", change="b"))
    first.store.write(partial(devices.revoke, device="lost"))
    first.store.write(partial(erasing.erase, profile="kid"))
    first.sync()
    assert previewed(second) == {
        ("collection/x", "removed", "", "yes"),
        ("device/lost", "revoked", "", "yes"),
        ("profile", "made (kid)", "yes", ""),
    }


def previewed(device: Device) -> set[tuple[str, str, str, str]]:
    """Give item, field, and what stands now and then, of all that a sync would change."""
    found = set[tuple[str, str, str, str]]()

    def look(db: Database, _: object) -> None:
        told = differences(device.store.read(), db)
        found.update((each.item, each.field, each.old, each.new) for _, each in told)

    exchange(device.store, device.shared, settle=look, dry_run=True)
    return found
