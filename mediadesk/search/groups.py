"""Series, albums and artists as a whole, each with the search that shows its items."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mediadesk.api import Kind
from mediadesk.search.catalogue import Catalogue
from mediadesk.search.finding import Deeds
from mediadesk.search.ordering import Ordering
from mediadesk.search.texts import Bits, Ints, Rows
from mediadesk.search.tree import And, Inside, Node, Text
from mediadesk.search.words import Words
from mediadesk.store import browse
from mediadesk.store.places import DISC

Whole: TypeAlias = NDArray[np.signedinteger[Any]]
VARIOUS = "Various Artists"
_PICTURES = 4
_MANY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A series, an album or an artist; `first` are the numbers that begin it in order of `sort`."""

    title: str
    line: str
    items: int
    unseen: int
    first: list[int]
    term: Node
    sort: Literal["series", "album"]


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
        codes, seasons = self._of.names.codes["series"], self._of.numbers["season"]
        numbers = self._in_order("series", codes != 0)
        parts = _Parts(numbers, codes[numbers])
        count = parts.distinct(np.abs(seasons[parts.numbers]))
        words = self._of.names.words["series"]
        return self._made(parts, words, parts.keys, count, self._one_series)

    def albums(self) -> list[Group]:
        """Give the albums by title."""
        codes = self._of.names.codes["album"]
        numbers = self._in_order("album", codes != 0)
        keys, self._folders = self._album_keys(numbers)
        parts = _Parts(numbers, keys)
        most = parts.most(self._of.names.makers[parts.numbers])
        words, titles = self._of.names.words["album"], codes[parts.numbers[parts.starts]]
        return self._made(parts, words, titles, most, self._one_album)

    def artists(self) -> list[Group]:
        """Give by name whoever made a track, or an album that tracks are on."""
        codes = self._of.names.codes
        by, by_album = codes["artist"], codes["album_artist"]
        tracks = self._in_order("album", by != 0)
        more = self._in_order("album", (by_album != 0) & (by_album != by))
        parts = _Parts(np.append(tracks, more), np.append(by[tracks], by_album[more]))
        albums = parts.distinct(codes["album"][parts.numbers])
        words = self._of.names.words["artist"]
        return self._made(parts, words, parts.keys, albums, self._one_artist)

    def _in_order(self, sort: str, among: Bits) -> Rows:
        return self._ordering.ordered(self._found & among, sort, self._deeds, descending=False)

    def _made(
        self,
        parts: "_Parts",
        words: Words,
        titles: Whole,
        told: Ints,
        group: Callable[["_Part"], Group],
    ) -> list[Group]:
        """Make a group of each part, by title; `titles` are their codes among the words."""
        order = np.argsort(words.ranks[titles], kind="stable")
        numbers = parts.numbers.tolist()
        columns = (
            titles,
            parts.starts,
            parts.sizes,
            parts.keys,
            parts.total(~self._deeds.seen[parts.numbers]),
            parts.only(self._of.numbers["year"][parts.numbers]),
            parts.only(self._of.numbers["kind"][parts.numbers]),
            told,
        )
        rows = zip(*(column[order].tolist() for column in columns), strict=True)
        return [
            group(_Part(words.values[title], numbers[at : at + min(size, _PICTURES)], size, *more))
            for title, at, size, *more in rows
        ]

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
            if DISC.fullmatch(last):
                album_of[code] = places.words.code(around + os.sep)
        found = np.zeros(self._of.size, np.int64)
        found[places.numbers] = album_of[places.codes]
        return found

    def _one_series(self, part: "_Part") -> Group:
        said = _count(part.told, "season"), _count(part.items, "episode")
        return part.group(", ".join(said), Text("series", part.title, whole=True), sort="series")

    def _one_album(self, part: "_Part") -> Group:
        by = VARIOUS if part.told < 0 else self._of.names.words["artist"].values[part.told]
        year = str(part.year) if part.year > 0 else ""
        line = " · ".join(filter(None, (by, year, part.counted)))
        term: Node = Text("album", part.title, whole=True)
        if part.key in self._folders:
            term = And((term, Inside(self._of.places.words.values[self._folders[part.key]])))
        elif part.key > 0:
            term = And((term, Text("artist", by, whole=True)))
        return part.group(line, term, sort="album")

    def _one_artist(self, part: "_Part") -> Group:
        said = filter(None, (_count(part.told, "album") if part.told else "", part.counted))
        return part.group(", ".join(said), Text("artist", part.title, whole=True), sort="album")


