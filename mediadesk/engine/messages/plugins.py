"""Plugins, what installing one would do, and the pages they make."""

from collections.abc import Mapping
from dataclasses import dataclass

from mediadesk.engine.messages.items import ItemView


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginView:
    """A plugin and how it is doing.

    `source` is bundled, installed or folder; `state` one of ready, disabled, incompatible, blocked,
    failed to load, failing, quarantined, switched off (by a safe start). `previous` is the version
    that a rollback would bring back.
    """

    name: str
    title: str
    summary: str
    distribution: str
    version: str
    source: str
    state: str
    problem: str | None
    provides: tuple[str, ...]
    previous: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantView:
    """One permission, with the plugin's reason; `detail` is a host or program; `new` at updates."""

    permission: str
    detail: str
    reason: str
    new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultView:
    """Something a plugin did wrong, so many `times`; `at` in unix seconds, of the last.

    `file` is where the item lies, else its title. `what` is message for a plugin's own sentence,
    raised for a bug, wrong for a result that is none, and else what its process died of.
    """

    at: float
    part: str
    item: str | None
    what: str
    sentence: str
    file: str | None = None
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageView:
    """What a part of a plugin has cost since it was installed: seconds of wall and CPU time."""

    part: str
    calls: int
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchView:
    """One fetch from elsewhere: `at` in unix seconds, `size` in bytes; why it came to nothing."""

    at: float
    host: str
    size: int
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginPage:
    """Everything about one plugin.

    `schema` is the JSON Schema of its `settings`, empty where it has none. `limits` are (label,
    value) pairs ready to be read, `unenforced` sentences on limits that this system can't enforce.
    `peak_memory` is in bytes, `fetched` what was got for it, the latest first, `log` the end of its
    log, `folder` that of a plugin in development.
    """

    plugin: PluginView
    permissions: tuple[GrantView, ...]
    signer: str | None
    dependencies: tuple[str, ...]
    schema: Mapping[str, object]
    settings: Mapping[str, object]
    labels: Mapping[str, str]
    limits: tuple[tuple[str, str], ...]
    unenforced: tuple[str, ...]
    usage: tuple[UsageView, ...]
    peak_memory: int
    faults: tuple[FaultView, ...]
    log: str
    has_data: bool
    budget: str = "always"
    folder: str | None = None
    fetched: tuple[FetchView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadView:
    """A file that an install would fetch; `size` in bytes, 0 where unknown."""

    name: str
    version: str
    size: int
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginPlan:
    """What an install would do, and the `token` that consents to exactly this.

    `action` is install, update, reinstall or downgrade; `signature` is known, new (a publisher seen
    for the first time), unsigned or development; `former_signer` is the id of the key that signed
    it until now, where this is signed with another or not at all. Sizes are in bytes. `warnings`
    are sentences to be read before consenting.
    """

    token: str
    source: str
    name: str
    title: str
    summary: str
    version: str
    action: str
    installed_version: str | None
    package_size: int
    installed_size: int
    downloads: tuple[DownloadView, ...]
    bundled: tuple[str, ...]
    permissions: tuple[GrantView, ...]
    signature: str
    signer: str | None
    warnings: tuple[str, ...]
    former_signer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A plugin of an index; `installed` is the version that is here."""

    name: str
    title: str
    summary: str
    version: str
    size: int
    installed: str | None
    source: str
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTag:
    """What an extractor would cost, measured on `sample` items and scaled to `items`.

    Seconds are of wall and CPU time, `disk` of the library in bytes, `memory` the peak of its
    process in bytes, 0 where that was not measured.
    """

    plugin: str
    part: str
    sample: int
    items: int
    seconds: float
    cpu_seconds: float
    disk: int
    memory: int
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page that a plugin makes."""

    plugin: str
    name: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointView:
    """A dot on a map, 0..1 from the left and the bottom; `colour` is #rrggbb."""

    item: str
    x: float
    y: float
    colour: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """One part of a plugin's page; what is empty is left out. `image` is a PNG or JPEG."""

    title: str
    text: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    points: tuple[PointView, ...]
    x_label: str
    y_label: str
    items: tuple[ItemView, ...]
    image: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """A plugin's page as it is now."""

    page: PageView
    sections: tuple[SectionView, ...]
