"""Texts of a million items in memory: found by what stands in them, and kept in order."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, repeat
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mediadesk.search.folding import fold, initial, sort_key, sort_keys
from mediadesk.store import Database, browse

Ints: TypeAlias = NDArray[np.int64]
Rows: TypeAlias = NDArray[np.uint32]
Bits: TypeAlias = NDArray[np.bool_]
_END = b"\n"
_FEW = 20_000
_AT_ONCE = 10_000
_BYTES_AT_ONCE = 2**24
_PATCHES = 5_000


class Texts:
    """Folded texts in one piece, each known by its place, found by what stands in them."""

    def __init__(self, folded: Iterable[str]) -> None:
        written, left = bytearray(_END), iter(folded)
        while portion := [*islice(left, _AT_ONCE)]:  # all at once would take thrice the memory
            written += ("\n".join(portion) + "\n").encode()
        self._put(written)

    def _put(self, written: bytes | bytearray) -> None:
        self._bytes = written
        self._starts = self._many_hits(_END)
        if len(written) < 2**32:
            self._starts = self._starts.astype(np.uint32)

    @classmethod
    def of(cls, written: bytes | bytearray) -> "Texts":
        """Give those that were `written`."""
        made = cls([])
        made._put(written)
        return made

    @property
    def written(self) -> bytes | bytearray:
        """All in one piece."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, place: int) -> str:
        return self._bytes[self._starts[place] + 1 : self._starts[place + 1]].decode()

    def having(self, folded: str, *, whole: bool = False) -> Ints:
        """Give the places of the texts that have this in them, or are it as a `whole`."""
        wanted = folded.encode()
        if whole:
            wanted = _END + wanted + _END
        elif not wanted:
            return np.arange(len(self))
        places = np.searchsorted(self._starts, self._hits(wanted), "right") - 1
        return places[np.flatnonzero(np.diff(places, prepend=-1))]

    def _hits(self, wanted: bytes) -> Ints:
        hits: list[int] = []
        at = self._bytes.find(wanted)
        while at >= 0:
            hits.append(at)
            if len(hits) > _FEW:
                return self._many_hits(wanted)
            at = self._bytes.find(wanted, at + 1)
        return np.array(hits, np.int64)

    def _many_hits(self, wanted: bytes) -> Ints:
        """Look at many bytes at once: quicker where there is a hit everywhere."""
        every, hits = np.frombuffer(self._bytes, np.uint8), [np.zeros(0, np.int64)]
        for at in range(0, len(every) - len(wanted) + 1, _BYTES_AT_ONCE):
            part = every[at : at + _BYTES_AT_ONCE + len(wanted) - 1]
            last = len(part) - len(wanted) + 1
            is_hit = part[:last] == wanted[0]
            for n, byte in enumerate(wanted[1:], start=1):
                is_hit &= part[n : n + last] == byte
            hits.append(np.flatnonzero(is_hit) + at)
        return np.concatenate(hits)


class ItemTexts:
    """A text of each item."""

    spellings = 0

    def __init__(self, source: browse.Source) -> None:
        self._source = source
        self._texts = Texts([""])
        self._patches: dict[int, str] = {}

    def __getitem__(self, number: int) -> str:
        patched = self._patches.get(number)
        return self._texts[number] if patched is None else patched

    def read(self, db: Database, size: int, only: Sequence[int] | None = None) -> None:
        """Take the texts of all items, or of those that have changed."""
        if only is None:
            rows = chain.from_iterable(browse.rows(db, self._source, only=None))
            self._texts, self._patches = Texts(_filled(rows, size)), {}
        else:
            self._take(db, size, only)

    def _take(self, db: Database, size: int, only: Sequence[int] | None) -> dict[int, str]:
        """Read the folded texts of these items, and give them by number."""
        rows = chain.from_iterable(browse.rows(db, self._source, only=only))
        known = {number: fold(text) for number, text in rows}
        if only is None:
            self._texts, self._patches = Texts(known.get(n, "") for n in range(size)), {}
            return known
        self._patches |= dict.fromkeys(only, "") | known
        if len(self._patches) > _PATCHES:
            held = len(self._texts)
            self._texts = Texts(
                self._patches.get(n, self._texts[n] if n < held else "") for n in range(size)
            )
            self._patches = {}
        return known

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Give all there is to know, as named arrays."""
        texts, patches = self._texts.written, "\n".join(self._patches.values()).encode()
        return {
            "texts": np.frombuffer(texts, np.uint8),
            "patched": np.array([*self._patches], np.int64),
            "patches": np.frombuffer(patches, np.uint8),
        }

    def thaw(self, frozen: Mapping[str, NDArray[Any]]) -> None:
        """Become what `freeze` gave."""
        self._texts = Texts.of(frozen["texts"].tobytes())
        patches = frozen["patches"].tobytes().decode().split("\n")
        self._patches = dict(zip(frozen["patched"].tolist(), patches, strict=False))

    def having(self, size: int, folded: str, *, whole: bool = False) -> Bits:
        """Tell of each item whether its text has this in it, or is it as a `whole`."""
        found = np.zeros(size, np.bool_)
        found[self._texts.having(folded, whole=whole)] = True
        for number, text in self._patches.items():
            found[number] = text == folded if whole else folded in text
        return found


class Titles(ItemTexts):
    """The titles; `order` has the numbers of all items by title, `initials` a code point each."""

    def __init__(self) -> None:
        super().__init__("titles")
        self.order: Rows = np.zeros(0, np.uint32)
        self.initials: Rows = np.zeros(0, np.uint32)

    def read(self, db: Database, size: int, only: Sequence[int] | None = None) -> None:
        known = self._take(db, size, only)
        numbers = sorted(known)  # so stand those whose titles are the same
        keys = sort_keys([known[number] for number in numbers])
        places = sorted(range(len(keys)), key=keys.__getitem__)
        moved = np.array(numbers, np.uint32)[places]
        self.initials = grown(self.initials, size)
        self.initials[numbers] = [ord(initial(key)) for key in keys]
        if only is None:
            self.order = moved
            return
        stays = np.ones(size, np.bool_)
        stays[list(only)] = False
        order = self.order[stays[self.order]]
        at = [bisect_left(order, (keys[place], numbers[place]), key=self._key) for place in places]
        self.order = np.insert(order, at, moved)

    def freeze(self) -> dict[str, NDArray[Any]]:
        return {**super().freeze(), "order": self.order, "initials": self.initials}

    def thaw(self, frozen: Mapping[str, NDArray[Any]]) -> None:
        super().thaw(frozen)
        self.order, self.initials = frozen["order"], frozen["initials"]

    def _key(self, number: int) -> tuple[str, int]:
        return sort_key(self[number]), number


def _filled(rows: Iterable[tuple[int, str]], size: int) -> Iterator[str]:
    """Give a folded text for each number below `size`; rows come in the order of their numbers."""
    at = 0
    for number, text in rows:
        yield from repeat("", number - at)
        yield fold(text)
        at = number + 1
    yield from repeat("", size - at)


def grown(column: NDArray[Any], size: int) -> NDArray[Any]:
    """Give a column with room for `size` items, zeros where it had none."""
    return np.append(column, np.zeros(max(0, size - len(column)), column.dtype))
