"""Follows what people did, so that one more event costs no more than its own item."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from mediadesk.recommend.joint import Joints, joint
from mediadesk.recommend.profile import states
from mediadesk.recommend.standing import Standing
from mediadesk.store import oplog, profiles

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from mediadesk.api import Event, EventKind
    from mediadesk.recommend.profile import State
    from mediadesk.store import Database

_FAR = 1_000
"""So many events take longer to follow than those of a page of items to read."""


@dataclass(slots=True)
class _Known:
    aliases: tuple[int, int] = (0, 0)
    end: int = 0
    events: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    states: Standing = field(default_factory=Standing)


class History:
    """The states of every profile that was asked for, brought up to date when asked again.

    Any thread may ask, and what it was given stays as it was.
    """

    def __init__(self, *, kinds: Collection[EventKind] | None = None) -> None:
        """Follow events of some `kinds`, or all."""
        self._kinds = kinds
        self._known: dict[str, _Known] = {}
        self._joints = Joints()
        self._lock = threading.Lock()

    def states(self, db: Database, profile: str, *, also: Event | None = None) -> Standing:
        """Give item → state, of a group the joint one; not to be changed by the caller.

        With `also` it is as if that had happened, too; its item is what its content counts as now.
        """
        members = profiles.find(db, profile).members
        with self._lock:
            own = _with(self._follow(db, profile), profile, also)
            theirs = [_with(self._follow(db, member), member, also) for member in members]
            if not members:
                return own
            if also:
                return Standing(joint(own, theirs))
            return self._joints.of(profile, own, theirs)

    def of(self, db: Database, profile: str, items: Collection[str]) -> Mapping[str, State]:
        """Give item → state for at least some items, and never wait for thousands of others."""
        end, aliases = oplog.last_event(db)
        known = self._known.get(profile)
        upto = known.end if known and known.aliases == aliases else 0
        if end - upto < _FAR:
            return self.states(db, profile)
        own, *theirs = (
            states(oplog.events(db, profile=who, items=items, kinds=self._kinds))
            for who in (profile, *profiles.find(db, profile).members)
        )
        return joint(own, theirs) if theirs else own

    def _follow(self, db: Database, profile: str) -> _Known:
        end, aliases = oplog.last_event(db)
        known = self._known.get(profile)
        if known is not None and known.end > end and known.aliases == aliases:
            return known  # who asks began to read the database a while ago
        if known is None or known.aliases != aliases:
            known = self._known[profile] = _Known(aliases=aliases)
        if known.end != end:
            fresh = self._told(db, profile, after=known.end, upto=end)
            if any(_is_late(event, known) for event in fresh):
                known = self._known[profile] = _Known(aliases=aliases)
                fresh = self._told(db, profile, after=0, upto=end)
            for event in fresh:
                known.events[event.item].append(event)
            if news := {event.item for event in fresh}:  # others' say leaves the object as it is
                found = states(chain.from_iterable(known.events[item] for item in news))
                known.states = known.states.after(news, found)
            known.end = end
        return known

    def _told(self, db: Database, profile: str, *, after: int, upto: int) -> list[Event]:
        told = oplog.events(db, profile=profile, after=after, upto=upto, kinds=self._kinds)
        return list(told)


def _is_late(event: Event, known: _Known) -> bool:
    """Whether another device's event came when later ones of its item were known."""
    before = known.events.get(event.item)
    return before is not None and event.at <= before[-1].at


def _with(known: _Known, profile: str, also: Event | None) -> Standing:
    """Give the states as they would be after one more event, be it of a group one is in."""
    if also is None or not (also.profile == profile or profile in also.context.get("members", ())):
        return known.states
    events = [*known.events.get(also.item, ()), replace(also, profile=profile)]
    return known.states.after({also.item}, states(events))
