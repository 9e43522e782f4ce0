"""The durable queue of jobs, one item × one extractor each: a crash loses nothing."""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from mediadesk.paths import shown
from mediadesk.store.connection import Database

_ATTEMPTS = 4
WAITING = frozenset({"pending", "running", "suspect", "left"})
_STATES = (
    "pending", "running", "suspect", "left", "done", "skipped", "failed", "cancelled", "parked",
)  # fmt: skip
_OPEN = "state IN ('pending', 'running', 'suspect', 'left')"
_SAME_TASK = "name = ? AND version = ? AND model = ? AND kinds = ?"


class Why(StrEnum):
    """What made a job wait."""

    PLUGIN = "new plugin"
    VERSION = "new version"
    FILES = "new files"
    CHANGED = "changed files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done to items: an extractor or tagger at a version, with a model.

    `kinds` are the item kinds it understands; `after` are the tasks whose features it reads;
    `plugin` is whose it is.
    """

    name: str
    version: int
    model: str
    kinds: tuple[str, ...]
    after: tuple[str, ...] = ()
    plugin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One item × one extractor. A suspect was running when a worker or the engine died."""

    item: str
    extractor: str
    suspect: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many jobs of an extractor are in a state, and what made them."""

    extractor: str
    state: str
    why: str
    jobs: int


def enqueue(
    db: Database,
    tasks: Sequence[Task],
    items: Sequence[str],
    *,
    state: str = "pending",
    why: Why = Why.FILES,
    at: float | None = None,
) -> int:
    """Add a job wherever a feature is missing or older than its task; give how many were added.

    Items that lie in no folder of the library, or on another device, want nothing. A failed job is
    tried again only when its task's version or model changes.

    Args:
        db: the library.
        tasks: what is to be done.
        items: to which items; see `backlog.fill` for all.
        state: pending, or left where the plugin is off.
        why: what made the items lack it.
        at: its place in the queue, in unix seconds.
    """
    added = 0
    for task in tasks:
        wanted = [task.name, task.version, task.model]
        added += db.conn.execute(
            "INSERT INTO job(item, extractor, version, model, state, why, updated_at)"
            f" SELECT id, ?, ?, ?, ?, ?, ? FROM item"
            f" WHERE +kind IN ({marks(task.kinds)}) AND id IN (SELECT value FROM json_each(?))"
            "  AND NOT EXISTS(SELECT 1 FROM job WHERE job.item = item.id AND job.extractor = ?"
            "    AND job.version = ? AND job.model = ?)"
            "  AND EXISTS(SELECT 1 FROM location WHERE location.item = item.id AND missing <> 3)"
            " ON CONFLICT(item, extractor) DO UPDATE SET version = excluded.version,"
            "  model = excluded.model, state = excluded.state, attempts = 0, problem = NULL,"
            f"  why = iif({_OPEN}, why, '{Why.VERSION}'), updated_at = excluded.updated_at",
            [*wanted, state, why, at or time.time(), *task.kinds, json.dumps(list(items)), *wanted],
        ).rowcount
    return added


def lacking(db: Database, task: Task) -> tuple[list[str], int]:
    """Give the items that lack a job of a task, and the number in `touched` up to which they do."""
    upto = db.conn.execute("SELECT coalesce(max(seq), 0) FROM touched").fetchone()[0]
    only, looked_at = perhaps_lacking(db, task)
    rows = db.conn.execute(
        f"SELECT id FROM item WHERE {only} AND NOT EXISTS(SELECT 1 FROM job"
        "  WHERE job.item = item.id AND extractor = ? AND version = ? AND model = ?)"
        " AND EXISTS(SELECT 1 FROM location WHERE location.item = item.id AND missing <> 3)"
        # As jobs lie on the disk: to write them in another order takes five times as long.
        " ORDER BY id",
        [*looked_at, task.name, task.version, task.model],
    )
    return [row[0] for row in rows], upto


def note_queued(db: Database, task: Task, upto: int) -> None:
    """Note up to which number in `touched` every item has a job of a task."""
    db.conn.execute(f"UPDATE task SET queued = ? WHERE {_SAME_TASK}", [upto, *_key(task)])


def perhaps_lacking(db: Database, task: Task) -> tuple[str, list[object]]:
    """Say in SQL, with its values, which items to look at for lack of a job of a task.

    These are those that have changed since all had one, or all.
    """
    known = db.conn.execute(
        f"SELECT queued FROM task WHERE {_SAME_TASK}"
        # Of what was touched before only the last part is kept.
        " AND queued >= (SELECT coalesce(min(seq), 0) - 1 FROM touched)",
        _key(task),
    ).fetchone()
    if known is None:
        return f"kind IN ({marks(task.kinds)})", list(task.kinds)
    # By their numbers, not by the index of kinds.
    few = "item.rowid IN (SELECT item FROM touched WHERE seq > ?)"
    return f"+kind IN ({marks(task.kinds)}) AND {few}", [*task.kinds, *known]


def reasons(db: Database, tasks: Sequence[Task]) -> dict[str, Why]:
    """Give why items without a job of these tasks lack it: they are new, or the plugin is."""
    is_used = db.conn.execute("SELECT 1 FROM job LIMIT 1").fetchone() is not None
    heard_of = f"SELECT 1 FROM job WHERE state IN ({marks(_STATES)}) AND extractor = ? LIMIT 1"
    return {
        task.name: Why.PLUGIN
        if is_used and db.conn.execute(heard_of, [*_STATES, task.name]).fetchone() is None
        else Why.FILES
        for task in tasks
    }


def done_elsewhere(db: Database, item: str, extractor: str, *, version: int, model: str) -> None:
    """Note that another device did a job whose feature has been taken over from it."""
    db.conn.execute(
        "INSERT INTO job(item, extractor, version, model, state, why, updated_at)"
        f" VALUES(?, ?, ?, ?, 'done', '{Why.FILES}', ?)"
        " ON CONFLICT(item, extractor) DO UPDATE SET version = excluded.version,"
        "  model = excluded.model, state = 'done', problem = NULL,"
        # What is worked at now ends by itself.
        "  updated_at = excluded.updated_at WHERE state <> 'running'",
        [item, extractor, version, model, time.time()],
    )


def requeue(
    db: Database, items: Iterable[str], extractors: Sequence[str], *, only_done: bool = False
) -> None:
    """Do these jobs again, because what they read has changed; what is cancelled stays so.

    With `only_done` those that wait, run or failed stay as they are, too.
    """
    which = "= 'done'" if only_done else "<> 'cancelled'"
    db.conn.executemany(
        f"UPDATE job SET why = iif({_OPEN}, why, '{Why.CHANGED}'), state = 'pending',"
        f" attempts = 0, problem = NULL WHERE item = ? AND extractor = ? AND state {which}",
        [(item, extractor) for item in items for extractor in extractors],
    )


def park(db: Database, items: Sequence[str] | None = None) -> None:
    """Set aside the jobs of items that lie in no folder of the library any more.

    With `items` only these are looked at.
    """
    orphan = "item NOT IN (SELECT item FROM location WHERE item IS NOT NULL)"
    if items is not None:
        orphan = (
            "item IN (SELECT value FROM json_each(?))"
            " AND NOT EXISTS(SELECT 1 FROM location WHERE location.item = job.item)"
        )
    looked_at = [] if items is None else [json.dumps(list(items))]
    over = "state IN ('done', 'skipped', 'parked')"
    db.conn.execute(f"DELETE FROM job WHERE NOT {over} AND {orphan}", looked_at)
    db.conn.execute(f"UPDATE job SET state = 'parked' WHERE {over} AND {orphan}", looked_at)


def unpark(db: Database, items: Sequence[str]) -> None:
    """Count what was done to these items again: they are back, and their features never left."""
    db.conn.execute(
        # Only what was skipped has a sentence.
        "UPDATE job SET state = iif(problem IS NULL, 'done', 'skipped')"
        " WHERE state = 'parked' AND item IN (SELECT value FROM json_each(?))",
        [json.dumps(list(items))],
    )


def claim(db: Database, tasks: Sequence[Task], *, limit: int) -> list[Job]:
    """Mark up to `limit` pending jobs of these tasks as running and give them, oldest first.

    Only items that lie somewhere now are taken, so that one item after the other is finished.
    Suspects are left for `claim_suspect`.
    """
    earlier = sorted({name for task in tasks for name in task.after})
    # One after the other, each along the index: sorting what waits for all would take longer.
    rows = chain.from_iterable(
        db.conn.execute(
            "SELECT updated_at, item, extractor FROM job WHERE state = 'pending' AND extractor = ?"
            " AND EXISTS(SELECT 1 FROM location WHERE location.item = job.item AND missing = 0)"
            " AND NOT EXISTS(SELECT 1 FROM job AS earlier WHERE earlier.item = job.item"
            f"  AND earlier.extractor IN ({marks(earlier)})"
            "  AND earlier.state IN ('pending', 'running', 'suspect'))"
            " ORDER BY updated_at, item LIMIT ?",
            [task.name, *earlier, limit],
        )
        for task in tasks
    )
    oldest = sorted(rows)[:limit]
    claimed = [Job(item=item, extractor=name, suspect=False) for _, item, name in oldest]
    _set_running(db, claimed)
    return claimed


def claim_suspect(db: Database, extractors: Sequence[str]) -> Job | None:
    """Mark one suspect as running and give it; it is to run with nothing beside it."""
    row = db.conn.execute(
        "SELECT item, extractor FROM job WHERE state = 'suspect'"
        f" AND extractor IN ({marks(extractors)})"
        " AND EXISTS(SELECT 1 FROM location WHERE location.item = job.item AND missing = 0)"
        " ORDER BY updated_at LIMIT 1",
        list(extractors),
    ).fetchone()
    if row is None:
        return None
    job = Job(item=row[0], extractor=row[1], suspect=True)
    _set_running(db, [job])
    return job


def release(db: Database, jobs: Sequence[Job]) -> None:
    """Put claimed jobs back as they were, because work stops."""
    db.conn.executemany(
        "UPDATE job SET state = ?, attempts = attempts - 1 WHERE item = ? AND extractor = ?"
        " AND state = 'running'",
        [("suspect" if job.suspect else "pending", job.item, job.extractor) for job in jobs],
    )


def suspect_running(db: Database) -> int:
    """At start: what was running when the engine died is suspect, not failed; give how many."""
    sql = "UPDATE job SET state = 'suspect' WHERE state = 'running'"
    return db.conn.execute(sql).rowcount


def finish(
    db: Database,
    job: Job,
    *,
    state: str,
    problem: str | None = None,
    took: float | None = None,
) -> None:
    """Note a job's outcome: done, skipped, failed or suspect, with a sentence where it matters."""
    db.conn.execute(
        "UPDATE job SET state = ?, problem = ?, took = ?, updated_at = ?"
        # One that was queued anew meanwhile is to be done again.
        " WHERE item = ? AND extractor = ? AND state = 'running'",
        [state, problem and shown(problem), took, time.time(), job.item, job.extractor],
    )


