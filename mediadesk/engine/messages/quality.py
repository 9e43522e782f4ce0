"""How good the recommendations are: what a trial gives, and measuring it on one's own history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from mediadesk.engine.messages.writing import Progress

LATELY = 20
"""Moments that a mean is taken of: of one alone a figure says next to nothing."""
ENOUGH = 20
"""Moments, or people, from which on there are intervals: those of fewer would be too narrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured value, and the interval from `low` to `high`; None where there is none.

    Of fewer than `ENOUGH` people or moments there is no interval.
    """

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An item that came to be liked, and where it stood right before it was turned to.

    `at` is then, in unix seconds. `places` are scorer → its place among the first ten, None below
    these; `ndcg` is scorer → the mean NDCG@10 of the last `LATELY` moments, this one included.
    """

    at: float
    item: str
    title: str
    places: Mapping[str, int | None]
    ndcg: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a trial gave: figures of MediaDesk and of others, and how much better it is than each.

    `users` are the people that were asked of; of one's own history, its moments. Figures of a
    household bear how many events were known: `ndcg@10@k=20`. `exposure` is what stands in the
    lists: kind or language → which one → its share; `available` is the same of all that might have
    stood there. `moments` are those of one's own history, in order of time.
    """

    protocol: Literal["crowd", "household", "mine"]
    users: int
    metrics: Mapping[str, Figure]
    baselines: Mapping[str, Mapping[str, Figure]]
    differences: Mapping[str, Mapping[str, Figure]]
    exposure: Mapping[str, Mapping[str, float]]
    available: Mapping[str, Mapping[str, float]]
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the replay of a history gave, `at` unix seconds."""

    at: float
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityView:
    """What was measured last for a profile since the engine began, if anything.

    It is forgotten as soon as the profile may see anything else than it might then.

    `progress` is how many moments of its history are replayed by now, None where that is not done.
    """

    profile: str
    measured: Measured | None = None
    progress: Progress | None = None


class Quality(Protocol):
    """Measuring by a person's own history how good the recommendations are."""

    def standing(self, *, profile: str | None = None) -> QualityView:
        """Tell what was measured, and how far measuring is."""
        ...

    def measure(self, *, profile: str | None = None) -> Measured:
        """Replay the history, which takes seconds to minutes; what is found is kept.

        Raises:
            UserError: if it is too short, or the replay is stopped.
        """
        ...

    def halt(self, *, profile: str | None = None) -> None:
        """End the replay that goes on or waits, if any; what was measured before stays."""
        ...
