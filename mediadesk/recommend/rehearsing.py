"""Has rankers say what they would have said before some items were judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array, Opinion
from mediadesk.recommend.weights import Rehearsal, learn

if TYPE_CHECKING:
    from mediadesk.recommend.blend import Ranked
    from mediadesk.recommend.index import Index

_FIRST = 10  # opinions from which on anything is predicted
_ROUNDS = 2
_LONGEST = 80  # opinions predicted in one round
_BEFORE = 250  # opinions that they are predicted from: what differs between rankers shows by then
_LONG = 4 * _LONGEST  # opinions: from here on it hardly matters which of them are predicted
_OTHERS = 100  # items nobody judged, to compare with
_REMEMBERED = 128
Rank = Callable[[Sequence[str], Sequence[Opinion], float], "Ranked"]
"""Ranks items by opinions at a time, each ranker counting the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What one round goes by: opinions to predict from those `before`, and `others`' items."""

    before: tuple[Opinion, ...]
    judged: tuple[Opinion, ...]
    others: tuple[str, ...]


class Rehearsing:
    """Learns weights; remembers them until the index changes. One thread at a time.

    Each doubling of a history is predicted from the latest of what was there before, the last two
    of them: one more opinion costs nothing, and the weights change only when there are twice as
    many, or others of the few that they are learnt from.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._seq = -1
        self._known: dict[tuple[object, ...], Rehearsal] = {}
        self._others: list[str] = []

    def weights(
        self, rankers: Sequence[str], held: Sequence[Opinion], rank: Rank
    ) -> dict[str, float]:
        """Give ranker → weight for a profile with the opinions `held`, oldest first."""
        rounds = list(_rounds(held))
        if len(rankers) < 2 or not rounds:
            return dict.fromkeys(rankers, 1.0)
        self._follow()
        asked = [self._ask(held, start, end) for start, end in rounds]
        return learn([self._rehearse(tuple(rankers), each, rank) for each in asked], rankers)

    def _rehearse(self, rankers: tuple[str, ...], asked: _Asked, rank: Rank) -> Rehearsal:
        key = rankers, asked
        if key not in self._known:
            found = _rehearse(asked, rank)
            while len(self._known) >= _REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[key] = found
        return self._known[key]

    def _ask(self, held: Sequence[Opinion], start: int, end: int) -> _Asked:
        known = {opinion.item for opinion in held[:end]}
        return _Asked(
            before=tuple(held[max(start - _BEFORE, 0) : start]),
            judged=tuple(held[start:end]),
            others=tuple(item for item in self._others if item not in known),
        )

    def _follow(self) -> None:
        if self._seq != self._index.seq:
            self._known, self._seq = {}, self._index.seq
            ids = max((space.ids for space in self._index.whole.values()), key=len, default=[])
            # Ids are hashes: the least of them are drawn by chance, the same on every device.
            self._others = nsmallest(_OTHERS, ids)


def _rehearse(asked: _Asked, rank: Rank) -> Rehearsal:
    among = [*(opinion.item for opinion in asked.judged), *asked.others]
    ranked = rank(among, asked.before, asked.judged[0].at)
    verdicts: Array = np.array([opinion.value for opinion in asked.judged])
    return Rehearsal(shares=ranked.shares, verdicts=verdicts)


def _rounds(held: Sequence[Opinion]) -> Iterator[tuple[int, int]]:
    """Give the opinions to predict, from the first to the one after the last of them."""
    ends = [_FIRST]
    while 2 * ends[-1] <= len(held):
        ends.append(2 * ends[-1])
    for start, counted in list(pairwise(ends))[-_ROUNDS:]:
        end = _anchored(held, counted) if counted >= _LONG else counted
        yield max(start, end - _LONGEST), end


def _anchored(held: Sequence[Opinion], end: int) -> int:
    """Give an end in the last quarter of what ends there that is one opinion's, whatever its place.

    What is played again is held anew: counted, all that came after it would move by one.
    """
    first = end - end // 4
    return min(range(first, end), key=lambda n: held[n].item) + 1
