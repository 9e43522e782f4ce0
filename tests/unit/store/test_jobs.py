from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database

from mediadesk.api import Item, Kind
from mediadesk.store import Store, backlog, features, jobs, library, locations, roots
from mediadesk.store.jobs import Job, Task
from mediadesk.store.locations import Location

_LOOK = Task(name="look", version=1, model="m1", kinds=("clip", "film"))
_LISTEN = Task(name="listen", version=1, model="", kinds=("clip", "song"))
_NAME = Task(name="name", version=1, model="", kinds=("clip", "song"), after=("look", "listen"))


def _add(db: Database, *names: str, kind: Kind = Kind.CLIP) -> None:
    roots.add(db, Path("/r"))
    for name in names:
        place = Location(path=Path("/r") / name, root=Path("/r"), size=1, mtime_ns=1)
        locations.save_locations(db, [place])
        item = Item(id=name, kind=kind, title=name, path=None)
        library.save_item(db, item, facts={}, location=place)


def _job(item: str, extractor: str = "look", *, suspect: bool = False) -> Job:
    return Job(item=item, extractor=extractor, suspect=suspect)


@pytest.fixture
def claim(store: Store) -> Callable[..., list[Job]]:
    return lambda *tasks, limit=100: store.write(lambda db: jobs.claim(db, tasks, limit=limit))


def _finish(store: Store, job: Job, *, state: str, problem: str | None = None) -> None:
    """Have a job run and end."""
    running = [(job.item, job.extractor)]

    def finish(db: Database) -> None:
        db.conn.executemany(
            "UPDATE job SET state = 'running' WHERE item = ? AND extractor = ?", running
        )
        jobs.finish(db, job, state=state, problem=problem)

    store.write(finish)


def _states(store: Store) -> dict[tuple[str, str], str]:
    rows = store.read().conn.execute("SELECT item, extractor, state FROM job")
    return {(item, extractor): state for item, extractor, state in rows}


def test_each_item_gets_the_jobs_of_its_kind_once(store: Store) -> None:
    store.write(lambda db: _add(db, "a"))
    store.write(lambda db: _add(db, "s", kind=Kind.SONG))
    tasks = [_LOOK, _LISTEN]
    assert backlog.fill(store, tasks) == 3
    assert set(_states(store)) == {("a", "look"), ("a", "listen"), ("s", "listen")}
    assert backlog.fill(store, tasks) == 0


def test_a_new_version_or_model_queues_what_was_done_or_failed(store: Store) -> None:
    store.write(lambda db: _add(db, "a", "b"))
    backlog.fill(store, [_LOOK])
    _finish(store, _job("a"), state="done")
    _finish(store, _job("b"), state="failed", problem="It broke.")
    assert backlog.fill(store, [_LOOK]) == 0
    assert jobs.failures(store.read()) == [("b", "look", "It broke.")]
    newer = Task(name="look", version=2, model="m1", kinds=("clip",))
    assert backlog.fill(store, [newer]) == 2
    other = Task(name="look", version=2, model="m2", kinds=("clip",))
    assert backlog.fill(store, [other]) == 2
    assert jobs.failures(store.read()) == []


def test_a_job_is_claimed_once(store: Store, claim: Callable[..., list[Job]]) -> None:
    store.write(lambda db: _add(db, "a", "b", "c"))
    backlog.fill(store, [_LOOK])
    first = claim(_LOOK, limit=2)
    assert len(first) == 2
    second = claim(_LOOK)
    assert {job.item for job in first} | {job.item for job in second} == {"a", "b", "c"}
    assert claim(_LOOK) == []


def test_who_has_nothing_to_do_learns_it_at_once_however_much_waits_for_others(
    store: Store, claim: Callable[..., list[Job]]
) -> None:
    store.write(lambda db: _add(db, *(f"i{n:04}" for n in range(1_000))))
    backlog.fill(store, [_LOOK, _LISTEN])
    steps: list[int] = []
    store.write(lambda db: db.conn.set_progress_handler(lambda: steps.append(1), 100))
    assert claim(Task(name="idle", version=1, model="", kinds=("clip",))) == []
    assert len(steps) < 10, "hundreds of steps, not one for each job of others"
    taken = claim(_LOOK, _LISTEN, limit=3)
    assert [job.item for job in taken] == ["i0000", "i0001", "i0002"], "the oldest first"
    assert len(steps) < 20


