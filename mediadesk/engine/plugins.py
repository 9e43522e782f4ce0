"""The guests of one engine: installs plugins, runs them, and remembers how they behave."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from sqlite_utils import Database

from mediadesk import settings
from mediadesk.api import Array, ModelCard, ModelCatalogue, ModelSpec, UserError
from mediadesk.engine.journal import StartJournal
from mediadesk.engine.outside import Outside
from mediadesk.engine.watching import Watching
from mediadesk.host import Plugin, Registry, Source, State
from mediadesk.host.install.installer import Installer
from mediadesk.host.install.inventory import Installed
from mediadesk.host.install.plan import Plan
from mediadesk.host.isolate.faults import Fault, verdict
from mediadesk.host.isolate.guest import Died, Guest, GuestSpec, Health, Services, WrongResultError
from mediadesk.host.isolate.shared import Shared
from mediadesk.host.makers import needs
from mediadesk.host.manifest import Manifest, check_settings
from mediadesk.settings import Places, Settings
from mediadesk.store import Store, features, library
from mediadesk.store import plugins as memory

log = logging.getLogger(__name__)
_FAILURES_ALLOWED = 3
_WINDOW_SECONDS = 600.0
_START_SECONDS = 10.0
_LOADERS = 4
_RAISED = "raised"
_BACKUPS_KEPT = 5
_SLOW = frozenset({"deadline", "cpu"})
Parts = Mapping[str, Sequence[Any]]


class Plugins:
    """Everything about the plugins that do not run inside MediaDesk."""

    def __init__(
        self,
        places: Places,
        store: Store,
        run: Callable[[ModelSpec, Mapping[str, Array]], Mapping[str, Array]],
        registry: Registry,
        *,
        shared: Shared,
        on_change: Callable[[], None],
        on_models: Callable[[Sequence[ModelCard]], None],
        safe: bool = False,
        in_window: bool = False,
    ) -> None:
        """Prepare; nothing is started before `load`.

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
        self._run = run
        self._registry = registry
        self._on_change = on_change
        self._shared = shared
        self._safe = safe
        self._is_window = in_window
        self._guests: dict[str, Guest] = {}
        self._installed: dict[str, Installed] = {}
        self._models: dict[str, ModelCard] = {}
        self._is_closing = False
        self._on_models = on_models
        self._saved: dict[str, Mapping[str, tuple[int, float, float]]] = {}
        self._lock = threading.RLock()
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="plugins-aside")
        self._journal = StartJournal(places.data / "plugins" / ".starting", is_kept=in_window)
        self._watching = Watching(self.reload)
        self._settled = threading.Timer(_START_SECONDS, self._journal.done)
        self._settled.daemon = True
        self.outside = Outside(store, is_allowed=lambda: self._settings().network)
        now = self._settings()
        self._installer = Installer(
            places.data / "plugins",
            reserved=[plugin.name for plugin in registry.plugins],
            allow=partial(self.outside.allow, "plugin install"),
            index=now.plugin_index or None,
            wheel_index=now.wheel_index or None,
            wheelhouse=Path(now.wheelhouse).expanduser() if now.wheelhouse else None,
            before_commit=self._back_up,
        )

    def load(self) -> None:
        """Start every installed plugin that may run; a broken one keeps no other waiting."""
        try:
            self._installer.recover()
        except UserError as error:
            log.warning("what a crash left behind stays: %s", error)
        culprit = self._journal.crashed() if self._is_window else None
        if culprit is not None:
            self._safe = True
        found = self._installer.installed()
        if not found:
            return
        try:
            with ThreadPoolExecutor(_LOADERS, thread_name_prefix="plugin-start") as starting:
                opened = list(starting.map(partial(self._open, culprit=culprit), found))
        except BaseException:  # interrupted: that is no crash
            self._journal.done()
            raise
        # Who came first keeps the names of its parts, whoever is started first.
        order = memory.order(self._store.read())
        for plugin, parts in sorted(opened, key=lambda each: order.get(each[0].name, len(order))):
            self._admit(plugin, parts)
        self._offer_models()
        self._settled.start()

    def close(self) -> None:
        """Stop the guests."""
        with self._lock:
            self._is_closing = True
        self._settled.cancel()
        self._watching.close()
        self._aside.shutdown(cancel_futures=True)
        for name in list(self._guests):
            self._stop(name)
        self._installer.close()
        self._journal.done()

    def roots_changed(self) -> None:
        """Start guests anew that may read media: what they may read is settled at their start."""
        with self._lock:
            readers = [
                name
                for name in self._guests
                if self._manifest(name).permissions.read_media is not None
            ]
            for name in readers:
                self.reload(name)

    def reload(self, name: str) -> None:
        """Start a plugin anew, from what is on disk now."""
        with self._lock:
            if self._is_closing:
                return
            self._stop(name)
            found = [each for each in self._installer.installed() if each.name == name]
            for each in found:
                self._admit(*self._open(each))
            if not found:
                self._registry.dismiss(name)
            self._offer_models()
        self._on_change()

    def installed(self, name: str) -> Installed | None:
        """Give what is on disk of a plugin; None for one that runs inside MediaDesk."""
        return self._installed.get(name)

    def guests(self) -> dict[str, Guest]:
        """Give the running guests by their names."""
        return dict(self._guests)

    def guest(self, name: str) -> Guest | None:
        """Give the running guest of a plugin."""
        return self._guests.get(name)

    def plan(self, source: str, *, network: bool) -> Plan:
        """Tell what an install would do."""
        if source in {plugin.name for plugin in self._registry.plugins if not plugin.is_guest}:
            raise UserError(f"The plugin “{source}” came with MediaDesk: it needs no install.")
        return self._installer.plan(source, network=network)

    def install(self, token: str) -> Plugin:
        """Do what a plan said."""
        done = self._installer.install(token)
        self._store.write(partial(memory.quarantine, plugin=done.name, why=None))
        self.reload(done.name)
        return self._registry.find(done.name)

    def rollback(self, name: str) -> Plugin:
        """Bring the previous version back."""
        self._known(name)
        self._installer.rollback(name)
        self._store.write(partial(memory.quarantine, plugin=name, why=None))
        self.reload(name)
        return self._registry.find(name)

    def remove(self, name: str, *, with_data: bool) -> None:
        """Remove a plugin."""
        self._known(name)
        learning = {part.name for part in self._registry.find(name).all_parts()}
        learning |= {used.part for used in memory.usage(self._store.read(), name)}
        for other in self._registry.plugins:
            if other.name != name:  # a ranker may be called like somebody else's extractor
                learning -= {part.name for part in other.all_parts()}
        with self._lock:
            self._stop(name)
            try:
                self._installer.remove(name, with_data=with_data)
            except BaseException:
                self.reload(name)
                raise
            self._registry.dismiss(name)
            self._installed.pop(name, None)
            self._watching.forget(name)
            self._set_disabled(name, disabled=False)
            self._offer_models()
            if with_data:
                self._store.write(partial(_forget, plugin=name, parts=learning))
        self._on_change()

    def enable(self, name: str, *, enabled: bool) -> Plugin:
        """Switch a plugin on or off; on also ends its quarantine and a safe start's caution."""
        plugin = self._registry.find(name)
        self._set_disabled(name, disabled=not enabled)
        if enabled:
            self._safe = False
            self._store.write(partial(memory.quarantine, plugin=name, why=None))
        if plugin.is_guest:
            self.reload(name)
        else:
            self._registry.switch(name, enabled=enabled)
            self._on_change()
        return self._registry.find(name)

    def set(self, name: str, changes: Mapping[str, object]) -> None:
        """Change settings of a plugin; it is started anew with them."""
        values = check_settings(self._manifest(name), self.settings_of(name) | dict(changes))
        self._store.write(partial(memory.save_settings, plugin=name, settings=values), durable=True)
        self.reload(name)

    def settings_of(self, name: str) -> dict[str, Any]:
        """Give the settings of a plugin as they are now, complete by their defaults."""
        manifest = self._manifest(name)
        found = manifest.defaults()
        for key, value in memory.decision(self._store.read(), name).settings.items():
            try:  # an update may have dropped or changed it
                found |= {key: check_settings(manifest, {key: value})[key]}
            except UserError as error:
                log.info("a setting is forgotten: %s", error)
        return found

    def offers(self, *, network: bool) -> Sequence[Any]:
        """List what the index offers."""
        offers: Sequence[Any] = self._installer.offers(network=network)
        return offers

    def log_of(self, name: str) -> Path:
        """Give the file that a plugin's prints go to."""
        return self._places.data / "plugins" / ".logs" / f"{name}.log"

    def failed(self, plugin: Plugin, part: object, error: Exception) -> None:
        """Take note of a call that raised or gave what can't be used."""
        if not (plugin.is_guest and plugin.works):
            return
        name = str(getattr(part, "name", ""))
        if not isinstance(error, WrongResultError):  # the guest has told of these itself
            self._note(
                Fault(
                    plugin=plugin.name,
                    version=plugin.version,
                    at=time.time(),
                    part=name,
                    item=None,
                    kind=_RAISED,
                    sentence=f"“{name}” failed: {plugin.problem}.",
                )
            )
        if plugin.failures >= _FAILURES_ALLOWED:
            self._quarantine(
                plugin.name,
                f"It failed {plugin.failures} times in a row, the last time so: {plugin.problem}.",
            )

    def save_usage(self, name: str) -> None:
        """Add what the guest has cost since last asked to what is remembered."""
        guest = self._guests.get(name)
        if guest is None:
            return
        health = guest.health()
        before = self._saved.get(name, {})
        self._saved[name] = dict(health.parts)

        def save(db: Database) -> None:
            for part, now in health.parts.items():
                calls, seconds, cpu = (
                    a - b for a, b in zip(now, before.get(part, (0, 0.0, 0.0)), strict=True)
                )
                if calls:
                    memory.add_usage(
                        db,
                        name,
                        memory.Usage(
                            part=part,
                            calls=int(calls),
                            seconds=seconds,
                            cpu_seconds=cpu,
                            peak_memory=health.peak_memory,
                        ),
                    )

        self._store.write(save)

    def health(self, name: str) -> Health | None:
        """Give how a running guest is doing."""
        guest = self._guests.get(name)
        return guest.health() if guest else None

    def _open(self, found: Installed, *, culprit: str | None = None) -> tuple[Plugin, Parts]:
        """Start a plugin if it may run, and give what it offers."""
        plugin = Plugin(
            name=found.name,
            version=found.version,
            source=Source(found.source),
        )
        if found.manifest is not None:
            language = self._settings().language
            plugin.distribution = found.manifest.distribution
            plugin.title = found.manifest.text(found.manifest.title, language)
            plugin.summary = found.manifest.text(found.manifest.summary, language)
        self._installed[found.name] = found
        if found.source == "folder":
            self._watching.watch(found.name, found.root)
        else:
            self._watching.forget(found.name)
        plugin.state, plugin.problem = self._standing(found, culprit)
        parts: Parts = {}
        if plugin.state is State.READY and found.manifest is not None:
            guest: Guest | None = None
            try:
                self._journal.note(found.name)
                guest = self._start(found, found.manifest)
                parts = guest.parts()
                if lacking := " ".join(needs.missing(found.manifest.permissions, parts)):
                    raise UserError(f"{lacking} Ask its maker to declare it.")
            except Exception as error:
                # Whatever it is, the program starts.
                log.warning("plugin %s can't be started", found.name, exc_info=error)
                plugin.state, plugin.problem, parts = State.FAILED, str(error), {}
                if guest is not None:
                    guest.close()
                if isinstance(error, Died) and error.kind in _SLOW and found.source != "folder":
                    # It would keep every start waiting.
                    self._put_away(plugin, str(error))
            else:
                self._guests[found.name] = guest
            self._journal.started(found.name)
        return plugin, parts

    def _admit(self, plugin: Plugin, parts: Parts) -> None:
        """Let others see a plugin; one that can't be used is not kept running."""
        self._registry.admit(plugin, parts)
        if plugin.state is State.FAILED:
            self._stop(plugin.name)

    def _standing(self, found: Installed, culprit: str | None) -> tuple[State, str | None]:
        if found.state != "ready":
            return State(found.state), found.problem
        if found.name in self._settings().disabled_plugins:
            return State.DISABLED, None
        if why := memory.decision(self._store.read(), found.name).quarantine:
            return State.QUARANTINED, why
        if self._safe and culprit is not None:
            who = f" “{culprit}” was being started then." if culprit else ""
            return State.OFF, f"MediaDesk crashed while starting.{who}"
        if self._safe:
            return State.OFF, "MediaDesk was started without plugins."
        return State.READY, None

    def _start(self, found: Installed, manifest: Manifest) -> Guest:
        permissions = manifest.permissions
        found.data.mkdir(parents=True, exist_ok=True)
        log_file = self.log_of(found.name)
        roots = [root.path for root in library.roots(self._store.read())]
        spec = GuestSpec(
            manifest=manifest,
            root=found.root,
            more_roots=found.more_roots,
            media_roots=tuple(roots) if permissions.read_media is not None else (),
            data=found.data if permissions.write_data is not None else None,
            settings=self.settings_of(found.name),
            language=self._settings().language,
            log=log_file,
            models={key: card.file for key, card in self._models.items()},
        )
        hosts = permissions.network.hosts if permissions.network else ()
        services = Services(
            run=self._run,
            fetch=partial(self._fetch, found.name, hosts=hosts),
            shared=self._shared,
        )
        return Guest(spec, services, on_fault=self._note_and_judge)

    def _set_disabled(self, name: str, *, disabled: bool) -> None:
        now = self._settings()
        others = tuple(each for each in now.disabled_plugins if each != name)
        changed = (*others, name) if disabled else others
        if changed != now.disabled_plugins:
            settings.save(
                self._places.settings, msgspec.structs.replace(now, disabled_plugins=changed)
            )

    def _offer_models(self) -> None:
        """Take up the models that plugins bring; who names one is started anew to be given it."""
        cards: list[ModelCard] = []
        for catalogue in self._registry.parts("model_catalogues"):
            try:
                cards += self._registry.guard(catalogue, partial(_cards, catalogue))
            except UserError as error:
                log.warning("the models of “%s” are left out: %s", catalogue.name, error)
        offered = {f"{card.task}/{card.name}": card for card in cards}
        had = self._models
        changed = {key for key in offered.keys() | had if offered.get(key) != had.get(key)}
        if not changed:
            return
        try:
            self._on_models(cards)
        except (UserError, ValueError) as error:
            log.warning("the models of plugins are left out: %s", error)
            return
        self._models = offered
        for name in list(self._guests):
            if changed & {_model_key(part) for part in self._registry.find(name).all_parts()}:
                self._stop(name)
                self._admit(*self._open(self._installed[name]))

    def _fetch(self, name: str, url: str, seconds: float, *, hosts: tuple[str, ...]) -> bytes:
        return self.outside.fetch(name, url, hosts=hosts, seconds=seconds)

    def _back_up(self) -> None:
        made = self._store.backup()
        for old in sorted(made.parent.glob("*.db"), key=lambda path: path.name)[:-_BACKUPS_KEPT]:
            old.unlink(missing_ok=True)

    def _stop(self, name: str) -> None:
        with self._lock:
            if name in self._guests:
                self.save_usage(name)
                self._guests.pop(name).close()
                self._saved.pop(name, None)

    def _note(self, fault: Fault) -> None:
        row = memory.FaultRow(
            version=fault.version,
            at=fault.at,
            part=fault.part,
            item=fault.item,
            kind=fault.kind,
            sentence=fault.sentence,
        )
        self._store.write(partial(memory.add_fault, plugin=fault.plugin, fault=row))

    def _note_and_judge(self, fault: Fault) -> None:
        if self._is_outdated(fault.plugin):
            # Another MediaDesk has updated or removed it under its feet.
            self._aside.submit(self._reload_quietly, fault.plugin)
            return
        self._note(fault)
        rows = memory.faults(self._store.read(), fault.plugin, since=fault.at - _WINDOW_SECONDS)
        faults = [
            Fault(plugin=fault.plugin, **{name: getattr(row, name) for name in row.__slots__})
            for row in rows
            if row.kind != _RAISED and row.version == fault.version
        ]
        judged = verdict(faults, fault.at)
        if judged.quarantine:
            self._quarantine(fault.plugin, judged.sentence)

    def _is_outdated(self, name: str) -> bool:
        known = self._installed.get(name)
        now = next((each for each in self._installer.installed() if each.name == name), None)
        return known is not None and (now is None or now.root != known.root)

    def _reload_quietly(self, name: str) -> None:
        try:
            self.reload(name)
        except Exception:
            log.exception("plugin %s can't be started anew", name)

    def _quarantine(self, name: str, why: str) -> None:
        """Stop a plugin until a person decides; not on this thread, which may be its own."""
        self._put_away(self._registry.find(name), why)
        self._aside.submit(self._stop_and_tell, name)

    def _put_away(self, plugin: Plugin, why: str) -> None:
        plugin.state, plugin.problem = State.QUARANTINED, why
        self._store.write(partial(memory.quarantine, plugin=plugin.name, why=why))

    def _stop_and_tell(self, name: str) -> None:
        try:
            self._stop(name)
            self._on_change()
        except Exception:
            log.exception("plugin %s is quarantined, and not all has heard of it", name)

    def _known(self, name: str) -> Installed:
        found = self._installed.get(name)
        if found is None:
            self._registry.find(name)
            raise UserError(f"The plugin “{name}” came with MediaDesk and stays as it is.")
        return found

    def _manifest(self, name: str) -> Manifest:
        manifest = self._known(name).manifest
        if manifest is None:
            raise UserError(f"The plugin “{name}” is damaged: install it again, or roll it back.")
        return manifest

    def _settings(self) -> Settings:
        return settings.load(self._places.settings)


def _forget(db: Database, plugin: str, parts: Collection[str]) -> None:
    memory.forget(db, plugin)
    for part in parts:
        features.forget(db, part)


def _cards(catalogue: ModelCatalogue) -> list[ModelCard]:
    cards = list(catalogue.models())
    for card in cards:
        if not card.name or not card.file.is_file() or card.file.suffix != ".onnx":
            raise ValueError(f"the model “{card.name}” has no file of the kind .onnx")
    return cards


def _model_key(part: object) -> str:
    spec: ModelSpec | None = getattr(part, "model", None)
    return f"{spec.task}/{spec.name}" if spec is not None and spec.file is None else ""
