"""Tells every event to the listeners of plugins, in order, at least once."""

import logging
import threading
from functools import partial

from mediadesk.api import Listener, UserError
from mediadesk.host import Registry
from mediadesk.store import Store, plugins

log = logging.getLogger(__name__)
_AT_ONCE = 200
_RETRY_SECONDS = 30.0


class Listening:
    """Keeps a mark per listener in the database: what one did not take comes again."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self._store = store
        self._registry = registry
        self._wake = threading.Event()
        self._closing = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="listening", daemon=True)

    def wake(self) -> None:
        """Say that there may be news, or new listeners."""
        self._wake.set()
        with self._lock:
            wanted = self._registry.parts("listeners") and not self._closing
            if self._thread.ident is None and wanted:
                self._thread.start()

    def tell(self) -> bool:
        """Tell all there is to tell; give whether everybody took it."""
        heard = [self._tell(listener) for listener in self._registry.parts("listeners")]
        return all(heard)

    def stop(self) -> None:
        """Tell nothing more, soon."""
        self._closing = True
        self._wake.set()

    def close(self) -> None:
        """Stop now; what is not told yet is told after the next start."""
        self.stop()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._closing:
            self._wake.clear()
            try:
                done = self.tell()
            except UserError as error:  # a full disk, or a plugin that has just gone
                log.warning("events are told again later: %s", error)
                done = False
            except Exception:
                log.exception("events are told again later")
                done = False
            self._wake.wait(None if done else _RETRY_SECONDS)

    def _tell(self, listener: Listener) -> bool:
        name = self._registry.owner(listener).name
        while not self._closing:
            db = self._store.read()
            events, mark = plugins.unheard(db, name, listener.name, limit=_AT_ONCE)
            if mark is None:
                break
            if events:
                try:
                    self._registry.guard(listener, partial(listener.on_events, events))
                except UserError as error:
                    log.warning("“%s” hears %d events again later: %s", name, len(events), error)
                    return False
            self._store.write(
                partial(plugins.heard, plugin=name, listener=listener.name, mark=mark)
            )
        return True
