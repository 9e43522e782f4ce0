"""What goes in and out of the engine: plain values that pickle, and the list of its verbs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from mediadesk.recommend.values import Evidence, Reason

__all__ = [
    "Card",
    "Changed",
    "Check",
    "Evidence",
    "FeedbackKind",
    "FolderView",
    "ItemPage",
    "ItemView",
    "JobView",
    "Listing",
    "ModelView",
    "MomentView",
    "Panel",
    "PlayKind",
    "PluginView",
    "Problem",
    "Reason",
    "Shelf",
    "Status",
    "Verbs",
    "Why",
    "WorkView",
]

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
class ItemPage:
    """Everything the item page shows; `facts` are (label, value) pairs ready to be read."""

    item: ItemView
    facts: tuple[tuple[str, str], ...]
    description: str
    tags: Mapping[str, float]
    moments: tuple[MomentView, ...]
    similar: tuple[Card, ...]
    jobs: tuple[JobView, ...]


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
    """How far an extractor is with the library."""

    extractor: str
    done: int
    waiting: int
    skipped: int
    failed: int


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
    """A plugin and how it is doing."""

    name: str
    distribution: str
    version: str
    state: str
    problem: str | None
    provides: tuple[str, ...]


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
class Changed:
    """What the engine tells the window on its own: `what` is items, features or status."""

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

    def ids(self, *, text: str = "", kinds: Sequence[str] = ()) -> tuple[str, ...]:
        """Give the ids of all items that match, by title."""
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

    def models(self) -> tuple[ModelView, ...]:
        """List the models of the catalogue."""
        ...

    def doctor(self) -> tuple[Check, ...]:
        """Check what MediaDesk needs on this machine."""
        ...

    def theme(self, choice: str | None = None) -> str:
        """Give the look that is set (system, light or dark), after setting it to `choice`."""
        ...
