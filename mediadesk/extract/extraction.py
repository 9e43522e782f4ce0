"""The lane of extraction: jobs become samples in a worker, samples become features here."""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from functools import cache
from pathlib import Path

from mediadesk.api import (
    Extractor,
    Feature,
    Item,
    ModelSpec,
    Run,
    Sample,
    UnreadableError,
    UserError,
)
from mediadesk.extract import claims
from mediadesk.extract.batch import each_or_error, encoded, no_model
from mediadesk.host import Registry
from mediadesk.host.workers import Outcome, Work
from mediadesk.media import GuardedMedia
from mediadesk.store import Database, Store, features, jobs, library, locations
from mediadesk.store.jobs import Job, Task

log = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 120.0
_SLOWEST = 5_000_000  # bytes a second of a slow drive: subtitles inside may be all over the file


class Extraction:
    """Runs every extractor over every item of its kinds."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        run: Callable[[ModelSpec], Run],
        tasks: Sequence[Task],
        *,
        disabled: tuple[str, ...] = (),
        followers: Callable[[], Sequence[str]] = tuple,
        free: Callable[[Collection[str]], Collection[str]] = lambda names: names,
        on_gone: Callable[[Sequence[Path]], object] = lambda _: None,
    ) -> None:
        """Make the lane.

        Args:
            store: where jobs and features are.
            registry: the plugins, as loaded in this process.
            run: gives the runner of a model.
            tasks: one per extractor, first things first.
            disabled: plugins that the workers must not load.
            followers: gives the tasks that read features, to be done again after a new one.
            free: gives those tasks that may be done now.
            on_gone: called with files that went away; their jobs wait until they are back.
        """
        self._store = store
        self._registry = registry
        self._run = run
        self._tasks = {task.name: task for task in tasks}
        self._disabled = disabled
        self._followers = followers
        self._free = free
        self._on_gone = on_gone
        names = set(self._tasks)
        self._extractors = {each.name: each for each in registry.extractors if each.name in names}

    def claim(self, limit: int, *, idle: bool) -> list[Work]:
        """Give pending jobs, else one suspect if nothing else runs."""
        free = self._free(self._tasks)

        def take(db: Database) -> list[Work]:
            tasks = [task for task in self._tasks.values() if task.name in free]
            taken = claims.take(db, [tasks], limit=limit, idle=idle)
            ids = [job.item for job in taken]
            known, sizes = library.items(db, ids), locations.sizes(db, ids)
            return [self._work(job, known[job.item], sizes[job.item]) for job in taken]

        # In one transaction: what is claimed lies somewhere, and is not lost where this fails.
        return self._store.write(take)

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Encode the samples, batch by extractor, and save each item's feature with its job."""
        for name in dict.fromkeys(each.work.key.extractor for each in outcomes):
            own = [each for each in outcomes if each.work.key.extractor == name]
            read = [(each.work.key, *each.result) for each in own if each.result is not None]
            self._save_failures([each for each in own if each.result is None])
            self._save_features(name, read)

    def release(self, works: Sequence[Work]) -> None:
        """Put claimed jobs back."""
        self._store.write(lambda db: jobs.release(db, [work.key for work in works]))

    def _work(self, job: Job, item: Item, size: int) -> Work:
        return Work(
            key=job,
            function=prepare,
            arguments=(job.extractor, self._disabled, item),
            timeout=_TIMEOUT_SECONDS + size / _SLOWEST,
            alone=job.suspect,
        )

    def _save_failures(self, outcomes: Sequence[Outcome]) -> None:
        failures = [claims.judge(each) for each in outcomes]
        if failures:
            self._store.write(lambda db: claims.note(db, failures, self._tasks, self._followers))
        if gone := claims.gone(failures):
            self._on_gone(gone)

    def _save_features(self, name: str, read: Sequence[tuple[Job, Sample, float]]) -> None:
        if not read:
            return
        started = time.perf_counter()
        run = self._run(model) if (model := self._extractors[name].model) else no_model
        made = encode(self._registry, self._extractors[name], [s for _, s, _ in read], run)
        each_took = (time.perf_counter() - started) / len(read)
        task = self._tasks[name]

        def save(db: Database) -> None:
            for (job, _, took), result in zip(read, made, strict=True):
                if isinstance(result, UserError):
                    jobs.finish(db, job, state="failed", problem=str(result))
                    continue
                features.save(db, job.item, name, result, version=task.version, model=task.model)
                if image := cover(result):
                    library.save_artwork(db, job.item, image, source="keyframe")
                jobs.finish(db, job, state="done", took=took + each_took)
                jobs.requeue(db, [job.item], self._followers())

        self._store.write(save)


def encode(
    registry: Registry, extractor: Extractor, samples: Sequence[Sample], run: Run
) -> list[Feature | UserError]:
    """Give for each sample its feature, checked, or what went wrong."""

    def call(batch: Sequence[Sample]) -> list[Feature]:
        return registry.guard(extractor, lambda: encoded(extractor, batch, run))

    return each_or_error(call, samples)


def prepare(name: str, disabled: tuple[str, ...], item: Item) -> tuple[Sample, float]:
    """In a worker: read one file with an extractor; give the sample and the seconds it took."""
    started = time.perf_counter()
    registry = _plugins(disabled)
    extractor = next((each for each in registry.extractors if each.name == name), None)
    if extractor is None:
        raise UserError(f"The plugin of “{name}” can't be loaded: update or disable it.")
    sample = registry.guard(extractor, lambda: _read(extractor, item))
    if not isinstance(sample, Sample):
        raise UserError(
            f"The extractor “{name}” gave a {type(sample).__name__} instead of a Sample: "
            "update or disable its plugin."
        )
    return sample, time.perf_counter() - started


def _read(extractor: Extractor, item: Item) -> Sample:
    try:
        return extractor.prepare(item, GuardedMedia())
    except MemoryError as error:  # no fault of the plugin: a file may claim what it likes
        raise UnreadableError(
            f"“{item.path}” asks for more memory than one file may have: it is damaged or far too "
            "large; copy it again or remove it."
        ) from error


@cache
def _plugins(disabled: tuple[str, ...]) -> Registry:
    """Load the plugins once in each worker."""
    return Registry(disabled=disabled)


def cover(feature: Feature) -> bytes:
    """Give the picture that stands for an item: that of the moment `cover`, else the first."""
    images = [moment.image for moment in feature.moments]
    n = feature.data.get("cover")
    if isinstance(n, int) and 0 <= n < len(images) and images[n]:
        return images[n]
    return next(filter(None, images), b"")
