"""What goes in and out of the engine: plain values that pickle, and the list of its verbs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from mediadesk.recommend.values import Evidence, Reason

__all__ = [
    "SEARCHES",
    "Answer",
    "BackupView",
    "Backups",
    "Card",
    "Changed",
    "Check",
    "ChipView",
    "DownloadView",
    "Evidence",
    "FaultView",
    "FeedbackKind",
    "FolderView",
    "GrantView",
    "Imported",
    "ImportedLine",
    "ItemPage",
    "ItemView",
    "JobView",
    "LearntView",
    "Listing",
    "ModelView",
    "MomentView",
    "Offer",
    "PageContent",
    "PageView",
    "Panel",
    "PlayKind",
    "PlayerView",
    "PluginPage",
    "PluginPlan",
    "PluginView",
    "PointView",
    "PriceTag",
    "Problem",
    "Reason",
    "SectionView",
    "Shelf",
    "Status",
    "UsageView",
    "Verbs",
    "Why",
    "WorkView",
]

SEARCHES = (
    ('storm "calm sea"', "both stand in the title, artist, album or a genre"),
    ("storm OR calm NOT sea", "either; and without: NOT or -"),
    ("(rain OR snow) kind:song", "brackets; kinds are film, episode, clip, song, recording"),
    ('artist:anna genre:"science fiction"', "also title:, album: and tag:"),
    ("year:1999 year>=1990 year:1990..1999", "a year, from one on, a range"),
    ("length<20m length>1h30m", "shorter, longer"),
    ("added:7d added>2026-01-31", "in the last seven days (h d w m y), after a day"),
    ("is:available is:missing", "the file is there, or is not"),
    ("is:seen is:liked is:hidden", "what you did with it"),
    ('in:Films in:"/media/My films"', "files in a folder"),
)
"""What may be searched for, in examples, each with what it means."""

FeedbackKind = Literal["like", "less", "hide", "not-now", "undo"]
PlayKind = Literal["shown", "opened", "played", "finished", "abandoned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """An item as lists show it. `progress` is the share watched, `position_s` where it stopped."""

    id: str
    title: str
    kind: str
    path: str | None
    available: bool
    duration_s: float
    year: int | None = None
    artist: str = ""
    album: str = ""
    tags: tuple[str, ...] = ()
    liked: bool = False
    hidden: bool = False
    finished: bool = False
    progress: float = 0.0
    position_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(ItemView):
    """A recommended item with its score, each ranker's share of it, and the reasons."""

    score: float = 0.0
    rankers: Mapping[str, float] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One row of the panel."""

    id: str
    title: str
    items: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The "For you" panel of a profile; `understood` of `total` items have features by now."""

    profile: str
    took_ms: float
    shelves: tuple[Shelf, ...]
    understood: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of items."""

    items: tuple[ItemView, ...]
    took_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentView:
    """A stretch of an item in seconds; `image` is a key for `Verbs.pictures`."""

    start: float
    end: float
    extractor: str
    text: str = ""
    image: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """How far an extractor is with an item."""

    extractor: str
    state: str
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntView:
    """What an extractor learnt about an item: (label, value) pairs ready to be read.

    `title` is that of its plugin.
    """

    extractor: str
    title: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """Everything the item page shows; `facts` of the file are pairs ready to be read, too."""

    item: ItemView
    facts: tuple[tuple[str, str], ...]
    description: str
    tags: Mapping[str, float]
    moments: tuple[MomentView, ...]
    similar: tuple[Card, ...]
    jobs: tuple[JobView, ...]
    learnt: tuple[LearntView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The full explanation of one item's place.

    `rank` is its place among the `of` candidates, best first from 1, or None if it is no candidate
    (seen or hidden: `note` says so). `without` tells which rank it would have without a seed.
    """

    item: ItemView
    rank: int | None
    of: int
    score: float
    rankers: Mapping[str, float]
    reasons: tuple[Reason, ...]
    without: Mapping[str, int | None]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A file, folder or job that went wrong, in one sentence."""

    path: str
    sentence: str
    extractor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderView:
    """A folder of the library."""

    path: str
    files: int
    available: bool
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """How far a part (an extractor, tagger or metadata reader) of `plugin` is with the library.

    `waiting` items will be done; `left` ones will not, because the plugin is off for now
    (disabled, quarantined, failed to load, ...). `why` tells what makes them wait: new plugin, new
    version, new files or changed files → how many of `waiting` and `left`. `held` says in words
    ready to be read why nothing is done about them now: the plugin's state where any are `left`,
    else what its budget waits for; None while nothing holds them. `plugin` is empty for what a
    plugin that is gone has learnt.
    """

    extractor: str
    done: int
    waiting: int
    skipped: int
    failed: int
    held: str | None = None
    plugin: str = ""
    left: int = 0
    why: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is going on. `unread` files have been seen but not opened yet.

    `settling` files changed within the last seconds and are left alone until they rest.
    `seconds_left` is None while nothing is known.
    """

    folders: tuple[FolderView, ...]
    items: int
    unread: int
    settling: int
    work: tuple[WorkView, ...]
    problems: tuple[Problem, ...]
    busy: bool
    paused: bool
    seconds_left: float | None


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
class PluginPage:
    """Everything about one plugin.

    `schema` is the JSON Schema of its `settings`, empty where it has none. `limits` are (label,
    value) pairs ready to be read, `unenforced` sentences on limits that this system can't enforce.
    `peak_memory` is in bytes, `log` the end of its log, `folder` that of a plugin in development.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLine:
    """A line of an imported history: the item it was matched with, None where there is none."""

    title: str
    year: int | None
    kind: str
    at: float
    item: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """An imported history, or the preview of it; `known` lines had been imported before."""

    importer: str
    matched: int
    known: int
    unmatched: tuple[ImportedLine, ...]
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipView:
    """One condition of a question, ready to be read."""

    field: str
    value: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked for and the items that fit."""

    items: tuple[ItemView, ...]
    chips: tuple[ChipView, ...]
    meaning: str
    not_understood: tuple[str, ...]
    parser: str
    took_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerView:
    """A program that can play files; `command` plays one item, ready to be started."""

    name: str
    title: str
    plugin: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    """A model of the catalogue: what it is, whether it is here, and where it really ran."""

    name: str
    task: str
    dimensions: int
    size_bytes: int
    licence: str
    source: str
    sha256: str
    installed: bool
    loaded: bool
    provider: str | None
    fell_back_because: str | None
    runs: int
    mean_ms: float
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding of the doctor; `remedy` says what to do when it is not ok."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupView:
    """A copy of the library; `at` is when it was made, in unix seconds."""

    path: str
    at: float
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backups:
    """The copies of the library that are kept in `folder`, the newest first."""

    folder: str
    kept: tuple[BackupView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What the engine tells the window on its own: items, features, status or plugins.

    After an unclean end also checking, then checked: it looks whether the library is whole.
    """

    what: frozenset[str]


class Verbs(Protocol):
    """Everything the engine can do.

    `name` always means an item by its id, an unmistakable beginning of it, or its path. An unknown
    one, and anything else a person can mend, raises `UserError`.
    """

    def add_folder(self, path: str) -> Status:
        """Add a folder and look through it; its files appear at once."""
        ...

    def remove_folder(self, path: str) -> Status:
        """Forget a folder; no file is touched and the history of its items stays."""
        ...

    def scan(self, paths: Sequence[str] = ()) -> Status:
        """Look through these folders of the library, or all of them, for changes."""
        ...

    def analyze(self, *, wait: bool = False) -> Status:
        """Look for changes, queue all that is missing and work on it; `wait` for the end of it."""
        ...

    def pause(self, *, paused: bool) -> Status:
        """Stop taking new jobs, or go on."""
        ...

    def status(self) -> Status:
        """Tell what is going on."""
        ...

    def ids(
        self, *, text: str = "", kinds: Sequence[str] = (), profile: str | None = None
    ) -> tuple[str, ...]:
        """Give the ids of all items that match a search (`SEARCHES`), by title.

        Raises:
            UserError: if the search isn't understood.
        """
        ...

    def views(self, ids: Sequence[str], *, profile: str | None = None) -> tuple[ItemView, ...]:
        """Give the items of these ids, in their order, without those that are gone."""
        ...

    def item(self, name: str, *, profile: str | None = None) -> ItemPage:
        """Give everything about one item."""
        ...

    def pictures(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Give key → JPEG of at most 320 pixels; keys: artwork/ID, moment/ID/EXTRACTOR/N."""
        ...

    def similar(self, name: str, *, limit: int = 12, profile: str | None = None) -> Listing:
        """Give the items most alike in content, as cards with evidence."""
        ...

    def for_you(self, *, profile: str | None = None, limit: int = 12) -> Panel:
        """Give the panel, `limit` cards a shelf at most."""
        ...

    def why(self, name: str, *, profile: str | None = None) -> Why:
        """Explain the place of one item."""
        ...

    def feedback(
        self, name: str, kind: FeedbackKind, *, profile: str | None = None, limit: int = 12
    ) -> Panel:
        """Note a like, less, hide or not-now, or undo the last one; give the panel that follows."""
        ...

    def event(
        self,
        name: str,
        kind: PlayKind,
        *,
        share: float = 0.0,
        position: float = 0.0,
        at: float | None = None,
        profile: str | None = None,
    ) -> None:
        """Note what was played; `share` is 0..1, `position` in seconds, `at` in unix seconds."""
        ...

    def plugins(self) -> tuple[PluginView, ...]:
        """List the plugins."""
        ...

    def plugin(self, name: str) -> PluginPage:
        """Give everything about one plugin."""
        ...

    def plan_plugin(
        self, source: str, *, network: bool = False, wheelhouse: str | None = None
    ) -> PluginPlan:
        """Tell what installing from a wheel, bundle, folder, URL or index name would do.

        Nothing is changed. Only with `network` may anything be fetched. `wheelhouse` is a folder
        of wheels for what the plugin needs, else the one that is set.
        """
        ...

    def install_plugin(self, token: str, *, new_publisher: bool = False) -> PluginView:
        """Do what a plan said, all or nothing; the plans of this engine are remembered.

        A plan with a `former_signer` needs the consent to that, which is `new_publisher`.
        """
        ...

    def remove_plugin(self, name: str, *, with_data: bool) -> None:
        """Remove a plugin, with or without the data that it made."""
        ...

    def rollback_plugin(self, name: str) -> PluginView:
        """Bring the previous version back."""
        ...

    def enable_plugin(self, name: str, *, enabled: bool) -> PluginView:
        """Switch a plugin on or off; on also ends its quarantine."""
        ...

    def set_plugin(self, name: str, settings: Mapping[str, object]) -> PluginPage:
        """Change some of a plugin's settings."""
        ...

    def budget_plugin(self, name: str, when: str) -> PluginPage:
        """Set when a plugin may work: always, idle, mains or idle-and-mains."""
        ...

    def price_plugin(self, name: str) -> tuple[PriceTag, ...]:
        """Measure on a few items what each extractor of a plugin would cost."""
        ...

    def offers(self, *, network: bool = False) -> tuple[Offer, ...]:
        """List what the plugin index offers, from its cached copy unless `network` allows more."""
        ...

    def pages(self) -> tuple[PageView, ...]:
        """List the pages that plugins make."""
        ...

    def page(self, plugin: str, name: str, *, profile: str | None = None) -> PageContent:
        """Make a plugin's page."""
        ...

    def import_history(
        self, path: str, *, dry_run: bool = False, profile: str | None = None
    ) -> Imported:
        """Read a history exported by another program, with the importers of the plugins."""
        ...

    def undo_import(self, *, profile: str | None = None) -> int:
        """Take back the last imported history, and give how many lines it had."""
        ...

    def ask(self, text: str, *, limit: int = 50, profile: str | None = None) -> Answer:
        """Answer a question in plain language; without a parser its words are searched for."""
        ...

    def players(self, name: str, *, start: float = 0.0) -> tuple[PlayerView, ...]:
        """List the programs that can play an item, with the commands that do it."""
        ...

    def models(self) -> tuple[ModelView, ...]:
        """List the models of the catalogue."""
        ...

    def doctor(self) -> tuple[Check, ...]:
        """Check what MediaDesk needs on this machine."""
        ...

    def backups(self) -> Backups:
        """List the backups."""
        ...

    def backup(self) -> Backups:
        """Back the library up; give the backups, this one first."""
        ...

    def restore(self, path: str) -> None:
        """Have the next engine start on this backup; the library of now is backed up then."""
        ...

    def theme(self, choice: str | None = None) -> str:
        """Give the look that is set (system, light or dark), after setting it to `choice`."""
        ...
