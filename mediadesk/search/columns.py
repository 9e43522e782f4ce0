"""What is held of every item so that a million can be searched, sorted and counted at once.

An item stands in each column at its number. A column is read from the database as a whole, and
again where items have changed.
"""

import json
import os
from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediadesk.search.texts import Bits, grown
from mediadesk.search.words import Codes, Frozen, Pairs, Words
from mediadesk.store import Database, browse

UNKNOWN = -1
_TYPES = {"kind": np.int8, "duration": np.float64, "added_at": np.float64, "size": np.int64}
_MOST = 2**31 - 1
_NAMED = ("artist", "album", "series")


class Numbers(dict[str, NDArray[Any]]):
    """`browse.NUMBERS` → column, `UNKNOWN` where there is none; kind → place in `browse.KINDS`."""

    spellings = 0

    def read(self, db: Database, size: int, only: Sequence[int] | None = None) -> None:
        """Take the numbers of all items, or of those that have changed."""
        for name in ("kind", *browse.NUMBERS):
            self[name] = grown(self.get(name, np.zeros(0, _TYPES.get(name, np.int32))), size)
        for chunk in browse.rows(db, "numbers", only=only):
            cells = np.fromiter(chain.from_iterable(chunk), np.float64)
            columns = cells.reshape(len(chunk), -1).T
            at = columns[0].astype(np.int64)
            for name, column in zip(("kind", *browse.NUMBERS), columns[1:], strict=True):
                self[name][at] = column if name in _TYPES else np.clip(column, UNKNOWN, _MOST)

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Give all there is to know, as named arrays."""
        return dict(self)

    def thaw(self, frozen: Frozen) -> None:
        """Become what `freeze` gave."""
        self.update(frozen)


class Names:
    """Who made an item and what it belongs to: name → codes, and the words that they stand for.

    Artist and album artist share their words.
    """

    def __init__(self) -> None:
        artists = Words()
        self.words = dict(zip(browse.NAMES, (artists, artists, Words(), Words()), strict=True))
        self.codes: dict[str, Codes] = {name: np.zeros(0, np.int32) for name in browse.NAMES}

    def read(self, db: Database, size: int, only: Sequence[int] | None = None) -> None:
        """Take the names of all items, or of those that have changed."""
        self.codes = {name: grown(codes, size) for name, codes in self.codes.items()}
        for chunk in browse.rows(db, "names", only=only):
            numbers, *columns = zip(*chunk, strict=True)
            at = np.array(numbers)
            for name, column in zip(browse.NAMES, columns, strict=True):
                self.codes[name][at] = self.words[name].coded(column)

    @property
    def spellings(self) -> int:
        """Those of its words."""
        return sum(words.spellings for words in self.words.values())

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Give all there is to know, as named arrays."""
        words = [self.words[name].freeze(name) for name in _NAMED]
        return {name: array for frozen in (self.codes, *words) for name, array in frozen.items()}

    def thaw(self, frozen: Frozen) -> None:
        """Become what `freeze` gave."""
        self.codes = {name: frozen[name] for name in browse.NAMES}
        for name in _NAMED:
            self.words[name].thaw(name, frozen)

    @property
    def makers(self) -> Codes:
        """The album artist, else the artist, of each item."""
        by_album = self.codes["album_artist"]
        made: Codes = np.where(by_album == 0, self.codes["artist"], by_album)
        return made


class Genres(Pairs):
    """The genres of items."""

    def read(self, db: Database, size: int, only: Sequence[int] | None = None) -> None:
        """Take the genres of all items, or of those that have changed."""
        known: dict[str, list[int]] = {}
        numbers: list[int] = []
        found: list[int] = []
        for number, encoded in chain.from_iterable(browse.rows(db, "genres", only=only)):
            if encoded not in known:
                codes = {self.words.code(each) for each in json.loads(encoded)}
                known[encoded] = sorted(codes - {0})
            codes_of = known[encoded]
            found += codes_of
            numbers += [number] * len(codes_of)
        self.put(size, only, numbers, found)


