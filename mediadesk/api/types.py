"""The values that pass between the host and its plugins: frozen, keyword-only, picklable."""

from __future__ import annotations  # numpy is slow to import and the window has no use for it

from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]
else:

    class Array(ABC):  # noqa: B024 - msgspec asks isinstance of it
        """Stands for a numpy array where types are looked at while the program runs."""


Json = dict[str, Any]


class Kind(StrEnum):
    """What an item is to a person; a clip or a recording is one of which nothing more is known."""

    FILM = "film"
    EPISODE = "episode"
    MUSIC_VIDEO = "music-video"
    CONCERT = "concert"
    HOME_VIDEO = "home-video"
    TALK = "talk"
    CLIP = "clip"
    SONG = "song"
    AUDIOBOOK = "audiobook"
    PODCAST = "podcast"
    RECORDING = "recording"

    @property
    def label(self) -> str:
        """What a person calls one; with an “s” it is the word for several."""
        return "Video" if self is Kind.CLIP else self.value.replace("-", " ").capitalize()


AUDIO = frozenset({Kind.SONG, Kind.AUDIOBOOK, Kind.PODCAST, Kind.RECORDING})
VIDEO = frozenset(Kind) - AUDIO


SURE = 0.7
"""Confidence from which a tag is told as a fact; below it is a guess, and shown as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A file, known by its content.

    `path` is None while no known place holds the file. `duration` is in seconds, 0 if unknown.
    `sidecars` are the subtitle files beside it. `added_at` is in unix seconds. `season`, `episode`,
    `disc` and `track` are its numbers in `series` and `album`, None where unknown. `keywords` are
    what the NFO file beside it is tagged with; those that a person put on it are none.
    """

    id: str
    kind: Kind
    title: str
    path: Path | None
    duration: float = 0.0
    year: int | None = None
    artist: str = ""
    album: str = ""
    genres: tuple[str, ...] = ()
    description: str = ""
    sidecars: tuple[Path, ...] = ()
    added_at: float = 0.0
    series: str = ""
    season: int | None = None
    episode: int | None = None
    album_artist: str = ""
    disc: int | None = None
    track: int | None = None
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """Which model a plugin wants to run.

    `task` is the catalogue's: text, image, audio, voice, rank. Without a `name` the catalogue's
    choice for the task is used. With a `file` the model is the plugin's own ONNX graph, named
    `name`.
    """

    task: str
    name: str | None = None
    file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What `prepare` read from one file, ready for the model.

    `problem` is one sentence on what could not be read, where the rest could; the feature that is
    made of it is marked as partial by it.
    """

    arrays: Mapping[str, Array] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    images: tuple[bytes, ...] = ()
    times: tuple[tuple[float, float], ...] = ()
    data: Json = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One stretch of an item, `start` to `end` in seconds, with what is known of it.

    `vector` is float32 [d] of unit length, in the space of the feature's summary. `text` is what
    is said or written there: the item page lists it, and Why quotes the most alike of two items.
    `image` is an encoded JPEG of at most 320 pixels. `why` says in a few words what makes a moment
    a key moment; it is empty where it is not one. `language` is that of `text` where it says the
    same as others in another language: such a moment is kept, but has no vector; the item page does
    not list it, and no tagger gets it.
    """

    start: float
    end: float
    vector: Array | None = None
    text: str = ""
    image: bytes = b""
    why: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """What an extractor learnt about one item.

    `summary` is one float32 vector [d] of unit length, or None where there is nothing to compare;
    one extractor gives the same d for all items. `tags` are label → confidence in 0..1.

    `data` is any JSON, in finite numbers. The item page lists its entries that are a short text, a
    number, yes or no, or a few of these: twelve at most, each under its key, whose last word may
    be a unit (`speech_share` of 0..1, `loudness_db`, `pause_seconds`). Pages of plugins get all.
    `cover` is not listed: it is the number of the moment whose picture stands for the item.

    A feature with a `problem` is partial: one sentence says what of the file could not be read.
    """

    summary: Array | None = None
    moments: tuple[Moment, ...] = ()
    tags: Mapping[str, float] = field(default_factory=dict)
    data: Json = field(default_factory=dict)
    problem: str = ""


SAID = ("subtitles", "speech", "ocr")
"""The extractors that tell what is said or written in an item; the first that found any counts.

All give the same: moments with `text`, some with a vector of the catalogue's text model; their mean
as the summary; in `data` the `language`, the `languages` and the `tracks`, each with at least
`language`, `confidence` in 0..1 and its number of `passages`.
"""


def said(known: Mapping[str, Feature]) -> Feature:
    """Give the feature that tells what is said in an item; an empty one where none does.

    What it holds in other languages as well is left out: nothing is said twice.
    """
    found = (known[name] for name in SAID if name in known)
    first = next((feature for feature in found if feature.summary is not None), Feature())
    return replace(first, moments=tuple(each for each in first.moments if not each.language))