def test_a_job_waits_for_those_whose_features_it_reads(
    store: Store, claim: Callable[..., list[Job]]
) -> None:
    store.write(lambda db: _add(db, "a"))
    backlog.fill(store, [_LOOK, _LISTEN, _NAME])
    claim(_LOOK, _LISTEN)
    assert claim(_NAME) == []
    store.write(lambda db: jobs.finish(db, _job("a"), state="done"))
    assert claim(_NAME) == []
    store.write(lambda db: jobs.finish(db, _job("a", "listen"), state="skipped"))
    assert claim(_NAME) == [_job("a", "name")]


def test_a_missing_file_waits_until_it_is_back(
    store: Store, claim: Callable[..., list[Job]]
) -> None:
    store.write(lambda db: _add(db, "a"))
    backlog.fill(store, [_LOOK])
    store.write(lambda db: locations.set_missing(db, ["/r/a"]))
    assert claim(_LOOK) == []
    assert jobs.counts(store.read()) == []
    store.write(
        lambda db: locations.save_locations(
            db, [Location(path=Path("/r/a"), root=Path("/r"), size=1, mtime_ns=1)]
        )
    )
    assert claim(_LOOK) == [_job("a")]


def test_what_ran_when_the_engine_died_is_suspect_and_not_failed(
    store: Store, claim: Callable[..., list[Job]]
) -> None:
    store.write(lambda db: _add(db, "a", "b"))
    backlog.fill(store, [_LOOK])
    claim(_LOOK, limit=1)
    assert store.write(jobs.suspect_running) == 1
    assert sorted(_states(store).values()) == ["pending", "suspect"]
    assert len(claim(_LOOK)) == 1
    suspect = store.write(lambda db: jobs.claim_suspect(db, ["look"]))
    assert suspect is not None
    assert suspect.suspect
    assert store.write(lambda db: jobs.claim_suspect(db, ["look"])) is None


def test_a_suspect_that_ends_well_is_done(store: Store, claim: Callable[..., list[Job]]) -> None:
    store.write(lambda db: _add(db, "a"))
    backlog.fill(store, [_LOOK])
    claim(_LOOK)
    store.write(jobs.suspect_running)
    suspect = store.write(lambda db: jobs.claim_suspect(db, ["look"]))
    assert suspect == _job("a", suspect=True)
    store.write(lambda db: jobs.finish(db, _job("a", suspect=True), state="done", took=1.5))
    [count] = jobs.counts(store.read())
    assert (count.extractor, count.state, count.jobs) == ("look", "done", 1)


def test_released_jobs_are_as_they_were(store: Store, claim: Callable[..., list[Job]]) -> None:
    store.write(lambda db: _add(db, "a", "b"))
    backlog.fill(store, [_LOOK])
    claim(_LOOK, limit=1)
    store.write(jobs.suspect_running)
    suspect = store.write(lambda db: jobs.claim_suspect(db, ["look"]))
    assert suspect is not None
    taken = [suspect, *claim(_LOOK)]
    store.write(lambda db: jobs.release(db, taken))
    assert sorted(_states(store).values()) == ["pending", "suspect"]
    rows = store.read().conn.execute("SELECT attempts FROM job ORDER BY attempts").fetchall()
    assert rows == [(0,), (1,)]


def test_changed_subtitles_queue_their_extractor_alone(store: Store) -> None:
    store.write(lambda db: _add(db, "a", "b"))
    backlog.fill(store, [_LOOK, _LISTEN])
    for item in "ab":
        for extractor in ("look", "listen"):
            job = _job(item, extractor)
            _finish(store, job, state="done")
    store.write(lambda db: jobs.requeue(db, ["a"], ["listen"]))
    assert {key for key, state in _states(store).items() if state == "pending"} == {("a", "listen")}
    assert {row[0] for row in jobs.of_item(store.read(), "a")} == {"look", "listen"}


def test_what_was_done_is_parked_while_its_folder_is_out_of_the_library(
    store: Store, claim: Callable[..., list[Job]]
) -> None:
    store.write(lambda db: _add(db, "a", "b"))
    backlog.fill(store, [_LOOK])
    [job] = claim(_LOOK, limit=1)
    store.write(lambda db: jobs.finish(db, job, state="done"))
    store.write(lambda db: roots.remove(db, Path("/r")))
    store.write(jobs.park)
    assert jobs.counts(store.read()) == []
    store.write(lambda db: _add(db, "a", "b"))
    store.write(lambda db: jobs.unpark(db, ["a", "b"]))
    backlog.fill(store, [_LOOK])
    assert {each.state: each.jobs for each in jobs.counts(store.read())} == {
        "done": 1,
        "pending": 1,
    }


