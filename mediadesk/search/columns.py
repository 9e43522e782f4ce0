"""What is held of every item so that a million can be searched, sorted and counted at once.

An item stands in each column at its number. A column is read from the database as a whole, and
again where items have changed.
"""

import json
import os
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from mediadesk.search.folding import fold, initial, sort_keys
from mediadesk.search.texts import Bits, Ints, Texts, grown
from mediadesk.store import browse

Codes: TypeAlias = NDArray[np.int32]
UNKNOWN = -1
_TYPES = {"kind": np.int8, "duration": np.float64, "added_at": np.float64, "size": np.int64}
_MOST = 2**31 - 1


class Words:
    """Values that many items share, each with a code; 0 is that of the empty one.

    What differs in case or accents only is one value, written as it came first, unless `same`
    tells otherwise.
    """

    def __init__(self, same: Callable[[str], str] = fold) -> None:
        self.values = [""]
        self._same = same
        self._codes = {"": 0}
        self._by_value = {"": 0}
        self._texts = Texts([""])
        self._ranks = np.zeros(1, np.int64)
        self._initials = np.zeros(1, np.int64)

    def coded(self, values: Sequence[str]) -> list[int]:
        """Give the codes of many values."""
        for value in dict.fromkeys(values):
            self.code(value)
        return list(map(self._by_value.__getitem__, values))

    def code(self, value: str) -> int:
        """Give the code of a value, a new one where it has none yet."""
        found = self._by_value.get(value)
        if found is None:
            found = self._codes.setdefault(self._same(value), len(self.values))
            if found == len(self.values):
                self.values.append(value)
            self._by_value[value] = found
        return found

    def having(self, folded: str, *, whole: bool = False) -> Bits:
        """Tell of each code whether its value has this in it, or is it as a `whole`."""
        if len(self._texts) != len(self.values):
            self._texts = Texts(map(fold, self.values))
        found = np.zeros(len(self.values), np.bool_)
        found[self._texts.having(folded, whole=whole)] = True
        return found

    @property
    def spellings(self) -> int:
        """How many ways of writing there are beyond one for each."""
        return len(self._by_value) - len(self.values)

    @property
    def ranks(self) -> Ints:
        """The place of each code's value among all when they are sorted; 0 is that of code 0."""
        if len(self._ranks) != len(self.values):
            folded = [fold(each) for each in self.values]
            keys = list(zip(sort_keys(folded), folded, strict=True))
            order = sorted(range(1, len(keys)), key=keys.__getitem__)
            self._ranks = np.zeros(len(keys), np.int64)
            self._ranks[order] = np.arange(1, len(keys))
            self._initials = np.array([ord(initial(key)) for key, _ in keys])
        return self._ranks

    @property
    def initials(self) -> Ints:
        """The code point of the letter that each code's value stands under."""
        return self._initials if len(self.ranks) else self._ranks


class Pairs:
    """Items and the values that each has of something, such as genres: any number of them.

    `numbers` and `codes` are as long as there are pairs; `more` are further columns beside them.
    """

    def __init__(self, words: Words, *, more: int = 0) -> None:
        self.words = words
        self.numbers: Codes = np.zeros(0, np.int32)
        self.codes: Codes = np.zeros(0, np.int32)
        self.more: list[Codes] = [np.zeros(0, np.int32) for _ in range(more)]

    @property
    def spellings(self) -> int:
        """Those of its words."""
        return self.words.spellings

    def put(self, size: int, only: Sequence[int] | None, *columns: Sequence[int] | Ints) -> None:
        """Take the pairs of all items, or of those that have changed: numbers, codes and more."""
        new = [np.array(column, np.int32) for column in columns]
        if only is not None:
            stays = np.ones(size, np.bool_)
            stays[list(only)] = False
            kept = stays[self.numbers]
            old = (self.numbers, self.codes, *self.more)
            new = [np.append(a[kept], b) for a, b in zip(old, new, strict=True)]
        self.numbers, self.codes, *self.more = new

    def of(self, size: int, wanted: Bits) -> Bits:
        """Tell of each item whether it has a value of which `wanted` [codes] is true."""
        found = np.zeros(size, np.bool_)
        found[self.numbers[wanted[self.codes]]] = True
        return found

    def count(self, among: Bits) -> Ints:
        """Give, for each code, how many pairs have it with an item of these."""
        return np.bincount(self.codes[among[self.numbers]], minlength=len(self.words.values))


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
        self.known, self.missing = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
        self.known[self.numbers] = self.missing[self.numbers] = True
        self.missing[self.numbers[self.more[1] == 0]] = False