class Tags(Pairs):
    """The tags of items: those that people put, and those of taggers that nobody took away."""

    def read(self, db: Database, size: int, only: Sequence[int] | None = None) -> None:
        """Take the tags of all items, or of those that have changed."""
        found: list[int] = []
        put: list[int] = []
        taken: list[int] = []
        code = self.words.code
        for number, tag, is_put in chain.from_iterable(browse.rows(db, "tags", only=only)):
            pairs_of = found if is_put is None else put if is_put else taken
            pairs_of.append((number << 32) + code(tag))
        said = np.array(found, np.int64)
        kept = said[~np.isin(said, taken)] if taken else said
        pairs = np.sort(np.append(kept, np.array(put, np.int64)))
        pairs = pairs[(np.diff(pairs, prepend=-1) != 0) & (pairs & 0xFFFFFFFF != 0)]
        self.put(size, only, pairs >> 32, pairs & 0xFFFFFFFF)


class Edges(Pairs):
    """The persons, places, studios and sets of items; `more` is the kind of each, in `NODES`."""

    def __init__(self) -> None:
        super().__init__(Words(), more=1)
        self._kinds: dict[str, tuple[Codes, Pairs]] = {}

    def read(self, db: Database, size: int, only: Sequence[int] | None = None) -> None:
        """Take the edges of all items, or of those that have changed."""
        kinds, code, found = len(browse.NODES), self.words.code, array("q")
        for number, name, kind in chain.from_iterable(browse.rows(db, "edges", only=only)):
            found.append((number << 32) + code(name) * kinds + kind)
        edges = np.unique(np.frombuffer(found, np.int64))
        nodes = edges & 0xFFFFFFFF
        self.put(size, only, edges >> 32, nodes // kinds, nodes % kinds)

    def of_kind(self, kind: str) -> Pairs:
        """Give those that lead to nodes of one kind, once for each item."""
        taken, found = self._kinds.get(kind, (None, Pairs(self.words)))
        if taken is not self.codes:  # others were read since
            among = self.more[0] == browse.NODES.index(kind)
            found = Pairs(self.words)
            found.numbers, found.codes = self.numbers[among], self.codes[among]
            self._kinds[kind] = self.codes, found
        return found


class Places(Pairs):
    """Where items lie: pairs of an item and a folder, the latter with a separator at its end.

    `more` are the codes of their roots, and whether the file is missing. `known` are the items
    that lie anywhere, `missing` those of which every place is missing.
    """

    def __init__(self) -> None:
        super().__init__(Words(str), more=2)
        self.roots = Words(str)
        self.known: Bits = np.zeros(0, np.bool_)
        self.missing: Bits = np.zeros(0, np.bool_)

    def read(self, db: Database, size: int, only: Sequence[int] | None = None) -> None:
        """Take the places of all items, or of those that have changed."""
        rows = [*chain.from_iterable(browse.rows(db, "places", only=only))]
        folders = self.words.coded([row[1][: row[1].rfind(os.sep) + 1] for row in rows])
        roots = self.roots.coded([row[2] for row in rows])
        self.put(size, only, [row[0] for row in rows], folders, roots, [row[3] for row in rows])
        self._note(size)

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Give all there is to know, as named arrays."""
        size = np.array(len(self.known))
        return {**super().freeze(), **self.roots.freeze("roots"), "size": size}

    def thaw(self, frozen: Frozen) -> None:
        """Become what `freeze` gave."""
        super().thaw(frozen)
        self.roots.thaw("roots", frozen)
        self._note(int(frozen["size"]))

    def _note(self, size: int) -> None:
        """Note which items lie anywhere, and which of them are missing."""
        self.known, self.missing = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
        self.known[self.numbers] = self.missing[self.numbers] = True
        self.missing[self.numbers[self.more[1] == 0]] = False
