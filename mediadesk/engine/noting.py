"""Notes what a person does: shown, opened, played, searched."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial

from mediadesk.api import Event, EventKind, Json, UserError
from mediadesk.engine.access import Access
from mediadesk.engine.checks import check_kind, check_seconds, check_time
from mediadesk.engine.messages import Origin, PlayKind, Presence
from mediadesk.store import Database, events, library, oplog

_LONGEST = 1_000
_AGAIN_S = 600.0
"""What is searched again within ten minutes was searched once."""


class Noting:
    """The verbs of events; any thread may call them."""

    def __init__(self, access: Access) -> None:
        """Join the library."""
        self._access = access

    def event(
        self,
        name: str,
        kind: PlayKind,
        *,
        share: float = 0.0,
        position: float = 0.0,
        watched: float | None = None,
        at: float | None = None,
        origin: Origin | None = None,
        presence: Presence | None = None,
        profile: str | None = None,
    ) -> None:
        check_kind(kind, PlayKind)
        if not 0 <= share <= 1:
            raise UserError(f"The share watched must lie between 0 and 1, not {share}.")
        if at is not None:
            check_time(at)
        context: Json = context_of(origin) | context_of(presence)
        for key, seconds in (("position", position), ("watched", watched)):
            check_seconds(seconds or 0.0)
            if seconds or (key == "watched" and seconds is not None):
                context[key] = seconds
        self._access.note(
            self._access.find(name, profile).id,
            EventKind(kind),
            profile=profile,
            value=share,
            context=context,
            at=at,
        )
        if kind != "shown":
            self._access.changed("items", "features")

    def shown(
        self,
        cards: Mapping[str, Origin],
        *,
        at: float | None = None,
        profile: str | None = None,
    ) -> None:
        if at is not None:
            check_time(at)
        who, now = self._access.profile(profile), time.time() if at is None else at
        company = self._access.company(who)
        known = library.known(self._access.store.read(), list(cards))
        seen = [
            Event(
                id="",
                profile=who,
                item=item,
                kind=EventKind.SHOWN,
                at=now,
                context=context_of(cards[item]) | company,
            )
            for item in cards
            if item in known
        ]
        self._access.keep(seen)

    def searched(self, text: str, *, profile: str | None = None) -> None:
        query = " ".join(text.split())
        if not query or len(query) > _LONGEST:
            raise UserError(f"A search has 1 to {_LONGEST:,} characters, not {len(query):,}.")
        if self._access.private:
            return
        who = self._access.profile(profile)
        self._access.store.write(partial(_searched, profile=who, query=query), durable=True)


def _searched(db: Database, *, profile: str, query: str) -> None:
    now = time.time()
    lately = events.searched(db, profile, since=now - _AGAIN_S)
    if query.casefold() not in {each.casefold() for each in lately}:
        context = {"query": query}
        oplog.add_event(db, profile=profile, item="", kind=EventKind.SEARCHED, context=context)


def context_of(told: Origin | Presence | None) -> Json:
    """Give as context what is said; nothing for what is empty."""
    return {} if told is None else {name: value for name, value in asdict(told).items() if value}
