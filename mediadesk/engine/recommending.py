"""What is recommended and why, and what a person says to it."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from mediadesk.api import Event, EventKind
from mediadesk.engine import panels, views
from mediadesk.engine.access import Access
from mediadesk.engine.checks import check_kind, check_time
from mediadesk.engine.kept import LIMIT, KeptPanels
from mediadesk.engine.messages import Effect, FeedbackKind, Listing, Origin, Panel, Why
from mediadesk.engine.noting import context_of
from mediadesk.engine.plugins.contributed import Contributed
from mediadesk.engine.previewing import moves
from mediadesk.recommend.recommender import Recommender
from mediadesk.store import Database, profiles
from mediadesk.store.panels import Telling, latest

log = logging.getLogger(__name__)


class Recommending:
    """The verbs of recommending; `had_panel` is set as soon as there was a panel."""

    def __init__(
        self,
        access: Access,
        recommender: Recommender,
        contributed: Contributed,
        *,
        kept: KeptPanels,
        mark: Callable[[], str],
        allowed: Callable[[Database, str], frozenset[str] | None],
    ) -> None:
        """Join what it needs.

        Args:
            access: the library.
            recommender: ranks what there is.
            contributed: what plugins have to say to that.
            kept: where panels are kept for the next start, and for other devices.
            mark: gives the mark of all that a panel is made of; see `kept.mark`.
            allowed: gives the items that a profile may see, None for all.
        """
        self.had_panel = threading.Event()
        self._access = access
        self._recommender = recommender
        self._contributed = contributed
        self._kept = kept
        self._mark = mark
        self._allowed = allowed
        self._marks: dict[str, str] = {}
        self._given: dict[tuple[str, int], tuple[str, Panel]] = {}
        self._telling = threading.Lock()  # else feedback is told what other feedback did

    def for_you(self, *, profile: str | None = None, limit: int = LIMIT) -> Panel:
        self._contributed.wake("rankers", "shelves")
        return self._give(self._access.profile(profile), limit)

    def why(self, name: str, *, profile: str | None = None) -> Why:
        item = self._access.find(name, profile)
        self._contributed.wake("rankers", "explainers")
        who = self._access.profile(profile)
        db, states = self._access.store.read(), self._access.states(who)
        if latest(db, who) and (told := panels.why(self._last(who), item.id)):
            return replace(told, item=views.items(db, [item.id], states)[0])
        found = self._recommender.why(item.id, profile=who, now=time.time())
        return views.why(db, found, states)

    def similar(self, name: str, *, limit: int = LIMIT, profile: str | None = None) -> Listing:
        started = time.perf_counter()
        picks = self._recommender.similar(
            self._access.find(name, profile).id,
            limit=limit,
            allowed=self._access.allowed(profile),
        )
        cards = views.cards(self._access.store.read(), picks, self._access.states(profile))
        return Listing(items=cards, took_ms=views.since(started))

    def starters(self, *, profile: str | None = None, limit: int = LIMIT) -> Listing:
        started = time.perf_counter()
        who = self._access.profile(profile)
        picks = self._recommender.starters(who, limit=limit, now=time.time())
        cards = views.cards(self._access.store.read(), picks, self._access.states(who))
        return Listing(items=cards, took_ms=views.since(started))

    def feedback(
        self,
        name: str,
        kind: FeedbackKind,
        *,
        at: float | None = None,
        origin: Origin | None = None,
        profile: str | None = None,
        limit: int = LIMIT,
    ) -> Effect:
        check_kind(kind, FeedbackKind)
        if at is not None:
            check_time(at)
        item, who = self._access.find(name, profile).id, self._access.profile(profile)
        self._contributed.wake("rankers", "shelves")
        with self._telling:
            before = self._before(who, limit)
            told = context_of(origin)
            self._access.note(item, EventKind(kind), profile=who, context=told, at=at)
            self._access.changed("items")
            after = self._give(who, limit)
        return self._effect(item, kind, before, after)

    def preview(
        self, name: str, kind: FeedbackKind, *, profile: str | None = None, limit: int = LIMIT
    ) -> Effect:
        check_kind(kind, FeedbackKind)
        item, who = self._access.find(name, profile).id, self._access.profile(profile)
        self._contributed.wake("rankers", "shelves")
        now, company = time.time(), self._access.company(who)
        event = Event(id="", profile=who, item=item, kind=EventKind(kind), at=now, context=company)
        before, after = (self._view(who, limit, now=now, supposing=each) for each in (None, event))
        return self._effect(item, kind, before, after)

    def follow(self, shown: Panel) -> None:
        """Be ready to recommend, and tell if the kept panel that is shown has become another one.

        It may have on another day; or a plugin is up by now that was not.
        """
        if self._contributed.wake("rankers", "shelves"):
            self.had_panel.set()  # there will be another one when that is up
        elif self.for_you(profile=shown.profile).shelves != shown.shelves:
            self._access.changed("features")

    def keep(self) -> None:
        """Keep the panels that were shown as they would be now, for the next start."""
        for profile, mark in self._marks.items():
            if not self._access.private and mark != (now := self._mark()):
                self._panel(profile, LIMIT, now)
        self._marks = {}  # whoever closes twice has nothing more to keep

    def told(self) -> Telling | None:
        """Give what other devices are told of the panels that were made here; None in private.

        They are made anew where anything changed since.
        """
        if self._access.private:
            return None
        db = self._access.store.read()
        names = dict.fromkeys([self._access.profile(None), *profiles.names(db)])
        shown = [panel for name in names if not (panel := self._last(name)).made_by]
        return panels.told(db, [panel for panel in shown if panel.shelves])

    def _last(self, profile: str) -> Panel:
        """Give the panel that was kept, if that is still true."""
        mark = self._mark()
        kept = self._kept.find(profile, mark)
        if kept is None:
            self._contributed.wake("rankers", "shelves")
        return kept or self._panel(profile, LIMIT, mark)

    def _before(self, profile: str, limit: int) -> Panel:
        """Give the panel as it is before feedback: the one given last, if that is still true."""
        mark, panel = self._given.get((profile, limit), ("", None))
        # It costs as much again to make another one.
        return panel if panel and mark == self._mark() else self._give(profile, limit)

    def _give(self, profile: str, limit: int) -> Panel:
        mark = self._mark()  # what changes meanwhile may be in it or not
        panel = self._panel(profile, limit, mark)
        self._given[profile, limit] = mark, panel
        self.had_panel.set()
        return panel

    def _effect(self, item: str, kind: str, before: Panel, after: Panel) -> Effect:
        states = self._recommender.states(after.profile)  # as in `_view`
        (seen,) = views.items(self._access.store.read(), [item], states)
        return Effect(item=seen, kind=kind, before=before, after=after, moves=moves(before, after))

    def _panel(self, profile: str, limit: int, mark: str) -> Panel:
        panel = self._view(profile, limit, now=time.time())
        if limit == LIMIT and not self._access.private:
            self._kept.keep(panel, mark)
            self._marks = self._marks | {profile: mark}
        return panel

    def _view(
        self, profile: str, limit: int, *, now: float, supposing: Event | None = None
    ) -> Panel:
        started = time.perf_counter()
        found = self._recommender.panel(profile, limit=limit, now=now, supposing=supposing)
        # Not by way of `access`: who looks now may be another, and not free to ask.
        states = self._recommender.states(profile)
        db = self._access.store.read()
        allowed = self._allowed(db, profile)
        made_by, made_at = "", None
        if better := panels.better(db, found):
            made_by, made_at = better[0], better[1].made_at
            found = panels.as_of_now(
                better[1], states, limit=limit, now=now, allowed=allowed, supposing=supposing
            )
        return views.panel(
            db,
            found,
            states,
            started=started,
            allowed=allowed,
            made_by=made_by,
            made_at=made_at,
        )
