"""Somebody who is erased is nowhere in a library, and no old file of a device brings it back."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from whole_logs import whole_logs

from mediadesk.api import Event, EventKind
from mediadesk.store import (
    Database,
    Store,
    changes,
    erasing,
    merging,
    oplog,
    plugins,
    profiles,
    queues,
    registers,
)
from mediadesk.store.merging import Log
from mediadesk.store.registers import Edit

NAME, WORD = "Frobnicia", "xyzzyquux"


def live(db: Database) -> None:
    """Have three profiles leave traces, one of them alone and in a group."""
    profiles.add(db, NAME)
    profiles.add(db, "anna")
    profiles.add(db, "both", members=(NAME, "anna"))
    for who in (NAME, "anna"):
        act(db, who, f"{WORD} of {who}")
    taken, _ = changes.undo(db, act(db, NAME, f"{WORD} undone"))
    changes.undo(db, taken.id)
    oplog.add_event(db, profile=NAME, item="film", kind=EventKind.LIKE)
    event = Event(
        id="", profile="both", item="film", kind=EventKind.FINISHED, at=time.time(), value=1.0,
        context={"members": [NAME, "anna"], "position": 3.0},
    )  # fmt: skip
    oplog.add_events(db, [event], change=changes.begin(db, "Watched it together", items=1).id)
    queues.keep(db, NAME, {"title": WORD})


def act(db: Database, who: str, says: str) -> str:
    edit = Edit(item="film", field="play/audio", value={"name": says}, profile=who)
    return changes.act(
        db, says, lambda made: [one.item for one in registers.write(db, [edit], change=made)]
    ).id


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "other" / "library.db")
    yield opened
    opened.close()


def everything(db: Database) -> str:
    tables = db.conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return str([db.conn.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in tables])


def test_nothing_is_left_of_one_and_all_of_the_others(store: Store) -> None:
    store.write(live)
    before = whole_logs(store.read())[0]
    assert everything(store.read()).count(NAME) > 10
    store.write(lambda db: erasing.erase(db, NAME))
    now = everything(store.read())
    assert NAME not in now
    assert now.count(WORD) == 3, "the act, edit and register of the other one"
    assert f"{WORD} of anna" in now
    assert profiles.find(store.read(), "both").members == ("anna",)
    (together,) = oplog.events(store.read(), profile="anna")
    assert together.context == {"members": ["anna"], "position": 3.0}
    assert [one.says for one in changes.listed(store.read(), limit=9)] == [
        "Watched it together", f"{WORD} of anna",
    ]  # fmt: skip
    after = whole_logs(store.read())[0]
    assert [row[:3] for row in after.ops[:-1]] == [row[:3] for row in before.ops]


def test_a_group_goes_with_its_last_member(store: Store, other: Store) -> None:
    store.write(live)
    (old,) = whole_logs(store.read())
    other.write(lambda db: merging.take(db, old))
    other.write(lambda db: profiles.add(db, "both", members=("anna",)))
    store.write(lambda db: queues.keep(db, "both", {"title": WORD}))
    for who in (NAME, "anna"):
        store.write(lambda db, who=who: erasing.erase(db, who))
    (new,) = whole_logs(store.read())
    other.write(lambda db: merging.take(db, new))
    for each in (store, other):
        assert profiles.names(each.read()) == []
        assert not [one for one in ("both", "anna", WORD) if one in everything(each.read())]


def test_the_files_of_a_library_hold_no_byte_of_it_afterwards(store: Store) -> None:
    store.write(live)
    for _ in range(50):  # values that were written over lie in its pages, too
        store.write(lambda db: act(db, NAME, f"{WORD} again" * 20))
    with closing(sqlite3.connect(store.path)) as earlier:  # a MediaDesk that left what it deleted
        earlier.execute("PRAGMA secure_delete=off")
        rows = [(f"{n}", f"{NAME} {n}" * 50) for n in range(100)]
        earlier.executemany("INSERT INTO queue VALUES(?, ?)", rows)
        earlier.commit()
        earlier.execute("DELETE FROM queue")
        earlier.commit()
    store.write(lambda db: erasing.erase(db, NAME))
    store.scour()
    files = [file for file in store.path.parent.iterdir() if file.is_file()]
    assert len(files) >= 3
    assert not [file.name for file in files if NAME.encode() in file.read_bytes()]


def test_old_and_new_logs_come_in_any_order_and_bring_nothing_back(
    store: Store, other: Store
) -> None:
    store.write(live)
    (old,) = whole_logs(store.read())
    other.write(lambda db: merging.take(db, old))
    assert NAME in everything(other.read())
    other.write(lambda db: oplog.add_event(db, profile=NAME, item="x", kind=EventKind.LIKE))
    store.write(lambda db: erasing.erase(db, NAME))
    (new,) = whole_logs(store.read())
    for log in (new, old, new):
        other.write(lambda db, log=log: merging.take(db, log))
        assert NAME not in everything(other.read())
    assert _merged(store) == _merged(other, of=old.device)
    (theirs,) = whole_logs(other.read())
    store.write(lambda db: merging.take(db, theirs))
    assert store.write(lambda db: merging.common(db, old)) == old.ops[-1][1]
    assert NAME not in everything(store.read())
    store.write(lambda db: oplog.add_event(db, profile=NAME, item="x", kind=EventKind.LIKE))
    (newer,) = whole_logs(store.read())
    other.write(lambda db: merging.take(db, newer))
    assert len(list(oplog.events(other.read(), profile=NAME))) == 1, "somebody new"


def test_who_hears_of_it_first_takes_an_old_log_without_it(store: Store, other: Store) -> None:
    store.write(live)
    (old,) = whole_logs(store.read())
    device = "0123456789abcdef"
    stone = (device, 1, old.ops[-1][2] + 5, erasing.STONE, erasing.digest(NAME), "", "null", None,
             "", None)  # fmt: skip
    other.write(lambda db: merging.take(db, Log(device=device, name="third", ops=[stone], acts=())))
    other.write(lambda db: merging.take(db, old))
    told = everything(other.read())
    assert NAME not in told
    assert f"{WORD} undone" not in told
    assert f"{WORD} of anna" in told


def test_an_erased_log_is_no_other_one_though_nobody_told_why(store: Store, other: Store) -> None:
    store.write(live)
    (old,) = whole_logs(store.read())
    other.write(lambda db: merging.take(db, old))
    stones = {erasing.digest(NAME): old.ops[-1][2]}
    emptied = replace(old, ops=[erasing.without(row, stones) for row in old.ops if row[8] == NAME])
    other.write(lambda db: merging.take(db, emptied))
    assert other.write(lambda db: merging.common(db, emptied)) == emptied.ops[-1][1]


def test_an_act_is_forgotten_though_it_was_heard_that_it_was_taken_back_before_what_it_did(
    store: Store, other: Store
) -> None:
    done = store.write(lambda db: act(db, NAME, WORD))
    first = store.write(oplog.device_id)
    renamed = store.write(lambda db: oplog.branch(db, first, after=1))
    store.write(lambda db: changes.undo(db, done))
    other.write(lambda db: profiles.add(db, NAME))
    other.write(lambda db: erasing.erase(db, NAME))
    for device in (renamed, first):
        log = merging.log(store.read(), device)
        other.write(lambda db, log=log: merging.take(db, log))
    assert WORD not in everything(other.read())


def test_who_listens_hears_what_is_done_after_somebody_was_erased(store: Store) -> None:
    like = partial(oplog.add_event, item="film", kind=EventKind.LIKE)
    store.write(lambda db: like(db, profile="anna"))
    store.write(lambda db: [like(db, profile=NAME, at=float(n)) for n in range(9)])
    _, mark = plugins.unheard(store.read(), "diary", "diary", limit=9)
    assert mark is not None
    store.write(lambda db: plugins.heard(db, "diary", "diary", mark))
    store.write(lambda db: erasing.erase(db, NAME))
    store.write(lambda db: like(db, profile="anna", at=1.0))
    news, _ = plugins.unheard(store.read(), "diary", "diary", limit=9)
    assert [event.at for event in news] == [1.0]


def _merged(store: Store, of: str | None = None) -> list[tuple[object, ...]]:
    device = of or store.write(oplog.device_id)
    return [(*row[:6], row[8], row[9]) for row in merging.ops(store.read(), device)]
