"""Series, albums and artists as a whole, each with the search that shows its items."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mediadesk.api import Kind
from mediadesk.search.catalogue import Catalogue
from mediadesk.search.finding import Deeds
from mediadesk.search.folding import fold, sort_key
from mediadesk.search.ordering import Ordering
from mediadesk.search.texts import Bits, Ints, Rows
from mediadesk.search.tree import And, Inside, Node, Text
from mediadesk.store import browse

VARIOUS = "Various artists"
_PICTURES = 4
_MANY = 3
_DISC = re.compile(r"(?i)(?:cd|dis[ck]) ?\d{1,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A series, an album or an artist: its items by their numbers, in the order of `sort`."""

    title: str
    line: str
    numbers: Rows
    unseen: int
    term: Node
    sort: Literal["series", "album"]

    @property
    def first(self) -> list[int]:
        """The items whose picture may stand for it, the best first."""
        return [int(number) for number in self.numbers[:_PICTURES]]


class Groups:
    """Puts the items that were `found` together."""

    def __init__(self, catalogue: Catalogue, ordering: Ordering, deeds: Deeds, found: Bits) -> None:
        self._of = catalogue
        self._ordering = ordering
        self._deeds = deeds
        self._found = found
        self._folders: Mapping[int, int] = {}

    def series(self) -> list[Group]:
        """Give the series by title."""
        numbers = self._in_order("series", self._of.names.codes["series"] != 0)
        return self._made(numbers, self._of.names.codes["series"][numbers], self._one_series)

    def albums(self) -> list[Group]:
        """Give the albums by title."""
        numbers = self._in_order("album", self._of.names.codes["album"] != 0)
        keys, self._folders = self._album_keys(numbers)
        return self._made(numbers, keys, self._one_album)

    def artists(self) -> list[Group]:
        """Give by name whoever made a track, or an album that tracks are on."""
        codes = self._of.names.codes
        by, by_album = codes["artist"], codes["album_artist"]
        tracks = self._in_order("album", by != 0)
        more = self._in_order("album", (by_album != 0) & (by_album != by))
        keys = np.append(by[tracks], by_album[more])
        return self._made(np.append(tracks, more), keys, self._one_artist)

    def _in_order(self, sort: str, among: Bits) -> Rows:
        return self._ordering.ordered(self._found & among, sort, self._deeds, descending=False)

    def _made(
        self, numbers: Rows, keys: NDArray[Any], group: Callable[["_Part"], Group]
    ) -> list[Group]:
        """Make a group of the items of each key."""
        if not len(numbers):
            return []
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.diff(keys[order], prepend=keys[order[0]] - 1))
        together = numbers[order]
        unseen = np.add.reduceat(~self._deeds.seen[together], starts, dtype=np.int64)
        columns = (self._of.numbers["year"], self._of.numbers["kind"], self._of.names.makers)
        years, kinds, makers = (_only(column[together], starts) for column in columns)
        parts = zip(
            np.split(together, starts[1:]),
            keys[order[starts]].tolist(),
            unseen.tolist(),
            years,
            kinds,
            makers,
            strict=True,
        )
        made = [group(_Part(*part)) for part in parts]
        return sorted(made, key=lambda each: sort_key(fold(each.title)))

    def _album_keys(self, numbers: Rows) -> tuple[Ints, Mapping[int, int]]:
        """Give the key of each item's album, and the folders of those albums that are a folder's.

        An album belongs to its artist. Without an album artist it is a compilation, with a key
        below 0, if tracks of several artists lie in one folder, or if it has many artists with a
        track or two each wherever they lie.
        """
        names = self._of.names
        maker, folder = names.makers[numbers].astype(np.int64), self._folder_of()[numbers]
        album = names.codes["album"][numbers].astype(np.int64)
        is_open = names.codes["album_artist"][numbers] == 0
        at = (album << 31) + folder
        is_mixed = is_open & (_makers(at, maker, is_open) > 1)
        artists = _makers(album, maker, is_open)
        _, which, tracks = np.unique(album, return_inverse=True, return_counts=True)
        is_wide = is_open & (artists >= _MANY) & (tracks[which] < _MANY * artists)
        keys = np.where(is_wide, -(album << 31), np.where(is_mixed, -at, (album << 31) + maker))
        is_folders = is_mixed & ~is_wide
        found = zip(keys[is_folders].tolist(), folder[is_folders].tolist(), strict=True)
        return keys, dict(found)

    def _folder_of(self) -> Ints:
        """Give the folder of each item, the one around it for that of one disc of several."""
        places = self._of.places
        values = places.words.values
        album_of = np.arange(len(values))
        for code, folder in enumerate(list(values)):
            around, _, last = folder.rstrip(os.sep).rpartition(os.sep)
            if _DISC.fullmatch(last):
                album_of[code] = places.words.code(around + os.sep)
        found = np.zeros(self._of.size, np.int64)
        found[places.numbers] = album_of[places.codes]
        return found

    def _one_series(self, part: "_Part") -> Group:
        title = self._of.names.words["series"].values[part.key]
        seasons = np.unique(np.abs(self._of.numbers["season"][part.numbers]))
        said = _count(int((seasons > 0).sum()), "season"), _count(len(part.numbers), "episode")
        term = Text("series", title, whole=True)
        return part.group(title, ", ".join(said), term, sort="series")

    def _one_album(self, part: "_Part") -> Group:
        names, values = self._of.names, self._of.names.words["artist"].values
        title = names.words["album"].values[names.codes["album"][part.numbers[0]]]
        maker = part.maker
        if maker is None:
            makers, tracks = np.unique(names.makers[part.numbers], return_counts=True)
            is_most = tracks.max() * 2 > len(part.numbers)
            maker = makers[tracks.argmax()] if is_most else None
        by = VARIOUS if maker is None else values[maker]
        year = str(part.year) if part.year and part.year > 0 else ""
        line = " · ".join(filter(None, (by, year, part.counted)))
        term: Node = Text("album", title, whole=True)
        if part.key in self._folders:
            term = And((term, Inside(self._of.places.words.values[self._folders[part.key]])))
        elif part.key > 0:
            term = And((term, Text("artist", by, whole=True)))
        return part.group(title, line, term, sort="album")

    def _one_artist(self, part: "_Part") -> Group:
        name = self._of.names.words["artist"].values[part.key]
        albums = int(np.count_nonzero(np.unique(self._of.names.codes["album"][part.numbers])))
        said = filter(None, (_count(albums, "album") if albums else "", part.counted))
        return part.group(name, ", ".join(said), Text("artist", name, whole=True), sort="album")