def counts(db: Database) -> list[Count]:
    """Count jobs by extractor, state and reason, without those of items that lie nowhere now."""
    rows = db.conn.execute(
        "SELECT extractor, state, why, jobs FROM job_count WHERE jobs > 0"
        " ORDER BY extractor, state, why"
    )
    return [Count(*row) for row in rows]


def failures(db: Database) -> list[tuple[str, str, str]]:
    """Give (item, extractor, sentence) of failed jobs, a thousand at most."""
    return db.conn.execute(
        "SELECT item, extractor, problem FROM job WHERE state = 'failed'"
        " ORDER BY item, extractor LIMIT 1000"
    ).fetchall()


def retry(db: Database) -> None:
    """At start: try failed jobs again, alone and a few times in all; the cause may be mended."""
    db.conn.execute(
        "UPDATE job SET state = 'suspect' WHERE state = 'failed' AND attempts < ?", [_ATTEMPTS]
    )


def retry_all(db: Database) -> None:
    """Try again all that failed, however often it did, each alone."""
    db.conn.execute("UPDATE job SET state = 'suspect', attempts = 0 WHERE state = 'failed'")


def cancel(db: Database, extractor: str) -> int:
    """Set aside what waits for an extractor till it is resumed; give how many jobs that were."""
    return db.conn.execute(
        "UPDATE job SET state = 'cancelled' WHERE state IN ('pending', 'suspect')"
        " AND extractor = ?",
        [extractor],
    ).rowcount


