"""What is played after what: a list with a place in it, shuffled and repeated if wanted."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Repeat = Literal["off", "one", "all"]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One line of a queue; the same item may stand in several."""

    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """A queue as it can be kept: `items` as they stand, and their places in the order of playing.

    `here` is the place in that `order` of the one that is played, -1 for none, and `second` where
    in it one is.
    """

    items: tuple[str, ...] = ()
    order: tuple[int, ...] = ()
    here: int = -1
    second: float = 0.0
    shuffled: bool = False
    repeat: Repeat = "off"


class Queue:
    """A list of entries, one of which is played.

    They are played in the order in which they stand; shuffled in an order of chance, in which each
    comes once before any comes again.
    """

    def __init__(self, chance: random.Random | None = None) -> None:
        self._chance = chance or random.Random()  # noqa: S311 - no secret
        self._listed: list[Entry] = []
        self._order: list[Entry] = []
        self._here = -1  # a place in the order
        self._shuffled = False
        self.repeat: Repeat = "off"

    @property
    def entries(self) -> Sequence[Entry]:
        """All of them, as they stand."""
        return tuple(self._listed)

    @property
    def current(self) -> Entry | None:
        """The one that is played."""
        return self._order[self._here] if 0 <= self._here < len(self._order) else None

    @property
    def place(self) -> int | None:
        """Where in the list that is."""
        return None if self.current is None else self._listed.index(self.current)

    @property
    def shuffled(self) -> bool:
        """Whether chance says what comes next."""
        return self._shuffled

    def state(self, second: float = 0.0) -> QueueState:
        """Give all that there is to keep; `second` is where one is in what is played."""
        places = {entry: place for place, entry in enumerate(self._listed)}
        return QueueState(
            items=tuple(entry.item for entry in self._listed),
            order=tuple(places[entry] for entry in self._order),
            here=self._here,
            second=second,
            shuffled=self._shuffled,
            repeat=self.repeat,
        )

    def restore(self, state: QueueState) -> None:
        """Be again as this was kept."""
        self._listed = [Entry(item) for item in state.items]
        self._order = [self._listed[place] for place in state.order]
        self._here = state.here
        self._shuffled, self.repeat = state.shuffled, state.repeat

    def start(self, items: Iterable[str], at: int = 0) -> Entry | None:
        """Play these and nothing else, from one of them on."""
        self._listed = [Entry(item) for item in items]
        self._order = list(self._listed)
        self._here = at
        if self._shuffled:
            self._shuffle()
        return self.current

    def add(self, items: Iterable[str], *, at_once: bool = False) -> None:
        """Put items at the end, or where they are played next."""
        fresh = [Entry(item) for item in items]
        place = self.place
        behind = len(self._listed) if not at_once or place is None else place + 1
        self._listed[behind:behind] = fresh
        if at_once:
            self._order[self._here + 1 : self._here + 1] = fresh
        elif self._shuffled:
            for entry in fresh:
                where = self._chance.randint(self._here + 1, len(self._order))
                self._order.insert(where, entry)
        else:
            self._order += fresh

    def remove(self, place: int) -> None:
        """Take an entry out; the one that is played stays."""
        entry = self._listed[place]
        if entry is not self.current:
            del self._listed[place]
            self._here -= self._order.index(entry) < self._here
            self._order.remove(entry)

    def move(self, place: int, to: int) -> None:
        """Let an entry stand somewhere else; `to` is its new place."""
        current = self.current
        self._listed.insert(to, self._listed.pop(place))
        if not self._shuffled:
            self._order = list(self._listed)
            self._here = -1 if current is None else self._order.index(current)

    def clear(self) -> None:
        """Take out all but what is played."""
        current = self.current
        self._listed = self._order = [] if current is None else [current]
        self._order = list(self._listed)
        self._here = len(self._order) - 1

    def shuffle(self, *, on: bool) -> None:
        """Play on in an order of chance, or as the entries stand."""
        if on == self._shuffled:
            return
        self._shuffled = on
        if on:
            self._shuffle()
        else:
            place = self.place
            self._order = list(self._listed)
            self._here = -1 if place is None else place

    def jump(self, place: int) -> Entry:
        """Play the entry at a place of the list now."""
        entry = self._listed[place]
        at = self._order.index(entry)
        if self._shuffled:  # what was to come comes after it, and what came does not come again
            del self._order[at]
            self._here += at > self._here
            self._order.insert(self._here, entry)
        else:
            self._here = at
        return entry

    def next(self, *, by_hand: bool = False) -> Entry | None:
        """Go on to the next entry; None at the end."""
        if self.repeat == "one" and not by_hand:
            return self.current
        if self._here + 1 < len(self._order):
            self._here += 1
        elif self.repeat == "all" and self._order:
            self._again()
        else:
            return None
        return self.current

    def previous(self) -> Entry | None:
        """Go back to what was played before; None at the beginning."""
        if self._here <= 0:
            return None
        self._here -= 1
        return self.current

    def _again(self) -> None:
        """Begin a new round, in which the last of the old one is not the first."""
        last = self.current
        if self._shuffled:
            self._chance.shuffle(self._order)
            if len(self._order) > 1 and self._order[0] is last:
                self._order.append(self._order.pop(0))
        self._here = 0

    def _shuffle(self) -> None:
        """Let chance order all but what is played, which comes first."""
        current = self.current
        rest = [entry for entry in self._listed if entry is not current]
        self._chance.shuffle(rest)
        self._order = rest if current is None else [current, *rest]
        self._here = -1 if current is None else 0
