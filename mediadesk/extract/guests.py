"""The lane of one guest plugin: what it learns about items, done in its own process."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mediadesk.api import Extractor, Feature, Item, Metadata, MetadataReader, Tagger
from mediadesk.extract import claims
from mediadesk.extract.batch import checked, checked_metadata, encoded, no_model
from mediadesk.extract.tagging import held
from mediadesk.host.isolate.results import Dimensions
from mediadesk.host.workers import Outcome, Work
from mediadesk.media import GuardedMedia
from mediadesk.store import Store, features, jobs, library
from mediadesk.store.jobs import Job, Task

if TYPE_CHECKING:
    from mediadesk.host import Registry
    from mediadesk.store import Database

log = logging.getLogger(__name__)
Found = Feature | Metadata | None


class GuestWork:
    """Runs a guest's extractors, taggers and metadata readers over every item they understand.

    Unlike those of MediaDesk itself they are asked item by item, model and all, on the thread of
    the guest's pool: however long one takes, it keeps only its own plugin waiting.
    """

    def __init__(
        self,
        store: Store,
        registry: Registry,
        parts: Mapping[str, Any],
        tasks: Sequence[Task],
        *,
        is_open: Callable[[], bool],
        followers: Callable[[], Sequence[str]] = tuple,
        free: Callable[[Collection[str]], Collection[str]] = lambda names: names,
        on_gone: Callable[[Sequence[Path]], object] = lambda _: None,
    ) -> None:
        """Make the lane.

        Args:
            store: where jobs and features are.
            registry: the plugins.
            parts: task → the extractor, tagger or metadata reader that does it.
            tasks: one per part.
            is_open: tells whether the guest still takes work.
            followers: gives the tasks that read features, to be done again after a new one.
            free: gives those tasks that may be done now.
            on_gone: called with files that went away; their jobs wait until they are back.
        """
        self._store = store
        self._registry = registry
        self._parts = parts
        self._tasks = {task.name: task for task in tasks}
        self._is_open = is_open
        self._followers = followers
        self._free = free
        self._on_gone = on_gone
        self._dimensions = Dimensions()
        db = store.read()
        for task in tasks:
            known = features.dimensions(db, task.name, version=task.version, model=task.model)
            if known is not None:
                self._dimensions.expect(task.name, known)

    def claim(self, limit: int, *, idle: bool) -> list[Work]:
        """Give pending jobs, else one suspect if nothing else of this guest runs."""
        if not self._is_open():
            return []
        free = self._free(self._tasks)

        def take(db: Database) -> list[Work]:
            tasks = [task for task in self._tasks.values() if task.name in free]
            # Apart: a tagger waits for all extractors, its own plugin's too.
            first = [task for task in tasks if not task.after]
            then = [task for task in tasks if task.after]
            taken = claims.take(db, [first, then], limit=limit, idle=idle)
            known = library.items(db, [job.item for job in taken])
            return [self._work(db, job, known[job.item]) for job in taken]

        # In one transaction: what is claimed lies somewhere, and is not lost where this fails.
        return self._store.write(take)

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Save what was found, or what went wrong, with each job."""
        failed = [each for each in outcomes if each.error is not None or each.death is not None]
        if not self._is_open():
            # It was switched off or started anew meanwhile; that says nothing about the files.
            self.release([each.work for each in failed])
            failed = []
        failures = [claims.judge(each) for each in failed]
        made = [each for each in outcomes if each.error is None and each.death is None]

        def save(db: Database) -> None:
            for outcome in made:
                job: Job = outcome.work.key
                if _is_wanted(db, job):
                    found, took = outcome.result
                    self._keep(db, job, found)
                    jobs.finish(db, job, state="done", took=took)
            wanted = [each for each in failures if _is_wanted(db, each.job)]
            claims.note(db, wanted, self._tasks, self._followers)

        self._store.write(save)
        if gone := claims.gone(failures):
            self._on_gone(gone)

    def release(self, works: Sequence[Work]) -> None:
        """Put claimed jobs back."""
        self._store.write(lambda db: jobs.release(db, [work.key for work in works]))

    def _work(self, db: Database, job: Job, item: Item) -> Work:
        return Work(
            key=job,
            function=self._call(db, job),
            arguments=(item,),
            timeout=float("inf"),  # the guest's own limits hold
            alone=job.suspect,
        )

    def _call(self, db: Database, job: Job) -> Callable[[Item], tuple[Found, float]]:
        part = self._parts[job.extractor]
        if hasattr(part, "prepare"):
            return partial(_timed, partial(_extract, self._registry, part, self._dimensions))
        if hasattr(part, "tag"):
            known = held(features.of_item(db, job.item, other_languages=False))
            return partial(_timed, partial(_tag, self._registry, part, known))
        return partial(_timed, partial(_read, self._registry, part))

    def _keep(self, db: Database, job: Job, found: Found) -> None:
        task = self._tasks[job.extractor]
        if isinstance(found, Feature):
            features.save(db, job.item, task.name, found, version=task.version, model=task.model)
            if not task.after:  # tags are read by nobody
                jobs.requeue(db, [job.item], self._followers())
        elif isinstance(found, Metadata):
            library.save_metadata(db, job.item, found, source=task.name)


def _timed(call: Callable[[Item], Found], item: Item) -> tuple[Found, float]:
    started = time.perf_counter()
    return call(item), time.perf_counter() - started


def _is_wanted(db: Database, job: Job) -> bool:
    """Tell whether a job is still under way: its plugin may be gone, or its file another one."""
    states = {name: state for name, state, _ in jobs.of_item(db, job.item)}
    return states.get(job.extractor) == "running"


def _extract(
    registry: Registry, extractor: Extractor, dimensions: Dimensions, item: Item
) -> Feature:
    def call() -> Feature:
        sample = extractor.prepare(item, GuardedMedia())
        (feature,) = encoded(extractor, [sample], no_model)
        dimensions.check(extractor.name, feature)
        return feature

    return registry.guard(extractor, call, item=item.id)


def _tag(registry: Registry, tagger: Tagger, known: Mapping[str, Feature], item: Item) -> Feature:
    def call() -> Feature:
        (tags,) = tagger.tag([known], no_model)
        return checked(tagger.name, [Feature(tags=dict(tags))], 1)[0]

    return registry.guard(tagger, call, item=item.id)


def _read(registry: Registry, reader: MetadataReader, item: Item) -> Metadata | None:
    return registry.guard(
        reader, lambda: checked_metadata(reader.name, reader.read(item)), item=item.id
    )
