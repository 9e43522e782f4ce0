"""What a guest is made from, and what it is told of that."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mediadesk.api import Array, ModelSpec
from mediadesk.host.isolate import gpu
from mediadesk.host.isolate.messages import Start
from mediadesk.host.isolate.shared import Shared

if TYPE_CHECKING:
    from mediadesk.host.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestSpec:
    """What a guest is made from.

    `root` is the plugin's folder, `more_roots` are others with what it needs. `media_roots` are
    the person's folders; they are given to a plugin only with the permission `read-media`, and
    `data`, its own folder, only with `write-data`. `log` is the file that its prints go to.
    `models` are those that other plugins bring, task/name → file; it runs them by itself.
    """

    manifest: "Manifest"
    root: Path
    log: Path
    more_roots: tuple[Path, ...] = ()
    media_roots: tuple[Path, ...] = ()
    data: Path | None = None
    settings: Mapping[str, Any]
    language: str
    models: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What a guest asks its host for: `run` runs a model of the catalogue.

    `fetch` gets a file, within about so many seconds; `refuse` hears of a host that its own code
    tried to reach. What `starting` gives is entered while a
    process is started and the plugin loaded in it.

    Without a `shared` of the program each guest has one of its own.
    """

    run: Callable[[ModelSpec, Mapping[str, Array]], Mapping[str, Array]]
    fetch: Callable[[str, float], bytes]
    shared: Shared | None = None
    starting: Callable[[], AbstractContextManager[object]] = nullcontext
    refuse: Callable[[str], object] = lambda _: None


def start(spec: GuestSpec, shared: Shared, *, scratch: Path, inbox: Path, outbox: Path) -> Start:
    """Say how a guest is to prepare itself, with no more than it has the permissions for."""
    manifest, may = spec.manifest, spec.manifest.permissions
    data = spec.data if may.write_data is not None else None
    media = spec.media_roots if may.read_media is not None else ()
    history = (shared.blocks,) if may.read_history is not None else ()
    uses_gpu = may.gpu is not None
    roots = (spec.root, *spec.more_roots)
    texts: dict[str, str] = {}
    for locale in (spec.language.partition("_")[0], spec.language):
        texts |= manifest.translations.get(locale, {})
    return Start(
        plugin=manifest.name,
        module=manifest.module,
        roots=roots,
        readable=(
            *(*roots, *media, *history, *spec.models.values()),
            *(gpu.files() if uses_gpu else ()),
        ),
        writable=(scratch, data) if data is not None else (scratch,),
        memory_mb=manifest.resources.memory_mb,
        open_files=manifest.resources.open_files,
        disk_mb=manifest.resources.disk_mb,
        uses_gpu=uses_gpu,
        devices=gpu.devices() if uses_gpu else (),
        data=data,
        settings=spec.settings,
        texts=texts,
        models=spec.models,
        reads_media=may.read_media is not None,
        inbox=inbox,
        outbox=outbox,
        blocks=shared.blocks,
    )
