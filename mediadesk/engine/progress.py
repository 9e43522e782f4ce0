"""How far each part is with the library: what is done, what waits, why, and what holds it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from mediadesk.engine.messages import WorkView
from mediadesk.engine.tasks import left
from mediadesk.host import Registry, State
from mediadesk.store import Database, features, jobs
from mediadesk.store.backlog import Tally
from mediadesk.store.jobs import Task


def work(
    db: Database,
    registry: Registry,
    live: Sequence[Task],
    *,
    holds: Callable[[str], str | None],
    tally: Tally,
    queued: bool,
) -> tuple[WorkView, ...]:
    """View the work of every part.

    Args:
        db: the library.
        registry: the plugins.
        live: what the plugins that work do.
        holds: says what the work of a part waits for.
        tally: counts it all.
        queued: whether all is in the queue, because analysis goes on.
    """
    off = {task.name: task for task in left(db, registry, live)}
    owners = {task.name: task.plugin for task in (*live, *off.values())}
    states = {plugin.name: plugin.state for plugin in registry.plugins}
    counts = tally.counts(db, [*live, *off.values()], queued=queued)
    partial = features.count_partial(db)
    found = []
    for name in sorted({count.extractor for count in counts}):
        own = [count for count in counts if count.extractor == name]
        by_state = _sums((count.state, count.jobs) for count in own)
        why = _sums((count.why, count.jobs) for count in own if count.state in jobs.WAITING)
        waiting = sum(why.values())
        held = None
        if waiting:
            held = _reason(states[owners[name]]) if name in off else holds(name)
        found.append(
            WorkView(
                extractor=name,
                done=by_state["done"],
                waiting=0 if name in off else waiting,
                skipped=by_state["skipped"],
                failed=by_state["failed"],
                cancelled=by_state["cancelled"],
                partial=partial.get(name, 0),
                held=held,
                plugin=owners.get(name, ""),
                left=waiting if name in off else 0,
                why=dict(why),
            )
        )
    return tuple(found)


def _sums(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for key, number in pairs:
        sums[key] += number
    return sums


def _reason(state: State) -> str:
    return f"its plugin {state}" if state is State.FAILED else f"its plugin is {state}"