def _remembered(db: Database) -> None:
    backlog.remember(db, {"looker": [_LOOK]})


def test_once_all_is_queued_only_what_has_changed_is_looked_at(store: Store) -> None:
    store.write(lambda db: _add(db, "a", "b"))
    store.write(_remembered)
    assert backlog.fill(store, [_LOOK]) == 2
    where, values = jobs.perhaps_lacking(store.read(), _LOOK)
    sql = f"SELECT id FROM item WHERE {where}"
    assert not store.read().conn.execute(sql, values).fetchall()
    plan = str(store.read().conn.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall())
    assert "SCAN item" not in plan
    # It comes anew, has become of another kind, or is in the library again.
    store.write(lambda db: _add(db, "c", "s", kind=Kind.SONG))
    store.write(lambda db: db.conn.execute("UPDATE item SET kind = 'clip' WHERE id = 's'"))
    store.write(lambda db: roots.remove(db, Path("/r")))
    store.write(jobs.park)
    store.write(lambda db: _add(db, "a", "b"))
    assert _waiting(store, [_LOOK], queued=False) == {("look", "pending", "new files"): 2}
    store.write(_remembered)
    assert backlog.fill(store, [_LOOK]) == 3
    assert set(_states(store)) == {("a", "look"), ("b", "look"), ("s", "look")}


def _touch_much(db: Database) -> None:
    """Leave of what was touched only the last, as after much work."""
    db.conn.execute("UPDATE item SET title = 'Anew'")
    db.conn.execute("DELETE FROM touched WHERE seq < (SELECT max(seq) FROM touched)")


@pytest.mark.parametrize(
    "forgetting",
    [
        lambda db: features.forget(db, "look"),
        lambda db: backlog.leave(db, [_LISTEN], []),
        lambda db: backlog.remember(db, {"looker": []}),
        _touch_much,
    ],
)
def test_all_is_looked_at_again_when_jobs_or_what_was_touched_are_forgotten(
    store: Store, forgetting: Callable[[Database], object]
) -> None:
    store.write(lambda db: _add(db, "a", "b"))
    store.write(_remembered)
    backlog.fill(store, [_LOOK])
    store.write(forgetting)
    store.write(lambda db: db.conn.execute("DELETE FROM job"))
    store.write(_remembered)
    assert backlog.fill(store, [_LOOK]) == 2


def _waiting(store: Store, tasks: list[Task], *, queued: bool) -> dict[tuple[str, str, str], int]:
    db = store.read()
    found = Counter[tuple[str, str, str]]()
    for count in jobs.counts(db) + ([] if queued else backlog.unqueued(db, tasks)):
        found[count.extractor, count.state, count.why] += count.jobs
    return {key: number for key, number in found.items() if number}


def test_what_is_to_do_is_told_with_its_reason_before_and_after_it_is_queued(store: Store) -> None:
    store.write(lambda db: _add(db, "a", "b"))
    assert _waiting(store, [_LOOK], queued=False) == {("look", "pending", "new files"): 2}
    backlog.fill(store, [_LOOK])
    assert _waiting(store, [_LOOK], queued=False) == {("look", "pending", "new files"): 2}
    for item in "ab":
        _finish(store, _job(item), state="done")
    store.write(lambda db: _add(db, "c"))
    newer = Task(name="look", version=2, model="m1", kinds=("clip", "film"))
    expected = {
        ("look", "pending", "new version"): 2,
        ("look", "pending", "new files"): 1,
        ("listen", "pending", "new plugin"): 3,
    }
    assert _waiting(store, [newer, _LISTEN], queued=False) == expected
    backlog.fill(store, [newer, _LISTEN])
    assert _waiting(store, [newer, _LISTEN], queued=True) == expected
    _finish(store, _job("a", "listen"), state="done")
    store.write(lambda db: jobs.requeue(db, ["a", "b"], ["listen"]))
    assert _waiting(store, [], queued=True)["listen", "pending", "changed files"] == 1
    store.write(lambda db: locations.set_missing(db, ["/r/c"]))
    assert _waiting(store, [newer], queued=False)["look", "pending", "new version"] == 2


