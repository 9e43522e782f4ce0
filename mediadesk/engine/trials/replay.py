"""A person's own history as cases: each item that was liked, by what had happened until then."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array, Event, EventKind, Item, Opinion, UserError
from mediadesk.engine.trials.cases import Case
from mediadesk.engine.trials.chance import chance
from mediadesk.engine.trials.dataset import Dataset, arranged
from mediadesk.recommend.candidates import is_open
from mediadesk.recommend.profile import State, effective, opinions, states

_LEAST = 5  # opinions that are known before anything is foretold
_LIKED = 0.5  # the opinion on what was seen to its end, and on what got four stars
_MOST_CASES = 200
_MOST_ITEMS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A history as a data set of one person, with cases in order of time.

    `held` are the opinions just before the relevant item of each case was turned to, by its number.
    """

    data: Dataset
    cases: Sequence[Case]
    held: Mapping[int, tuple[Opinion, ...]]


def replay(items: Sequence[Item], events: Sequence[Event], *, who: str, seed: int) -> Replay:
    """Make a case of each item that came to be liked, when it was turned to first.

    Of these the last 200 count. It is to be found among all that was open then, of a larger
    library among 5,000 items drawn by chance.

    Args:
        items: the library.
        events: what the person did.
        who: the name of the person.
        seed: of the chance.

    Raises:
        UserError: if too little was done.
    """
    known = {item.id for item in items}
    done = [event for event in effective(events) if event.item in known]
    liked = {opinion.item for opinion in opinions(states(done)) if opinion.value >= _LIKED}
    data = _data(items, done, who)
    thrown = chance(data.users, [item.id for item in data.items], seed=seed, what="replay")
    order = np.argsort(thrown(np.zeros(len(items), int), np.arange(len(items))), kind="stable")
    cases: list[Case] = []
    held: dict[int, tuple[Opinion, ...]] = {}
    for n, at in zip(data.item[::-1].tolist(), data.at[::-1].tolist(), strict=True):
        if len(cases) == _MOST_CASES:
            break
        if data.items[n].id not in liked:
            continue
        before = states(event for event in done if event.at < at)
        held[n] = opinions(before)
        if len(held[n]) >= _LEAST and is_open(before.get(data.items[n].id), at):
            cases.append(_case(data, n, at, before, order))
    if not cases:
        raise UserError(
            f"The history of “{who}” is too short to be replayed: it takes {_LEAST} items that "
            "were played or judged, and then one that was liked. “mediadesk import history” takes "
            "over that of another program."
        )
    return Replay(data=data, cases=cases[::-1], held=held)


def _data(items: Sequence[Item], events: Sequence[Event], who: str) -> Dataset:
    """Give when each item was turned to first."""
    ordered = tuple(sorted(items, key=lambda item: item.id))
    place = {item.id: n for n, item in enumerate(ordered)}
    first: dict[int, float] = {}
    for event in events:
        if event.kind is not EventKind.SHOWN:
            first.setdefault(place[event.item], event.at)
    return arranged(
        items=ordered,
        languages=("",) * len(ordered),
        users=(who,),
        columns={
            "user": np.zeros(len(first), int),
            "item": np.array(list(first), dtype=int),
            "value": np.ones(len(first)),
            "at": np.array(list(first.values())),
        },
    )


def _case(data: Dataset, item: int, at: float, before: Mapping[str, State], order: Array) -> Case:
    shut = [n for n in order.tolist() if not is_open(before.get(data.items[n].id), at)]
    others = order[~np.isin(order, [item, *shut])][: _MOST_ITEMS - 1]
    candidates = order[np.isin(order, [item, *others])]
    return Case(
        user=0,
        known=np.flatnonzero(data.at < at),
        candidates=candidates,
        relevant=np.array([item]),
        disliked=np.zeros(0, int),
        rivals=np.zeros((1, 0), int),
    )
