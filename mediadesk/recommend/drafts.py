"""What shelves are made from and into: all that is known when they are filled, and entries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mediadesk.api import Array, Item
from mediadesk.recommend.again import Known
from mediadesk.recommend.calibration import Taste
from mediadesk.recommend.profile import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item on a shelf; `text` is what the shelf itself says of it, `seed` what it is alike.

    `arm` is the side of a contest that put it there, "" where none did.
    """

    item: str
    text: str = ""
    seed: str | None = None
    arm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A shelf before its reasons are written."""

    id: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that arranging needs.

    `order` are the candidates, best first, `spare` those that rest because they were passed by
    often; `worth` are the scores of both, `seed` gives the liked item that speaks most for one.
    `items` are those of them, and of what was begun or liked, that can be shown. Without
    `has_taste` the scores know nothing of who looks.

    `begun` is what was begun and may go on, latest first. `near` has for each of the latest likes
    what is alike to it and in which block, `rare` the candidates that are little like the rest,
    `discoveries` those of which least is known, `starts` those to begin with, `found` what the
    latest searches find, `moods` what is of each mood; all of them best first. `touched` is what
    others in the household have an opinion of, `shared` says who of them likes what.
    `again` is for each of its shelves what was had and may come again. `understood` has been looked
    into. `tastes` are what is liked by kind and by language;
    `similarity` gives [n, n] for items.
    """

    order: Sequence[str]
    spare: Sequence[str]
    worth: Mapping[str, float]
    seed: Callable[[str], str]
    items: Mapping[str, Item]
    states: Mapping[str, State]
    begun: Sequence[str]
    near: Mapping[str, Mapping[str, str]]
    rare: Sequence[str]
    discoveries: Sequence[str]
    starts: Sequence[str]
    found: Mapping[str, Sequence[str]]
    moods: Mapping[str, Sequence[str]]
    touched: Collection[str]
    shared: Mapping[str, str]
    again: Mapping[str, Sequence[Known]]
    understood: Collection[str]
    tastes: Sequence[Taste]
    similarity: Callable[[Sequence[str]], Array]
    has_taste: bool
    now: float
    used: set[str] = field(default_factory=set)

    def is_known(self, item: str) -> bool:
        """Whether it was had before."""
        return item in self.states and self.states[item].had

    def take(self, entries: Iterable[Entry], limit: int) -> list[Entry]:
        """Take the first entries that can be shown and stand nowhere yet."""
        taken: list[Entry] = []
        for entry in entries:
            if len(taken) >= limit:
                break
            if entry.item in self.items and entry.item not in self.used:
                self.used.add(entry.item)
                taken.append(entry)
        return taken


def entries_again(known: Iterable[Known]) -> list[Entry]:
    """Give an entry for each that was had before, with what is said of it."""
    return [Entry(item=each.item, text=each.text) for each in known]


def entries(items: Iterable[str], text: str = "", *, seed: str | None = None) -> list[Entry]:
    """Give an entry for each item, all with the same words."""
    return [Entry(item=item, text=text, seed=seed) for item in items]
