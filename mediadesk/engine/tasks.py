"""What is to be done to every item: by the plugins that work, and by those that are off for now."""

from collections.abc import Collection, Sequence
from typing import Any

from mediadesk.api import AUDIO, VIDEO, Kind, ModelSpec, UserError
from mediadesk.host import Plugin, Registry
from mediadesk.models import Models
from mediadesk.store import Database, backlog
from mediadesk.store.jobs import Task
from mediadesk.understand import FEATURE, MODEL, VERSION


def tasks(registry: Registry, models: Models) -> list[Task]:
    """List what is to be done to every item.

    Metadata comes first, then extractors, then what is derived from all of them, then taggers. A
    part whose model is not there is left out; the doctor tells of it.
    """
    found = [
        _task(plugin, reader, "", kinds=reader.kinds)
        for plugin, reader in _offered(registry, "metadata_readers")
    ]
    found += [
        _task(plugin, extractor, model, kinds=extractor.kinds)
        for plugin, extractor in _offered(registry, "extractors")
        if (model := _model_id(models, extractor.model)) is not None
    ]
    # Our own taggers wait for no stranger: what comes later makes them tag again.
    guests = {plugin.name for plugin in registry.plugins if plugin.is_guest}
    names = tuple(task.name for task in found if task.plugin not in guests)
    derived = _understanding(models, names)
    names += tuple(task.name for task in derived)
    return [*found, *derived] + [
        _task(plugin, tagger, model, kinds=VIDEO | AUDIO, after=names)
        for plugin, tagger in _offered(registry, "taggers")
        if (model := _model_id(models, tagger.model)) is not None
    ]


def _understanding(models: Models, after: tuple[str, ...]) -> list[Task]:
    if not after or (model := _model_id(models, MODEL)) is None:
        return []
    return [
        Task(
            name=FEATURE,
            version=VERSION,
            model=model,
            kinds=_every(VIDEO | AUDIO),
            after=after,
        )
    ]


def left(db: Database, registry: Registry, live: Sequence[Task]) -> list[Task]:
    """List what plugins that are off for now would do, were they on."""
    off = [plugin.name for plugin in registry.plugins if not plugin.works]
    taken = {task.name for task in live}
    return [task for task in backlog.remembered(db, off) if task.name not in taken]


def _offered(registry: Registry, hook: str) -> list[tuple[Plugin, Any]]:
    return [
        (plugin, part)
        for plugin in registry.plugins
        if plugin.works
        for part in plugin.parts.get(hook, ())
    ]


def _task(
    plugin: Plugin,
    part: Any,  # noqa: ANN401 - any of three protocols
    model: str,
    *,
    kinds: Collection[Kind],
    after: tuple[str, ...] = (),
) -> Task:
    return Task(
        name=part.name,
        version=part.version,
        model=model,
        kinds=_every(kinds),
        after=after,
        plugin=plugin.name,
    )


def _every(kinds: Collection[Kind]) -> tuple[str, ...]:
    return tuple(sorted(kind.value for kind in kinds))


def _model_id(models: Models, spec: ModelSpec | None) -> str | None:
    if spec is None:
        return ""
    try:
        return models.model_id(spec)
    except UserError:
        return None
