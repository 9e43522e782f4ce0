"""The contest of two rankers on a person's own top picks."""

from dataclasses import dataclass
from typing import Literal, Protocol

from mediadesk.engine.messages.organising import Change

Verdict = Literal["none", "open", "first", "second"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestView:
    """How the latest contest of a profile stands.

    `rankers` may be named as arms: “blend”, which is all of them together, and each by itself.
    `arms` are the first and the second, empty where there never was a contest; it goes on since
    `since` where `until` is None, both in unix seconds.

    A sitting is a day on which picks of it were seen and that is over, by twelve hours or because
    the contest was stopped; the first won `wins` of them and the second `losses`. `share` is what
    the first won of those that anybody won, None where that is none. The true share lies from `low`
    to `high` with 95 % certainty, however often one looks. About so many more sittings are `needed`
    for a verdict if it goes on like this; None where that can't be told or there is one. `verdict`
    is none without a contest, open, or who is better; `says` is that as a sentence.
    """

    profile: str
    rankers: tuple[str, ...]
    arms: tuple[str, ...] = ()
    since: float | None = None
    until: float | None = None
    sittings: int = 0
    wins: int = 0
    losses: int = 0
    ties: int = 0
    share: float | None = None
    low: float = 0.0
    high: float = 1.0
    needed: int | None = None
    verdict: Verdict = "none"
    says: str = ""


class Contests(Protocol):
    """Two rankers compete: a person sees picks of both, drafted in turns, and what is liked tells.

    Each act can be taken back: see `Organising.undo`.
    """

    def start(self, first: str, second: str, *, profile: str | None = None) -> Change:
        """Have two rankers compete from now on.

        Raises:
            UserError: if they are the same or one is unknown, if two compete already, or if the
                profile is a group.
        """
        ...

    def stop(self, *, profile: str | None = None) -> Change:
        """Have the top picks be those of all rankers together again; the result stays.

        Raises:
            UserError: if nothing competes.
        """
        ...

    def status(self, *, profile: str | None = None) -> ContestView:
        """Tell how it stands, or how the last one ended."""
        ...
