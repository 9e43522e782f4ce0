"""How good the recommendations are for a person: measured when asked to, kept while this runs."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from mediadesk.api import UserError
from mediadesk.engine.access import Access
from mediadesk.engine.messages import Measured, Progress, QualityView

if TYPE_CHECKING:
    from mediadesk.engine.trials import Trials

Allowed = frozenset[str] | None
_OFTEN_S = 0.2  # what waits for another one to be measured hears this often that it is stopped


class Quality:
    """The verbs of `messages.Quality`; any thread may call them, one measures at a time."""

    def __init__(self, access: Access, trials: "Callable[[], Trials]") -> None:
        """Join the library; `trials` gives what measures, which takes long to load."""
        self._access = access
        self._trials = trials
        self._measured: dict[str, tuple[Allowed, Measured]] = {}
        self._progress: dict[str, Progress] = {}
        self._measuring = threading.Lock()
        self._halts: Counter[str] = Counter()

    def standing(self, *, profile: str | None = None) -> QualityView:
        who = self._access.profile(profile)
        allowed, measured = self._measured.get(who, (None, None))
        if measured is not None and allowed != self._access.allowed(who):
            measured = None  # it tells titles
            self._measured.pop(who, None)
        return QualityView(profile=who, measured=measured, progress=self._progress.get(who))

    def measure(self, *, profile: str | None = None) -> Measured:
        who = self._access.profile(profile)
        allowed, halts = self._access.allowed(who), self._halts[who]

        def note(done: int, of: int) -> None:
            self._progress[who] = Progress(done=done, of=of)
            if self._halts[who] != halts:
                raise UserError("Measuring was stopped: begin it again whenever you like.")

        try:
            note(0, 0)
            while not self._measuring.acquire(timeout=_OFTEN_S):
                note(0, 0)
            try:
                outcome = self._trials().mine(who, allowed=allowed, on_progress=note)
            finally:
                self._measuring.release()
            note(outcome.users, outcome.users)
            measured = Measured(at=time.time(), outcome=outcome)
            self._measured[who] = allowed, measured
        finally:
            self._progress.pop(who, None)
        return measured

    def halt(self, *, profile: str | None = None) -> None:
        self._halts[self._access.profile(profile)] += 1
