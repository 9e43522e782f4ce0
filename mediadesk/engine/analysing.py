"""The one analysis of a library: opened when it is first needed, followed, paused, looked at."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mediadesk.api import UserError
from mediadesk.engine import progress, views
from mediadesk.engine.access import Access
from mediadesk.engine.budget import Budgets
from mediadesk.engine.messages import Status, WorkView
from mediadesk.engine.pace import Pacing
from mediadesk.engine.plugins.running import Running
from mediadesk.engine.preferences import Preferences
from mediadesk.engine.scanning import Scanning
from mediadesk.engine.tasks import tasks
from mediadesk.engine.upkeep import Upkeep
from mediadesk.extract.pipeline import Pace
from mediadesk.host import Registry
from mediadesk.models import Models
from mediadesk.paths import spelled
from mediadesk.settings import Places
from mediadesk.store import Database
from mediadesk.store.backlog import Tally

if TYPE_CHECKING:  # what it imports takes long to load
    from mediadesk.engine.work import Analysis
    from mediadesk.extract.learning import Learning

_POLL_SECONDS = 0.2
_RESTLESS_SECONDS = 30.0  # what still changes then may be on its way from the net for hours


class Analysing:
    """The verbs of the work as a whole; any thread may call them."""

    def __init__(  # noqa: PLR0913 - what works needs all there is
        self,
        access: Access,
        places: Places,
        registry: Registry,
        models: Models,
        preferences: Preferences,
        *,
        running: Running,
        scanning: Scanning,
        upkeep: Upkeep,
        budgets: Budgets,
        pacing: Pacing,
        learning: "Learning",
        leisure: Callable[[], bool],
        first: Callable[[], None],
    ) -> None:
        """Join what it needs.

        Args:
            access: the library.
            places: where it lies.
            registry: the plugins.
            models: what they run.
            preferences: what a person set.
            running: the plugins in processes of their own.
            scanning: looks through folders.
            upkeep: watches them.
            budgets: when each plugin may work.
            pacing: how fast work goes.
            learning: what people's tags and kinds teach.
            leisure: does a slice of what can wait; see `Pipeline`.
            first: returns when what is more urgent than all work is done.
        """
        self._access = access
        self._places = places
        self._registry = registry
        self._models = models
        self._preferences = preferences
        self._running = running
        self._scanning = scanning
        self._upkeep = upkeep
        self._budgets = budgets
        self._pacing = pacing
        self._learning = learning
        self._leisure = leisure
        self._first = first
        self._tally = Tally()
        self._lock = threading.RLock()
        self._closing = False
        self.now: Analysis | None = None

    def close(self) -> None:
        """End what works; nothing begins any more."""
        with self._lock:
            self._closing = True
            if self.now is not None:
                self.now.close()
                self.now = None

    def analyze(self, *, wait: bool = False) -> Status:
        self._first()
        self._working()
        self._scanning.whole([])
        done, since = -1, 0.0
        while wait:
            analysis = self._working()
            while not analysis.pipeline.wait(_POLL_SECONDS):
                if self._pacing() is Pace.REST and not self._pacing.paused:
                    raise UserError(self._pacing.sentence)
            # Plugins that come or go meanwhile bring more work; the lock waits for that.
            is_changing = self._running.is_changing
            with self._lock:
                is_last = analysis is self.now and not analysis.pipeline.busy
            if done != analysis.pipeline.done:
                done, since = analysis.pipeline.done, time.monotonic()
            is_restless = time.monotonic() - since > _RESTLESS_SECONDS
            if is_last and not is_changing and (is_restless or not self._scanning.settling):
                break
            time.sleep(_POLL_SECONDS)
        return self.status()

    def pause(self, *, paused: bool) -> Status:
        self._preferences.paused(paused)
        self._pacing.look_again()
        self.go_on()
        self._access.changed("status")
        return self.status()

    def status(self) -> Status:
        analysis, db, allowed = self.now, self._access.store.read(), self._access.allowed(None)
        return views.status(
            db,
            analysis,
            settling=self._scanning.settling,
            watched=self._upkeep.watched,
            unwatched=self._upkeep.problems,
            work=() if allowed is not None else self._work(db),
            pace=self._pacing.sentence,
            paused=self._pacing.paused,
            allowed=allowed,
        )

    def _work(self, db: Database) -> tuple[WorkView, ...]:
        analysis = self.now
        return progress.work(
            db,
            self._registry,
            analysis.tasks if analysis else tasks(self._registry, self._models),
            holds=self._budgets.holds,
            tally=self._tally,
            queued=analysis is not None and analysis.is_queued,
        )

    def take_up(self, items: Sequence[str]) -> None:
        """Analyse items that may lack features; who opens the analysis later finds them himself."""
        with self._lock:
            if self.now is not None and items:
                self.now.take_up(items)

    def go_on(self) -> None:
        """Look whether work that was held may be done by now."""
        with self._lock:
            if self.now is not None:
                self.now.pipeline.start()

    def follow(self) -> bool:
        """Take up parts of plugins that have come, leave those that have gone; False if it closes.

        The settings may be others, too.
        """
        self._preferences.reload()
        with self._lock:
            if self._closing:
                return False
            if self.now is not None:
                if not self.now.follow(self._running.guests()):
                    self.now.close()
                    self.now = None
                self._working().start()
        return True

    def _working(self) -> "Analysis":
        """Give the analysis, made on first use: one engine at a time may work on a library."""
        from mediadesk.engine.work import Analysis

        with self._lock:
            if self._closing:
                raise UserError("MediaDesk is closing.")
            if self.now is None:
                self.now = Analysis(
                    self._places,
                    self._access.store,
                    self._registry,
                    self._models,
                    self._preferences.now,
                    guests=self._running.guests(),
                    budgets=self._budgets,
                    on_change=self._access.changed,
                    on_gone=self._look_again,
                    learning=self._learning,
                    leisure=self._leisure,
                    pace=self._pacing,
                )
            return self.now

    def _look_again(self, gone: Sequence[Path]) -> None:
        """Scan the folders of files that went away, so that one sentence tells it, not hundreds."""
        self._scanning.part({spelled(path.parent) for path in gone})
