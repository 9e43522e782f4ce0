"""What plugins do wrong: written down, told in their logs, and in the end too much."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from mediadesk.api import UnreadableError, UserError
from mediadesk.host import Plugin, Registry, State
from mediadesk.host.isolate.errors import Died, WrongResultError
from mediadesk.host.isolate.faults import Fault, verdict
from mediadesk.store import Store
from mediadesk.store import plugins as memory

log = logging.getLogger(__name__)
_FAILURES_ALLOWED = 3
_WINDOW_SECONDS = 600.0
_LONGEST = 500
_MOST_UNWRITTEN = 100
RAISED, SAID = "raised", "message"
"""Kinds of faults that guests do not tell of: a bug, and a sentence for a person. The first counts
only if it comes again and again, the second never."""


class Faults:
    """Keeps the faults of guests and judges by them."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        *,
        tell: Callable[[str, str], None],
        stop: Callable[[str], None],
    ) -> None:
        """Keep them in `store`.

        Args:
            store: where faults and quarantine are kept.
            registry: the plugins.
            tell: adds a line to a plugin's log.
            stop: stops a plugin, not on this thread, which may be its own.
        """
        self._store = store
        self._registry = registry
        self._tell = tell
        self._stop = stop
        self._unwritten: deque[Fault] = deque(maxlen=_MOST_UNWRITTEN)

    def happened(self, fault: Fault) -> None:
        """Take note of what a guest tells of itself, and quarantine it if that is too much."""
        if fault.item is None and fault.part:
            fault = replace(fault, item=self._registry.item)
        self._note(fault)
        counting = [
            each
            for each in self._known(fault.plugin, since=fault.at - _WINDOW_SECONDS)
            if each.kind not in {RAISED, SAID} and each.version == fault.version
        ]
        judged = verdict(counting, fault.at)
        if judged.quarantine:
            for plugin in self._registry.plugins:  # it may have gone, or not come yet
                if plugin.name == fault.plugin:
                    self._stop_for_good(plugin, judged.sentence)

    def failed(self, plugin: Plugin, part: object, error: Exception) -> None:
        """Take note of a call that raised, or gave what can't be used."""
        told_by_guest = isinstance(error, Died | WrongResultError)
        # Of a damaged file its own page tells.
        if not (plugin.is_guest and plugin.works) or isinstance(error, UnreadableError):
            return
        name = str(getattr(part, "name", ""))
        is_said = isinstance(error, UserError)
        if not told_by_guest:
            sentence = (
                f"“{name}” says: {str(error)[:_LONGEST]}"
                if is_said
                else f"“{name}” failed: {plugin.problem}."
            )
            fault = Fault(
                plugin=plugin.name,
                version=plugin.version,
                at=time.time(),
                part=name,
                item=self._registry.item,
                kind=SAID if is_said else RAISED,
                sentence=sentence,
            )
            self._note(fault)
        if not is_said and plugin.failures >= _FAILURES_ALLOWED:
            self._stop_for_good(
                plugin,
                f"It failed {plugin.failures} times in a row, the last time so: {plugin.problem}.",
            )

    def quarantine(self, plugin: Plugin, why: str) -> None:
        """Keep a plugin from being started until a person decides."""
        plugin.state, plugin.problem = State.QUARANTINED, why
        try:
            self._store.write(partial(memory.quarantine, plugin=plugin.name, why=why))
        except UserError as error:  # a full disk
            log.warning("“%s” is quarantined until MediaDesk ends: %s", plugin.name, error)
        self._tell(plugin.name, line(f"It is quarantined. {why}"))

    def pardon(self, name: str) -> None:
        """Let a plugin out of quarantine, and count anew."""
        self._store.write(partial(memory.quarantine, plugin=name, why=None))
        kept = [fault for fault in self._unwritten if fault.plugin != name]
        self._unwritten = deque(kept, maxlen=_MOST_UNWRITTEN)

    def _stop_for_good(self, plugin: Plugin, why: str) -> None:
        if plugin.state is not State.QUARANTINED:
            self.quarantine(plugin, why)
            self._stop(plugin.name)

    def _known(self, name: str, *, since: float) -> Iterator[Fault]:
        for row in memory.faults(self._store.read(), name, since=since):
            yield Fault(
                plugin=name,
                version=row.version,
                at=row.at,
                part=row.part,
                item=row.item,
                kind=row.kind,
                sentence=row.sentence,
            )
        yield from (fault for fault in list(self._unwritten) if fault.plugin == name)

    def _note(self, fault: Fault) -> None:
        row = memory.FaultRow(
            version=fault.version,
            at=fault.at,
            part=fault.part,
            item=fault.item,
            kind=fault.kind,
            sentence=fault.sentence,
        )
        once = fault.kind in {RAISED, SAID}
        try:
            is_new = self._store.write(
                partial(memory.add_fault, plugin=fault.plugin, fault=row, once=once)
            )
        except UserError as error:  # a full disk; what ended the call must still be told
            log.warning("a fault of “%s” is known until MediaDesk ends: %s", fault.plugin, error)
            self._unwritten.append(fault)
            return
        if is_new:
            file = memory.file_of(self._store.read(), fault.item) if fault.item else None
            about = ", ".join(each for each in (fault.part, file) if each)
            self._tell(fault.plugin, line(fault.sentence, kind=fault.kind, about=about))


def line(sentence: str, *, kind: str = "", about: str = "") -> str:
    """Write a line of a plugin's log, in the manner of the lines that come from the plugin."""
    words = [time.strftime("%Y-%m-%d %H:%M:%S"), "MediaDesk:", kind and f"{kind}:", sentence]
    return " ".join(filter(None, [*words, about and f"[{about}]"])).replace("\n", " ")
