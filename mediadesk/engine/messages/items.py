"""Items as lists, cards and pages show them, and why they are recommended."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mediadesk.recommend.values import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """An item as lists show it. `progress` is the share watched, `position_s` where it stopped.

    At `resume_s` a player goes on; 0 is the beginning. `drive` is the name of the drive that it
    lies on, where that is not connected. `labels` are the tags that people put. `stars` are half to
    five, None where it is not rated. `added_at` and `played_at` are in unix seconds, `size` is in
    bytes, `height` in pixels, 0 for sound.
    """

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
    resume_s: float = 0.0
    drive: str = ""
    labels: tuple[str, ...] = ()
    stars: float | None = None
    plays: int = 0
    added_at: float = 0.0
    played_at: float | None = None
    size: int = 0
    height: int = 0
    series: str = ""
    season: int | None = None
    episode: int | None = None
    album_artist: str = ""
    disc: int | None = None
    track: int | None = None

    @property
    def device(self) -> str:
        """The name of the device that alone has its file; empty where that is this one."""
        return self.drive if self.path is None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(ItemView):
    """A recommended item with its score, each ranker's share of it, and the reasons.

    `arm` is the side of a contest that put it there, for its `Origin`.
    """

    score: float = 0.0
    rankers: Mapping[str, float] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    arm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One row of the panel."""

    id: str
    title: str
    items: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The "For you" panel of a profile; `understood` of `total` items have features by now.

    One that another device made, because this one can't yet, names it as `made_by`, and when, in
    unix seconds, as `made_at`.
    """

    profile: str
    took_ms: float
    shelves: tuple[Shelf, ...]
    understood: int = 0
    total: int = 0
    made_by: str = ""
    made_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of items."""

    items: tuple[ItemView, ...]
    took_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentView:
    """A stretch of an item in seconds; `image` is a key for `Verbs.pictures`.

    `why` says what makes it a key moment; it is empty where it is none.
    """

    start: float
    end: float
    extractor: str
    text: str = ""
    image: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What is said at a second of an item."""

    start: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of an episode that others of its series have too: its `label` is intro or credits.

    In seconds.
    """

    start: float
    end: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """A node of the graph that an item has an edge to; `role` is what it is there.

    `kind` is person, place, studio, set, series, album, genre or tag. `source` says so, as in
    `FieldView`, or “tagger”; `confidence` is 0..1. `search` finds all items that have to do with
    it.
    """

    kind: str
    name: str
    role: str
    source: str
    confidence: float
    search: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """How far an extractor is with an item.

    The `problem` of one that is done says what of the file could not be read.
    """

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
class Version:
    """A file that holds an item, be it in another encoding; `content` is what it is known by.

    `size` is in bytes, `height` in pixels, 0 for sound. `kept` is the one that is played.
    """

    path: str
    content: str
    available: bool
    drive: str
    size: int
    height: int
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterView:
    """A chapter; `start` in seconds. Where the file has none, some may be `proposed`."""

    start: float
    title: str
    proposed: bool = False


SOURCES: Mapping[str, str] = {
    "user": "set by you",
    "folder": "set by you for its folder",
    "sidecar": "from the NFO file",
    "embedded": "from the file's tags",
    "understood": "understood from its content",
    "guessed": "guessed from the name",
    "earlier": "known from before",
    "folders": "from the names of its folders",
    "library": "in the library",
}
"""What a person reads of where the value of a field, or a work, comes from, unless a plugin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A field of an item (`FIELDS`) as it stands, and what each source says of it.

    `source` is that of the value: user, folder (what a person chose for the series of its folder),
    sidecar, embedded, understood (by what is in it), guessed, earlier, or a plugin's name; `locked`
    means that a person set it, so that no file changes it. `said` are (source, value) of all
    sources, the strongest first. Genres are joined by “, ”; what is unknown is empty.
    """

    name: str
    value: str
    source: str
    locked: bool
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """Everything the item page shows; `facts` of the file are pairs ready to be read, too.

    `tags` are those of taggers, `item.labels` those of people. `collections` are the names of the
    plain collections that it is in. `moments` are the key moments, `keyframes` all pictures,
    `passages` all that is said or written. `sound` are numbers: shares of 0..1, loudness_lufs,
    tempo_bpm. `languages` are those that it is in, and `kinds` what it may be by what is in it,
    both with confidence. `summary` quotes what says most. `nodes` are whom and what it has to do
    with.
    """

    item: ItemView
    facts: tuple[tuple[str, str], ...]
    description: str
    tags: Mapping[str, float]
    moments: tuple[MomentView, ...]
    similar: tuple[Card, ...]
    jobs: tuple[JobView, ...]
    learnt: tuple[LearntView, ...] = ()
    fields: tuple[FieldView, ...] = ()
    chapters: tuple[ChapterView, ...] = ()
    versions: tuple[Version, ...] = ()
    note: str = ""
    collections: tuple[str, ...] = ()
    summary: tuple[Quote, ...] = ()
    keyframes: tuple[MomentView, ...] = ()
    passages: tuple[MomentView, ...] = ()
    spans: tuple[Span, ...] = ()
    sound: Mapping[str, float] = field(default_factory=dict)
    languages: Mapping[str, float] = field(default_factory=dict)
    kinds: Mapping[str, float] = field(default_factory=dict)
    nodes: tuple[NodeView, ...] = ()


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
