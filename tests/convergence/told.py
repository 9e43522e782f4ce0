"""What the processes of a run say to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

ITEMS = ("alpha1", "bravo1", "delta1", "gamma1")
PROFILES = ("me", "Ann", "Ben")
GROUP = "We"


class Row(NamedTuple):
    """An operation as it stands in the log of a library."""

    device: str
    seq: int
    hlc: int
    kind: str
    item: str
    field: str
    value: str
    profile: str
    change: str | None

    @property
    def key(self) -> tuple[str, int, int]:
        return self[:3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A verb of a device, told at a time in nanoseconds, to be killed at one of its steps."""

    verb: str
    args: dict[str, Any] = field(default_factory=dict)
    now: int = 0
    dies_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a device answers: its name now, and what is new of its own in its log."""

    device: str = ""
    fresh: tuple[Row, ...] = ()
    answer: Any = None
    refused: str = ""
    broken: str = ""
