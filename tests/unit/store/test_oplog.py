import time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from mediadesk.api import Event, EventKind
from mediadesk.store import Store, oplog, versions


def _like(store: Store, item: str, *, profile: str = "me", at: float | None = None) -> Event:
    return store.write(
        lambda db: oplog.add_event(
            db, profile=profile, item=item, kind=EventKind.LIKE, context={"shelf": "新"}, at=at
        )
    )


def _alias(store: Store, old: str, new: str) -> None:
    store.write(lambda db: versions.follow(db, old=old, new=new))


def _items(store: Store) -> list[str]:
    return [event.item for event in oplog.events(store.read())]


def test_an_event_comes_back_as_it_was(store: Store) -> None:
    event = _like(store, "a", at=12.5)
    assert list(oplog.events(store.read())) == [event]
    assert (event.at, event.context, event.kind) == (12.5, {"shelf": "新"}, EventKind.LIKE)


def test_events_come_by_profile_and_by_item_in_the_order_of_time(store: Store) -> None:
    late = _like(store, "a", at=20)
    early = _like(store, "b", at=10)
    other = _like(store, "a", profile="you", at=5)
    assert list(oplog.events(store.read(), profile="me")) == [early, late]
    assert list(oplog.events(store.read(), items=["a"])) == [other, late]


def test_events_come_from_a_moment_on(store: Store) -> None:
    said = [_like(store, "a", at=at) for at in (10, 20, 30)]
    assert list(oplog.events(store.read(), profile="me", since=20)) == said[1:]


def test_the_clock_grows_strictly_even_when_that_of_the_machine_goes_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time_ns()
    for step in (0, 10**9, -(10**12), 0, 0, 1):
        monkeypatch.setattr(time, "time_ns", lambda step=step: now + step)
        _like(store, "a")
    rows = store.read().conn.execute("SELECT seq, hlc FROM op ORDER BY seq").fetchall()
    assert [seq for seq, _ in rows] == [1, 2, 3, 4, 5, 6]
    clocks = [hlc for _, hlc in rows]
    assert all(one < other for one, other in pairwise(clocks))
    assert clocks[0] == now // 1000


def test_every_event_stands_in_the_log_too_under_its_own_id(store: Store) -> None:
    event = _like(store, "a")
    [row] = store.read().query("SELECT device || ':' || seq AS id, kind, item FROM op")
    assert row == {"id": event.id, "kind": "event", "item": "a"}


def test_the_device_keeps_its_id(store: Store) -> None:
    assert store.write(oplog.device_id) == store.write(oplog.device_id)


def test_history_follows_a_chain_of_replacements(store: Store) -> None:
    _like(store, "a")
    for old, new in (("a", "b"), ("b", "c"), ("c", "d")):
        _alias(store, old, new)
    assert _items(store) == ["d"]
    assert [event.item for event in oplog.events(store.read(), items=["d"])] == ["d"]
    assert list(oplog.events(store.read(), items=["a"])) == []


def test_content_that_comes_back_ends_its_alias(store: Store) -> None:
    _like(store, "a")
    _alias(store, "a", "b")
    _alias(store, "b", "a")
    assert _items(store) == ["a"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(places=st.lists(st.sampled_from("abcd"), min_size=2, max_size=12))
def test_after_any_replacements_in_one_place_history_is_where_the_content_is(
    store: Store, places: list[str]
) -> None:
    def clear(db: Database) -> None:
        for table in ("alias", "event", "op"):
            db.conn.execute(f"DELETE FROM {table}")

    store.write(clear)
    _like(store, places[0])
    for old, new in pairwise(places):
        if old != new:
            _alias(store, old, new)
    assert _items(store) == [places[-1]]


def test_where_the_log_ends_is_told_without_reading_it(store: Store) -> None:
    likes = [
        Event(id="", profile="me", item=f"i{n}", kind=EventKind.LIKE, at=float(n))
        for n in range(1_000)
    ]
    store.write(lambda db: oplog.add_events(db, likes))
    steps: list[int] = []
    db = store.read()
    db.conn.set_progress_handler(lambda: steps.append(1), 100)
    end, _ = oplog.last_event(db)
    db.conn.set_progress_handler(None, 0)
    assert end == 1_000
    assert len(steps) < 5, "hundreds of steps, not one for each edit"