class EventKind(StrEnum):
    """What a person did; the only feedback there is.

    `rated` has its stars in `Event.value`, half a star .1, five 1, none 0. `seen` and `unseen` are
    marks set by hand; `dismissed` takes an item off Continue until it is played again. `searched`
    is about no item: its `Event.item` is empty, and its context holds the `query`.
    """

    SHOWN = "shown"
    OPENED = "opened"
    PLAYED = "played"
    FINISHED = "finished"
    ABANDONED = "abandoned"
    LIKE = "like"
    LESS = "less"
    HIDE = "hide"
    NOT_NOW = "not-now"
    RATED = "rated"
    SEEN = "seen"
    UNSEEN = "unseen"
    DISMISSED = "dismissed"
    UNDO = "undo"
    SEARCHED = "searched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One act of one person on one item. `at` is in unix seconds.

    `value` is the share watched (0..1) of a `played` and the stars of a `rated`; `context` holds
    what else matters: `position` in seconds, seconds `watched` on end up to there, the `event` that
    an `undo` takes back; the `page`, `shelf` and `slot` (from 1) where the item stood; the seconds
    that it was `unattended` or `paused`; the `members` of a group, who all did it; and whether it
    is `undated`: an import told of it without a time, and `at` is when that was.
    """

    id: str
    profile: str
    item: str
    kind: EventKind
    at: float
    value: float = 0.0
    context: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a profile's events on one item add up to: -1 (less of this) … 1 (liked)."""

    item: str
    value: float
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One modality's summary vectors: float32 of unit length, a row of zeros where there is none.

    `candidates` is [n, d], row i for `RankRequest.candidates[i]`; `history` is [m, d], row j for
    `RankRequest.history[j]`.
    """

    candidates: Array
    history: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is known of n items beside what is in their files: one array [n] each, row i for item i.

    `kind` is int8, the place in `tuple(Kind)`. The others are float32, nan where unknown: `year`;
    `duration` in seconds; `quality`, what the public thinks of it, 0..1, drawn to the middle where
    few `votes` stand behind it; and the numbers `season`, `episode`, `disc`, `track`. `series`,
    `album` and `artist` are int32: the same number is the same name, of an album with its
    artist's, -1 none, in the candidates and the history of one request. `added` is float64 in unix
    seconds.
    """

    kind: Array
    year: Array
    duration: Array
    quality: Array
    votes: Array
    season: Array
    episode: Array
    disc: Array
    track: Array
    series: Array
    album: Array
    artist: Array
    added: Array

    def rows(self, chosen: Array) -> Traits:
        """Give those of some items, by their places or by a mask."""
        return Traits(**{each.name: getattr(self, each.name)[chosen] for each in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The traits of a request's items, in the order of its candidates and of its history."""

    candidates: Traits
    history: Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What other people think: a sparse matrix of people × items, in compressed rows.

    The opinions of person p are the entries `start[p]` to `start[p + 1]` of `item` (int32, the
    column), `value` (float32, -1..1) and `at` (float64, unix seconds), oldest first; `start` is
    int64 [people + 1]. There are `items` columns, in an order of their own. `candidates` int32 [n]
    and `history` int32 [m] are the columns of the request's items, -1 where nobody has an opinion.

    All but these two stays the same, and so does `mark`, until another person says something: what
    is fitted to it may be kept under this name.
    """

    mark: str
    items: int
    start: Array
    item: Array
    value: Array
    at: Array
    candidates: Array
    history: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class RankRequest:
    """Everything a ranker may know: the same request must give the same scores.

    `blocks` are by extractor. Two more are sets, as vectors: “graph”, where candidates have
    persons, a set or the series in common with what was judged lately, and “genres”. The cosine is
    that of two sets; the columns are those of this request. `facts` are missing where nobody
    gathered them, `crowd` where nobody else has an opinion. `without` are places in the history:
    what would be said without each of these opinions is asked, too; see `Scores.without`.
    """

    now: float
    profile: str
    candidates: Sequence[str]
    history: tuple[Opinion, ...]
    blocks: Mapping[str, Block]
    facts: Facts | None = None
    crowd: Crowd | None = None
    without: tuple[int, ...] = ()

    def forgetting(self, item: str) -> RankRequest:
        """Give the request as if nothing was held of one item, all else equal."""
        import numpy as np

        kept = np.array([opinion.item != item for opinion in self.history], dtype=bool)
        blocks = {
            name: replace(block, history=block.history[kept]) for name, block in self.blocks.items()
        }
        told, crowd = self.facts, self.crowd
        return replace(
            self,
            history=tuple(opinion for opinion in self.history if opinion.item != item),
            blocks=blocks,
            facts=told and replace(told, history=told.history.rows(kept)),
            crowd=crowd and replace(crowd, history=crowd.history[kept]),
            without=(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Something that moves scores: a block of the request, and in words where the plugin has some.

    `block` is its name, or “year”, “age”, “quality”, “crowd” or “order” for what is no block, or
    empty.
    """

    block: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """A ranker's verdict on the n candidates of a request, row i on `candidates[i]`.

    `values` is float [n], larger is better, 0 where the ranker knows nothing. The rest says why,
    and may be left out: `shares` float [n, k] splits each value, its rows adding up to it; entry
    [i, j] is due to `causes[cause[i, j]]` and to the opinion `history[seed[i, j]]`, -1 where no
    single one is to be named. With one cause and no shares all of every value is due to it.

    What is due to an opinion is by how much the value would be less without it, all else equal.
    Rankers' values are brought to one scale before they are added; `confidence`, 0..1, is what this
    ranker's are then multiplied with: how much it has to go by, of what it could have.

    `without` float [k, n] are the values as they would be without each of the k opinions in
    `RankRequest.without`, all else equal; it has no rows where none is asked for. A ranker that
    leaves it out is asked again for each of them, which takes longer.
    """

    values: Array
    confidence: float = 1.0
    causes: tuple[Cause, ...] = ()
    shares: Array | None = None
    cause: Array | None = None
    seed: Array | None = None
    without: Array | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a reader found out about an item; None and empty mean that it does not know."""

    title: str = ""
    year: int | None = None
    artist: str = ""
    album: str = ""
    genres: tuple[str, ...] = ()
    description: str = ""
    series: str = ""
    season: int | None = None
    episode: int | None = None
    album_artist: str = ""
    disc: int | None = None
    track: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One line of a history from elsewhere: what was done with which work, and when.

    `original` is the title in the work's own language, where that is another. `at` is in unix
    seconds, 0 where unknown; `value` is the share watched of a `played`, 0..1, or the stars of a
    `rated`, as in `Event`. A `mark` says that it was watched some time or other: it
    counts only where no line says when. A `problem` is a sentence on what in the file can't be
    used: it is told, and nothing else of such a line counts.
    """

    title: str
    kind: EventKind
    year: int | None = None
    artist: str = ""
    at: float = 0.0
    value: float = 1.0
    mark: bool = False
    problem: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Liked:
    """An item of a profile's history with what the profile thinks of it, -1..1."""

    item: Item
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainRequest:
    """An item that is recommended, why the rankers say so, and what the profile liked.

    `reasons` are the sentences that are there already; `language` is a locale such as `zh_CN`.
    """

    item: Item
    reasons: tuple[str, ...]
    history: tuple[Liked, ...]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One condition of a question, as a person sees and edits it.

    `field` is kind, tag, text, year, minutes, seen or liked. `low` and `high` bound the numbers,
    None leaving a side open; the others have a `value`: seen and liked take "yes" or "no".
    """

    field: str
    value: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a sentence asks for.

    `meaning` is what is left to be met by likeness, `not_understood` what is left altogether.
    """

    chips: tuple[Chip, ...] = ()
    meaning: str = ""
    not_understood: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """A program that plays files: MediaDesk starts it, the plugin never does.

    In each of the `arguments`, `{path}` becomes the file and `{start}` the second to begin at.
    """

    name: str
    title: str
    program: str
    arguments: tuple[str, ...]
    kinds: frozenset[Kind] = VIDEO | AUDIO


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfRequest:
    """What may stand on a shelf: items that the profile has not seen, best first.

    `values` are their blended scores.
    """

    now: float
    profile: str
    items: tuple[Item, ...]
    values: tuple[float, ...]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfDraft:
    """A row of the panel: ids of items of the request, best first, and why they stand together."""

    id: str
    title: str
    items: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRequest:
    """What a page of a plugin may show: the library's items, and what some extractors learnt.

    `data` is extractor → item → `Feature.data`.
    """

    items: tuple[Item, ...]
    data: Mapping[str, Mapping[str, Json]]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A dot on a map; `x` and `y` are 0..1, from the left and the bottom, `colour` is #rrggbb."""

    item: str
    x: float
    y: float
    colour: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a page, from top to bottom: a heading, a text, a table, a map, a row of items.

    Whatever is empty is left out. `image` is an encoded PNG or JPEG.
    """

    title: str = ""
    text: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    points: tuple[Point, ...] = ()
    x_label: str = ""
    y_label: str = ""
    items: tuple[str, ...] = ()
    image: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """A model that a plugin brings: an ONNX file in its folder.

    `dimensions` is the length of its vectors, 0 where it gives none.
    """

    name: str
    task: str
    file: Path
    dimensions: int
    licence: str
    source: str


def unit(vectors: Array) -> Array:
    """Scale float vectors [..., d] to length 1; zeros stay zeros."""
    import numpy as np

    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Array = (vectors / np.where(norms == 0, 1, norms)).astype(np.float32)
    return scaled
