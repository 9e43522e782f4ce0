"""Opens the engine, which takes a while, and answers what is asked first before it is open."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mediadesk.api import UserError
from mediadesk.engine.first import First
from mediadesk.engine.messages import Change, Changed, Panel
from mediadesk.engine.preferences import Preferences
from mediadesk.settings import Places
from mediadesk.store import Store, changes

if TYPE_CHECKING:
    from mediadesk.engine.engine import Engine

log = logging.getLogger(__name__)


class Reception:
    """Takes all calls; `at_once` those that need no engine, `do` those that wait for it."""

    def __init__(
        self,
        places: Places,
        *,
        on_change: Callable[[Changed], None],
        safe: bool,
        private: bool,
    ) -> None:
        """Open the library, and begin to open the engine; see there.

        Raises:
            UserError: if the settings or the database can't be read.
        """
        self._preferences = Preferences(places)
        self._places = places
        self._on_change = on_change
        self._safe = safe
        self._private = private
        self._store = Store(
            places.database, on_check=lambda word: on_change(Changed(what=frozenset({word})))
        )
        self._first = None if safe else First(places, self._preferences, self._store)
        self._behind = ThreadPoolExecutor(1, thread_name_prefix="engine-opening")
        self._engine: Future[Engine] = self._behind.submit(self._open)

    def at_once(self, verb: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the verb's own
        """Give what needs no engine, such as the panel as it was kept, else None."""
        if self._first is None or (verb, self._engine.done()) == ("Verbs.pictures", True):
            return None
        try:
            if verb == "Verbs.pictures":
                return self._first.pictures(*args, **kwargs)
            if verb == "Verbs.for_you" and (shown := self._first.for_you(*args, **kwargs)):
                self._behind.submit(self._follow, shown)
                return shown
        except Exception:
            log.exception("the engine answers what should have been answered at once")
        return None

    def do(self, call: str, verb: str, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the verb's own
        """Do what a verb says: those of `Verbs` are the engine's, the others those of its parts.

        The change that a call makes has the call's id. So one that comes again, because an engine
        died before it answered, is not done twice: it is answered by the change that is there.
        """
        group, _, name = verb.partition(".")
        engine = self._engine.result()
        part = engine if group == "Verbs" else getattr(engine, group.lower())
        todo = getattr(part, name)
        if todo.__annotations__["return"] is Change:
            made = changes.known(self._store.read(), call)
            if made is not None:
                return Change(**asdict(made))
        with self._store.acting(call):
            return todo(*args, **kwargs)

    def end_looks(self) -> None:
        """End looking through folders, for which a person's acts may be waiting."""
        if self._engine.exception() is None:
            self._engine.result().end_looks()

    def close(self) -> None:
        """Close the engine and the library with it; nobody uses them any more."""
        self._behind.shutdown(cancel_futures=True)  # what is being done is waited for
        if self._engine.cancelled() or self._engine.exception() is not None:
            self._store.close()
        else:
            try:
                self._engine.result().close()
            finally:  # after a fault, too, the library is in order
                self._store.abandon()

    def abandon(self) -> None:
        """Finish what is being written, and wait for nothing else."""
        self._store.abandon()

    def _open(self) -> "Engine":
        from mediadesk.engine.engine import Engine

        return Engine(
            self._places,
            on_change=self._on_change,
            safe=self._safe,
            private=self._private,
            in_window=True,
            store=self._store,
            preferences=self._preferences,
        )

    def _follow(self, shown: Panel) -> None:
        try:
            self._engine.result().recommending.follow(shown)
        except UserError as error:
            log.info("somebody else looks by now: %s", error)
        except Exception:
            log.exception("the panel stays as it was kept")
