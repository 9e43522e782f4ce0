"""The engine: joins library, extraction and recommendation behind the verbs of `messages`."""

from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from functools import cached_property, partial
from typing import TYPE_CHECKING

from mediadesk.engine.access import Access
from mediadesk.engine.analysing import Analysing
from mediadesk.engine.asking import Asking, embedded
from mediadesk.engine.browsing import Browsing
from mediadesk.engine.budget import Budgets
from mediadesk.engine.contests import Contests
from mediadesk.engine.everywhere import Everywhere
from mediadesk.engine.filing import Filing
from mediadesk.engine.folders import Folders
from mediadesk.engine.guarded import KEPT, guard, guarded
from mediadesk.engine.histories import Histories
from mediadesk.engine.household import Household
from mediadesk.engine.in_step import InStep
from mediadesk.engine.kept import KeptPanels, mark
from mediadesk.engine.ledger import Ledger
from mediadesk.engine.messages import Changed
from mediadesk.engine.noting import Noting
from mediadesk.engine.organising import Organising
from mediadesk.engine.pace import Pacing
from mediadesk.engine.pin import Pin
from mediadesk.engine.playing import Playing
from mediadesk.engine.plugging import Plugging
from mediadesk.engine.plugins.contributed import Contributed
from mediadesk.engine.plugins.listening import Listening
from mediadesk.engine.plugins.plugins import Plugins
from mediadesk.engine.preferences import Preferences
from mediadesk.engine.privacy import Privacy
from mediadesk.engine.profiles import Profiles
from mediadesk.engine.quality import Quality
from mediadesk.engine.recommending import Recommending
from mediadesk.engine.scanning import Scanning
from mediadesk.engine.showing import Showing
from mediadesk.engine.syncing import Syncing
from mediadesk.engine.system import System
from mediadesk.engine.upkeep import Upkeep
from mediadesk.engine.working import Working
from mediadesk.extract.learning import Learning
from mediadesk.host import Plugin, Registry
from mediadesk.host.isolate.shared import Shared
from mediadesk.library.presence import Presence
from mediadesk.models import Models
from mediadesk.recommend.index import Index
from mediadesk.recommend.recommender import Recommender
from mediadesk.search.kept import KeptColumns
from mediadesk.settings import Places
from mediadesk.store import Database, Store

if TYPE_CHECKING:  # what they import takes long to load
    from mediadesk.engine.evaluating import Evaluating
    from mediadesk.engine.identifying import Identifying
    from mediadesk.engine.trials import Trials
    from mediadesk.engine.writing import Writing

_HEAD_START_SECONDS = 2.0  # of the first panel, before all that works in the background
_MOST_ALIKE = 50
_NEAREST = 40