def resume(db: Database, extractor: str) -> int:
    """Have it done after all; give how many jobs that are."""
    return db.conn.execute(
        "UPDATE job SET state = iif(attempts > 0, 'suspect', 'pending')"
        " WHERE state = 'cancelled' AND extractor = ?",
        [extractor],
    ).rowcount


def put_first(db: Database, items: Sequence[str]) -> int:
    """Have the waiting jobs of items done before all others; give how many there are."""
    return db.conn.executemany(
        # The queue is in the order of this time.
        "UPDATE job SET updated_at = 0 WHERE item = ? AND state IN ('pending', 'suspect')",
        [(item,) for item in items],
    ).rowcount


def of_item(db: Database, item: str) -> list[tuple[str, str, str | None]]:
    """Give (extractor, state, sentence) of an item's jobs."""
    return db.conn.execute(
        "SELECT extractor, state, problem FROM job WHERE item = ? ORDER BY extractor", [item]
    ).fetchall()


def _set_running(db: Database, jobs: Sequence[Job]) -> None:
    db.conn.executemany(
        "UPDATE job SET state = 'running', attempts = attempts + 1, updated_at = ?"
        " WHERE item = ? AND extractor = ?",
        [(time.time(), job.item, job.extractor) for job in jobs],
    )


def _key(task: Task) -> list[object]:
    return [task.name, task.version, task.model, json.dumps(task.kinds)]


def marks(values: Sequence[object]) -> str:
    """Give the question marks that stand for values in SQL."""
    return ", ".join("?" * len(values))
