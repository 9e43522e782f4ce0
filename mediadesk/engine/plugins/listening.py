"""Tells every event to the listeners of plugins, in order, at least once."""

import logging
import threading
from collections.abc import Collection
from functools import partial

from mediadesk.api import Listener, UserError
from mediadesk.host import Registry
from mediadesk.store import Store, plugins

log = logging.getLogger(__name__)
_AT_ONCE = 200
_RETRY_SECONDS = 30.0


class Listening:
    """Has a teller for each plugin that listens: a slow one keeps no other waiting."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self._store = store
        self._registry = registry
        self._tellers: dict[str, _Teller] = {}
        self._leaving: list[_Teller] = []
        self._met: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._closing = False

    def wake(self) -> None:
        """Say that there may be news, or new listeners: these hear what happens from now on."""
        with self._lock:
            if self._closing:
                return
            listening = {
                (plugin.name, listener.name)
                for plugin in self._registry.plugins
                if plugin.works
                for listener in plugin.parts.get("listeners", ())
            }
            for plugin, listener in listening - self._met:
                self._meet(plugin, listener)
                if plugin not in self._tellers:
                    self._tellers[plugin] = _Teller(self._store, self._registry, plugin)
            self._met = listening
            self._part(self._tellers.keys() - {plugin for plugin, _ in listening})
            for teller in self._tellers.values():
                teller.wake()

    def _part(self, plugins: Collection[str]) -> None:
        """Let the tellers of plugins end that listen no more, whenever they come to it."""
        for plugin in plugins:
            teller = self._tellers.pop(plugin)
            teller.stop()
            self._leaving.append(teller)
        self._leaving = [each for each in self._leaving if each.is_alive]

    def _meet(self, plugin: str, listener: str) -> None:
        events, mark = plugins.unheard(self._store.read(), plugin, listener, limit=1)
        if mark is None or events:  # it is known
            return
        try:
            note = partial(plugins.heard, plugin=plugin, listener=listener, mark=mark)
            self._store.write(note)
        except UserError as error:  # a full disk
            log.warning("“%s” hears of events from later on: %s", plugin, error)

    def stop(self) -> None:
        """Tell nothing more, soon."""
        with self._lock:
            self._closing = True
            for teller in self._tellers.values():
                teller.stop()

    def close(self) -> None:
        """Stop now; what is not told yet is told after the next start."""
        self.stop()
        for teller in (*self._tellers.values(), *self._leaving):
            teller.join()


class _Teller:
    """Tells one plugin, on a thread of its own.

    It keeps a mark per listener in the database: what one did not take comes again.
    """

    def __init__(self, store: Store, registry: Registry, plugin: str) -> None:
        self._store = store
        self._registry = registry
        self._plugin = plugin
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"tell-{plugin}", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        self._closing = True
        self._wake.set()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        while not self._closing:
            self._wake.clear()
            try:
                heard = [self._tell(listener) for listener in self._listeners()]
                done = all(heard)
            except UserError as error:  # a full disk, or a plugin that has just gone
                log.warning("events are told again later: %s", error)
                done = False
            except Exception:
                log.exception("events are told again later")
                done = False
            if not self._closing:
                self._wake.wait(None if done else _RETRY_SECONDS)

    def _listeners(self) -> list[Listener]:
        return [
            listener
            for plugin in self._registry.plugins
            if plugin.name == self._plugin and plugin.works
            for listener in plugin.parts.get("listeners", ())
        ]

    def _tell(self, listener: Listener) -> bool:
        """Tell a listener all that is new; give whether it took it."""
        while not self._closing:
            db = self._store.read()
            events, mark = plugins.unheard(db, self._plugin, listener.name, limit=_AT_ONCE)
            if mark is None:
                break
            if events:
                try:
                    self._registry.guard(listener, partial(listener.on_events, events))
                except UserError as error:
                    many = len(events)
                    log.warning("“%s” hears %d events again later: %s", self._plugin, many, error)
                    return False
            self._store.write(
                partial(plugins.heard, plugin=self._plugin, listener=listener.name, mark=mark)
            )
        return True
