"""How many jobs there are is kept, not counted, and must always be what counting gives."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediadesk.api import Item, Kind
from mediadesk.store import Database, Store, backlog, features, jobs, library, locations, roots
from mediadesk.store.jobs import Job, Task
from mediadesk.store.locations import Location

_ROOTS = [Path("/r"), Path("/s")]
_TASKS = [
    Task(name=name, version=1, model="", kinds=("clip",), plugin="plugin")
    for name in ("look", "listen")
]
_COUNTED = """SELECT extractor, state, why, count(*) FROM job WHERE state <> 'parked'
    AND EXISTS(SELECT 1 FROM location WHERE location.item = job.item AND missing = 0)
    GROUP BY extractor, state, why ORDER BY extractor, state, why"""

Act = Callable[[Database], object]


@pytest.fixture(scope="module")
def shared() -> Iterator[Store]:
    """One library for all examples, for to make it takes longest."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "library.db")
        yield store
        store.close()


def _put(place: tuple[int, int], item: str) -> Act:
    """A file is read at a place, be it new there or another."""

    def act(db: Database) -> None:
        root = _ROOTS[place[0]]
        roots.add(db, root)
        at = Location(path=root / str(place[1]), root=root, size=ord(item), mtime_ns=1)
        locations.save_locations(db, [at])
        found = Item(id=item, kind=Kind.CLIP, title=item, path=None)
        library.save_item(db, found, facts={}, location=at)
        jobs.unpark(db, [item])

    return act


def _end(item: str, extractor: str, state: str) -> Act:
    job = Job(item=item, extractor=extractor, suspect=False)

    def act(db: Database) -> None:
        if job in jobs.claim(db, _TASKS, limit=100):
            jobs.finish(db, job, state=state)

    return act


_PLACES = st.tuples(st.integers(0, 1), st.integers(0, 2))
_ITEMS = st.sampled_from("abc")
_NAMES = st.sampled_from([task.name for task in _TASKS])
_ACTS: st.SearchStrategy[Act] = st.one_of(
    st.builds(_put, _PLACES, _ITEMS),
    st.builds(
        lambda place: lambda db: locations.set_missing(db, [f"{_ROOTS[place[0]]}/{place[1]}"]),
        _PLACES,
    ),
    st.builds(
        lambda place: lambda db: locations.leave_out(db, [f"{_ROOTS[place[0]]}/{place[1]}"]),
        _PLACES,
    ),
    st.builds(lambda n: lambda db: locations.set_away(db, _ROOTS[n]), st.integers(0, 1)),
    st.builds(lambda n: lambda db: roots.remove(db, _ROOTS[n]), st.integers(0, 1)),
    st.builds(lambda n: lambda db: roots.add(db, _ROOTS[n]), st.integers(0, 1)),
    st.builds(
        lambda items, state: lambda db: jobs.enqueue(db, _TASKS, items, state=state),
        st.lists(_ITEMS),
        st.sampled_from(["pending", "left"]),
    ),
    st.builds(_end, _ITEMS, _NAMES, st.sampled_from(["done", "skipped", "failed", "suspect"])),
    st.builds(lambda items: lambda db: jobs.requeue(db, items, ["look"]), st.lists(_ITEMS)),
    st.builds(lambda name: lambda db: jobs.cancel(db, name), _NAMES),
    st.builds(lambda name: lambda db: jobs.resume(db, name), _NAMES),
    st.builds(lambda name: lambda db: features.forget(db, name), _NAMES),
    st.builds(lambda n: lambda db: backlog.leave(db, _TASKS[:n], _TASKS[n:]), st.integers(0, 2)),
    st.sampled_from([jobs.park, jobs.retry, jobs.suspect_running]),
)  # fmt: skip


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(_ACTS, max_size=30))
def test_what_is_kept_is_what_counting_gives(shared: Store, acts: list[Act]) -> None:
    def live(db: Database) -> None:
        for table in ("location", "removed", "job", "feature", "alias", "op", "root", "item"):
            db.conn.execute(f"DELETE FROM {table}")
        assert jobs.counts(db) == []
        for act in acts:
            act(db)
            counted = db.conn.execute(_COUNTED).fetchall()
            assert [(c.extractor, c.state, c.why, c.jobs) for c in jobs.counts(db)] == counted

    shared.write(live)


def test_what_changes_while_the_queue_is_filled_is_queued_the_next_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "_SLICE", 2)
    for n, item in enumerate("abcde"):
        store.write(_put((0, n), item))
    store.write(lambda db: backlog.remember(db, {"plugin": _TASKS}))
    slices: list[int] = []

    def enqueue(db: Database, tasks: list[Task], items: list[str], **more: object) -> int:
        slices.append(len(items))
        if len(slices) == 1:
            _put((1, 0), "z")(db)
        return jobs.enqueue(db, tasks, items, **more)

    monkeypatch.setattr(backlog, "enqueue", enqueue)
    assert backlog.fill(store, _TASKS[:1]) == 5
    assert slices == [2, 2, 1]
    assert jobs.lacking(store.read(), _TASKS[0])[0] == ["z"]
    assert backlog.fill(store, _TASKS[:1]) == 1
    assert backlog.fill(store, _TASKS[:1]) == 0
