"""Profiles and the household's PIN are said as fields, so that all devices come to the same."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from whole_logs import whole_logs

from mediadesk.store import Database, Store, erasing, merges, merging, pins, profiles, registers
from mediadesk.store.profiles import PROFILE, Profile
from mediadesk.store.registers import Edit

LIMITS = {"max_age": 6, "allowed_tags": ["ours"]}
PINS = {name: {"salt": name * 32, "hashed": name * 64} for name in "abc"}


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "other" / "library.db")
    yield opened
    opened.close()


def tell(source: Store, to: Store) -> None:
    for log in whole_logs(source.read()):
        to.write(lambda db, log=log: merging.take(db, log))


def found(*stores: Store) -> list[list[Profile]]:
    return [
        [profiles.find(store.read(), name) for name in profiles.names(store.read())]
        for store in stores
    ]


def test_a_profile_comes_to_another_device_with_its_members_and_limits(
    store: Store, other: Store
) -> None:
    def live(db: Database) -> None:
        for name in ("anna", "kid"):
            profiles.add(db, name)
        profiles.limit(db, "kid", LIMITS)
        profiles.add(db, "both", members=("anna", "kid"))

    store.write(live)
    tell(store, other)
    assert found(store, other)[1] == [
        Profile(name="anna"),
        Profile(name="both", members=("anna", "kid")),
        Profile(name="kid", limits=LIMITS),
    ]
    other.write(lambda db: profiles.limit(db, "kid", None))
    other.write(lambda db: profiles.add(db, "both", members=("anna", "me")))
    store.write(lambda db: profiles.add(db, "anna"))  # says nothing new
    tell(other, store)
    assert found(store)[0] == found(other)[0]
    assert found(store)[0][1:] == [
        Profile(name="both", members=("anna", "me")), Profile(name="kid"),
    ]  # fmt: skip
    rows = [
        each.read().conn.execute("SELECT * FROM profile ORDER BY id").fetchall()
        for each in (store, other)
    ]
    assert rows[0] == rows[1]


def of_older(*rows: tuple[str, float, str, str | None]) -> Callable[[Database], object]:
    sql = "INSERT INTO profile(id, name, added_at, members, limits) VALUES(?1, ?1, ?2, ?3, ?4)"
    return lambda db: db.conn.executemany(sql, rows)


def test_those_of_an_older_mediadesk_are_told_once_and_take_nothing_from_each_other(
    store: Store, other: Store
) -> None:
    store.write(of_older(("me", 5.0, "[]", None), ("kid", 6.0, "[]", '{"max_age": 6}')))
    other.write(of_older(("me", 7.0, "[]", None), ("kid", 8.0, "[]", None)))
    for each in (store, other):
        assert profiles.has_untold(each.read())
        each.write(profiles.tell)
        assert not profiles.has_untold(each.read())
    tell(store, other)
    tell(other, store)
    assert found(store)[0] == found(other)[0]
    assert found(store)[0] == [
        Profile(name="kid", limits={"max_age": 6}), Profile(name="me"),
    ]  # fmt: skip
    assert not profiles.has_untold(store.read())


def test_who_was_erased_does_not_come_back_with_an_older_mediadesk_and_may_be_anew(
    store: Store, other: Store
) -> None:
    store.write(lambda db: profiles.add(db, "kid"))
    store.write(lambda db: profiles.limit(db, "kid", LIMITS))
    other.write(of_older(("kid", 6.0, "[]", '{"max_age": 6}')))
    store.write(lambda db: erasing.erase(db, "kid"))
    other.write(profiles.tell)
    tell(other, store)
    tell(store, other)
    assert found(store, other) == [[], []]
    other.write(lambda db: profiles.add(db, "kid"))
    tell(other, store)
    assert found(store)[0] == found(other)[0]
    assert [each.name for each in found(store)[0]] == ["kid"]


def test_groups_of_each_other_are_persons(store: Store, other: Store) -> None:
    store.write(lambda db: profiles.add(db, "a", members=("b", "c")))
    other.write(lambda db: profiles.add(db, "b", members=("a", "c")))
    tell(other, store)
    assert [each.members for each in found(store)[0]] == [("c",), ("c",)]


def test_the_first_pin_counts_until_whoever_knows_it_takes_another(
    store: Store, other: Store
) -> None:
    store.write(lambda db: pins.keep(db, **PINS["a"]))
    other.write(lambda db: pins.keep(db, **PINS["b"]))
    other.write(lambda db: pins.keep(db, **PINS["c"]))  # knows the second one
    tell(other, store)
    tell(store, other)
    for each in (store, other):
        assert (pins.known(each.read()) or {})["hash"] == "a" * 64
    other.write(lambda db: pins.keep(db, **PINS["b"]))
    tell(other, store)
    assert (pins.known(store.read()) or {})["hash"] == "b" * 64


@pytest.mark.parametrize("years", [-30, 30])
def test_no_clock_makes_a_pin_the_first_that_was_taken_after_the_household_was_heard_of(
    store: Store, other: Store, years: int
) -> None:
    store.write(lambda db: profiles.add(db, "kid"))
    tell(store, other)
    store.write(lambda db: pins.keep(db, **PINS["a"]))
    store.write(lambda db: profiles.limit(db, "kid", LIMITS))
    if years < 0:
        tell(store, other)  # who is behind must have heard of it
    skewed = time.time_ns() + years * 365 * 86_400 * 10**9
    with patch("mediadesk.store.oplog.time.time_ns", return_value=skewed):
        stray = {"salt": PINS["b"]["salt"], "hash": PINS["b"]["hashed"], "after": ""}
        edit = Edit(item=pins.HOUSEHOLD, field="pin", value=stray)
        other.write(lambda db: registers.write(db, [edit]))
    tell(other, store)
    tell(store, other)
    for each in (store, other):
        assert (pins.known(each.read()) or {})["hash"] == "a" * 64


def test_limits_said_under_a_pin_that_does_not_count_change_none_said_under_one_that_does(
    store: Store, other: Store
) -> None:
    store.write(lambda db: pins.keep(db, **PINS["a"]))
    other.write(lambda db: pins.keep(db, **PINS["b"]))
    store.write(lambda db: profiles.limit(db, "kid", LIMITS))
    for limits in (LIMITS, None):  # by the clock it is the last word
        other.write(lambda db, limits=limits: profiles.limit(db, "kid", limits))
    other.write(lambda db: profiles.limit(db, "guest", LIMITS))
    assert [each.limits for each in found(other)[0]] == [LIMITS, None]
    tell(other, store)
    tell(store, other)
    for each in found(store, other):
        assert each == [Profile(name="guest", limits=LIMITS), Profile(name="kid", limits=LIMITS)]
    for name in ("guest", "kid"):
        other.write(lambda db, name=name: profiles.limit(db, name, None))  # knows the PIN by now
    tell(other, store)
    for each in found(store, other):
        assert each == [Profile(name="guest"), Profile(name="kid")]


def test_taking_back_what_a_sync_brought_lifts_no_limit(store: Store, other: Store) -> None:
    store.write(lambda db: profiles.limit(db, "kid", LIMITS))
    store.write(lambda db: registers.write(db, [Edit(item="a", field="note", value="x")]))
    before = merges.tops(other.read())
    tell(store, other)
    other.write(lambda db: merges.note(db, before))
    other.write(lambda db: merges.undo(db, list))
    assert registers.values(other.read(), ["a"]) == {}
    assert found(other) == [[Profile(name="kid", limits=LIMITS)]]
    assert "limits" in registers.values(other.read(), [PROFILE], profile="kid")[PROFILE]
