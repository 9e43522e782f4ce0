"""Devices are named, revoked and allowed again, and all of them come to the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sharing import Device, both

from mediadesk.api import EventKind, UserError
from mediadesk.engine import sync_views
from mediadesk.engine.messages import DeviceView
from mediadesk.recommend.history import History
from mediadesk.store import Database, Store, devices, oplog, registers, safety
from mediadesk.store.devices import bounds

_PEOPLE_SEE = {
    "op": "SELECT * FROM op ORDER BY device, seq",
    "event": "SELECT id, hlc, profile, item, kind, at, value, json(context) FROM event ORDER BY id",
    "register": "SELECT * FROM register ORDER BY item, profile, field",
    "change": "SELECT id, says, undone FROM change ORDER BY id",
}


@pytest.fixture
def three(tmp_path: Path) -> Iterator[tuple[Device, Device, Device]]:
    (tmp_path / "shared").mkdir()
    made = [Device(tmp_path / name, tmp_path / "shared") for name in ("desk", "laptop", "lost")]
    yield made[0], made[1], made[2]
    for each in made:
        each.store.close()


def name(device: Device) -> str:
    return device.store.write(oplog.device_id)


def state(device: Device) -> dict[str, list[tuple[object, ...]]]:
    conn = device.store.read().conn
    return {table: conn.execute(sql).fetchall() for table, sql in _PEOPLE_SEE.items()}


def like(device: Device, item: str = "item") -> None:
    device.store.write(lambda db: oplog.add_event(db, profile="me", item=item, kind=EventKind.LIKE))


def revoke(device: Device, other: Device) -> None:
    wanted = name(other)
    device.store.write(lambda db: devices.revoke(db, wanted))


def test_what_a_revoked_device_says_beyond_what_was_known_counts_nowhere(
    three: tuple[Device, Device, Device],
) -> None:
    desk, laptop, lost = three
    act = desk.say("mine", field="title")
    lost.say("known")
    both((desk, lost))
    lost.say("stolen")
    lost.undo(act)
    like(lost)
    lost.sync()
    laptop.sync()  # it has heard what is not to count
    history = History()
    assert laptop.note == "stolen"
    assert history.states(laptop.store.read(), "me")["item"].liked
    assert "title" not in registers.values(laptop.store.read(), ["item"])["item"]
    revoke(desk, lost)
    for device in (desk, laptop, desk, laptop):
        device.sync()
    assert state(desk) == state(laptop)
    assert laptop.note == "known"
    assert registers.values(laptop.store.read(), ["item"])["item"]["title"] == "mine"
    assert not history.states(laptop.store.read(), "me")
    lost.say("stolen again")
    lost.sync()
    assert not desk.sync().taken
    assert not laptop.sync().taken
    assert lost.note == "stolen again", "it keeps its own"


def test_who_is_allowed_again_is_heard_from_the_beginning(
    three: tuple[Device, Device, Device],
) -> None:
    desk, laptop, lost = three
    lost.say("known")
    for device in (lost, desk, laptop):
        device.sync()
    revoke(desk, lost)
    desk.sync()
    lost.say("found under the sofa")
    for device in (lost, laptop, desk):
        device.sync()
    wanted = name(lost)
    desk.store.write(lambda db: devices.allow(db, wanted))
    for device in (desk, laptop, laptop, desk, lost, desk, laptop):
        device.sync()
    assert state(desk) == state(laptop) == state(lost)
    assert desk.note == "found under the sofa"


def test_a_device_can_not_take_back_that_it_was_revoked(
    three: tuple[Device, Device, Device],
) -> None:
    desk, laptop, lost = three
    lost.say("known")
    both((desk, lost))
    revoke(desk, lost)
    desk.sync()
    lost.sync()
    lost.store.write(lambda db: devices.allow(db, oplog.device_id(db)))
    lost.say("stolen")
    lost.sync()
    for device in (laptop, desk, laptop):
        device.sync()
    assert [each.device for each in bounds(laptop.store.read())] == [name(lost)]
    assert state(desk) == state(laptop)
    assert laptop.note == "known"


def test_of_several_revocations_the_last_word_counts(
    three: tuple[Device, Device, Device],
) -> None:
    desk, laptop, lost = three
    lost.say("first")
    for device in (lost, desk):
        device.sync()
    lost.say("second")
    for device in (lost, laptop):
        device.sync()
    revoke(desk, lost)
    revoke(laptop, lost)
    for device in (desk, laptop, desk, desk, laptop):
        device.sync()
    assert state(desk) == state(laptop)
    assert desk.note == "second"


def listed(device: Device) -> list[DeviceView]:
    return sync_views.listed(device.store.read())


def test_one_that_is_restored_after_it_was_revoked_is_told_so_and_can_be_allowed(
    three: tuple[Device, Device, Device],
) -> None:
    desk, laptop, lost = three
    for device in (desk, lost):
        device.say("known")
    both((desk, lost))
    backup = lost.store.backup()
    lost.say("beyond")
    lost.sync()
    former = name(lost)
    revoke(desk, lost)
    lost.store.close()
    safety.stage(lost.library, backup)
    lost.store = Store(lost.library)
    lost.say("after the restore", field="title")
    for device in (lost, desk, lost, laptop):
        device.sync()
    assert (lost.note, desk.note, laptop.note) == ("beyond", "known", "known")
    for device in (desk, laptop):
        assert former in [each.id for each in listed(device) if each.revoked]
    mine = next(each for each in listed(lost) if each.mine)
    assert mine.revoked
    assert "has revoked this device" in (mine.problem or "")
    desk.store.write(lambda db: devices.allow(db, former))
    for device in (desk, lost, desk, laptop, laptop):
        device.sync()
    assert state(desk) == state(laptop) == state(lost)
    assert not any(each.revoked for device in three for each in listed(device))
    called = next(each.name for each in listed(desk) if each.id == name(lost))
    desk.store.write(lambda db: devices.rename(db, oplog.device_id(db), "Desk"))
    revoke(desk, lost)
    desk.store.write(lambda db: devices.revoke(db, former))
    assert [each.id for each in listed(desk) if each.revoked] == [name(lost)], "told once"
    assert sync_views.find(desk.store.read(), called).id == name(lost), "and found by its name"
    desk.store.write(lambda db: devices.rename(db, oplog.device_id(db), called))
    with pytest.raises(UserError, match="More than one device is") as several:
        sync_views.find(desk.store.read(), called)
    assert all(f"“{name(each)[:8]}”" in str(several.value) for each in (desk, lost))


def test_what_another_device_took_back_stays_what_it_was_when_a_library_put_back_goes_on(
    three: tuple[Device, Device, Device],
) -> None:
    other, mine = sorted(three[:2], key=name)  # whose files are read first
    backup = mine.store.backup()
    like(mine)
    both((mine, other))
    liked = next(oplog.events(other.store.read()))
    other.store.write(
        lambda db: oplog.add_event(
            db,
            profile="me",
            item="item",
            kind=EventKind.UNDO,
            context={"event": liked.id},
        )
    )
    other.sync()
    mine.put_back(backup)
    like(mine, "another item")  # by the number of the first
    for device in (mine, other, mine, other):
        assert not device.sync().problems
    assert state(mine) == state(other)
    assert [*History().states(mine.store.read(), "me")] == ["another item"]


def test_devices_are_named_by_people_on_all_of_them_and_found_by_name(
    three: tuple[Device, Device, Device],
) -> None:
    desk, laptop, lost = three
    both((desk, laptop))
    wanted = name(laptop)

    def rename(db: Database) -> None:
        devices.rename(db, wanted, "Kitchen")

    laptop.say("something")
    both((desk, laptop))
    desk.store.write(rename)
    both((desk, laptop))
    for device in (desk, laptop):
        assert sync_views.find(device.store.read(), "kitchen").id == wanted
        assert sync_views.find(device.store.read(), wanted[:6]).name == "Kitchen"
    with pytest.raises(UserError, match="There is no device “Cellar”"):
        sync_views.find(desk.store.read(), "Cellar")
    with pytest.raises(UserError, match="There is no device “ ”"):
        sync_views.find(desk.store.read(), " ")
    revoke(desk, lost)
    assert {each.name: each.revoked_by for each in devices.listed(laptop.store.read())}[
        "Kitchen"
    ] == ""


@pytest.mark.parametrize("is_known", [True, False], ids=["named before", "named after"])
def test_one_that_was_named_and_put_back_is_one_by_that_name(
    three: tuple[Device, Device, Device], *, is_known: bool
) -> None:
    desk, laptop = three[:2]
    wanted = name(laptop)
    laptop.say("something")
    both((desk, laptop))
    backup = laptop.store.backup()
    desk.store.write(lambda db: devices.rename(db, wanted, "Kitchen"))
    both((desk, laptop))
    if is_known:
        backup = laptop.store.backup()
    laptop.say("else")
    both((desk, laptop))
    laptop.put_back(backup)
    laptop.say("anew")
    both((desk, laptop))
    assert name(laptop) != wanted
    for device in (desk, laptop):
        told = sync_views.listed(device.store.read())
        assert [each.name for each in told].count("Kitchen") == 1
        assert len(told) == 2
