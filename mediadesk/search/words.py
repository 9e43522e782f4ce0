"""Values that many items share, each with a code, and which items have them."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mediadesk.search.folding import fold, initial, sort_keys
from mediadesk.search.texts import Bits, Ints, Texts

Codes: TypeAlias = NDArray[np.int32]
Frozen: TypeAlias = Mapping[str, NDArray[Any]]


class Words:
    """Values that many items share, each with a code; 0 is that of the empty one.

    What differs in case or accents only is one value, written as it came first, unless `same`
    tells otherwise.
    """

    def __init__(self, same: Callable[[str], str] = fold) -> None:
        self.values = [""]
        self.spellings = 0
        """How often a value came that is written otherwise than it is shown."""
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
        self.spellings += value != self.values[found]
        return found

    def having(self, folded: str, *, whole: bool = False) -> Bits:
        """Tell of each code whether its value has this in it, or is it as a `whole`."""
        if len(self._texts) != len(self.values):
            self._texts = Texts(map(fold, self.values))
        found = np.zeros(len(self.values), np.bool_)
        found[self._texts.having(folded, whole=whole)] = True
        return found

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

    def freeze(self, name: str) -> dict[str, NDArray[Any]]:
        """Give all there is to know, as arrays whose names begin with this one."""
        known = [self.values, [*self._codes], self._by_value]
        letters = np.frombuffer(json.dumps(known).encode(), np.uint8)
        return {
            f"{name}.words": letters,
            f"{name}.ranks": self.ranks,
            f"{name}.initials": self._initials,
        }

    def thaw(self, name: str, frozen: Frozen) -> None:
        """Become what `freeze` gave."""
        self.values, codes, self._by_value = json.loads(frozen[f"{name}.words"].tobytes())
        self.spellings = len(self._by_value) - len(self.values)
        self._codes = {same: code for code, same in enumerate(codes)}
        self._ranks, self._initials = frozen[f"{name}.ranks"], frozen[f"{name}.initials"]


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

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Give all there is to know, as named arrays."""
        more = {f"more{n}": column for n, column in enumerate(self.more)}
        return {"numbers": self.numbers, "codes": self.codes, **more, **self.words.freeze("words")}

    def thaw(self, frozen: Frozen) -> None:
        """Become what `freeze` gave."""
        self.numbers, self.codes = frozen["numbers"], frozen["codes"]
        self.more = [frozen[f"more{n}"] for n in range(len(self.more))]
        self.words.thaw("words", frozen)
