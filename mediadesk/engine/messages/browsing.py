"""Browsing: searching, sorting, facets, and series, albums and artists as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from mediadesk.engine.messages.items import ItemView

SEARCHES = (
    ('storm "calm sea"', "both stand in the title, artist, album, series, a genre or a person"),
    ("storm OR calm NOT sea", "either; and without: NOT or -"),
    ("(rain OR snow) kind:song", "brackets; the kind of item, such as film, clip or talk"),
    ('artist:anna genre:"science fiction"', "also title:, album:, series:, description:"),
    ('artist="Anna"', "the whole of it, not a part"),
    ("person:varda place:france", "whoever made it or is in it; also studio: and set:"),
    ('genre="" year=""', "what has none: so for every field"),
    ("tag:calm note:lent", "tags that you or a tagger put, and your notes"),
    ('collection:"Rainy days"', "what is in a collection"),
    ("year:1999 year>=1990 year:1990..1999", "a year, from one on, a range"),
    ("season:2 episode>3 track:1", "where it stands in its series or on its album"),
    ("length<20m length>1h30m", "shorter, longer"),
    ("size>1g height>=1080 height:4k", "large files, high resolution"),
    ("added:7d added>2026-01-31", "in the last seven days (h d w m y), after a day"),
    ("stars>=4 plays>2 played:30d", "your rating, how often and when you played it"),
    ("is:available is:missing drive:Backup", "the file is there, or is not; which drive has it"),
    ("is:seen is:begun is:new", "what you have watched, have begun, have not touched yet"),
    ("is:liked is:hidden is:rated is:locked", "what you did with it; locked: fields that you set"),
    ('in:Films in:"/media/My films"', "files in a folder"),
    ('similar:"The Storm"', "the items most alike in content to one, by title or id"),
)
"""What may be searched for, in examples, each with what it means."""

Sort = Literal[
    "title",
    "added",
    "year",
    "length",
    "rating",
    "played",
    "plays",
    "size",
    "artist",
    "album",
    "series",
    "random",
]
"""How items are ordered: album means artist, album, disc, track, and within one album alone disc,
track; series means series, season, episode; random is another order on each day. What has no such
value comes last, either way.

Titles stand as a person files them: “The Matrix” under M, “Episode 9” before “Episode 10”, “Ä”
beside “A”, Chinese by its pinyin.
"""

GroupKind = Literal["series", "albums", "artists"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Browse:
    """Which items are looked at, in which order: a search (`SEARCHES`), kinds, and a sort."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    sort: Sort = "title"
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What was found: the numbers of the items in order, as unsigned 32-bit little-endian integers.

    An item keeps its number while the engine runs. `jumps` are (label, position of the first item
    under it), in order: letters of titles, years, seasons …, whatever the sort gives.
    """

    numbers: bytes
    jumps: tuple[tuple[str, int], ...]
    took_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Storyboard:
    """What is seen in a video: small pictures in rows of `columns`, as one JPEG of 60 kB at most.

    `seconds` are their times, in order, 25 at most; it has none where nothing is seen.
    """

    seconds: tuple[float, ...] = ()
    columns: int = 0
    jpeg: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One value of a facet, how many of the items have it, and the search for it alone.

    Put behind the search that was counted (in brackets if that has an OR) it narrows that to them.
    """

    label: str
    items: int
    search: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A way to narrow a search, such as genre, with its values, the most frequent first."""

    name: str
    title: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A series, an album or an artist; `search` with `sort` shows its items.

    `letter` is what it stands under in a list. `line` says in a few words what it is made of:
    “2 seasons, 13 episodes”. `picture` is a key for `Verbs.pictures`.
    """

    kind: GroupKind
    title: str
    letter: str
    line: str
    items: int
    unseen: int
    picture: str
    search: str
    sort: Sort


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePage:
    """A node of the graph: a person, place, studio, set, series, album, genre or tag.

    `search` finds its `items`, of which only so many are here as were asked for; `roles` tells by
    their ids what it is in each. `near` are the nodes that these items have to do with, too, the
    most frequent of each kind first.
    """

    kind: str
    name: str
    search: str
    items: tuple[ItemView, ...]
    roles: Mapping[str, tuple[str, ...]]
    near: tuple[Facet, ...]


class Browsing(Protocol):
    """Looking through the library."""

    def rows(self, browse: Browse, *, profile: str | None = None) -> Rows:
        """Find items.

        Raises:
            UserError: if the search isn't understood, or there is no such kind or sort.
        """
        ...

    def items_at(
        self, numbers: Sequence[int], *, profile: str | None = None
    ) -> tuple[ItemView | None, ...]:
        """Give the items of these numbers; None for one that is gone."""
        ...

    def ids_at(self, numbers: Sequence[int]) -> tuple[str, ...]:
        """Give the ids of these numbers, without those that are gone; any amount at once."""
        ...

    def storyboard(self, name: str) -> Storyboard:
        """Give some pictures from all over an item, for a mouse that moves over it."""
        ...

    def facets(self, browse: Browse, *, profile: str | None = None) -> tuple[Facet, ...]:
        """Count what is found by kind, genre, tag, decade, artist, rating, state, collection."""
        ...

    def nodes(self, *, profile: str | None = None) -> tuple[Facet, ...]:
        """Give the nodes of the graph that most items have to do with, by their kinds."""
        ...

    def node(self, name: str, *, limit: int = 100, profile: str | None = None) -> NodePage:
        """Give a node by “KIND:NAME”, or by its name alone where only one kind has it.

        Raises:
            UserError: if there is none, or are several.
        """
        ...

    def groups(
        self, kind: GroupKind, *, text: str = "", profile: str | None = None
    ) -> tuple[GroupView, ...]:
        """Give the series, albums or artists that have items that a search finds, by title."""
        ...