def test_what_is_not_queued_is_counted_again_only_when_the_library_has_changed(
    store: Store,
) -> None:
    store.write(lambda db: _add(db, "a", "b"))
    tally, db = backlog.Tally(), store.read()
    (first,) = tally.counts(db, [_LOOK], queued=False)
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    assert tally.counts(db, [_LOOK], queued=False) == [first]
    assert len(asked) == 1, asked
    store.write(lambda db: _add(db, "c"))
    assert [count.jobs for count in tally.counts(db, [_LOOK], queued=False)] == [3]
    assert len(tally.counts(db, [_LOOK, _LISTEN], queued=False)) == 2


def test_what_a_plugin_was_to_do_is_left_while_it_is_off(
    store: Store, claim: Callable[..., list[Job]]
) -> None:
    listen = Task(name="listen", version=1, model="", kinds=("clip", "song"), plugin="ears")
    store.write(lambda db: _add(db, "a", "b"))
    store.write(lambda db: backlog.remember(db, {"ears": [listen], "none": []}))
    backlog.fill(store, [listen])
    assert backlog.remembered(store.read(), ["ears"]) == [listen]
    store.write(lambda db: backlog.leave(db, [], backlog.remembered(db, ["ears", "none"])))
    assert claim(listen) == []
    assert {each.state: each.jobs for each in jobs.counts(store.read())} == {"left": 2}
    store.write(lambda db: backlog.leave(db, [listen], []))
    assert len(claim(listen)) == 2
    store.write(jobs.suspect_running)
    store.write(lambda db: backlog.leave(db, [], [listen]))
    store.write(lambda db: backlog.leave(db, [listen], []))
    assert set(_states(store).values()) == {"suspect"}, "what killed a worker still runs alone"
    store.write(lambda db: backlog.remember(db, {"ears": []}))
    assert backlog.remembered(store.read(), ["ears"]) == []
    store.write(lambda db: backlog.leave(db, [_LOOK], []))
    assert jobs.counts(store.read()) == [], "what nobody knows of any more is dropped"


def test_what_is_queued_anew_while_it_runs_is_done_again(
    store: Store, claim: Callable[..., list[Job]]
) -> None:
    store.write(lambda db: _add(db, "a"))
    backlog.fill(store, [_LOOK])
    [job] = claim(_LOOK)
    store.write(lambda db: jobs.requeue(db, ["a"], ["look"]))
    store.write(lambda db: jobs.finish(db, job, state="done"))
    assert claim(_LOOK) == [job]


def test_what_is_cancelled_waits_until_it_is_resumed(
    store: Store, claim: Callable[..., list[Job]]
) -> None:
    store.write(lambda db: _add(db, "a", "b"))
    backlog.fill(store, [_LOOK, _LISTEN])
    assert store.write(lambda db: jobs.cancel(db, "look")) == 2
    backlog.fill(store, [_LOOK, _LISTEN])
    store.write(lambda db: backlog.leave(db, [_LOOK, _LISTEN], []))
    store.write(lambda db: jobs.requeue(db, ["a"], ["look"]))
    store.write(jobs.retry)
    assert {job.extractor for job in claim(_LOOK, _LISTEN)} == {"listen"}
    assert ("look", "cancelled", 2) in [
        (c.extractor, c.state, c.jobs) for c in jobs.counts(store.read())
    ]
    assert store.write(lambda db: jobs.resume(db, "look")) == 2
    assert [job.extractor for job in claim(_LOOK, _LISTEN)] == ["look", "look"]


def test_what_is_put_first_is_taken_first(store: Store, claim: Callable[..., list[Job]]) -> None:
    store.write(lambda db: _add(db, "a", "b", "c"))
    backlog.fill(store, [_LOOK, _LISTEN])
    assert store.write(lambda db: jobs.put_first(db, ["c"])) == 2
    assert [job.item for job in claim(_LOOK, _LISTEN, limit=3)] == ["c", "c", "a"]


def test_all_that_failed_is_tried_again_when_asked_for(
    store: Store, claim: Callable[..., list[Job]]
) -> None:
    store.write(lambda db: _add(db, "a"))
    backlog.fill(store, [_LOOK])
    for _ in range(9):
        _finish(store, _job("a"), state="failed", problem="It broke.")
    store.write(jobs.retry_all)
    assert store.write(lambda db: jobs.claim_suspect(db, ["look"])) == _job("a", suspect=True)
