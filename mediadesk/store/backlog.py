"""What is still to do: what is not even queued, and what plugins leave while they are off."""

import json
import time
from collections.abc import Mapping, Sequence
from functools import partial
from weakref import WeakKeyDictionary

from mediadesk.store.connection import Database
from mediadesk.store.database import Store
from mediadesk.store.jobs import (
    WAITING,
    Count,
    Task,
    Why,
    counts,
    enqueue,
    lacking,
    marks,
    note_queued,
    perhaps_lacking,
    reasons,
)

_SLICE = 1_000


def unqueued(db: Database, tasks: Sequence[Task]) -> list[Count]:
    """Count what `enqueue` would add, as pending, and take off what it would do again."""
    found: list[Count] = []
    why = reasons(db, tasks)
    for task in tasks:
        only, looked_at = perhaps_lacking(db, task)
        rows = db.conn.execute(
            "SELECT job.state, job.why, count(*) FROM item LEFT JOIN job ON job.item = item.id"
            f" AND job.extractor = ? WHERE {only}"
            "  AND (job.item IS NULL OR job.version <> ? OR job.model <> ?)"
            "  AND EXISTS(SELECT 1 FROM location WHERE location.item = item.id AND missing = 0)"
            " GROUP BY job.state, job.why",
            [task.name, *looked_at, task.version, task.model],
        )
        for state, reason, jobs in rows:
            if state is None:
                found.append(Count(task.name, "pending", why[task.name], jobs))
            elif state not in WAITING:
                found.append(Count(task.name, "pending", Why.VERSION, jobs))
                found.append(Count(task.name, state, reason, -jobs))
    return found


def fill(store: Store, tasks: Sequence[Task], *, state: str = "pending") -> int:
    """Queue all that items lack of these tasks, see `jobs.enqueue`; give how many jobs that are.

    Nothing waits for it: it searches beside the writing, and writes slice by slice.
    """
    added = 0
    why = reasons(store.read(), tasks)
    for task in tasks:
        items, upto = lacking(store.read(), task)
        at = time.time()  # one for all, so that they are done in the order of their items
        for start in range(0, len(items), _SLICE):
            some = items[start : start + _SLICE]
            added += store.write(
                partial(enqueue, tasks=[task], items=some, state=state, why=why[task.name], at=at)
            )
        store.write(partial(note_queued, task=task, upto=upto))
    return added


class Tally:
    """How many jobs there are, counted again only when the library has changed."""

    def __init__(self) -> None:
        # By connection: each numbers the changes of others by itself.
        self._known: WeakKeyDictionary[Database, tuple[object, list[Count]]] = WeakKeyDictionary()

    def counts(self, db: Database, tasks: Sequence[Task], *, queued: bool) -> list[Count]:
        """Give what `jobs.counts` gives and, unless all is `queued`, what `unqueued` gives."""
        key = (db.conn.execute("PRAGMA data_version").fetchone(), tuple(tasks), queued)
        known = self._known.get(db)
        if known is None or known[0] != key:
            found = counts(db) + ([] if queued else unqueued(db, tasks))
            known = self._known[db] = key, found
        return known[1]


def remember(db: Database, tasks: Mapping[str, Sequence[Task]]) -> None:
    """Keep what plugins do to items: plugin → all its tasks, in the place of earlier ones."""
    db.conn.executemany(
        "DELETE FROM task WHERE plugin = ? AND name NOT IN (SELECT value FROM json_each(?))",
        [(plugin, json.dumps([task.name for task in own])) for plugin, own in tasks.items()],
    )
    db.conn.executemany(
        "INSERT INTO task(name, plugin, version, model, kinds) VALUES(?, ?, ?, ?, ?)"
        " ON CONFLICT(name) DO UPDATE SET plugin = excluded.plugin, version = excluded.version,"
        " model = excluded.model, kinds = excluded.kinds, queued = iif("
        "  (version, model, kinds) = (excluded.version, excluded.model, excluded.kinds),"
        "  queued, NULL)",
        [
            (task.name, plugin, task.version, task.model, json.dumps(task.kinds))
            for plugin, own in tasks.items()
            for task in own
        ],
    )


def remembered(db: Database, plugins: Sequence[str]) -> list[Task]:
    """Give what these plugins were last seen to do."""
    rows = db.conn.execute(
        "SELECT name, version, model, kinds, plugin FROM task"
        f" WHERE plugin IN ({marks(plugins)}) ORDER BY name",
        list(plugins),
    )
    return [
        Task(name=row[0], version=row[1], model=row[2], kinds=tuple(json.loads(row[3])),
             plugin=row[4])
        for row in rows
    ]  # fmt: skip


def leave(db: Database, tasks: Sequence[Task], left: Sequence[Task]) -> None:
    """Let only `tasks` be done; what waits for `left` ones is left till they are back.

    What waits for others is dropped: `enqueue` brings it back with them.
    """
    live, off = [task.name for task in tasks], [task.name for task in left]
    db.conn.execute(
        "DELETE FROM job WHERE state IN ('pending', 'suspect', 'left') AND extractor NOT IN"
        f" ({marks([*live, *off])})",
        [*live, *off],
    )
    db.conn.execute(
        f"UPDATE task SET queued = NULL WHERE name NOT IN ({marks([*live, *off])})", [*live, *off]
    )
    db.conn.execute(
        "UPDATE job SET state = 'left' WHERE state IN ('pending', 'suspect')"
        f" AND extractor IN ({marks(off)})",
        off,
    )
    db.conn.execute(
        # One that was begun and never ended is suspect still.
        "UPDATE job SET state = iif(attempts > 0, 'suspect', 'pending') WHERE state = 'left'"
        f" AND extractor IN ({marks(live)})",
        live,
    )
