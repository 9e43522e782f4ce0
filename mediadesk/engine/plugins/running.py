"""The guests of one engine: opened, given each other's models, started anew, stopped."""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial

from mediadesk.api import ModelCard
from mediadesk.engine.plugins.costs import Costs
from mediadesk.engine.plugins.faults import Faults
from mediadesk.engine.plugins.journal import StartJournal
from mediadesk.engine.plugins.offered import OfferedModels
from mediadesk.engine.plugins.opening import Opened, Opener
from mediadesk.engine.plugins.watching import Watching
from mediadesk.host import Registry, State
from mediadesk.host.install.inventory import Installed
from mediadesk.host.isolate.faults import Fault
from mediadesk.host.isolate.guest import Guest, Health
from mediadesk.host.isolate.output import Output
from mediadesk.store import Store
from mediadesk.store import plugins as memory

log = logging.getLogger(__name__)
_START_SECONDS = 10.0
_STARTERS = 4


class Running:
    """The installed plugins as they run; any thread may use it."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        opener: Callable[..., Opener],
        journal: StartJournal,
        *,
        installed: Callable[[], Sequence[Installed]],
        on_change: Callable[[], None],
        on_models: Callable[[Sequence[ModelCard]], None],
    ) -> None:
        """Prepare; nothing is opened before `load`.

        Args:
            store: the library.
            registry: where working plugins are admitted.
            opener: makes what opens plugins, given `faults` and `on_fault`.
            journal: notes which plugin is being started.
            installed: gives what is on disk now.
            on_change: called when parts have come or gone, on any thread.
            on_models: called with the models that plugins bring for each other.
        """
        self._store = store
        self._registry = registry
        self._journal = journal
        self._on_disk = installed
        self._on_change = on_change
        self._guests: dict[str, Guest] = {}
        self._installed: dict[str, Installed] = {}
        self._is_closing = False
        self._under_way: set[Future[None]] = set()
        self._lock = threading.RLock()
        self._starters = ThreadPoolExecutor(_STARTERS, thread_name_prefix="plugin-start")
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="plugins-aside")
        self._watching = Watching(self.reload)
        self._models = OfferedModels(registry, on_models)
        self._costs = Costs(store)
        self._settled = threading.Timer(_START_SECONDS, journal.done)
        self._settled.daemon = True
        self.faults = Faults(
            store, registry, tell=self._tell, stop=partial(self._later, self._stop_and_tell)
        )
        self.opener = opener(faults=self.faults, on_fault=self._note_fault)

    def load(self) -> None:
        """Open every installed plugin that may run; a broken one keeps no other waiting."""
        found = self._on_disk()
        if not found:
            return
        try:
            opened = list(self._starters.map(partial(self.opener.open, models={}), found))
        except BaseException:  # interrupted: that is no crash
            self._journal.done()
            raise
        # Who came first keeps the names of its parts, whoever is started first.
        order = memory.order(self._store.read())
        pairs = zip(found, opened, strict=True)
        with self._lock:
            for one, its in sorted(pairs, key=lambda pair: order.get(pair[0].name, len(order))):
                self._admit(one, its)
            self._offer_models()
        self._settled.start()

    def close(self) -> None:
        """Stop the guests."""
        with self._lock:
            self._is_closing = True
        self._settled.cancel()
        self._watching.close()
        self._starters.shutdown(wait=False, cancel_futures=True)
        self._aside.shutdown(cancel_futures=True)
        for name in list(self._guests):
            self._stop(name)
        self._starters.shutdown()
        self._journal.done()

    def wake(self, *hooks: str) -> None:
        """Start the guests that have parts for these hooks, all at once, and wait for none."""
        for plugin in self._registry.plugins:
            guest = self._guests.get(plugin.name)
            if guest is not None and any(hook in plugin.parts for hook in hooks):
                self._submit(self._starters, partial(guest.wake, is_prompt=True))

    def roots_changed(self) -> None:
        """Start guests anew that may read media: what they may read is settled at their start."""
        with self._lock:
            readers = [
                name
                for name in self._guests
                if self._installed[name].manifest.permissions.read_media is not None
            ]
            self._restart(readers)
        if readers:
            self._on_change()

    def reload(self, name: str) -> None:
        """Open a plugin anew, as it is on disk now."""
        with self._lock:
            self._restart([name])
        self._on_change()

    def let_go(self, name: str, remove: Callable[[], None]) -> None:
        """Stop a plugin and forget it while `remove` takes it from the disk.

        What that raises is raised, and the plugin works on.
        """
        with self._lock:
            self._stop(name)
            try:
                remove()
            finally:
                self._restart([name])
        self._on_change()

    def installed(self, name: str) -> Installed | None:
        """Give what is on disk of a plugin; None for one that runs inside MediaDesk."""
        return self._installed.get(name)

    def guests(self) -> dict[str, Guest]:
        """Give the working guests by their names."""
        return dict(self._guests)

    @property
    def is_changing(self) -> bool:
        """Whether a plugin is about to be started, opened anew or stopped."""
        return bool(self._under_way)

    def health(self, name: str) -> Health | None:
        """Give how a working guest is doing; what it has cost is remembered."""
        guest = self._guests.get(name)
        if guest is None:
            return None
        self._costs.save(name, guest)
        return guest.health()

    def _restart(self, names: Iterable[str]) -> None:
        """Open plugins anew, and tell nobody yet; under the lock."""
        if self._is_closing:
            return
        on_disk = {each.name: each for each in self._on_disk()}
        for name in names:
            self._stop(name)
            if found := on_disk.get(name):
                self._reopen(found)
            else:
                self._registry.dismiss(name)
                self._installed.pop(name, None)
                self._watching.forget(name)
                self.opener.doubt(name)
        self._offer_models()

    def _reopen(self, found: Installed) -> None:
        self._admit(found, self.opener.open(found, self._models.files))

    def _admit(self, found: Installed, opened: Opened) -> None:
        """Let others see a plugin; one that can't be used is not kept running."""
        self._installed[found.name] = found
        self._watching.follow(found)
        if opened.guest is not None:
            self._guests[found.name] = opened.guest
        self._registry.admit(opened.plugin, opened.parts)
        if opened.plugin.state is State.FAILED:
            self.opener.doubt(found.name)
            self._stop(found.name)

    def _offer_models(self) -> None:
        """Take up the models that plugins bring, and give them to those that name them."""
        for name in self._models.refresh(list(self._guests)):
            self._stop(name)
            self._reopen(self._installed[name])

    def _stop(self, name: str) -> None:
        with self._lock:
            if guest := self._guests.pop(name, None):
                self._costs.save(name, guest)
                guest.close()

    def _stop_and_tell(self, name: str) -> None:
        with self._lock:
            self._stop(name)
            self._offer_models()
        self._on_change()

    def _note_fault(self, fault: Fault) -> None:
        name = fault.plugin
        known = self._installed.get(name)
        now = next((each for each in self._on_disk() if each.name == name), None)
        if fault.kind == "outdated" or (known and (now is None or now.root != known.root)):
            # It is not as it was, or another MediaDesk has updated or removed it.
            self.opener.doubt(name)
            self._later(self.reload, name)
        else:
            self.faults.happened(fault)

    def _later(self, function: Callable[[str], None], name: str) -> None:
        """Do something to a plugin on a thread that is not its own."""

        def work() -> None:
            try:
                function(name)
            except Exception:
                log.exception("plugin %s stays as it is", name)

        self._submit(self._aside, work)

    def _submit(self, pool: ThreadPoolExecutor, work: Callable[[], None]) -> None:
        try:
            future = pool.submit(work)
            self._under_way.add(future)
            future.add_done_callback(self._under_way.discard)
        except RuntimeError as error:
            if not self._is_closing:
                raise
            log.info("plugins are looked at when MediaDesk starts again: %s", error)

    def _tell(self, name: str, line: str) -> None:
        """Add a line to a plugin's log."""
        if guest := self._guests.get(name):
            guest.tell(line)
        else:
            with closing(Output(self.opener.log_of(name))) as output:
                output.take(f"{line}\n".encode())
