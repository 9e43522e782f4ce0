"""What a person does about plugins: install, roll back, remove, switch, set."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from mediadesk import settings
from mediadesk.api import ModelCard, UserError
from mediadesk.engine.plugins.faults import Faults
from mediadesk.engine.plugins.journal import StartJournal
from mediadesk.engine.plugins.noticing import Noticing
from mediadesk.engine.plugins.opening import Opener, Run
from mediadesk.engine.plugins.outside import Outside
from mediadesk.engine.plugins.running import Running
from mediadesk.host import Plugin, Registry
from mediadesk.host.install.addresses import at_home
from mediadesk.host.install.installer import Installer
from mediadesk.host.install.inventory import Installed
from mediadesk.host.install.plan import Plan
from mediadesk.host.isolate.shared import Shared
from mediadesk.host.manifest import check_settings
from mediadesk.host.registry import LEARNING
from mediadesk.privacy import Connections
from mediadesk.settings import Places
from mediadesk.store import Database, Store, backlog, features, told
from mediadesk.store import plugins as memory

log = logging.getLogger(__name__)


class Plugins:
    """The plugins that do not run inside MediaDesk: those on disk, and `running` those that do."""

    def __init__(
        self,
        places: Places,
        store: Store,
        run: Run,
        registry: Registry,
        *,
        shared: Shared,
        on_change: Callable[[], None],
        on_models: Callable[[Sequence[ModelCard]], None],
        safe: bool = False,
        in_window: bool = False,
    ) -> None:
        """Prepare; nothing is opened before `load`.

        Args:
            places: where the library and its plugins live.
            store: the library.
            run: runs a model of the catalogue.
            registry: where working plugins are admitted.
            shared: the memory that guests share with this process.
            on_change: called when parts have come or gone, on any thread.
            on_models: called with the models that plugins bring for each other.
            safe: start no guest at all.
            in_window: notice starts that end in a crash; a command may be ended at any time.
        """
        self._places = places
        self._store = store
        self._registry = registry
        self._on_change = on_change
        self.connections = Connections(places.data)
        outside = Outside(self.connections, is_allowed=lambda: self._settings().network)
        now = self._settings()
        self._installer = Installer(
            places.data / "plugins",
            reserved=[plugin.name for plugin in registry.plugins],
            allow=partial(outside.allow, "MediaDesk", "to find or install plugins"),
            index=now.plugin_index or None,
            wheel_index=now.wheel_index or None,
            settings=str(places.settings),
            before_commit=self._back_up,
        )
        self._is_safe = safe
        self._journal = StartJournal(places.data / "plugins" / ".starting", is_kept=in_window)
        self.faults = Faults(store, registry, tell=self._tell, stop=self._stop)
        self.opener = Opener(
            places,
            store,
            run,
            shared=shared,
            outside=outside,
            faults=self.faults,
            journal=self._journal,
        )
        self.running = Running(
            store,
            registry,
            self.opener,
            self.faults,
            self._journal,
            on_disk=self._installer.installed,
            on_change=on_change,
            on_models=on_models,
        )
        self._noticing = Noticing(
            places,
            store,
            registry,
            self.running,
            on_disk=self._installer.installed,
            on_change=on_change,
        )

    def load(self) -> None:
        """Tidy up after a crash, and open every installed plugin that may run."""
        try:
            self._installer.recover()
        except UserError as error:
            log.warning("what a crash left behind stays: %s", error)
        self.opener.why_off = self._caution()
        self.running.load()

    def look_again(self) -> None:
        """Take up what another process did to plugins since the last look; on one thread only."""
        self._noticing.look()

    def close(self) -> None:
        """Stop all."""
        self.running.close()
        self._installer.close()

    def plan(self, source: str, *, network: bool, wheelhouse: str | None = None) -> Plan:
        """Tell what an install would do; `wheelhouse` is a folder, else the one that is set."""
        if source in {plugin.name for plugin in self._registry.plugins if not plugin.is_guest}:
            raise UserError(f"The plugin “{source}” came with MediaDesk: it needs no install.")
        house = wheelhouse or self._settings().wheelhouse
        return self._installer.plan(
            source,
            network=network,
            wheelhouse=at_home(house) if house else None,
            anew=bool(wheelhouse),
        )

    def install(self, token: str, *, new_publisher: bool = False) -> Plugin:
        """Do what a plan said."""
        return self._renewed(self._installer.install(token, new_publisher=new_publisher).name)

    def rollback(self, name: str) -> Plugin:
        """Bring the previous version back."""
        self._known(name)
        self._installer.rollback(name)
        return self._renewed(name)

    def remove(self, name: str, *, with_data: bool) -> None:
        """Remove a plugin; with its data goes what it has learnt, too."""
        self._known(name)
        learnt = self._learnt(name)

        def remove() -> None:
            self._installer.remove(name, with_data=with_data)
            self._set_disabled(name, disabled=False)
            self._store.write(partial(_forget, plugin=name, learnt=learnt, with_data=with_data))

        self.running.let_go(name, remove)

    def enable(self, name: str, *, enabled: bool) -> Plugin:
        """Switch a plugin on or off; on also ends its quarantine and a safe start's caution."""
        plugin = self._registry.find(name)
        self._set_disabled(name, disabled=not enabled)
        if enabled:
            self.opener.why_off = None
        if plugin.is_guest and enabled:
            self.opener.doubt(name)  # what it offers may hang on what was put into its folder
            return self._renewed(name)
        if plugin.is_guest:
            self.running.reload(name)
        else:
            self._registry.switch(name, enabled=enabled)
            self._on_change()
        return self._registry.find(name)

    def set(self, name: str, changes: Mapping[str, object]) -> None:
        """Change settings of a plugin; it is started anew with them."""
        manifest = self._known(name).manifest
        values = check_settings(manifest, self.opener.settings_of(manifest) | dict(changes))
        self._store.write(partial(memory.save_settings, plugin=name, settings=values), durable=True)
        self.running.reload(name)

    def offers(self, *, network: bool) -> Sequence[Any]:
        """List what the index offers."""
        offers: Sequence[Any] = self._installer.offers(network=network)
        return offers

    def _tell(self, name: str, line: str) -> None:
        self.running.tell(name, line)

    def _stop(self, name: str) -> None:
        self.running.stop(name)

    def _caution(self) -> str | None:
        """Say why no plugin is to be started this time, if so."""
        culprit = self._journal.crashed()
        if culprit is not None:
            who = f" “{culprit}” was being started then." if culprit else ""
            return f"MediaDesk crashed while starting.{who}"
        return "MediaDesk was started without plugins." if self._is_safe else None

    def _renewed(self, name: str) -> Plugin:
        """Begin anew with a plugin: whatever it did is forgiven."""
        self.faults.pardon(name)
        self.running.reload(name)
        return self._registry.find(name)

    def _learnt(self, name: str) -> Collection[str]:
        """Name the parts whose features are a plugin's alone, also while it or others are off."""
        db = self._store.read()
        learnt = {used.part for used in memory.usage(db, name)}  # also of parts it has no more
        for plugin in sorted(self._registry.plugins, key=lambda each: each.name != name):
            own = {part.name for hook in LEARNING for part in plugin.parts.get(hook, ())}
            own |= {task.name for task in backlog.remembered(db, [plugin.name])}
            learnt = learnt | own if plugin.name == name else learnt - own
        return learnt

    def _set_disabled(self, name: str, *, disabled: bool) -> None:
        now = self._settings()
        others = tuple(each for each in now.disabled_plugins if each != name)
        changed = (*others, name) if disabled else others
        if changed != now.disabled_plugins:
            settings.save(self._places.settings, replace(now, disabled_plugins=changed))

    def _back_up(self) -> None:
        self._store.backup()

    def _known(self, name: str) -> Installed:
        found = self.running.installed(name)
        if found is None:
            self._registry.find(name)
            raise UserError(f"The plugin “{name}” came with MediaDesk and stays as it is.")
        return found

    def _settings(self) -> settings.Settings:
        return settings.load(self._places.settings)


def _forget(db: Database, *, plugin: str, learnt: Collection[str], with_data: bool) -> None:
    """Forget what a removed plugin would do and what it said of items; with its data all of it."""
    backlog.remember(db, {plugin: ()})
    for name in learnt:
        silenced = told.silence(db, told.PLUGIN + name)
        told.settle(db, silenced)
        if silenced or with_data:
            features.forget(db, name)  # should it come back, it speaks again
    if with_data:
        memory.forget(db, plugin)
