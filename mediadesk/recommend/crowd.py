"""What all others think, as one sparse matrix that stays until one of them says something."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array, Crowd, Opinion
from mediadesk.store import oplog, profiles

if TYPE_CHECKING:
    from mediadesk.recommend.history import History
    from mediadesk.recommend.space import Empty
    from mediadesk.store import Database

_KEPT = 4  # matrices: of the profiles that looked last


@dataclass(frozen=True, slots=True)
class _Matrix:
    """All opinions but one profile's; `places` is item → column."""

    mark: str
    places: dict[str, int]
    start: Array
    item: Array
    value: Array
    at: Array


class Crowds:
    """Follows the opinions of every profile; one thread at a time may ask."""

    def __init__(self, history: History, *, empty: Empty = np.empty) -> None:
        """Follow what `history` tells; `empty` makes the arrays, as `np.empty` does."""
        self._history = history
        self._empty = empty
        self._said: dict[str, tuple[Opinion, ...]] = {}
        self._waiting: set[str] = set()
        self._end, self._aliases = 0, (0, 0)
        self._made: dict[str, _Matrix | None] = {}

    def around(
        self, db: Database, profile: str, candidates: Sequence[str], history: Sequence[str]
    ) -> Crowd | None:
        """Give what all but a profile think, None where nobody else thinks anything."""
        self._follow(db, but={profile})
        if profile not in self._made:
            others = [self._said[name] for name in sorted(self._said) if name != profile]
            while len(self._made) >= _KEPT:
                del self._made[next(iter(self._made))]
            self._made[profile] = self._matrix([said for said in others if said])
        made = self._made[profile]
        if made is None:
            return None
        asked, judged = (
            np.fromiter((made.places.get(item, -1) for item in ids), np.int32, len(ids))
            for ids in (candidates, history)
        )
        return Crowd(
            mark=made.mark,
            items=len(made.places),
            start=made.start,
            item=made.item,
            value=made.value,
            at=made.at,
            candidates=asked,
            history=judged,
        )

    def others(self, db: Database, profile: str) -> dict[str, tuple[Opinion, ...]]:
        """Give what all but a profile, or the members of a group, think, by name."""
        own = {profile, *profiles.find(db, profile).members}
        self._follow(db, but=own)
        return {name: said for name, said in self._said.items() if name not in own}

    def _follow(self, db: Database, *, but: set[str]) -> None:
        """Hear what was said since; those whose own say is not asked for wait until it is."""
        end, aliases = oplog.last_event(db)
        if aliases != self._aliases or end < self._end:
            self._said, self._made, self._end, self._waiting = {}, {}, 0, set()
        if end != self._end:
            self._waiting.update(profiles.heard(db, after=self._end))
        for name in sorted(self._waiting - but):
            self._hear(name, self._history.states(db, name).opinions)
        self._waiting &= but
        self._end, self._aliases = end, aliases

    def _hear(self, profile: str, said: tuple[Opinion, ...]) -> None:
        if said != self._said.get(profile, ()):
            self._said[profile] = said
            self._made = {name: made for name, made in self._made.items() if name == profile}

    def _matrix(self, others: Sequence[Sequence[Opinion]]) -> _Matrix | None:
        if not others:
            return None
        said = list(chain.from_iterable(others))
        places = {item: n for n, item in enumerate(sorted({opinion.item for opinion in said}))}
        start = np.cumsum([0, *map(len, others)])
        item = [places[opinion.item] for opinion in said]
        digest = hashlib.blake2b("\n".join(places).encode(), digest_size=16)
        values = [opinion.value for opinion in said], [opinion.at for opinion in said]
        made = (
            self._kept(start, np.int64),
            self._kept(item, np.int32),
            self._kept(values[0], np.float32),
            self._kept(values[1], np.float64),
        )
        for array in made:
            digest.update(array.tobytes())
        return _Matrix(digest.hexdigest(), places, *made)

    def _kept(self, values: Sequence[float] | Array, kind: type) -> Array:
        made: Array = self._empty((1, len(values)), kind)[0]
        made[:] = values
        return made
