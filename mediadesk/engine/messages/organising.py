"""Organising: ratings, tags, notes, fields, collections, duplicates, and taking all of it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from mediadesk.engine.messages.events import Origin
from mediadesk.engine.messages.items import ItemView


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that a person changed, in one act, on so many items; `at` in unix seconds.

    `says` is a sentence in the past: “Rated 3 items”. It can be taken back by its `id`, and taking
    back is a change that can be taken back. Where everything was so already, `id` is empty,
    and it says that.
    """

    id: str
    at: float
    says: str
    items: int
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionView:
    """A collection; a smart one has a `search` and holds what that finds, in the order of `sort`.

    `search` of a plain one is None; its own items are found by the search `collection="NAME"`.
    `picture` is a key for `Verbs.pictures`, None while it is empty.
    """

    id: str
    name: str
    search: str | None
    sort: str
    items: int
    descending: bool = False
    picture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """Items that are the same work; the first of `items` is the better file.

    `alike` is 0..1; `why` says in a few words what they have in common, `better` why the first is.
    A missing one beside an available one has probably been replaced by it.
    """

    items: tuple[ItemView, ...]
    alike: float
    why: str
    better: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What so many `items` have in common: field → the value that all of them have.

    A field in which they differ is left out; where none has a value, it is empty. `tags` are those
    that people have put, each with the number of these items that have it, by name.
    """

    items: int
    fields: Mapping[str, str]
    tags: tuple[tuple[str, int], ...]


class Organising(Protocol):
    """What a person says of items. Each change can be taken back, whatever its size."""

    def rate(
        self,
        names: Sequence[str],
        stars: float | None,
        *,
        origin: Origin | None = None,
        profile: str | None = None,
    ) -> Change:
        """Rate with half to five stars, in halves; None takes the rating away.

        `origin` is where the items stood.
        """
        ...

    def mark(self, names: Sequence[str], *, watched: bool, profile: str | None = None) -> Change:
        """Mark as watched, or as not."""
        ...

    def hide(
        self, names: Sequence[str], *, hidden: bool = True, profile: str | None = None
    ) -> Change:
        """Hide items from the panel, or bring them back."""
        ...

    def tag(
        self, names: Sequence[str], *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> Change:
        """Put tags on items and take tags from them; a removed tag of the tagger stays away."""
        ...

    def write_note(self, name: str, text: str, *, profile: str | None = None) -> Change:
        """Note something on an item; an empty text removes the note."""
        ...

    def keep_chapters(self, name: str) -> Change:
        """Make the chapters that are proposed for an item its own.

        Raises:
            UserError: if none are.
        """
        ...

    def edit(self, names: Sequence[str], fields: Mapping[str, object]) -> Change:
        """Set fields (`FIELDS`), and so lock them; None unlocks one and takes what files say."""
        ...

    def common(self, names: Sequence[str]) -> Common:
        """Tell what these items have in common, to edit them together."""
        ...

    def all_tags(self) -> tuple[tuple[str, int], ...]:
        """Give the tags that people have put, each with the number of its items, by name."""
        ...

    def collections(self, *, profile: str | None = None) -> tuple[CollectionView, ...]:
        """List the collections by name."""
        ...

    def collected(self, collection: str, *, profile: str | None = None) -> tuple[str, ...]:
        """Give the ids of the items of a collection, in the order that they were put into it.

        Those of a smart one come as it is sorted.
        """
        ...

    def make_collection(
        self,
        name: str,
        *,
        search: str | None = None,
        sort: str = "title",
        descending: bool = False,
    ) -> CollectionView:
        """Make a collection, a smart one where a search is given."""
        ...

    def change_collection(
        self, collection: str, *, name: str | None = None, search: str | None = None
    ) -> CollectionView:
        """Give a collection (by id or name) another name, or a smart one another search."""
        ...

    def remove_collection(self, collection: str) -> Change:
        """Remove a collection; its items stay."""
        ...

    def collect(self, collection: str, names: Sequence[str]) -> Change:
        """Put items into a collection, at its end."""
        ...

    def uncollect(self, collection: str, names: Sequence[str]) -> Change:
        """Take items out of a collection."""
        ...

    def twins(self, *, limit: int = 100, profile: str | None = None) -> tuple[Twins, ...]:
        """Find duplicates and near-duplicates, the surest first."""
        ...

    def merge(self, keep: str, others: Sequence[str]) -> Change:
        """Make these one item: `keep` takes over all that was done with the others.

        Files are left alone; those of the others become versions of it.
        """
        ...

    def merge_all(self, sets: Sequence[Sequence[str]]) -> Change:
        """Merge each of these sets into its first item, all as one act."""
        ...

    def apart(self, names: Sequence[str]) -> Change:
        """Say that these are not the same, so that they are never offered again.

        A content that counts as one of them (`Version.content`) is an item of its own again.
        """
        ...

    def changes(self, *, limit: int = 50) -> tuple[Change, ...]:
        """List what was changed, the newest first."""
        ...

    def undo(self, change: str | None = None) -> Change:
        """Take back a change, else the last one that is not taken back.

        What was changed again since stays as it is now. A last one that can't be taken back any
        more is told once, and passed by from then on.

        Raises:
            UserError: if there is none, or it can't be taken back.
        """
        ...


Field = Literal[
    "title",
    "year",
    "artist",
    "album",
    "album_artist",
    "genres",
    "description",
    "kind",
    "series",
    "season",
    "episode",
    "disc",
    "track",
]
FIELDS: tuple[Field, ...] = get_args(Field)
"""The fields of an item that a person can edit."""
