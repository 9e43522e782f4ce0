"""Notices what another process does to the plugins of this library."""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mediadesk import settings
from mediadesk.api import UserError
from mediadesk.engine.plugins.running import Running
from mediadesk.host import Registry, State
from mediadesk.host.install.inventory import Installed
from mediadesk.settings import Places
from mediadesk.store import Store
from mediadesk.store import plugins as memory

log = logging.getLogger(__name__)
_Standing = tuple[Path | None, State]
"""Where the version lies that counts, and whether a person or a fault keeps it from running."""


class Noticing:
    """Compares the plugins with how they were at the last look; one thread at a time."""

    def __init__(
        self,
        places: Places,
        store: Store,
        registry: Registry,
        running: Running,
        *,
        on_disk: Callable[[], Sequence[Installed]],
        on_change: Callable[[], None],
    ) -> None:
        """Take the first look.

        Args:
            places: where the settings are.
            store: the library.
            registry: the plugins as this process knows them.
            running: opens anew those that have processes of their own.
            on_disk: gives what is installed now.
            on_change: called when one without a process of its own was switched.
        """
        self._places = places
        self._store = store
        self._registry = registry
        self._running = running
        self._on_disk = on_disk
        self._on_change = on_change
        self._seen = self._kept()

    def look(self) -> None:
        """Take up what was installed, removed, switched or let out of quarantine since."""
        try:
            before, self._seen = self._seen, self._kept()
        except UserError as error:  # of settings that are being mended, say
            log.info("plugins are looked at again later: %s", error)
            return
        here = self._here()
        for name in before.keys() | self._seen.keys():
            now = self._seen.get(name)
            if now not in (before.get(name), here.get(name)):
                self._take_up(name, now)

    def _take_up(self, name: str, now: _Standing | None) -> None:
        if now is None or now[0] is not None:
            self._running.reload_aside(name)
        else:
            self._registry.switch(name, enabled=now[1] is not State.DISABLED)
            self._on_change()

    def _kept(self) -> Mapping[str, _Standing]:
        """Give how the plugins are to be, by the disk, the settings and the library."""
        roots: dict[str, Path | None] = {
            plugin.name: None for plugin in self._registry.plugins if not plugin.is_guest
        }
        roots |= {found.name: found.root for found in self._on_disk()}
        disabled, db = settings.load(self._places.settings).disabled_plugins, self._store.read()
        kept = {}
        for name, root in roots.items():
            state = State.READY
            if name in disabled:
                state = State.DISABLED
            elif memory.decision(db, name).quarantine:
                state = State.QUARANTINED
            kept[name] = root, state
        return kept

    def _here(self) -> Mapping[str, _Standing]:
        """Give how the plugins are in this process."""
        here = {}
        for plugin in self._registry.plugins:
            found = self._running.installed(plugin.name)
            is_kept_off = plugin.state in {State.DISABLED, State.QUARANTINED}
            state = plugin.state if is_kept_off else State.READY
            here[plugin.name] = found.root if found else None, state
        return here