class _Parts:
    """Items put together by their keys: each part has its place in `keys` and `sizes`.

    `numbers` has the items of one part behind those of another, from `starts` on.
    """

    def __init__(self, numbers: Rows, keys: Whole) -> None:
        order = np.argsort(keys, kind="stable")
        self.numbers, ordered = numbers[order], keys[order]
        self.starts = _starts(ordered)
        self.keys = ordered[self.starts]
        self.sizes = np.diff(self.starts, append=len(keys))

    def total(self, values: Bits) -> Ints:
        """Give how many are true in each part; `values` are as long as `numbers`."""
        so_far = np.append(0, np.cumsum(values, dtype=np.int64))
        found: Ints = np.diff(so_far[np.append(self.starts, len(values))])
        return found

    def only(self, values: NDArray[Any]) -> Ints:
        """Give the one value in each part, -1 where it has several."""
        if not len(values):
            return np.zeros(0, np.int64)
        low, high = (each.reduceat(values, self.starts) for each in (np.minimum, np.maximum))
        return np.where(low == high, low, -1)

    def distinct(self, values: Whole) -> Ints:
        """Give how many different values above 0 each part has."""
        which, value, _ = self._counted(values)
        return np.bincount(which[value > 0], minlength=len(self.keys))

    def most(self, values: Whole) -> Ints:
        """Give the value of more than half of each part, -1 where there is none."""
        which, value, count = self._counted(values)
        is_most = count * 2 > self.sizes[which]
        found = np.full(len(self.keys), -1)
        found[which[is_most]] = value[is_most]
        return found

    def _counted(self, values: Whole) -> tuple[Ints, Ints, Ints]:
        """Give (part, value from 0 on, how many of its items have it), each pair once."""
        pairs = (np.repeat(np.arange(len(self.keys)), self.sizes) << 32) + values
        pairs.sort()
        starts = _starts(pairs)
        found = pairs[starts]
        return found >> 32, found & 0xFFFFFFFF, np.diff(starts, append=len(pairs))


@dataclass(frozen=True, slots=True)
class _Part:
    """A part: its first items, and what they have in common, -1 or less where nothing.

    `told` is what its kind wants to know besides.
    """

    title: str
    first: list[int]
    items: int
    key: int
    unseen: int
    year: int
    kind: int
    told: int

    @property
    def counted(self) -> str:
        is_music = self.kind == browse.KINDS.index(Kind.SONG)
        return _count(self.items, "song" if is_music else "item")

    def group(self, line: str, term: Node, *, sort: Literal["series", "album"]) -> Group:
        return Group(
            title=self.title,
            line=line,
            items=self.items,
            unseen=self.unseen,
            first=self.first,
            term=term,
            sort=sort,
        )


def _starts(*ordered: Whole) -> Ints:
    """Give where each stretch begins in which none of these columns changes."""
    is_start = np.zeros(len(ordered[0]), np.bool_)
    is_start[:1] = True
    for column in ordered:
        is_start[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(is_start)


def _makers(keys: Ints, maker: Ints, among: Bits) -> Ints:
    """Give for each item how many makers there are, among these items, that have its key."""
    order = np.lexsort((maker[among], keys[among]))
    some, who = keys[among][order], maker[among][order]
    pairs = some[_starts(some, who)]
    if not len(pairs):
        return np.zeros(len(keys), np.int64)
    starts = _starts(pairs)
    some, counts = pairs[starts], np.diff(starts, append=len(pairs))
    places = np.minimum(np.searchsorted(some, keys), len(some) - 1)
    return np.where(some[places] == keys, counts[places], 0)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
