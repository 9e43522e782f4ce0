"""What a page of items is about: a series, an album, an artist or a collection."""

import json
from dataclasses import asdict, dataclass

from mediadesk.engine.messages import CollectionView, GroupKind, GroupView, Sort
from mediadesk.ui import search_text, words
from mediadesk.ui.words import Tile

_SECTIONED = frozenset({"series", "album"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Items that belong together: `search` in the order of `sort` finds them.

    `kind` is series, albums, artists or collection; only a collection has an `id`, and a smart one
    is what its search finds.
    """

    kind: str
    title: str
    line: str
    search: str
    sort: Sort
    descending: bool = False
    picture: str | None = None
    id: str = ""
    smart: bool = False

    @property
    def address(self) -> str:
        """The subject as the argument of a page."""
        return json.dumps(asdict(self))

    @classmethod
    def at(cls, address: str) -> "Subject":
        """Give the subject of an address."""
        return cls(**json.loads(address))

    @property
    def sectioned(self) -> bool:
        """Whether seasons or discs stand under titles."""
        return self.sort in _SECTIONED

    @property
    def tile(self) -> Tile:
        """The card that opens it."""
        return Tile(
            id=self.address,
            title=self.title,
            line=self.line,
            picture=self.picture,
            sound=self.kind in {"albums", "artists"},
            drawn="smart" if self.smart else "collections" if self.id else "film",
        )


def of_group(group: GroupView) -> Subject:
    """Give a series, an album or an artist as a subject."""
    return Subject(
        kind=group.kind,
        title=group.title,
        line=group.line,
        search=group.search,
        sort=group.sort,
        picture=group.picture,
    )


def of_collection(one: CollectionView) -> Subject:
    """Give a collection as a subject."""
    return Subject(
        kind="collection",
        title=one.name,
        line=("Smart · " if one.search is not None else "") + words.count(one.items, "item"),
        search=search_text.whole("collection", one.name) if one.search is None else one.search,
        sort=one.sort,  # type: ignore[arg-type]
        descending=one.descending,
        picture=one.picture,
        id=one.id,
        smart=one.search is not None,
    )


GROUP_NAMES: dict[GroupKind, tuple[str, str]] = {
    "series": ("series", "series"),
    "albums": ("album", "albums"),
    "artists": ("artist", "artists"),
}
"""What one and many of a kind of group are called."""
