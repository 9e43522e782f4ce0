"""A person's own history as cases: each item that was liked, by what had happened until then."""

from __future__ import annotations  # Array is a name for type checkers only

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array, Event, EventKind, Item, Opinion, UserError
from mediadesk.engine.trials.cases import Case
from mediadesk.engine.trials.chance import chance
from mediadesk.engine.trials.dataset import Dataset, arranged
from mediadesk.recommend.candidates import is_open
from mediadesk.recommend.fondness import untried
from mediadesk.recommend.profile import effective, opinions, states

_LEAST = 5  # opinions that are known before anything is foretold
_LIKED = 0.5  # the opinion on what was seen to its end, and on what got four stars
_MOST_CASES = 200
_MOST_ITEMS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A history as a data set of one person, with cases in order of time.

    By the number of the relevant item of each case, `held` are the opinions just before that was
    turned to, and `new` the candidates that nobody may have had, whatever is held of them.
    """

    data: Dataset
    cases: Sequence[Case]
    held: Mapping[int, tuple[Opinion, ...]]
    new: Mapping[int, frozenset[str]]


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
    past = _Past(done)
    liked = {opinion.item for opinion in past.held if opinion.value >= _LIKED}
    data = _data(items, done, who)
    place = {item.id: n for n, item in enumerate(data.items)}
    thrown = chance(data.users, [item.id for item in data.items], seed=seed, what="replay")
    order = np.argsort(thrown(np.zeros(len(items), int), np.arange(len(items))), kind="stable")
    cases: list[Case] = []
    held: dict[int, tuple[Opinion, ...]] = {}
    new: dict[int, frozenset[str]] = {}
    for n, at in zip(data.item[::-1].tolist(), data.at[::-1].tolist(), strict=True):
        if len(cases) == _MOST_CASES:
            break
        if data.items[n].id not in liked:
            continue
        past.back_to(at)
        if len(past.held) >= _LEAST and is_open(past.states.get(data.items[n].id), at):
            shut = [place[each] for each, own in past.states.items() if not is_open(own, at)]
            case = _case(data, n, at, shut, order)
            among = [data.items[each].id for each in case.candidates.tolist()]
            held[n], new[n] = tuple(past.held), frozenset(untried(among, past.states))
            cases.append(case)
    if not cases:
        raise UserError(
            f"The history of “{who}” is too short to be replayed: it takes {_LEAST} items that "
            "were played or judged, and then one that was liked. “mediadesk import history” takes "
            "over that of another program."
        )
    return Replay(data=data, cases=cases[::-1], held=held, new=new)


class _Past:
    """What had happened until a moment that moves back: an event costs what its own item does.

    `states` is item → state, `held` are the opinions, oldest first.
    """

    def __init__(self, events: Sequence[Event]) -> None:
        """Begin after all events; they come in order of time."""
        self._events = list(events)
        self._by_item: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            self._by_item[event.item].append(event)
        self.states = states(events)
        self.held = list(opinions(self.states))

    def back_to(self, at: float) -> None:
        """Be as it was just before a moment."""
        gone: set[str] = set()
        while self._events and self._events[-1].at >= at:
            event = self._events.pop()
            self._by_item[event.item].pop()
            gone.add(event.item)
        before = {item: self.states.pop(item) for item in gone if item in self.states}
        for opinion in opinions(before):
            del self.held[bisect_left(self.held, _age(opinion), key=_age)]
        now = states(event for item in gone for event in self._by_item[item])
        self.states |= now
        for opinion in opinions(now):
            insort(self.held, opinion, key=_age)


def _age(opinion: Opinion) -> tuple[float, str]:
    return opinion.at, opinion.item


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
        public=({},) * len(ordered),
        users=(who,),
        columns={
            "user": np.zeros(len(first), int),
            "item": np.array(list(first), dtype=int),
            "value": np.ones(len(first)),
            "at": np.array(list(first.values())),
        },
    )


def _case(data: Dataset, item: int, at: float, shut: Sequence[int], order: Array) -> Case:
    """Ask for an item among those not in `shut`, in the order of chance."""
    is_other = np.ones(len(data.items), dtype=bool)
    is_other[[item, *shut]] = False
    is_candidate = np.zeros(len(data.items), dtype=bool)
    is_candidate[[item, *order[is_other[order]][: _MOST_ITEMS - 1]]] = True
    return Case(
        user=0,
        known=np.flatnonzero(data.at < at),
        candidates=order[is_candidate[order]],
        relevant=np.array([item]),
        disliked=np.zeros(0, int),
        rivals=np.zeros((1, 0), int),
    )
