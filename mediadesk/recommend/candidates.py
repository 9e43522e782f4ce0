"""Which items are worth ranking: like what was liked, by the same, new, unusual, some by chance."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.recommend.profile import State
from mediadesk.store import edges, features, library
from mediadesk.store.following import following

if TYPE_CHECKING:
    from mediadesk.api import Opinion
    from mediadesk.recommend.index import Index
    from mediadesk.store import Database

MOST = 800
_DAY = 86_400
_NEAR, _BESIDE = 0.5, 0.1  # of the most; what is left is drawn by chance
_NEW, _UNUSUAL, _AGAIN = 0.15, 0.05, 0.15
_SEEDS = 20
_LIST = 300  # neighbours of one seed, in all spaces together
_UNUSUAL_POOL = 1_000


def dice(profile: str, now: float) -> np.random.Generator:
    """Give the chance of one profile on one day: the same all day long."""
    return np.random.default_rng(int.from_bytes(_digest(_day(profile, now)), "big"))


def by_lot(items: Iterable[str], *, profile: str, now: float) -> list[str]:
    """Order items by the lot of one profile on one day: one more moves no other."""
    day = _day(profile, now)
    return sorted(items, key=lambda item: _digest(f"{day}/{item}"))


def _day(profile: str, now: float) -> str:
    return f"{profile}/{int(now // _DAY)}"


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def is_open(state: State | None, now: float) -> bool:
    """Whether an item may be recommended as something new: neither had nor resting."""
    return state is None or (may_fill(state, now) and not state.is_tired(now))


def may_fill(state: State | None, now: float) -> bool:
    """Whether an item may fill a list that would be too short: open, or only passed by often."""
    return state is None or (not state.had and state.rests_until <= now)


class Candidates:
    """Gathers candidates; remembers neighbours until the index changes."""

    def __init__(self, index: Index, *, most: int = MOST) -> None:
        self._index = index
        self._most = most
        self._near: dict[tuple[str, str], list[str]] = {}
        self._unusual: list[list[str]] | None = None
        self._sorted: tuple[frozenset[str], list[str]] = frozenset(), []
        self._seq = -1

    def gather(
        self,
        db: Database,
        states: Mapping[str, State],
        opinions: Sequence[Opinion],
        *,
        profile: str,
        now: float,
        allowed: frozenset[str] | None = None,
        others: Iterable[str] = (),
        rested: Sequence[str] = (),
    ) -> tuple[str, ...]:
        """Give about `most` items that may be recommended, in an order of chance.

        `others` are among them, and some of what was had and has `rested`: of what opinions tell
        of, most is left to compare with. All are of those that are `allowed`, where there are
        limits.
        """
        chance = dice(profile, now)
        liked = (opinion.item for opinion in reversed(opinions) if opinion.value > 0)
        seeds = list(islice(liked, _SEEDS))[::-1]
        found = dict.fromkeys(self._neighbours(seeds, int(_NEAR * self._most)))
        found |= dict.fromkeys(edges.beside(db, seeds, most=int(_BESIDE * self._most)))
        next_ = (following(db, item) for item in library.items(db, seeds).values())
        found |= dict.fromkeys(item for item in next_ if item is not None)
        found |= dict.fromkeys(others)
        latest = int(_NEW * self._most)
        newest = library.newest(db, limit=latest + len(states))  # all with a state may be closed
        open_ = (item for item in newest if may_fill(states.get(item), now))
        found |= dict.fromkeys(islice(open_, latest))
        for pool in self._rare():
            drawn = chance.permutation(len(pool))[: int(_UNUSUAL * self._most)]
            found |= dict.fromkeys(pool[n] for n in drawn)
        chosen = {item for item in found if may_fill(states.get(item), now)}
        if allowed is None:
            chosen |= self._by_chance(db, chosen, states, profile, now)
        else:
            chosen &= allowed
            shut = chosen | {item for item, state in states.items() if not may_fill(state, now)}
            room = max(0, self._most - len(chosen))
            chosen |= set(self._drawn(chance, allowed, shut & allowed, room))
        room = min(int(_AGAIN * self._most), len(opinions) // 3)
        chosen.update(by_lot(rested, profile=profile, now=now)[:room])
        ordered = sorted(chosen)
        chance.shuffle(ordered)
        return tuple(ordered)

    def _drawn(
        self, chance: np.random.Generator, allowed: frozenset[str], shut: set[str], most: int
    ) -> list[str]:
        """Draw of what is allowed, but for what is shut: these are few, and all there is is not."""
        if self._sorted[0] is not allowed and self._sorted[0] != allowed:
            self._sorted = allowed, sorted(allowed)
        ordered = self._sorted[1]
        places = np.array(sorted(bisect_left(ordered, item) for item in shut), dtype=int)
        drawn = chance.permutation(len(ordered) - len(places))[:most]
        before = np.searchsorted(places - np.arange(len(places)), drawn, side="right")
        return [ordered[n] for n in (drawn + before).tolist()]

    def _by_chance(
        self, db: Database, taken: set[str], states: Mapping[str, State], profile: str, now: float
    ) -> set[str]:
        """Draw of what is understood: ids are hashes, so those beside each other are so by chance.

        Whatever came first, the same are drawn.
        """
        spaces = list(self._index.whole.values())
        start = _digest(_day(profile, now)).hex()
        open_ = (
            item
            for item in features.around(db, start)
            if item not in taken
            and any(item in space.row for space in spaces)
            and may_fill(states.get(item), now)
        )
        return set(islice(open_, max(0, self._most - len(taken)))) if spaces else set()

    def near(self, seed: str) -> list[str]:
        """Give the neighbours of an item."""
        found = (self._of(name, [seed])[0] for name in self._index.compared(seed))
        return list(dict.fromkeys(item for near in found for item in near))

    def _neighbours(self, seeds: Sequence[str], most: int) -> list[str]:
        """Neighbours of the seeds, each seed having its equal share."""
        compared = {seed: self._index.compared(seed) for seed in seeds}
        found = []
        for name in self._index.spaces:
            own = [seed for seed in seeds if name in compared[seed]]
            for seed, near in zip(own, self._of(name, own), strict=True):
                found += near[: most // (len(seeds) * len(compared[seed]))]
        return found

    def _of(self, name: str, seeds: Sequence[str]) -> list[list[str]]:
        """The nearest to each seed in one space, none for a seed that is not in it."""
        self._follow()
        space = self._index.spaces[name]
        missing = [s for s in seeds if (name, s) not in self._near and s in space]
        if missing:
            count = _LIST // len(self._index.whole)
            ids, _ = self._index.neighbours(name, space.vectors(missing), count)
            self._near |= {(name, seed): near for seed, near in zip(missing, ids, strict=True)}
        return [self._near.get((name, seed), []) for seed in seeds]

    def _rare(self) -> list[list[str]]:
        """The most unusual items of each space."""
        self._follow()
        if self._unusual is None:
            spaces = self._index.whole.values()
            self._unusual = [sorted(space.unusual(_UNUSUAL_POOL)) for space in spaces]
        return self._unusual

    def _follow(self) -> None:
        if self._seq != self._index.seq:
            self._near, self._unusual, self._seq = {}, None, self._index.seq
