"""Follows what people did, so that one more event costs no more than its own item."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mediadesk.recommend.profile import State, states
from mediadesk.store import oplog

if TYPE_CHECKING:
    from sqlite_utils import Database

    from mediadesk.api import Event


@dataclass(slots=True)
class _Known:
    alias: int = 0
    end: int = 0
    events: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    states: dict[str, State] = field(default_factory=dict)


class History:
    """The states of every profile that was asked for, brought up to date when asked again."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def states(self, db: Database, profile: str) -> dict[str, State]:
        """Give item → state; not to be changed by the caller."""
        end, alias = oplog.last_event(db)
        known = self._known.get(profile)
        if known is None or known.alias != alias or known.end > end:
            known = self._known[profile] = _Known(alias=alias)
        if known.end != end:
            fresh = list(oplog.events(db, profile=profile, after=known.end, upto=end))
            for event in fresh:
                known.events[event.item].append(event)
            for item in {event.item for event in fresh}:
                known.states.pop(item, None)
                known.states |= states(known.events[item])
            known.end = end
        return known.states
