"""Measures on a few items what an extractor would cost for all of them."""

import time
from collections.abc import Sequence
from functools import partial

import msgspec
from sqlite_utils import Database

from mediadesk.api import Extractor, Feature, Item, Run, Skip, UserError
from mediadesk.engine.messages import PriceTag
from mediadesk.extract.extraction import no_model
from mediadesk.host import Plugin, Registry
from mediadesk.host.isolate.guest import Guest
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk.store import library

_SAMPLE = 3


def price(
    db: Database, registry: Registry, models: Models, plugin: Plugin, guest: Guest | None
) -> tuple[PriceTag, ...]:
    """Price every extractor of a plugin, on items of different length; nothing is kept."""
    extractors: Sequence[Extractor] = plugin.parts.get("extractors", ())
    return tuple(
        _price(db, registry, models, each, plugin=plugin.name, guest=guest) for each in extractors
    )


def _price(
    db: Database,
    registry: Registry,
    models: Models,
    extractor: Extractor,
    *,
    plugin: str,
    guest: Guest | None,
) -> PriceTag:
    fitting = [
        each.item
        for each in library.all_items(db)
        if each.available and each.item.kind in extractor.kinds
    ]
    fitting.sort(key=lambda item: (item.duration, item.id))
    step = max(len(fitting) // _SAMPLE, 1)
    sample = fitting[step // 2 :: step][:_SAMPLE]
    run = models.runner(extractor.model) if extractor.model and guest is None else no_model
    began, cpu = time.perf_counter(), _cpu(guest)
    disk, problem = 0, None
    for item in sample:
        try:
            disk += _bytes(registry.guard(extractor, partial(_do, extractor, item, run)))
        except Skip:
            continue
        except UserError as error:
            problem = str(error)
    share = len(fitting) / len(sample) if sample else 0.0
    return PriceTag(
        plugin=plugin,
        part=extractor.name,
        sample=len(sample),
        items=len(fitting),
        seconds=round((time.perf_counter() - began) * share, 2),
        cpu_seconds=round((_cpu(guest) - cpu) * share, 2),
        disk=round(disk * share),
        memory=guest.health().peak_memory if guest else 0,
        problem=problem if sample else "There is no item of its kinds in the library yet.",
    )


def _do(extractor: Extractor, item: Item, run: Run) -> Feature:
    return extractor.encode([extractor.prepare(item, GuardedMedia())], run)[0]


def _cpu(guest: Guest | None) -> float:
    return guest.health().cpu_seconds if guest else time.process_time()


def _bytes(feature: Feature) -> int:
    """Give about how much a feature takes in the database."""
    moments = sum(
        len(each.image) + len(each.text) + (0 if each.vector is None else each.vector.nbytes)
        for each in feature.moments
    )
    summary = 0 if feature.summary is None else feature.summary.nbytes
    return moments + summary + len(msgspec.json.encode([feature.tags, feature.data]))
