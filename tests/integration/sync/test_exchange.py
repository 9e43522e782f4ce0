"""What two devices say to each other, one case at a time."""

import os
import time
from functools import partial
from pathlib import Path
from unittest.mock import Mock, patch

import pytest
from filelock import FileLock
from sharing import Device, both
from whole_logs import whole_logs

from mediadesk.api import Event, EventKind, UserError
from mediadesk.recommend.history import History
from mediadesk.store import (
    Database,
    Store,
    bundles,
    changes,
    erasing,
    merging,
    oplog,
    registers,
    safety,
    versions,
)
from mediadesk.sync import bundle


def test_what_is_taken_back_elsewhere_is_taken_back_here_and_done_again(
    pair: tuple[Device, Device],
) -> None:
    first, second = pair
    first.say("before")
    act = first.say("after")
    both(pair)
    assert second.note == "after"
    taken = first.undo(act)
    both(pair)
    assert second.note == "before"
    second.undo(taken)
    both(pair)
    assert (first.note, second.note) == ("after", "after")


def test_taking_back_may_come_before_what_is_taken_back(tmp_path: Path) -> None:
    shared = [tmp_path / name for name in ("here", "there")]
    for each in shared:
        each.mkdir()
    first, second, third = (Device(tmp_path / n, shared[0]) for n in ("1", "2", "3"))
    act = first.say("mistake")
    first.sync()
    second.sync()
    second.undo(act)
    second.shared = third.shared = shared[1]
    second.sync()
    third.sync()
    third.shared = shared[0]
    third.sync()
    assert third.note is None


def test_a_file_that_is_another_devices_under_our_name_is_replaced(
    pair: tuple[Device, Device],
) -> None:
    first, second = pair
    first.say("ours")
    first.sync()
    ours = next(first.shared.iterdir())
    second.say("theirs")
    second.sync()
    theirs = next(each for each in first.shared.iterdir() if each != ours)
    ours.write_bytes(theirs.read_bytes())
    assert first.sync().given == 1
    assert bundle.read(ours) == whole_logs(first.store.read())


def test_an_older_file_that_is_brought_back_takes_nothing_away(pair: tuple[Device, Device]) -> None:
    first, second = pair
    first.say("old")
    first.sync()
    [file] = first.shared.iterdir()
    old = file.read_bytes()
    first.say("new")
    both(pair)
    file.write_bytes(old)
    [new] = set(first.shared.iterdir()) - {file}
    for kept in (new, file):  # beside the one that it is a part of, and instead of that
        kept.write_bytes(old)
        assert not second.sync().taken
        assert second.note == "new"
        first.sync()
        assert list(first.shared.iterdir()) == [new]
        assert bundle.read(new) == whole_logs(first.store.read())
        new.unlink()


def test_who_was_erased_elsewhere_goes_from_our_file_though_it_could_not_be_written_at_first(
    pair: tuple[Device, Device],
) -> None:
    first, second = pair
    for each in pair:
        each.store.write(
            partial(oplog.add_event, profile="Ann", item="item", kind=EventKind.LIKE, value=1.0)
        )
    both(pair)
    first.store.write(partial(erasing.erase, profile="Ann"))
    first.sync()
    with (
        patch.object(bundle, "write", side_effect=OSError(28, "No space left")),
        pytest.raises(UserError, match="free some space"),
    ):
        second.sync()
    second.sync()
    for file in first.shared.iterdir():
        assert all(row[8] != "Ann" for log in bundle.read(file) for row in log.ops)


def test_looking_changes_nothing(pair: tuple[Device, Device]) -> None:
    first, second = pair
    first.say("news")
    first.sync()
    second.say("mine")
    told = second.sync(dry_run=True)
    assert [each.merged.acts for each in told.taken] == [("Wrote news",)]
    assert told.given == 1
    assert second.note == "mine"
    assert not bundles.listed(second.store.read())
    assert len(list(first.shared.iterdir())) == 1


def test_who_is_restored_takes_up_again_what_the_backup_did_not_have(
    pair: tuple[Device, Device],
) -> None:
    first, _ = pair
    first.say("old")
    name = first.store.write(oplog.device_id)
    backup = first.store.backup()
    first.say("newer")
    both(pair)
    first.store.close()
    safety.stage(first.library, backup)
    first.store = Store(first.library)
    assert first.note == "old"
    assert first.store.write(oplog.device_id) != name
    first.say("after the restore", field="title")
    both(pair)
    for device in pair:
        assert device.note == "newer"
        assert registers.having(device.store.read(), "title") == {"item": "after the restore"}


