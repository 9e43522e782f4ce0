"""The guests of one engine: opened, given each other's models, started anew, stopped."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial

from mediadesk.api import ModelCard, UserError
from mediadesk.engine.plugins.background import Background
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

_START_SECONDS = 10.0


class Running:
    """The installed plugins as they run; any thread may use it.

    Whatever is done to one plugin waits for what is being done to it already, and for no other.
    """

    def __init__(
        self,
        store: Store,
        registry: Registry,
        opener: Opener,
        faults: Faults,
        journal: StartJournal,
        *,
        on_disk: Callable[[], Sequence[Installed]],
        on_change: Callable[[], None],
        on_models: Callable[[Sequence[ModelCard]], None],
    ) -> None:
        """Prepare; nothing is opened before `load`.

        Args:
            store: the library.
            registry: where working plugins are admitted.
            opener: opens plugins.
            faults: told of what they do wrong.
            journal: told when the start went well.
            on_disk: gives what is installed now.
            on_change: called when parts have come or gone, on any thread.
            on_models: called with the models that plugins bring for each other.
        """
        self._store = store
        self._registry = registry
        self._opener = opener
        self._faults = faults
        self._journal = journal
        self._on_disk = on_disk
        self._on_change = on_change
        self._guests: dict[str, Guest] = {}
        self._installed: dict[str, Installed] = {}
        self._waking: set[str] = set()
        self._is_closing = False
        self._turns: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._starters = Background("plugin-start")
        self._aside = Background("plugins-aside")
        self._watching = Watching(partial(self._aside.do, self.reload))
        self._models = OfferedModels(registry, on_models)
        self._costs = Costs(store)
        self._settled = threading.Timer(_START_SECONDS, journal.done)
        self._settled.daemon = True

    def load(self) -> None:
        """Open every installed plugin that may run; a broken one keeps no other waiting."""
        found = self._on_disk()
        if not found:
            self._journal.done()
            return
        open_ = partial(self._opener.open, models={}, on_fault=self._note_fault)
        try:
            opened = self._starters.map(open_, found)
        except BaseException:  # interrupted: that is no crash
            self._journal.done()
            raise
        # Who came first keeps the names of its parts, whoever is started first.
        order = memory.order(self._store.read())
        pairs = zip(found, opened, strict=True)
        for one, its in sorted(pairs, key=lambda pair: order.get(pair[0].name, len(order))):
            self._admit(one, its)
        self._offer_models()
        self._settled.start()

    def close(self) -> None:
        """Stop the guests, also those that are being started."""
        with self._lock:
            self._is_closing = True
        self._settled.cancel()
        self._opener.close()
        for name in list(self._guests):
            self._stop(name)
        self._starters.close()
        self._aside.close()
        self._watching.close()
        self._journal.done()

    def wake(self, *hooks: str, then: Callable[[], None] = lambda: None) -> bool:
        """Start the guests that have parts for these hooks, all at once, and wait for none.

        `then` is called whenever one is up that was not. Gives whether any is being started.
        """
        for plugin in self._registry.plugins:
            guest = self._guests.get(plugin.name)
            if guest is None or guest.is_up or plugin.name in self._waking:
                continue
            if any(hook in plugin.parts for hook in hooks):
                self._waking.add(plugin.name)
                self._starters.do(partial(self._wake, then=then), plugin.name)
        return bool(self._waking)

    def roots_changed(self) -> None:
        """Start guests anew that may read media: what they may read is settled at their start."""
        readers = [
            name
            for name in list(self._guests)
            if (known := self._installed.get(name))
            and known.manifest.permissions.read_media is not None
        ]
        if readers:
            self._restart(readers)

    def reload(self, name: str) -> None:
        """Open a plugin anew, as it is on disk now."""
        self._restart([name])

    def reload_aside(self, name: str) -> None:
        """Open a plugin anew, or let go of it, on another thread."""
        self._aside.do(self.reload, name)

    def let_go(self, name: str, remove: Callable[[], None]) -> None:
        """Stop a plugin and forget it while `remove` takes it from the disk.

        What that raises is raised, and the plugin works on.
        """
        try:
            with self._turn(name):
                self._stop(name)
                try:
                    remove()
                finally:
                    self._renew(name)
        finally:
            self._offer_models()
            self._on_change()

    def stop(self, name: str) -> None:
        """Stop a plugin that is quarantined, on another thread: this may be its own."""
        self._aside.do(self._put_away, name)

    def installed(self, name: str) -> Installed | None:
        """Give what lay on disk of a plugin when it was opened; None for one inside MediaDesk."""
        return self._installed.get(name)

    def guests(self) -> dict[str, Guest]:
        """Give the working guests by their names."""
        return dict(self._guests)

    @contextmanager
    def another(self, name: str) -> Iterator[Opened]:
        """Give a plugin opened once more, beside the one at work, which does not notice.

        Raises:
            UserError: if it can't be.
        """
        files = self._models.files
        opened = self._opener.open(self._installed[name], files, on_fault=self._note_fault)
        if opened.guest is None:
            raise UserError(f"“{name}” can't be started ({opened.plugin.problem}): try again.")
        with closing(opened.guest):
            yield opened

    @property
    def is_changing(self) -> bool:
        """Whether a plugin is about to be started, opened anew or stopped."""
        return self._starters.is_busy or self._aside.is_busy

    def health(self, name: str) -> Health | None:
        """Give how a working guest is doing; what it has cost is remembered."""
        guest = self._guests.get(name)
        if guest is None:
            return None
        self._costs.save(name, guest)
        return guest.health()

    def tell(self, name: str, line: str) -> None:
        """Add a line to a plugin's log."""
        if guest := self._guests.get(name):
            guest.tell(line)
        else:
            with closing(Output(self._opener.log_of(name))) as output:
                output.take(f"{line}\n".encode())

    def _wake(self, name: str, *, then: Callable[[], None]) -> None:
        guest = self._guests.get(name)
        try:
            if guest is not None:
                guest.wake(is_prompt=True)
        finally:
            self._waking.discard(name)
        if guest is not None and guest.is_up:
            then()

    def _turn(self, name: str) -> threading.Lock:
        """Give what is held while a plugin is opened or stopped."""
        with self._lock:
            return self._turns.setdefault(name, threading.Lock())

    def _restart(self, names: Iterable[str]) -> None:
        """Open plugins anew, one after the other."""
        for name in names:
            with self._turn(name):
                self._renew(name)
        self._offer_models()
        self._on_change()

    def _renew(self, name: str) -> None:
        """Open a plugin as it is on disk now, or forget it; in its turn."""
        self._stop(name)
        if found := self._find(name):
            self._reopen(found)
        else:
            self._registry.dismiss(name)
            self._installed.pop(name, None)
            self._models.bring(name, ())
            self._watching.forget(name)
            self._opener.doubt(name)

    def _find(self, name: str) -> Installed | None:
        return next((each for each in self._on_disk() if each.name == name), None)

    def _reopen(self, found: Installed) -> None:
        if not self._is_closing:
            files = self._models.files
            self._admit(found, self._opener.open(found, files, on_fault=self._note_fault))

    def _admit(self, found: Installed, opened: Opened) -> None:
        """Let others see a plugin; one that can't be used is not kept running."""
        name, guest = found.name, opened.guest
        with self._lock:
            is_late = self._is_closing
            if not is_late:
                self._installed[name] = found
                self._models.bring(name, opened.cards)
                if guest is not None:
                    self._guests[name] = guest
                self._registry.admit(opened.plugin, opened.parts)
        if is_late:
            if guest is not None:
                guest.close()
            return
        self._watching.follow(found)
        if opened.plugin.state is State.FAILED:
            self._opener.doubt(name)
            self._stop(name)

    def _offer_models(self) -> None:
        """Take up the models that plugins bring, and give them to those that name them."""
        for name in self._models.refresh():
            with self._turn(name):
                if name in self._guests:
                    self._stop(name)
                    self._reopen(self._installed[name])

    def _stop(self, name: str) -> None:
        if guest := self._guests.pop(name, None):
            try:
                self._costs.save(name, guest)
            finally:
                guest.close()

    def _put_away(self, name: str) -> None:
        with self._turn(name):
            if not self._is_quarantined(name):  # a person was quicker
                return
            self._stop(name)
        self._offer_models()
        self._on_change()

    def _is_quarantined(self, name: str) -> bool:
        return any(
            plugin.name == name and plugin.state is State.QUARANTINED
            for plugin in self._registry.plugins
        )

    def _note_fault(self, fault: Fault) -> None:
        name = fault.plugin
        known, now = self._installed.get(name), self._find(name)
        # It is not as it was, or another MediaDesk has updated or removed it.
        is_old = fault.kind == "outdated" or (known and (now is None or now.root != known.root))
        if not is_old:
            self._faults.happened(fault)
        if is_old or fault.kind == "start":
            self._opener.doubt(name)
            self.reload_aside(name)
