"""What a person did with items, as columns that searches and sorts look at."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from mediadesk.recommend.profile import State
from mediadesk.search.finding import Deeds
from mediadesk.search.texts import grown
from mediadesk.store import Database, browse

_NOTHING = State()


@dataclass(slots=True)
class _Kept:
    states: Mapping[str, State]
    version: int
    deeds: Deeds


class KeptDeeds:
    """The deeds of each profile that was asked for; what has not changed since is not made anew."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._numbers: dict[str, int] = {}

    def of(
        self,
        profile: str,
        states: Mapping[str, State],
        *,
        db: Database,
        size: int,
        version: int,
    ) -> Deeds:
        """Give the deeds of a profile as columns for `size` items.

        It is the same object as long as the states and the `version` of the items are the same.
        """
        kept = self._kept.get(profile) or _Kept({}, -1, _none(size))
        if kept.states is states and kept.version == version:
            return kept.deeds
        news = {item: state for item, state in states.items() if kept.states.get(item) is not state}
        news |= dict.fromkeys(kept.states.keys() - states.keys(), _NOTHING)
        # What is not in the library may have come into it.
        news |= {item: states[item] for item in states.keys() - self._numbers.keys()}
        if unknown := news.keys() - self._numbers.keys():
            self._numbers |= browse.numbers(db, list(unknown))
        told = {self._numbers[item]: news[item] for item in news if item in self._numbers}
        is_as_before = not told and len(kept.deeds.stars) == size
        deeds = kept.deeds if is_as_before else _with(kept.deeds, told, size)
        self._kept[profile] = _Kept(states, version, deeds)
        return deeds


def _none(size: int) -> Deeds:
    return Deeds(
        stars=np.zeros(size, np.float32),
        plays=np.zeros(size, np.int32),
        played=np.zeros(size, np.float64),
        seen=np.zeros(size, np.bool_),
        begun=np.zeros(size, np.bool_),
        liked=np.zeros(size, np.bool_),
        hidden=np.zeros(size, np.bool_),
    )


def _with(before: Deeds, told: Mapping[int, State], size: int) -> Deeds:
    columns = {each.name: grown(getattr(before, each.name), size).copy() for each in fields(before)}
    at = list(told)
    rows = [
        (
            state.stars or 0.0,
            state.plays,
            state.played_at or 0.0,
            state.finished,
            state.progress > 0 and not state.finished,
            state.liked,
            state.hidden,
        )
        for state in told.values()
    ]
    for name, column in zip(columns, zip(*rows, strict=True), strict=False):
        columns[name][at] = column
    return Deeds(**columns)
