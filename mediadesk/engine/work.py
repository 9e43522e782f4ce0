"""Analysis: the lanes of one library joined to a pipeline, by one process at a time."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import filelock
import msgspec
from sqlite_utils import Database

from mediadesk.api import AUDIO, VIDEO, Extractor, ModelSpec, Tagger, UserError
from mediadesk.engine.budget import Budgets
from mediadesk.extract.extraction import Extraction
from mediadesk.extract.guests import GuestWork
from mediadesk.extract.pipeline import Pipeline, Station
from mediadesk.extract.tagging import Tagging
from mediadesk.host import Registry
from mediadesk.host.elsewhere import Elsewhere
from mediadesk.host.isolate.guest import Guest
from mediadesk.host.isolate.pool import GuestPool
from mediadesk.host.workers import Lane, Pool, Workers
from mediadesk.library.intake import Intake
from mediadesk.models import Models
from mediadesk.settings import Places, Settings
from mediadesk.store import Store, jobs
from mediadesk.store.jobs import Task


class Analysis:
    """Everything that goes on in the background: reading new files, extracting, tagging."""

    def __init__(  # noqa: PLR0913 - here everything is joined
        self,
        places: Places,
        store: Store,
        registry: Registry,
        models: Models,
        settings: Settings,
        *,
        guests: Mapping[str, Guest],
        budgets: Budgets,
        on_change: Callable[..., None],
        on_gone: Callable[[Sequence[Path]], object],
        leisure: Callable[[], bool],
    ) -> None:
        """Take the library's lock and take up what was interrupted.

        Args:
            places: where the library lives.
            store: its database.
            registry: the plugins.
            models: the models they run.
            settings: what a person set.
            guests: the plugins that run in processes of their own, by name.
            budgets: when each plugin may work.
            on_change: called with the names of what changed.
            on_gone: called with files that were not there when they were to be read.
            leisure: a slice of what can wait, as the pipeline takes it.

        Raises:
            UserError: if another process works on this library.
        """
        # Not of one thread: whoever closes need not be who began.
        self._lock = filelock.FileLock(places.data / "analysis.lock", timeout=0, thread_local=False)
        try:
            self._lock.acquire()
        except filelock.Timeout as error:
            raise UserError(
                f"Another MediaDesk is analysing the library in “{places.data}”: close it, or let "
                "it finish."
            ) from error
        try:
            self._store = store
            self.tasks = tasks(registry, models)
            learning = {plugin: _learning(registry, plugin) for plugin in guests}
            theirs = {name for parts in learning.values() for name in parts}
            own = [task for task in self.tasks if task.name not in theirs]
            followers = [task.name for task in self.tasks if task.after]
            store.write(jobs.suspect_running)
            store.write(jobs.retry)
            lanes: list[Lane] = [
                Intake(store, after_read=self._after_read, on_gone=on_gone),
                Extraction(
                    store,
                    registry,
                    models.runner,
                    [task for task in own if not task.after],
                    disabled=settings.disabled_plugins,
                    followers=followers,
                    free=budgets.free,
                    on_gone=on_gone,
                ),
                Tagging(
                    store,
                    registry,
                    models.runner,
                    [task for task in own if task.after],
                    free=budgets.free,
                    on_progress=lambda: on_change("features", "status"),
                ),
            ]
            guest_work = {
                plugin: GuestWork(
                    store,
                    registry,
                    parts,
                    [task for task in self.tasks if task.name in parts],
                    is_open=partial(_is_open, guests[plugin]),
                    followers=followers,
                    free=budgets.free,
                    on_gone=on_gone,
                )
                for plugin, parts in learning.items()
                if parts
            }
            self.pipeline = Pipeline(
                [
                    Station(lanes, partial(_pool, registry, settings)),
                    *(
                        Station([work], partial(GuestPool, guests[plugin]))
                        for plugin, work in guest_work.items()
                    ),
                ],
                on_progress=lambda: on_change("items", "features", "status"),
                leisure=leisure,
            )
        except BaseException:
            self._lock.release()
            raise

    def start(self) -> None:
        """Queue whatever is missing and work on it."""
        self._store.write(self._queue)
        self.pipeline.start()

    def close(self) -> None:
        """Stop working and let go of the library."""
        self.pipeline.close()
        self._lock.release()

    def _queue(self, db: Database) -> None:
        jobs.drop_others(db, [task.name for task in self.tasks])
        jobs.enqueue(db, self.tasks)

    def _after_read(self, db: Database, items: Sequence[str]) -> None:
        jobs.unpark(db, items)
        jobs.enqueue(db, self.tasks, items=items)


def _is_open(guest: Guest) -> bool:
    return not guest.is_closed


def _learning(registry: Registry, plugin: str) -> dict[str, Any]:
    """Give task → part for what a plugin learns about items."""
    offered = registry.find(plugin).parts
    hooks = ("extractors", "taggers", "metadata_readers")
    return {part.name: part for hook in hooks for part in offered.get(hook, ())}


def _pool(registry: Registry, settings: Settings) -> Pool:
    executor = registry.executor(msgspec.to_builtins(settings))
    return Elsewhere(executor) if executor is not None else Workers(settings.workers)


def tasks(registry: Registry, models: Models) -> list[Task]:
    """List what is to be done to every item: metadata first, then extractors, then taggers.

    A part whose model is not there is left out; the doctor tells of it.
    """
    found = [
        Task(
            name=reader.name,
            version=reader.version,
            model="",
            kinds=tuple(sorted(kind.value for kind in reader.kinds)),
        )
        for reader in registry.parts("metadata_readers")
    ]
    found += [
        Task(
            name=extractor.name,
            version=extractor.version,
            model=model,
            kinds=tuple(sorted(kind.value for kind in extractor.kinds)),
        )
        for extractor in registry.extractors
        if (model := _model_id(models, extractor)) is not None
    ]
    # Our own taggers wait for no stranger: what comes later makes them tag again.
    names = tuple(task.name for task in found if task.name not in _of_guests(registry))
    return found + [
        Task(
            name=tagger.name,
            version=tagger.version,
            model=model,
            kinds=tuple(sorted(kind.value for kind in VIDEO | AUDIO)),
            after=names,
        )
        for tagger in registry.taggers
        if (model := _model_id(models, tagger)) is not None
    ]


def _of_guests(registry: Registry) -> set[str]:
    return {
        part.name for plugin in registry.plugins if plugin.is_guest for part in plugin.all_parts()
    }


def _model_id(models: Models, part: Extractor | Tagger) -> str | None:
    spec: ModelSpec | None = part.model
    if spec is None:
        return ""
    try:
        return models.model_id(spec)
    except UserError:
        return None
