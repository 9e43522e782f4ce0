"""The lane of tagging: tags from the features an item has, without opening its file."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from mediadesk.api import Feature, ModelSpec, Run, Tagger, UserError
from mediadesk.extract.batch import checked, each_or_error
from mediadesk.host import Registry
from mediadesk.host.workers import Outcome, Work
from mediadesk.store import Database, Store, features, jobs
from mediadesk.store.jobs import Job, Task

_BATCH = 32


class Tagging:
    """Runs every tagger over every item whose extraction is finished, within `claim` itself."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        run: Callable[[ModelSpec], Run],
        tasks: Sequence[Task],
        *,
        free: Callable[[Collection[str]], Collection[str]] = lambda names: names,
        learn: Callable[[Database, Sequence[str]], object] = lambda _db, _items: None,
        on_progress: Callable[[], None],
    ) -> None:
        """Make the lane; `tasks` holds one per tagger, each after all extractors.

        `free` gives those tasks that may be done now; `learn` hears of items with new tags, within
        the write.
        """
        self._store = store
        self._registry = registry
        self._run = run
        self._tasks = tasks
        self._free = free
        self._learn = learn
        self._on_progress = on_progress
        self._stranded: list[Job] = []

    def claim(self, limit: int, *, idle: bool) -> list[Work]:  # noqa: ARG002 - a lane's signature
        """Tag everything that waits; nothing of it is for a worker.

        What a full disk kept from being saved is taken up again by the next call.
        """
        if self._stranded:
            self._store.write(partial(jobs.release, jobs=self._stranded))
            self._stranded = []
        for tagger in self._registry.taggers:
            tasks = [task for task in self._tasks if task.name == tagger.name]
            if not self._free([task.name for task in tasks]):
                continue
            while taken := self._store.write(partial(_take, tasks=tasks)):
                self._stranded = taken
                self._tag(tagger, tasks[0], taken)
                self._stranded = []
                self._on_progress()
        return []

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Nothing runs in a worker, so there is nothing to save."""

    def release(self, works: Sequence[Work]) -> None:
        """Nothing is ever claimed, so there is nothing to put back."""

    def _tag(self, tagger: Tagger, task: Task, taken: Sequence[Job]) -> None:
        db = self._store.read()
        known = [held(features.of_item(db, job.item, other_languages=False)) for job in taken]
        run: Run = self._run(tagger.model) if tagger.model else dict

        def tag(batch: Sequence[Mapping[str, Feature]]) -> list[Feature]:
            def guarded() -> list[Feature]:
                made = [Feature(tags=dict(tags)) for tags in tagger.tag(batch, run)]
                return checked(tagger.name, made, len(batch))

            return self._registry.guard(tagger, guarded)

        results = each_or_error(tag, known)

        def save(db: Database) -> None:
            for job, result in zip(taken, results, strict=True):
                if isinstance(result, UserError):
                    jobs.finish(db, job, state="failed", problem=str(result))
                    continue
                features.save(
                    db, job.item, tagger.name, result, version=task.version, model=task.model
                )
                jobs.finish(db, job, state="done")
            self._learn(db, [job.item for job in taken])

        self._store.write(save)


def held(known: Mapping[str, Feature]) -> dict[str, Feature]:
    """Give the features that hold anything; what an item no longer has leaves an empty one."""
    return {
        name: feature
        for name, feature in known.items()
        if feature.summary is not None or feature.moments or feature.tags or feature.data
    }


def _take(db: Database, tasks: Sequence[Task]) -> list[Job]:
    names = [task.name for task in tasks]
    # Nobody else can have caused it: a tagger that was running when the engine died just goes on.
    while suspect := jobs.claim_suspect(db, names):
        jobs.finish(db, suspect, state="pending")
    return jobs.claim(db, tasks, limit=_BATCH)
