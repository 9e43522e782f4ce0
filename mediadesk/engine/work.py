"""Analysis: the lanes of one library joined to a pipeline, by one process at a time."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import filelock
import msgspec

from mediadesk.api import UserError
from mediadesk.engine.budget import Budgets
from mediadesk.engine.tasks import left, tasks
from mediadesk.extract.extraction import Extraction
from mediadesk.extract.guests import GuestWork
from mediadesk.extract.learning import Learning
from mediadesk.extract.pipeline import Pace, Pipeline, Station
from mediadesk.extract.tagging import Tagging
from mediadesk.extract.understanding import Understanding
from mediadesk.host import Registry
from mediadesk.host.elsewhere import Elsewhere
from mediadesk.host.isolate.guest import Guest
from mediadesk.host.isolate.pool import GuestPool
from mediadesk.host.workers import Lane, Pool, Workers
from mediadesk.library.intake import Intake
from mediadesk.models import Models
from mediadesk.settings import Places, Settings
from mediadesk.store import Database, Store, backlog, jobs
from mediadesk.store.jobs import Task
from mediadesk.understand import FEATURE, MODEL


class Analysis:
    """All that goes on in the background: reading new files, extracting, understanding, tagging."""

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
        learning: Learning,
        leisure: Callable[[], bool],
        pace: Callable[[], Pace],
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
            learning: what people's tags and kinds teach.
            leisure: a slice of what can wait, as the pipeline takes it.
            pace: how fast to work just now.

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
            self._registry = registry
            self._models = models
            self._settings = settings
            self._budgets = budgets
            self._on_change = on_change
            self._on_gone = on_gone
            self._learning = learning
            self._guests: dict[str, _Guested] = {}
            self._filling = threading.Lock()
            self.tasks = tasks(registry, models)
            self.is_queued = False
            self._inside = self._of_the_house(self.tasks)
            store.write(jobs.suspect_running)
            store.write(jobs.retry)
            self._house = Station(
                self._lanes(self._inside.tasks), partial(_pool, registry, settings)
            )
            self.pipeline = Pipeline(
                [self._house],
                on_progress=lambda: on_change("items", "features", "status"),
                on_idle=lambda: on_change("status"),
                leisure=lambda: leisure() or learning.tend(),
                pace=pace,
            )
            self.follow(guests)
        except BaseException:
            self._lock.release()
            raise

    def start(self) -> None:
        """Queue whatever is missing and work on it."""
        with self._filling:
            off = self._store.write(self._agree)
            backlog.fill(self._store, self.tasks)
            backlog.fill(self._store, off, state="left")
        self.is_queued = True
        self.pipeline.start()

    def take_up(self, items: Sequence[str]) -> None:
        """Queue what these items lack, for they came back or are something else now."""
        self._store.write(partial(self._after_read, items=items))
        self.pipeline.start()

    def follow(self, guests: Mapping[str, Guest]) -> bool:
        """Take up the guests that have come and leave those that have gone; the rest works on.

        False, and nothing is done, where what runs inside MediaDesk has changed as well: then
        another analysis has to take over.
        """
        found = tasks(self._registry, self._models)
        if self._of_the_house(found) != self._inside:
            return False
        wanted = {
            plugin: (guest, own)
            for plugin, guest in guests.items()
            if (own := [task for task in found if task.plugin == plugin])
        }
        stay = {
            name: at for name, at in self._guests.items() if wanted.get(name) == (at.guest, at.own)
        }
        come = {
            name: _Guested(guest, own, self._guest_station(name, guest, own))
            for name, (guest, own) in wanted.items()
            if name not in stay
        }
        # All that can go wrong is behind us: no station is left without an owner.
        leaving = [at.station for name, at in self._guests.items() if name not in stay]
        self.tasks, self._guests = found, stay | come
        self.pipeline.exchange(leaving, [each.station for each in come.values()])
        return True

    def seconds_left(self, waiting: Mapping[str, int]) -> float | None:
        """Say how long so many jobs of each part take; None while nothing is known."""
        works = [(self._house, self._inside.tasks)]
        works += [(at.station, at.own) for at in self._guests.values()]
        each = [
            station.rate.left(
                {task.name: waiting.get(task.name, 0) for task in own},
                later=[task.name for task in own if task.after],
            )
            for station, own in works
        ]
        # They work side by side.
        return max((seconds for seconds in each if seconds is not None), default=None)

    def close(self) -> None:
        """Stop working and let go of the library."""
        self.pipeline.close()
        self._lock.release()

    def _of_the_house(self, found: Sequence[Task]) -> "_Inside":
        plugins = [each for each in self._registry.plugins if each.works and not each.is_guest]
        names = {plugin.name for plugin in plugins}
        return _Inside(
            [task for task in found if task.plugin in names or not task.plugin],
            {plugin.name: list(plugin.all_parts()) for plugin in plugins},
        )

    def _lanes(self, own: Sequence[Task]) -> list[Lane]:
        return [
            Intake(self._store, after_read=self._after_read, on_gone=self._on_gone),
            Extraction(
                self._store,
                self._registry,
                self._models.runner,
                [task for task in own if not task.after],
                disabled=self._settings.disabled_plugins,
                followers=self._followers,
                free=self._budgets.free,
                on_gone=self._on_gone,
            ),
            *(
                Understanding(
                    self._store, self._models.runner(MODEL), task, followers=self._followers
                )
                for task in own
                if task.name == FEATURE
            ),
            Tagging(
                self._store,
                self._registry,
                self._models.runner,
                [task for task in own if task.after],
                free=self._budgets.free,
                learn=self._learning.follow,
                on_progress=lambda: self._on_change("features", "status"),
            ),
        ]

    def _guest_station(self, plugin: str, guest: Guest, own: Sequence[Task]) -> Station:
        work = GuestWork(
            self._store,
            self._registry,
            _learning(self._registry, plugin),
            own,
            is_open=partial(_is_open, self._registry, plugin, guest),
            followers=self._followers,
            free=self._budgets.free,
            on_gone=self._on_gone,
        )
        return Station([work], partial(GuestPool, guest))

    def _followers(self) -> list[str]:
        return [task.name for task in self.tasks if task.after]

    def _agree(self, db: Database) -> list[Task]:
        """Keep what is to be done, and give what is left by plugins that are off."""
        works = ["", *(plugin.name for plugin in self._registry.plugins if plugin.works)]
        backlog.remember(
            db, {name: [task for task in self.tasks if task.plugin == name] for name in works}
        )
        off = left(db, self._registry, self.tasks)
        backlog.leave(db, self.tasks, off)
        return off

    def _after_read(self, db: Database, items: Sequence[str]) -> None:
        jobs.unpark(db, items)
        jobs.enqueue(db, self.tasks, items)
        off = left(db, self._registry, self.tasks)
        jobs.enqueue(db, off, items, state="left")


@dataclass(frozen=True, slots=True)
class _Inside:
    """What runs inside MediaDesk itself."""

    tasks: list[Task]
    parts: dict[str, list[object]]


@dataclass(frozen=True, slots=True)
class _Guested:
    """A guest at work on its own tasks."""

    guest: Guest
    own: list[Task]
    station: Station


def _is_open(registry: Registry, plugin: str, guest: Guest) -> bool:
    works = any(each.name == plugin and each.works for each in registry.plugins)
    return works and not guest.is_closed


def _learning(registry: Registry, plugin: str) -> dict[str, Any]:
    """Give task → part for what a plugin learns about items."""
    offered = registry.find(plugin).parts
    hooks = ("extractors", "taggers", "metadata_readers")
    return {part.name: part for hook in hooks for part in offered.get(hook, ())}


def _pool(registry: Registry, settings: Settings) -> Pool:
    executor = registry.executor(msgspec.to_builtins(settings))
    return Elsewhere(executor) if executor is not None else Workers(settings.workers)
