"""A plugin of strangers as MediaDesk sees it: parts to call, and one or two processes behind them.

Those that a person waits for have a process beside the one that works through the library, so that
a panel opens while a long film is being read.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import Any, cast

from mediadesk.api import Item, RankRequest, Scores, UserError
from mediadesk.host.isolate.contract import HOOKS
from mediadesk.host.isolate.description import Description, understood
from mediadesk.host.isolate.errors import Died, PluginError, WrongResultError
from mediadesk.host.isolate.faults import Fault
from mediadesk.host.isolate.folders import PrivateFolder
from mediadesk.host.isolate.health import Books, Health
from mediadesk.host.isolate.output import Output
from mediadesk.host.isolate.remote import proxy
from mediadesk.host.isolate.results import check_scores
from mediadesk.host.isolate.seat import Seat
from mediadesk.host.isolate.session import Session
from mediadesk.host.isolate.shared import Shared
from mediadesk.host.isolate.spec import GuestSpec, Services

log = logging.getLogger(__name__)
__all__ = ["Died", "Guest", "GuestSpec", "Health", "PluginError", "Services", "WrongResultError"]

_PROMPT_SECONDS = {
    "rankers": 2.0,
    "explainers": 2.0,
    "intent_parsers": 2.0,
    "shelves": 2.0,
    "panels": 10.0,
}
"""What a person waits for, and how long; all else may take what the manifest says."""
_OF_NOBODY = frozenset({"start", "outdated", "closed"})
"""Deaths that are no fault of a call; of the first two it is told where they happen."""


class Guest:
    """A plugin in processes of its own; any thread may use it.

    Calls that need the same process queue. One that has ended is started again by the next call;
    where that fails the guest ends for good, with a fault of the kind start.
    """

    def __init__(
        self,
        spec: GuestSpec,
        services: Services,
        *,
        on_fault: Callable[[Fault], None],
        described: bytes | None = None,
    ) -> None:
        """Prepare; `parts` starts it, unless it is known what it offers: then the first call does.

        Args:
            spec: the plugin.
            services: what it may ask for.
            on_fault: told what it does wrong, on the thread of the call.
            described: the `described` of an earlier guest. If that does not hold any more, this one
                ends for good, with a fault of the kind outdated.
        """
        self._spec = spec
        self._services = services
        self._on_fault = on_fault
        self._shared = services.shared or Shared()
        self._scratch = PrivateFolder()
        self._output = Output(spec.log)
        self._prompt, self._background = Seat(is_prompt=True), Seat(is_prompt=False)
        self._loading = Lock()
        self._hearsay = self.described = described
        """What its processes say of its parts; `_hearsay` until one of ours has said it."""
        self._description: Description | None = None
        self._parts: Mapping[str, tuple[object, ...]] | None = None
        self._books = Books()
        self._is_closed = False

    def parts(self) -> Mapping[str, tuple[object, ...]]:
        """Load the plugin if it is not, and give what it offers, by hook.

        Raises:
            Died: if its process ends meanwhile, or it takes too long.
            UserError: if it can't be loaded.
        """
        with self._loading:
            if self._parts is None:
                self._description = self._recalled() or self._load()
                self._parts = {
                    hook: tuple(
                        proxy(hook, part, partial(self._call, hook, n, part["name"]))
                        for n, part in enumerate(parts)
                    )
                    for hook, parts in self._description.items()
                }
            return self._parts

    def health(self) -> Health:
        """Tell how it is doing."""
        return self._books.health()

    @property
    def is_closed(self) -> bool:
        """Whether it was ended for good."""
        return self._is_closed

    @property
    def is_up(self) -> bool:
        """Whether what a person waits for can be asked without waiting for a start."""
        session = self._prompt.session
        return session is not None and bool(session.described) and session.process.is_alive

    def wake(self, *, is_prompt: bool) -> None:
        """Start the process that a person waits for, or the other one, if it has work and is not.

        What goes wrong is a fault of the plugin.
        """
        if not any(
            parts and HOOKS[hook].methods and (hook in _PROMPT_SECONDS) == is_prompt
            for hook, parts in self.parts().items()
        ):
            return
        seat = self._prompt if is_prompt else self._background
        with suppress(Died), seat.lock:  # it was told already
            self._seated(seat)

    def tell(self, line: str) -> None:
        """Add a line to the log of what it prints."""
        self._output.take(f"{line}\n".encode())

    def interrupt(self) -> None:
        """End what goes on in the background; the next call starts anew."""
        self._background.vacate()

    def close(self) -> None:
        """End it; calls under way raise `Died`, as do later ones."""
        self._is_closed = True
        self._prompt.vacate()
        self._background.vacate()
        self._output.close()
        if self._services.shared is None:
            self._shared.close()
        self._scratch.close()

    def _recalled(self) -> Description | None:
        """Read what is known from earlier; None where that is nothing, or nothing to go by."""
        if self._hearsay is None:
            return None
        try:
            return understood(self._hearsay, (self._spec.root, *self._spec.more_roots))
        except ValueError as error:
            log.info("“%s” is asked again what it offers: %s", self._spec.manifest.name, error)
            self._hearsay = None
            return None

    def _load(self) -> Description:
        """Load the plugin, and leave the process where it will be needed first."""
        with self._prompt.lock:
            session = self._open(self._prompt)
            found = session.description
            if any(found[hook] for hook in _PROMPT_SECONDS):
                return found
            self._prompt.session = None
            if any(found[hook] and HOOKS[hook].methods for hook in found):
                with self._background.lock:
                    self._background.session = session
                session.process.lower_priority()
            else:
                session.close()
        return found

    def _open(self, seat: Seat) -> Session:
        """Start a process in a seat that is ours, and load the plugin in it."""
        if self._is_closed:
            raise Died("closed", "it was switched off", self._spec.manifest.name)
        try:
            with self._services.starting():
                seat.session = session = Session(
                    self._spec,
                    self._services,
                    self._shared,
                    scratch=self._scratch.path,
                    on_output=self._output.take,
                )
                if self._is_closed:  # just now
                    session.process.end()
                session.load()
            known = self._description or session.description
            if session.description != known:
                why = "it describes itself in another way than before"
                raise Died("start", why, self._spec.manifest.name)
            if not seat.is_prompt:
                session.process.lower_priority()  # not before: its start must be in time
        except BaseException:
            seat.leave()
            raise
        self.described, self._hearsay = session.described, None
        self._books.started += 1
        self._books.enforcement = session.enforcement
        return session

    def _call(self, hook: str, n: int, part: str, method: str, values: Sequence[object]) -> Any:  # noqa: ANN401 - whatever the method gives
        item = next((value.id for value in values if isinstance(value, Item)), None)
        try:
            made = self._ask(hook, n, part, method, values)
            if isinstance(made, Scores):
                _check(made, cast("RankRequest", values[0]))
        except Died as death:
            if death.kind not in _OF_NOBODY:
                self._blame(part, item, death.kind, f"“{part}” was stopped: {death.what}.")
            raise
        except WrongResultError as error:
            self._blame(part, item, "wrong", f"“{part}” went wrong: {error}.")
            raise
        return made

    def _ask(self, hook: str, n: int, part: str, method: str, values: Sequence[object]) -> Any:  # noqa: ANN401
        seconds = _PROMPT_SECONDS.get(hook, self._spec.manifest.resources.seconds)
        seat = self._prompt if hook in _PROMPT_SECONDS else self._background
        with seat.lock:
            session = self._seated(seat)
            begun, cpu = time.perf_counter(), session.process.cpu_seconds()
            try:
                return session.call(hook, n, method, values, seconds=seconds, hurry=seat.is_prompt)
            except Died as death:
                seat.leave()
                if death.kind != "disk" or session.calls == 1:
                    raise
                # What earlier calls left behind is no fault of this one.
                self._blame("", None, death.kind, f"It was stopped: {death.what}.")
            finally:
                took, process = time.perf_counter() - begun, session.process
                self._books.note(part, took, process.cpu_seconds() - cpu, process.peak_memory)
        return self._ask(hook, n, part, method, values)

    def _seated(self, seat: Seat) -> Session:
        """Give the process of a seat that is ours, started if there is none that works.

        Raises:
            Died: if that does not work; unless the guest was switched off this is told already.
        """
        session = seat.session
        if session is not None:
            if session.process.is_alive:
                return session
            death = session.process.death()
            seat.leave()
            if death.kind != "closed":
                self._blame("", None, death.kind, f"It stopped between two calls: {death.what}.")
        try:
            return self._open(seat)
        except (UserError, OSError) as error:
            if isinstance(error, Died) and error.kind == "closed":
                raise
            raise self._given_up(error) from error

    def _given_up(self, error: UserError | OSError) -> Died:
        """End for good because a process can't be started; that is not due to what it was for."""
        why = error.what if isinstance(error, Died) else str(error).removesuffix(".")
        kind, what = "start", f"it can't be started again: {why}"
        if self._hearsay is not None:
            kind, what = "outdated", f"it is not as it was last time: {why}"
        self._is_closed = True  # first: who is told may ask
        self._blame("", None, kind, f"It was stopped: {what}.")
        return Died(kind, what, self._spec.manifest.name)

    def _blame(self, part: str, item: str | None, kind: str, sentence: str) -> None:
        manifest = self._spec.manifest
        log.warning("plugin %s: %s", manifest.name, sentence)
        self._on_fault(
            Fault(
                plugin=manifest.name,
                version=manifest.version,
                at=time.time(),
                part=part,
                item=item,
                kind=kind,
                sentence=sentence,
            )
        )


def _check(scores: Scores, request: RankRequest) -> None:
    try:
        check_scores(scores, request)
    except ValueError as error:
        raise WrongResultError(str(error)) from error