@dataclass(frozen=True, slots=True)
class _Part:
    """The items of a group; year, kind and maker where all of them have the same."""

    numbers: Rows
    key: int
    unseen: int
    year: int | None
    kind: int | None
    maker: int | None

    @property
    def counted(self) -> str:
        is_music = self.kind == browse.KINDS.index(Kind.SONG)
        return _count(len(self.numbers), "song" if is_music else "item")

    def group(
        self, title: str, line: str, term: Node, *, sort: Literal["series", "album"]
    ) -> Group:
        return Group(
            title=title,
            line=line,
            numbers=self.numbers,
            unseen=self.unseen,
            term=term,
            sort=sort,
        )


def _only(column: NDArray[Any], starts: Ints) -> list[int | None]:
    """Give the one value of each stretch, None where it has several."""
    lows = np.minimum.reduceat(column, starts).tolist()
    highs = np.maximum.reduceat(column, starts).tolist()
    return [low if low == high else None for low, high in zip(lows, highs, strict=True)]


def _makers(keys: Ints, maker: Ints, among: Bits) -> Ints:
    """Give for each item how many makers there are, among these items, that have its key."""
    pairs = np.unique(np.stack([keys[among], maker[among]]), axis=1)
    some, counts = np.unique(pairs[0], return_counts=True)
    if not len(some):
        return np.zeros(len(keys), np.int64)
    places = np.minimum(np.searchsorted(some, keys), len(some) - 1)
    return np.where(some[places] == keys, counts[places], 0)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
