"""Opens an installed plugin: may it run, what does it offer, and with what rights."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from mediadesk import settings
from mediadesk.api import Array, ModelCard, ModelSpec, UserError
from mediadesk.engine.plugins.faults import Faults, line
from mediadesk.engine.plugins.journal import StartJournal
from mediadesk.engine.plugins.offered import cards_of
from mediadesk.engine.plugins.outside import Outside
from mediadesk.engine.plugins.remembered import Remembered, Said, key_of
from mediadesk.host import Plugin, Source, State
from mediadesk.host.install.inventory import Installed
from mediadesk.host.isolate.faults import Fault
from mediadesk.host.isolate.guest import Died, Guest, GuestSpec, Services
from mediadesk.host.isolate.shared import Shared
from mediadesk.host.makers import needs
from mediadesk.host.manifest import Manifest, check_settings
from mediadesk.settings import Places
from mediadesk.store import Store, roots
from mediadesk.store import plugins as memory

log = logging.getLogger(__name__)
_SLOW = frozenset({"deadline", "cpu"})
Parts = Mapping[str, Sequence[Any]]
Run = Callable[[ModelSpec, Mapping[str, Array]], Mapping[str, Array]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A plugin with what it offers, `cards` of models too; a `guest` only if it works."""

    plugin: Plugin
    parts: Parts = field(default_factory=dict)
    cards: Sequence[ModelCard] = ()
    guest: Guest | None = None


class Opener:
    """Opens plugins; any thread may use it."""

    def __init__(
        self,
        places: Places,
        store: Store,
        run: Run,
        *,
        shared: Shared,
        outside: Outside,
        faults: Faults,
        journal: StartJournal,
    ) -> None:
        """Open nothing yet.

        Args:
            places: where the library and its plugins live.
            store: the library.
            run: runs a model of the catalogue.
            shared: the memory that guests share with this process.
            outside: what guests fetch through.
            faults: where those are put away that start too slowly.
            journal: notes which plugin is being started.
        """
        self._places = places
        self._store = store
        self._run = run
        self._shared = shared
        self._outside = outside
        self._faults = faults
        self._journal = journal
        self._opening: set[Guest] = set()
        self._is_closed = False
        self._remembered = Remembered(places.data / "plugins" / ".described")
        self.why_off: str | None = None
        """Why plugins are left alone this time, if they are."""

    def close(self) -> None:
        """Wait for no plugin that is being opened, nor for a later one: it can't be started."""
        self._is_closed = True
        for guest in list(self._opening):
            guest.close()

    def open(
        self, found: Installed, models: Mapping[str, Path], *, on_fault: Callable[[Fault], None]
    ) -> Opened:
        """Open a plugin; it is started only where it is not known yet what it offers.

        Args:
            found: what is on disk of it.
            models: those that plugins bring, task/name → file.
            on_fault: told by its guest what that does wrong.
        """
        now = settings.load(self._places.settings)
        manifest = found.manifest
        plugin = Plugin(
            name=found.name,
            version=found.version,
            source=Source(found.source),
            distribution=manifest.distribution,
            title=manifest.text(manifest.title, now.language),
            summary=manifest.text(manifest.summary, now.language),
        )
        plugin.state, plugin.problem = self._standing(found, now.disabled_plugins)
        if plugin.state is not State.READY:
            return Opened(plugin=plugin)
        guest: Guest | None = None
        try:
            values = self.settings_of(manifest)
            key = key_of(found, settings=values, language=now.language)
            known = self._remembered.get(found.name, key)
            spec = self._spec(found, values=values, language=now.language, models=models)
            guest = Guest(
                spec,
                self._services(found),
                on_fault=on_fault,
                described=known.described if known else None,
            )
            parts, said = self._ask(guest, manifest, known)
        except Exception as error:
            # Whatever it is, the program starts.
            log.warning("plugin %s can't be started", found.name, exc_info=error)
            plugin.state, plugin.problem = State.FAILED, str(error)
            if guest is not None:
                guest.tell(line(str(error)))
                guest.close()
            if isinstance(error, Died) and error.kind in _SLOW and found.source != "folder":
                # It would keep every start waiting.
                self._faults.quarantine(plugin, str(error))
            return Opened(plugin=plugin)
        self._remembered.keep(found.name, key, said)
        return Opened(plugin=plugin, parts=parts, cards=said.cards, guest=guest)

    def doubt(self, name: str) -> None:
        """Start a plugin when it is opened the next time, whatever was known of it."""
        self._remembered.forget(name)

    def settings_of(self, manifest: Manifest) -> dict[str, Any]:
        """Give the settings of a plugin as they are now, complete by their defaults."""
        found = manifest.defaults()
        for key, value in memory.decision(self._store.read(), manifest.name).settings.items():
            try:  # an update may have dropped or changed it
                found |= {key: check_settings(manifest, {key: value})[key]}
            except UserError as error:
                log.info("a setting is forgotten: %s", error)
        return found

    def log_of(self, name: str) -> Path:
        """Give the file that a plugin's prints go to."""
        return self._places.data / "plugins" / ".logs" / f"{name}.log"

    def _standing(self, found: Installed, disabled: Sequence[str]) -> tuple[State, str | None]:
        if found.state != "ready":
            return State(found.state), found.problem
        if found.name in disabled:
            return State.DISABLED, None
        if why := memory.decision(self._store.read(), found.name).quarantine:
            return State.QUARANTINED, why
        if self.why_off is not None:
            return State.OFF, self.why_off
        return State.READY, None

    def _ask(self, guest: Guest, manifest: Manifest, known: Said | None) -> tuple[Parts, Said]:
        """Ask a plugin for its parts, and for the models that it brings, unless that is known."""
        self._opening.add(guest)
        try:
            if self._is_closed:
                guest.close()
            parts: Parts = guest.parts()
            if lacking := " ".join(needs.missing(manifest.permissions, parts)):
                raise UserError(f"{lacking} Ask its maker to declare it.")
            if (
                known is not None
                and guest.described == known.described
                and all(card.file.is_file() for card in known.cards)
            ):
                return parts, known
            cards = cards_of(parts.get("model_catalogues", ()))
            return parts, Said(guest.described or b"", cards)
        finally:
            self._opening.discard(guest)

    def _spec(
        self,
        found: Installed,
        *,
        values: Mapping[str, Any],
        language: str,
        models: Mapping[str, Path],
    ) -> GuestSpec:
        permissions = found.manifest.permissions
        found.data.mkdir(parents=True, exist_ok=True)
        readable = tuple(root.path for root in roots.listed(self._store.read()))
        return GuestSpec(
            manifest=found.manifest,
            root=found.root,
            more_roots=found.more_roots,
            media_roots=readable if permissions.read_media is not None else (),
            data=found.data if permissions.write_data is not None else None,
            settings=values,
            language=language,
            log=self.log_of(found.name),
            models=models,
        )

    def _services(self, found: Installed) -> Services:
        network = found.manifest.permissions.network
        hosts, why = (network.hosts, network.reason) if network else ((), "")
        return Services(
            run=self._run,
            fetch=partial(self._fetch, found.name, why=why, hosts=hosts),
            refuse=partial(self._outside.refuse, found.name),
            shared=self._shared,
            starting=partial(self._journal.starting, found.name),
        )

    def _fetch(
        self, name: str, url: str, seconds: float, *, why: str, hosts: tuple[str, ...]
    ) -> bytes:
        return self._outside.fetch(name, url, why=why, hosts=hosts, seconds=seconds)
