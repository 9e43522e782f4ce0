"""The ledger: everything that was learnt of a person, from what, and how to have it otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from mediadesk.engine.messages.items import ItemView
from mediadesk.engine.messages.organising import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An event that an opinion comes from; `at` in unix seconds.

    `weight` is how much it says, 0..1, and `why` why that is not all; `value` is a share watched,
    or of a rating its part of five stars. `page`, `shelf` and `slot` are where the item stood: see
    `Origin`.
    """

    id: str
    kind: str
    at: float
    value: float
    weight: float
    why: str = ""
    page: str = ""
    shelf: str = ""
    slot: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionView:
    """What is thought of an item, -1..1, from what; None where it only rests or is hidden."""

    item: ItemView
    value: float | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaningView:
    """Something with a name that is wanted more (`weight` > 0) or less, on so many `items`."""

    name: str
    weight: float
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView:
    """Everything learnt of a profile; `opinions` with the newest first.

    `rankers` is ranker → how much it counts, 1 on average, learnt from what it said before. `tags`
    is tag → how many items it was put on or taken from by people, which teaches it to others;
    everybody's.
    """

    profile: str
    opinions: tuple[OpinionView, ...]
    leanings: tuple[LeaningView, ...]
    rankers: Mapping[str, float]
    tags: Mapping[str, int]


class Ledger(Protocol):
    """What was learnt of a person, and taking it back; see also `Organising.undo`."""

    def listed(self, *, profile: str | None = None) -> LedgerView:
        """List it."""
        ...

    def forget(self, source: str, *, profile: str | None = None) -> Change:
        """Take back one event of a profile, by its id.

        Raises:
            UserError: if no such event counts any more.
        """
        ...

    def forget_tag(self, tag: str) -> Change:
        """Take back all that people said of a tag: where it was put, and where taken away.

        From then on it teaches nothing, and items have it where taggers give it to them.

        Raises:
            UserError: if nothing was said of it.
        """
        ...

    def lean(self, name: str, weight: float, *, profile: str | None = None) -> Change:
        """Want more (to 3) or less (to -3) of a tag, genre, person or set; 0 is neither.

        Raises:
            UserError: if nothing has that name.
        """
        ...