def test_a_library_that_was_put_back_by_hand_parts_from_its_own_file(
    pair: tuple[Device, Device],
) -> None:
    first, second = pair
    first.say("old")
    first.store.write(
        lambda db: oplog.add_event(db, profile="me", item="item", kind=EventKind.LIKE)
    )
    first.sync()
    backup = first.store.backup()
    first.say("newer")
    both(pair)
    first.put_back(backup)
    said = first.say("put back", field="title")
    liked = first.store.write(
        lambda db: oplog.add_event(db, profile="me", item="item", kind=EventKind.LESS)
    )
    first.store.write(
        lambda db: oplog.add_event(
            db, profile="me", item="item", kind=EventKind.UNDO, context={"event": liked.id}
        )
    )
    both(pair)
    events = [list(oplog.events(each.store.read())) for each in pair]
    assert events[0] == events[1]
    less = next(each for each in events[1] if each.kind is EventKind.LESS)
    assert events[1][-1].context == {"event": less.id}
    for device in pair:
        assert device.note == "newer"
        assert registers.having(device.store.read(), "title") == {"item": "put back"}
    first.undo(said)
    both(pair)
    assert not registers.having(second.store.read(), "title")


def test_a_library_that_was_put_back_by_hand_and_then_restored_parts_from_its_file(
    pair: tuple[Device, Device],
) -> None:
    first, _ = pair
    first.say("old")
    first.sync()
    backup = first.store.backup()
    first.say("newer")
    both(pair)
    first.put_back(backup)
    first.say("put back", field="title")
    later = first.store.backup()
    first.store.close()
    safety.stage(first.library, later)
    first.store = Store(first.library)
    both(pair)
    logs = [each.store.read().conn.execute("SELECT * FROM op").fetchall() for each in pair]
    assert logs[0] == logs[1]
    for device in pair:
        assert device.note == "newer"
        assert registers.having(device.store.read(), "title") == {"item": "put back"}


def test_who_answers_a_clock_that_is_ahead_has_the_last_word(pair: tuple[Device, Device]) -> None:
    first, second = pair
    ahead = time.time_ns() + 30 * 365 * 86_400 * 10**9
    with patch("mediadesk.store.oplog.time.time_ns", return_value=ahead):
        first.say("of the year 2056")
    both(pair)
    second.say("of today")
    both(pair)
    assert (first.note, second.note) == ("of today", "of today")


def test_an_act_of_another_device_is_not_the_last_one_here(pair: tuple[Device, Device]) -> None:
    first, second = pair
    second.say("mine")
    first.say("theirs", field="title")
    both(pair)
    second.store.write(changes.undo)
    assert second.note is None
    assert registers.having(second.store.read(), "title") == {"item": "theirs"}


def test_a_file_that_could_not_be_taken_over_is_tried_again(
    pair: tuple[Device, Device],
) -> None:
    first, second = pair
    first.say("news")
    first.sync()
    [file] = first.shared.iterdir()
    os.utime(file, (1e9, 1e9))
    with patch("mediadesk.sync.bundle.FORMAT", 0):  # as of before an update
        assert "update this one" in second.sync().problems[0]
    assert second.sync().taken
    assert second.note == "news"


def test_a_device_says_nothing_is_wrong_with_a_file_that_it_has_just_made_anew(
    pair: tuple[Device, Device],
) -> None:
    first, _ = pair
    first.say("news")
    first.sync()
    [file] = first.shared.iterdir()
    file.write_bytes(b"torn")
    report = first.sync()
    assert (report.given, report.problems) == (1, ())


def test_two_processes_do_not_sync_one_library_at_once(pair: tuple[Device, Device]) -> None:
    first, _ = pair
    first.say("news")
    with (
        FileLock(first.library.with_name("sync.lock")),
        patch("mediadesk.sync.alone._WAIT_S", 0.01),
        pytest.raises(UserError, match="is being synced already"),
    ):
        first.sync()
    assert first.sync().given == 1


def test_what_another_took_back_is_done_again_only_when_it_has_come(tmp_path: Path) -> None:
    shared = [tmp_path / name for name in ("here", "there")]
    for each in shared:
        each.mkdir()
    first, second, third = (Device(tmp_path / n, shared[0]) for n in ("1", "2", "3"))

    def like(db: Database) -> str:
        event = Event(id="", profile="me", item="item", kind=EventKind.LIKE, at=time.time())
        made = changes.begin(db, "Liked", items=1)
        oplog.add_events(db, [event], change=made.id)
        return made.id

    act = first.store.write(like)
    first.sync()
    second.sync()
    taken = second.undo(act)
    second.shared = third.shared = shared[1]
    second.sync()
    third.sync()
    with pytest.raises(UserError, match="has not come from its device yet"):
        third.undo(taken)
    third.shared = shared[0]
    third.sync()
    third.undo(taken)
    assert History().states(third.store.read(), "me")["item"].liked