class Engine:
    """One open library and everything that can be done with it; see `messages.Verbs`.

    Verbs may be called from any thread.
    """

    def __init__(
        self,
        places: Places,
        *,
        on_change: Callable[[Changed], None] = lambda _: None,
        safe: bool = False,
        private: bool = False,
        in_window: bool = False,
        store: Store | None = None,
        preferences: Preferences | None = None,
    ) -> None:
        """Open the library, making it if it is new; with `safe` no installed plugin is started.

        While it is `private` nothing that a person does is recorded.

        `in_window` notices when a start ends in a crash, and makes the next one safe; and a panel
        waits for no plugin that is still being started: the window is told when that is up. A
        `store` and `preferences` are those of the library where they are open already; the store
        is closed with the engine.

        Raises:
            UserError: if the settings or the database can't be read.
        """
        self._places = places
        self._in_window = in_window
        self._on_change = on_change
        self._preferences = preferences or Preferences(places)
        pin = Pin(places.data / "pin.json")
        self._household = Household(self._preferences, pin, private=private)
        self._store = store or Store(places.database, on_check=self._changed)
        self._household.join(self._store)
        self._everywhere = Everywhere(
            self._store,
            self._preferences,
            is_limited=lambda: self._household.is_limited(self._store.read(), self._household.now),
            changed=self._changed,
        )
        self._join_plugins(safe=safe)
        self._join_recommending()
        self._join_library()
        self._join_work()
        self._take_verbs()
        self._plugins.load()
        if in_window:
            self._upkeep.start()
            self._in_step.start()
            self._contributed.wake("rankers", "shelves")
            self.browsing.read_ahead()
        self._listening.wake()

    def end_looks(self) -> None:
        """Look through no folder any more, and lay what is new into the shared one."""
        self.recommending.had_panel.set()
        self._upkeep.close()
        self._in_step.close()
        self._scanning.close()

    def close(self) -> None:
        """Stop what runs, keep what is done; each part is closed, whatever another one raises."""
        steps = (
            self.end_looks,
            self.quality.halt,
            self._budgets.close,
            self._listening.stop,
            self.analysing.close,
            self.recommending.keep,
            self._plugins.close,
            self._listening.close,
            self._recommender.save,
            self.browsing.close,
            self._models.close,
            self._store.close,
            self._shared.close,
        )
        with ExitStack() as parts:
            for step in reversed(steps):
                parts.callback(step)

    @cached_property
    def writing(self) -> "Writing":
        from mediadesk.engine.writing import Writing

        return guard(Writing(self._access), self._access.check_free)

    @cached_property
    def evaluating(self) -> "Evaluating":
        from mediadesk.engine.evaluating import Evaluating

        return Evaluating(self._store, self._registry, self._models)

    @cached_property
    def trials(self) -> "Trials":
        from mediadesk.engine.trials import Trials

        self._contributed.wake("rankers")
        return Trials(
            self._access,
            self._recommender,
            self._registry,
            self._models,
            parts=self._contributed.parts,
            empty=self._contributed.empty,
        )

    @cached_property
    def identifying(self) -> "Identifying":
        from mediadesk.engine.identifying import Identifying

        identifying = Identifying(self._access, take_up=self.analysing.take_up)
        return guard(identifying, self._access.check_free)

    def _join_plugins(self, *, safe: bool) -> None:
        places, now = self._places, self._preferences.now
        self._shared = Shared()
        self._models = Models(places.cache)
        self._registry = Registry(disabled=now.disabled_plugins, on_failure=self._note_failure)
        self._plugins = Plugins(
            places,
            self._store,
            self._models.run,
            self._registry,
            shared=self._shared,
            on_change=self._parts_changed,
            on_models=self._models.offer,
            safe=safe,
            in_window=self._in_window,
        )
        self._listening = Listening(self._store, self._registry)

    def _join_recommending(self) -> None:
        self._contributed = Contributed(
            self._registry,
            self._plugins.running,
            self._models,
            self._shared,
            waits=not self._in_window,
            on_up=partial(self._changed, "features"),
        )
        self._recommender = Recommender(
            self._store,
            Index(self._store, self._places.cache / "index"),
            self._contributed.parts,
            guard=self._registry.guard,
            empty=self._contributed.empty,
            language=self._preferences.now.language,
            allowed=self._household.allowed,
            embed=partial(embedded, self._models),
        )
        self._learning = Learning(
            self._store, nearest=lambda item, limit: self._recommender.alike(item, limit=limit)
        )
        self._access = Access(
            self._store,
            states=self._recommender.states,
            household=self._household,
            search=lambda wanted, profile: self.browsing.ids(wanted, profile=profile),
            on_event=self._listening.wake,
            on_change=self._changed,
        )
        self.recommending = Recommending(
            self._access,
            self._recommender,
            self._contributed,
            kept=KeptPanels.of(self._places),
            mark=lambda: mark(self._store.read(), self._places, self._preferences.now),
            allowed=self._household.allowed,
        )

    def _join_library(self) -> None:
        access = self._access
        self.browsing = Browsing(
            access,
            alike=partial(self._recommender.alike, limit=_MOST_ALIKE),
            kept=KeptColumns(self._places.cache / "columns", self._places.database),
        )
        self.showing = Showing(access, self._registry, self.recommending)
        self.playing = Playing(access)
        self.profiles = Profiles(access, self._household, self._preferences)
        self.noting = Noting(access)
        self.quality = Quality(access, lambda: self.trials)
        ledger = Ledger(access, weights=self._recommender.weights, teach=self._teach)
        self.ledger = guard(ledger, access.check_free)
        self.contests = Contests(
            access,
            self._recommender,
            self._contributed,
            rankers=lambda: [ranker.name for ranker in self._registry.parts("rankers")],
        )
        self.histories = Histories(access, self._registry)
        self.asking = Asking(
            access, self._registry, self._models, self._recommender, self._preferences
        )

    def _join_work(self) -> None:
        access, places = self._access, self._places
        self._presence = Presence()
        self._budgets = Budgets(self._store, self._registry, on_recheck=self._go_on)
        self._pacing = Pacing(
            places.data,
            # Who runs a command waits for it.
            gentle_on_battery=lambda: self._in_window and self._preferences.gentle_on_battery(),
            paused=self._preferences.paused,
        )
        self._scanning = Scanning(
            self._store,
            self._presence,
            analysis=lambda: self.analysing.now,
            extractors=lambda: [extractor.name for extractor in self._registry.extractors],
            on_change=self._changed,
        )
        self._upkeep = Upkeep(
            self._store,
            self._scanning,
            self._presence,
            first=self._let_panel_first,
            on_written=self._look_for_work,
            on_look=self._plugins.look_again,
        )
        self.analysing = Analysing(
            access,
            places,
            self._registry,
            self._models,
            self._preferences,
            running=self._plugins.running,
            scanning=self._scanning,
            upkeep=self._upkeep,
            budgets=self._budgets,
            pacing=self._pacing,
            learning=self._learning,
            leisure=self._recommender.tend,
            first=self._let_panel_first,
        )
        organising = Organising(
            access,
            space=self._recommender.space,
            take_up=self.analysing.take_up,
            teach=self._teach,
        )
        self.organising = guard(organising, access.check_free)
        syncing = Syncing(
            access,
            places,
            self._preferences,
            take_up=self.analysing.take_up,
            teach=self._teach,
            shown=self.recommending.told,
            follow=self._follow,
        )
        self.syncing = guard(syncing, access.check_free)
        self._in_step = InStep(
            self._store,
            syncing.run,
            lambda: self._preferences.now.sync_folder,
            first=self._let_panel_first,
        )
        privacy = Privacy(
            access,
            self._preferences,
            self._plugins.connections,
            places,
            learnt=self.ledger.listed,
            sync=syncing.run,
        )
        self.privacy = guard(privacy, access.check_free)
        working = Working(
            access,
            self._pacing,
            status=self.analysing.status,
            go_on=self.analysing.go_on,
            set_gentle_on_battery=self._preferences.gentle_on_battery,
        )
        self.working = guard(working, access.check_free)
        # Nobody waits in a window, and a folder that was named is kept whatever comes.
        look = self._scanning.behind if self._in_window else self._scanning.whole
        self.folders = Folders(
            access,
            self._scanning,
            self._presence,
            look=look,
            take_up=self.analysing.take_up,
            on_roots=self._plugins.running.roots_changed,
            status=self.analysing.status,
        )
        filing = Filing(
            access,
            self._scanning,
            self._presence,
            look=look,
            near=self._near,
            status=self.analysing.status,
            on_roots=self._plugins.running.roots_changed,
        )
        self.filing = guard(filing, access.check_free)
        self.plugging = Plugging(
            access,
            places,
            self._registry,
            self._plugins,
            self._preferences,
            go_on=self.analysing.go_on,
        )
        self.system = System(places, self._store, self._registry, self._models)

    def _take_verbs(self) -> None:
        """Offer the verbs of the engine as a whole, each of which belongs to one of its parts."""
        recommending, showing, analysing = self.recommending, self.showing, self.analysing
        folders, plugging, system = self.folders, self.plugging, self.system
        self.for_you, self.why = recommending.for_you, recommending.why
        self.starters = recommending.starters
        self.similar, self.feedback = recommending.similar, recommending.feedback
        self.preview = recommending.preview
        self.event, self.shown = self.noting.event, self.noting.shown
        self.searched = self.noting.searched
        self.ids, self.views, self.item = showing.ids, showing.views, showing.item
        self.pictures, self.players = showing.pictures, showing.players
        self.ask = self.asking.ask
        self.import_history = self.histories.import_history
        self.import_progress = self.histories.import_progress
        self.undo_import = self.histories.undo_import
        self.add_folder, self.remove_folder = folders.add_folder, folders.remove_folder
        self.scan = folders.scan
        self.analyze, self.pause, self.status = analysing.analyze, analysing.pause, analysing.status
        self.plugins, self.plugin = plugging.plugins, plugging.plugin
        self.plan_plugin = plugging.plan_plugin
        self.install_plugin = plugging.install_plugin
        self.remove_plugin = plugging.remove_plugin
        self.rollback_plugin = plugging.rollback_plugin
        self.enable_plugin = plugging.enable_plugin
        self.set_plugin = plugging.set_plugin
        self.budget_plugin = plugging.budget_plugin
        self.price_plugin = plugging.price_plugin
        self.offers, self.pages, self.page = plugging.offers, plugging.pages, plugging.page
        self.models, self.doctor = system.models, system.doctor
        self.backups, self.backup = system.backups, system.backup
        self.restore = system.restore
        self.usual_folders, self.sort_out = system.usual_folders, folders.sort_out
        self.theme, self.desktop = self._preferences.theme, self._preferences.desktop
        self.everywhere = self._everywhere.everywhere
        for name in KEPT["Verbs"]:
            setattr(self, name, guarded(getattr(self, name), self._access.check_free))

    def _let_panel_first(self) -> None:
        """Wait for the first panel, or as long as that may take: a window is waiting for it."""
        if self._in_window:
            self.recommending.had_panel.wait(_HEAD_START_SECONDS)

    def _go_on(self) -> None:
        self.analysing.go_on()

    def _look_for_work(self) -> None:
        """Do what another process may have queued, and go by what it may have set."""
        self._everywhere.look_again()
        self.analysing.go_on()
        self._changed("status", "sync")

    def _teach(self, items: Sequence[str] = ()) -> None:
        """Have what people said of tags and kinds judge other items, near ones at once."""
        self._learning.teach(items)
        self.analysing.go_on()

    def _near(self, item: str) -> dict[str, float]:
        """Give how alike the items nearest to one are in content."""
        return {pick.item: pick.score for pick in self._recommender.similar(item, limit=_NEAREST)}

    def _follow(self, db: Database, touched: Collection[str], *, before: Database) -> None:
        """Go by what other devices said; see `Household.follow`."""
        self._household.follow(db, touched, before=before)
        self._everywhere.follow(db, touched)

    def _note_failure(self, plugin: Plugin, part: object, error: Exception) -> None:
        self._plugins.faults.failed(plugin, part, error)

    def _parts_changed(self) -> None:
        """Take up parts of plugins that have come, and leave those that have gone."""
        if self.analysing.follow():
            self._listening.wake()
            self._changed("plugins", "items", "features", "status")

    def _changed(self, *what: str) -> None:
        self._on_change(Changed(what=frozenset(what)))
