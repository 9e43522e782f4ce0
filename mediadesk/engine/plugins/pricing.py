"""Measures on a few items what an extractor would cost for all of them."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
import psutil

from mediadesk.api import Extractor, Feature, Item, Run, Skip, UserError
from mediadesk.engine.messages import PriceTag
from mediadesk.engine.plugins.opening import Opened
from mediadesk.extract.batch import no_model
from mediadesk.host import Plugin, Registry
from mediadesk.host.isolate.guest import Guest
from mediadesk.host.workers import Work, Workers
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk.store import Database, library

_SAMPLE = 3
_TIMEOUT_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cost:
    """Of a sample: seconds of wall and CPU time, bytes of disk and of peak memory."""

    seconds: float
    cpu_seconds: float
    disk: int
    memory: int
    problem: str | None


def price(
    db: Database, plugin: Plugin, *, opened: Opened | None = None, cache: Path
) -> tuple[PriceTag, ...]:
    """Price every extractor of a plugin, on items of different length; nothing is kept.

    Nothing of it runs in this process, nor in one that is at work: `opened` is a guest of its own,
    and what runs inside MediaDesk is given a process, too, with the models in `cache`.

    Raises:
        UserError: if that process dies.
    """
    offered = plugin.parts if opened is None else opened.parts
    extractors: Sequence[Extractor] = offered.get("extractors", ())
    tags = []
    for extractor in extractors:
        fitting = [
            each.item
            for each in library.all_items(db)
            if each.available and each.item.kind in extractor.kinds
        ]
        fitting.sort(key=lambda item: (item.duration, item.id))
        step = max(len(fitting) // _SAMPLE, 1)
        sample = fitting[step // 2 :: step][:_SAMPLE]
        if not sample:
            cost = _Cost(
                seconds=0, cpu_seconds=0, disk=0, memory=0,
                problem="There is no item of its kinds in the library yet.",
            )  # fmt: skip
        elif opened is not None and opened.guest is not None:
            cost = _of_guest(opened, opened.guest, extractor.name, sample)
        else:
            cost = _apart(extractor.name, sample, cache)
        share = len(fitting) / max(len(sample), 1)
        tags.append(
            PriceTag(
                plugin=plugin.name,
                part=extractor.name,
                sample=len(sample),
                items=len(fitting),
                seconds=round(cost.seconds * share, 2),
                cpu_seconds=round(cost.cpu_seconds * share, 2),
                disk=round(cost.disk * share),
                memory=cost.memory,
                problem=cost.problem,
            )
        )
    return tuple(tags)


def _of_guest(opened: Opened, guest: Guest, extractor: str, sample: Sequence[Item]) -> _Cost:
    registry = Registry(points=())
    registry.admit(opened.plugin, opened.parts)
    return _measured(
        registry,
        _find(registry, extractor),
        sample,
        no_model,
        cpu=lambda: guest.health().cpu_seconds,
        memory=lambda: guest.health().peak_memory,
    )


def _apart(extractor: str, sample: Sequence[Item], cache: Path) -> _Cost:
    """Measure in a process that does nothing else, beside whatever the engine does."""
    workers = Workers(1)
    try:
        outcome = workers.submit(
            Work(
                key=extractor,
                function=_inside,
                arguments=(extractor, tuple(sample), cache),
                timeout=_TIMEOUT_SECONDS,
            )
        ).result()
    finally:
        workers.close()
    if outcome.death is not None:
        raise UserError(f"“{extractor}” can't be priced: {outcome.death}.")
    if outcome.error is not None:
        raise outcome.error
    found: _Cost = outcome.result
    return found


def _inside(name: str, sample: Sequence[Item], cache: Path) -> _Cost:
    """In a worker: run an extractor, model and all."""
    registry, models = Registry(), Models(cache)
    extractor = _find(registry, name)
    run = models.runner(extractor.model) if extractor.model else no_model
    try:
        return _measured(registry, extractor, sample, run, cpu=time.process_time, memory=_peak)
    finally:
        models.close()


def _find(registry: Registry, name: str) -> Extractor:
    return next(each for each in registry.extractors if each.name == name)


def _measured(
    registry: Registry,
    extractor: Extractor,
    sample: Sequence[Item],
    run: Run,
    *,
    cpu: Callable[[], float],
    memory: Callable[[], int],
) -> _Cost:
    disk, problem = 0, None
    began, used = time.perf_counter(), cpu()
    # The first is done twice: what is loaded once must not count for every item.
    for n, item in enumerate([sample[0], *sample]):
        if n == 1:
            began, used, disk = time.perf_counter(), cpu(), 0
        try:
            disk += _bytes(registry.guard(extractor, partial(_do, extractor, item, run)))
        except Skip:
            continue
        except UserError as error:
            problem = str(error)
    return _Cost(
        seconds=time.perf_counter() - began,
        cpu_seconds=cpu() - used,
        disk=disk,
        memory=memory(),
        problem=problem,
    )


def _do(extractor: Extractor, item: Item, run: Run) -> Feature:
    return extractor.encode([extractor.prepare(item, GuardedMedia())], run)[0]


def _peak() -> int:
    """Give the most memory that this process has held, in bytes."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def _bytes(feature: Feature) -> int:
    """Give about how much a feature takes in the database."""
    moments = sum(
        len(each.image) + len(each.text) + (0 if each.vector is None else each.vector.nbytes)
        for each in feature.moments
    )
    summary = 0 if feature.summary is None else feature.summary.nbytes
    return moments + summary + len(msgspec.json.encode([feature.tags, feature.data]))