def test_who_parts_from_its_file_agrees_with_others_on_what_was_said_at_once(
    pair: tuple[Device, Device],
) -> None:
    first, second = pair
    now = time.time_ns()
    names = [first.store.write(oplog.device_id), second.store.write(oplog.device_id)]
    for n, device in enumerate(pair):
        with patch("mediadesk.store.oplog.time.time_ns", return_value=now):
            device.say(f"Note {n}")
    both(pair)
    for made in ("0" * 16, "f" * 16):  # it comes before the other one's, and behind
        with patch("mediadesk.store.oplog.uuid.uuid4", return_value=Mock(hex=made)):
            first.store.write(lambda db: merging.part(db, oplog.device_id(db), after=0))
        assert first.store.write(oplog.device_id) == made
        wanted = ["Note 1", "Note 0"] if made > names[1] else ["Note 0", "Note 1"]
        assert first.note == "\n\n".join(wanted)


def test_a_library_of_before_syncing_gets_a_home(pair: tuple[Device, Device]) -> None:
    first, _ = pair
    name = first.store.write(oplog.device_id)
    first.store.write(lambda db: db.conn.execute("UPDATE device SET home = NULL"))
    assert first.store.write(oplog.device_id) == name
    homes = first.store.read().conn.execute("SELECT home FROM device").fetchall()
    assert homes != [(None,)]


def test_who_looks_on_sees_what_came_late_as_whoever_looks_anew(tmp_path: Path) -> None:
    shared = [tmp_path / name for name in ("here", "there")]
    for each in shared:
        each.mkdir()
    first, second, third = (Device(tmp_path / n, shared[0]) for n in ("1", "2", "3"))
    later = time.time() + 1_000  # the clock of the first is before that of the others

    def like(db: Database) -> str:
        event = Event(id="", profile="me", item="item", kind=EventKind.LIKE, at=later)
        made = changes.begin(db, "Liked", items=1)
        oplog.add_events(db, [event], change=made.id)
        return made.id

    act = first.store.write(like)
    first.sync()
    second.sync()
    second.undo(act)
    second.shared = third.shared = shared[1]
    second.sync()
    third.sync()
    history = History()
    assert not history.states(third.store.read(), "me")
    third.shared = shared[0]
    third.sync()
    assert not history.states(third.store.read(), "me")
    assert history.states(third.store.read(), "me") == History().states(third.store.read(), "me")


def test_events_of_one_moment_come_in_one_order_everywhere(pair: tuple[Device, Device]) -> None:
    now = time.time_ns()
    for device in pair:
        with patch("mediadesk.store.oplog.time.time_ns", return_value=now):
            device.store.write(
                lambda db: oplog.add_event(
                    db, profile="me", item="item", kind=EventKind.LIKE, at=1e9
                )
            )
    both(pair)
    told = [[each.id for each in oplog.events(device.store.read())] for device in pair]
    assert told[0] == told[1]


def test_two_devices_that_say_different_things_at_once_agree_afterwards(
    pair: tuple[Device, Device],
) -> None:
    now = time.time_ns()
    for n, device in enumerate(pair):
        with patch("mediadesk.store.oplog.time.time_ns", return_value=now):
            device.store.write(lambda db, n=n: versions.follow(db, old="item", new=f"item {n}"))
            device.say(f"Note {n}")
    both(pair)
    said = [
        device.store.read().conn.execute("SELECT * FROM register, alias").fetchall()
        for device in pair
    ]
    assert said[0] == said[1]
    assert len(said[0]) == 1


def test_who_has_heard_of_an_edit_has_the_last_word_though_its_clock_is_years_behind(
    pair: tuple[Device, Device],
) -> None:
    first, second = pair
    first.say("before", "title")
    both(pair)
    ago = time.time_ns() - 20 * 365 * 86_400 * 10**9
    with patch("mediadesk.store.oplog.time.time_ns", return_value=ago):
        second.say("after", "title")
    both(pair)
    said = [registers.having(device.store.read(), "title")["item"] for device in pair]
    assert said == ["after", "after"]


def test_of_two_words_at_one_time_that_of_the_greater_name_counts_also_when_folded_anew(
    pair: tuple[Device, Device],
) -> None:
    said = {}
    with patch("time.time_ns", lambda: 4 * 10**18):
        for device, text in zip(pair, ("one", "two"), strict=True):
            device.say(text, field="title")
            said[device.store.write(oplog.device_id)] = text
    both(pair)
    for device in pair:
        assert registers.having(device.store.read(), "title") == {"item": said[max(said)]}
        device.store.write(lambda db: registers.refold(db, ["item"]))
        assert registers.having(device.store.read(), "title") == {"item": said[max(said)]}
