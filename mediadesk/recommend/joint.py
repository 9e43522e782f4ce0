"""Where a group stands with items: closed to it is what is closed to any of its members."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from operator import is_

from mediadesk.recommend.profile import State
from mediadesk.recommend.standing import Standing


class Joints:
    """The joint states of groups; what has not changed since is not made anew."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[list[Standing], Standing]] = {}

    def of(self, group: str, own: Standing, members: Sequence[Standing]) -> Standing:
        """Give those of a group: the same object as long as all that it is made of is."""
        parts = [own, *members]
        kept = self._kept.get(group)
        is_same = kept is not None and len(kept[0]) == len(parts)
        if kept is None or not (is_same and all(map(is_, kept[0], parts))):
            kept = self._kept[group] = parts, Standing(joint(own, members))
        return kept[1]


def joint(own: Mapping[str, State], members: Iterable[Mapping[str, State]]) -> dict[str, State]:
    """Give item → where a group stands with it: closed to it is what is closed to any member.

    What the group itself has begun goes on, what a member has begun alone does not.
    """
    theirs: dict[str, State] = {}
    for states in members:
        for item, state in states.items():
            theirs[item] = _stricter(theirs[item], state) if item in theirs else state
    return {**own, **{item: _with(own.get(item), state) for item, state in theirs.items()}}


def _with(own: State | None, theirs: State) -> State:
    """Give where a group is with what its members know."""
    if own is None or own.played_at is None:
        return replace(theirs, dismissed=True, shown=own.shown if own else 0, by="some")
    return replace(
        theirs,
        progress=own.progress,
        position=own.position,
        played_at=own.played_at,
        undated=own.undated,
        dismissed=own.dismissed,
        shown=own.shown,
        by="all",
    )


def _stricter(one: State, other: State) -> State:
    """Of two persons' states that which counts for both; what either likes is liked."""
    first, second = sorted((one, other), key=lambda state: (not state.hidden, -state.at))
    said = [value for value in (first.value, second.value) if value is not None]
    return replace(
        first,
        value=max(said, default=None),
        rests_until=max(first.rests_until, second.rests_until),
        tired=max(first.tired, second.tired, key=max),
        rested_at=max(first.rested_at, second.rested_at),
        unwanted=first.unwanted or second.unwanted,
        plays=max(first.plays, second.plays),
        verdict=first.verdict or second.verdict,
        liked_at=_latest(first.liked_at, second.liked_at),
        stars=max((each.stars for each in (first, second) if each.stars is not None), default=None),
        finished=first.finished or second.finished,
        played_at=_latest(first.played_at, second.played_at),
        undated=max(first, second, key=_had_at).undated,
    )


def _had_at(state: State) -> tuple[float, ...]:
    """Give when it was played and when liked, never before all else."""
    return tuple(-math.inf if at is None else at for at in (state.played_at, state.liked_at))


def _latest(*times: float | None) -> float | None:
    return max((at for at in times if at is not None), default=None)
