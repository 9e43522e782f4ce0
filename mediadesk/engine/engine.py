"""The engine: joins library, extraction and recommendation behind the verbs of `messages.Verbs`."""

import logging
import math
import re
import shutil
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from sqlite_utils import Database

from mediadesk import settings
from mediadesk.api import Array, EventKind, Item, Player, UserError
from mediadesk.engine import asking, backups, desktop, progress, views
from mediadesk.engine.access import Access
from mediadesk.engine.browsing import Browsing
from mediadesk.engine.budget import Budget, Budgets
from mediadesk.engine.doctor import examine
from mediadesk.engine.filing import Filing
from mediadesk.engine.filing import absolute as _absolute
from mediadesk.engine.imports import take_back, take_over
from mediadesk.engine.messages import (
    LOOKS,
    SCALES,
    Answer,
    Backups,
    Browse,
    Changed,
    Check,
    Desktop,
    FeedbackKind,
    Imported,
    ItemPage,
    ItemView,
    Listing,
    ModelView,
    Offer,
    PageContent,
    PageView,
    Panel,
    PlayerView,
    PlayKind,
    PluginPage,
    PluginPlan,
    PluginView,
    PriceTag,
    Sorted,
    Status,
    Why,
)
from mediadesk.engine.organising import Organising
from mediadesk.engine.pace import Pacing
from mediadesk.engine.playing import Playing
from mediadesk.engine.plugins import pages
from mediadesk.engine.plugins import views as plugin_views
from mediadesk.engine.plugins.listening import Listening
from mediadesk.engine.plugins.plugins import Plugins
from mediadesk.engine.scanning import Scanning
from mediadesk.engine.tasks import tasks
from mediadesk.engine.upkeep import Upkeep
from mediadesk.engine.working import Working
from mediadesk.extract.pipeline import Pace
from mediadesk.host import Plugin, Registry
from mediadesk.host.isolate.shared import Shared
from mediadesk.library.presence import Presence
from mediadesk.models import Models
from mediadesk.recommend.index import Index
from mediadesk.recommend.ranking import Parts
from mediadesk.recommend.recommender import Recommender
from mediadesk.settings import Places
from mediadesk.store import Store, jobs, library, safety
from mediadesk.store import plugins as memory
from mediadesk.store.backlog import Tally

# What takes long to load and isn't needed for the first panel comes when it is asked for.
if TYPE_CHECKING:
    from mediadesk.engine.work import Analysis
    from mediadesk.engine.writing import Writing

log = logging.getLogger(__name__)
_POLL_SECONDS = 0.2
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
        in_window: bool = False,
    ) -> None:
        """Open the library, making it if it is new; with `safe` no installed plugin is started.

        `in_window` notices when a start ends in a crash, and makes the next one safe; and a panel
        waits for no plugin that is still being started: the window is told when that is up.

        Raises:
            UserError: if the settings or the database can't be read.
        """
        self._places = places
        self._settings = settings.load(places.settings)
        self._on_change = on_change
        self._store = Store(places.database, on_check=self._changed)
        self._shared = Shared()
        self._models = Models(places.cache)
        self._registry = Registry(
            disabled=self._settings.disabled_plugins, on_failure=self._note_failure
        )
        self._plugins = Plugins(
            places,
            self._store,
            self._models.run,
            self._registry,
            shared=self._shared,
            on_change=self._parts_changed,
            on_models=self._models.offer,
            safe=safe,
            in_window=in_window,
        )
        self._index = Index(self._store, places.cache / "index")
        self._recommender = Recommender(
            self._store,
            self._index,
            self._parts,
            guard=self._registry.guard,
            empty=self._empty,
            language=self._settings.language,
        )
        self._listening = Listening(self._store, self._registry)
        self._access = Access(
            self._store,
            states=self._recommender.states,
            default_profile=self._settings.profile,
            search=lambda wanted, profile: self.browsing.ids(wanted, profile=profile),
            on_event=self._listening.wake,
            on_change=self._changed,
        )
        self.browsing = Browsing(
            self._access, alike=partial(self._recommender.alike, limit=_MOST_ALIKE)
        )
        self._budgets = Budgets(self._store, self._registry, on_recheck=self._go_on)
        self._pacing = Pacing(
            places.data,
            # Who runs a command waits for it.
            gentle_on_battery=lambda: in_window and self._settings.gentle_on_battery,
        )
        self.playing = Playing(self._access)
        self.working = Working(
            self._access,
            self._pacing,
            status=self.status,
            go_on=self._go_on,
            set_gentle_on_battery=self._gentle_on_battery,
        )
        self.organising = Organising(
            self._access, space=self._recommender.space, take_up=self._take_up
        )
        self._tally = Tally()
        self._analysis: Analysis | None = None
        self._in_window = in_window
        self._closing = False
        self._had_panel = threading.Event()
        self._analysis_lock = threading.RLock()
        self._presence = Presence()
        self._scanning = Scanning(
            self._store,
            self._presence,
            analysis=lambda: self._analysis,
            extractors=lambda: [extractor.name for extractor in self._registry.extractors],
            on_change=self._changed,
        )
        self._upkeep = Upkeep(
            self._store, self._scanning, self._presence, first=self._let_panel_first
        )
        self.filing = Filing(
            self._access,
            self._scanning,
            self._presence,
            near=self._near,
            status=self.status,
            on_roots=self._plugins.running.roots_changed,
        )
        self._plugins.load()
        if in_window:
            self._upkeep.start()
            self._wake("rankers", "shelves")
            self.browsing.read_ahead()
        self._listening.wake()

    @cached_property
    def writing(self) -> "Writing":
        from mediadesk.engine.writing import Writing

        return Writing(self._access)

    def close(self) -> None:
        """Stop what runs, keep what is done."""
        self._had_panel.set()
        self._upkeep.close()
        self._scanning.close()
        self._budgets.close()
        self._listening.stop()
        with self._analysis_lock:
            self._closing = True
            if self._analysis is not None:
                self._analysis.close()
                self._analysis = None
        self._plugins.close()
        self._listening.close()
        self._recommender.save()
        self.browsing.close()
        self._models.close()
        self._store.close()
        self._shared.close()

    def add_folder(self, path: str) -> Status:
        folder = _absolute(path)
        if not self._presence.is_folder(folder):
            raise UserError(f"“{folder}” is no folder that can be read: check its name and drive.")
        for root in library.roots(self._store.read()):
            if folder.is_relative_to(root.path) and folder != root.path:
                raise UserError(
                    f"“{folder}” lies in “{root.path}”, which is in the library already."
                )
        self._take_up(self._store.write(partial(_add, folder=folder), durable=True))
        self._plugins.running.roots_changed()
        return self.scan([str(folder)])

    def remove_folder(self, path: str) -> Status:
        folder = _absolute(path)
        remove = partial(self._store.write, partial(_remove, folder=folder), durable=True)
        was_there = self._scanning.forget(folder, remove)
        if not was_there:
            known = ", ".join(f"“{root.path}”" for root in library.roots(self._store.read()))
            raise UserError(f"“{folder}” is not in the library; it has {known or 'no folders'}.")
        self._plugins.running.roots_changed()
        self._changed("items", "status")
        return self.status()

    def scan(self, paths: Sequence[str] = ()) -> Status:
        self._scanning.whole([_absolute(path) for path in paths])
        return self.status()

    def analyze(self, *, wait: bool = False) -> Status:
        self._let_panel_first()
        self._working()
        self.scan()
        while wait:
            analysis = self._working()
            while not analysis.pipeline.wait(_POLL_SECONDS):
                if self._pacing() is Pace.REST:
                    raise UserError(self._pacing.sentence)
            # Plugins that come or go meanwhile bring more work; the lock waits for that.
            is_changing = self._plugins.running.is_changing
            with self._analysis_lock:
                is_last = analysis is self._analysis and not analysis.pipeline.busy
            if is_last and not is_changing and not self._scanning.settling:
                break
            time.sleep(_POLL_SECONDS)
        return self.status()

    def pause(self, *, paused: bool) -> Status:
        self._working().pipeline.pause(paused=paused)
        self._changed("status")
        return self.status()

    def status(self) -> Status:
        analysis, db = self._analysis, self._store.read()
        work = progress.work(
            db,
            self._registry,
            analysis.tasks if analysis else tasks(self._registry, self._models),
            holds=self._budgets.holds,
            tally=self._tally,
            queued=analysis is not None and analysis.is_queued,
        )
        return views.status(
            db,
            analysis,
            settling=self._scanning.settling,
            watched=self._upkeep.watched,
            unwatched=self._upkeep.problems,
            work=work,
            pace=self._pacing.sentence,
        )

    def ids(
        self, *, text: str = "", kinds: Sequence[str] = (), profile: str | None = None
    ) -> tuple[str, ...]:
        return self.browsing.ids(Browse(text=text, kinds=tuple(kinds)), profile=profile)

    def views(self, ids: Sequence[str], *, profile: str | None = None) -> tuple[ItemView, ...]:
        return views.items(self._store.read(), ids, self._access.states(profile))

    def item(self, name: str, *, profile: str | None = None) -> ItemPage:
        item = self._access.find(name)
        listing = self.similar(item.id, profile=profile)
        return views.page(
            self._store.read(),
            item,
            self._access.states(profile),
            profile=self._access.profile(profile),
            similar=listing.items,
            plugins=self._registry.plugins,
        )

    def pictures(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        return views.pictures(self._store.read(), keys)

    def similar(self, name: str, *, limit: int = 12, profile: str | None = None) -> Listing:
        started = time.perf_counter()
        picks = self._recommender.similar(self._access.find(name).id, limit=limit)
        cards = views.cards(self._store.read(), picks, self._access.states(profile))
        return Listing(items=cards, took_ms=_since(started))

    def for_you(self, *, profile: str | None = None, limit: int = 12) -> Panel:
        started = time.perf_counter()
        self._wake("rankers", "shelves")
        who = self._access.profile(profile)
        found = self._recommender.panel(who, limit=limit, now=time.time())
        panel = views.panel(self._store.read(), found, self._access.states(who), started=started)
        self._had_panel.set()
        return panel

    def why(self, name: str, *, profile: str | None = None) -> Why:
        item = self._access.find(name)
        self._wake("rankers", "explainers")
        who = self._access.profile(profile)
        found = self._recommender.why(item.id, profile=who, now=time.time())
        return views.why(self._store.read(), found, self._access.states(who))

    def feedback(
        self, name: str, kind: FeedbackKind, *, profile: str | None = None, limit: int = 12
    ) -> Panel:
        _check_kind(kind, FeedbackKind)
        self._access.note(self._access.find(name).id, EventKind(kind), profile=profile)
        self._changed("items")
        return self.for_you(profile=profile, limit=limit)

    def event(
        self,
        name: str,
        kind: PlayKind,
        *,
        share: float = 0.0,
        position: float = 0.0,
        watched: float | None = None,
        at: float | None = None,
        profile: str | None = None,
    ) -> None:
        _check_kind(kind, PlayKind)
        if not 0 <= share <= 1:
            raise UserError(f"The share watched must lie between 0 and 1, not {share}.")
        _check_seconds(position)
        context = {"position": position} if position else {}
        if watched is not None:
            _check_seconds(watched)
            context["watched"] = watched
        self._access.note(
            self._access.find(name).id,
            EventKind(kind),
            profile=profile,
            value=share,
            context=context,
            at=at,
        )
        if kind != "shown":
            self._changed("items", "features")

    def plugins(self) -> tuple[PluginView, ...]:
        return tuple(self._view(plugin) for plugin in self._registry.plugins)

    def plugin(self, name: str) -> PluginPage:
        viewed = self._view(self._registry.find(name))
        installed = self._plugins.running.installed(name)
        opener, health = self._plugins.opener, self._plugins.running.health(name)
        return plugin_views.page(
            self._store.read(),
            viewed,
            installed,
            settings=opener.settings_of(installed.manifest) if installed else {},
            health=health,
            log=opener.log_of(name),
            language=self._settings.language,
        )

    def plan_plugin(
        self, source: str, *, network: bool = False, wheelhouse: str | None = None
    ) -> PluginPlan:
        made = self._plugins.plan(source, network=network, wheelhouse=wheelhouse)
        return plugin_views.plan(made, self._settings.language)

    def install_plugin(self, token: str, *, new_publisher: bool = False) -> PluginView:
        return self._view(self._plugins.install(token, new_publisher=new_publisher))

    def remove_plugin(self, name: str, *, with_data: bool) -> None:
        self._plugins.remove(name, with_data=with_data)

    def rollback_plugin(self, name: str) -> PluginView:
        return self._view(self._plugins.rollback(name))

    def enable_plugin(self, name: str, *, enabled: bool) -> PluginView:
        return self._view(self._plugins.enable(name, enabled=enabled))

    def set_plugin(self, name: str, settings: Mapping[str, object]) -> PluginPage:
        schema = self.plugin(name).schema
        properties = schema.get("properties")
        known = list(properties) if isinstance(properties, Mapping) else []
        unknown = [key for key in settings if key not in known]
        if unknown and not schema.get("additionalProperties"):
            raise UserError(
                f"The plugin “{name}” has no setting “{unknown[0]}”: it has "
                f"{', '.join(known) or 'none'}."
            )
        self._plugins.set(name, settings)
        return self.plugin(name)

    def budget_plugin(self, name: str, when: str) -> PluginPage:
        self._registry.find(name)
        if when not in set(Budget):
            raise UserError(f"There is no budget “{when}”: choose {', '.join(Budget)}.")
        self._store.write(partial(memory.save_budget, plugin=name, when=when), durable=True)
        self._go_on()
        self._changed("plugins", "status")
        return self.plugin(name)

    def price_plugin(self, name: str) -> tuple[PriceTag, ...]:
        from mediadesk.engine.plugins.pricing import price

        plugin = self._registry.find(name)
        if not plugin.works:
            raise UserError(
                f"“{name}” does not work now ({plugin.state}), so what it would cost can't be "
                "measured: switch it on first."
            )
        price_of = partial(price, self._store.read(), plugin, cache=self._places.cache)
        if not plugin.is_guest:
            return price_of()
        with self._plugins.running.another(name) as opened:
            return price_of(opened=opened)

    def offers(self, *, network: bool = False) -> tuple[Offer, ...]:
        return tuple(map(plugin_views.offer, self._plugins.offers(network=network)))

    def pages(self) -> tuple[PageView, ...]:
        return pages.listed(self._registry)

    def page(self, plugin: str, name: str, *, profile: str | None = None) -> PageContent:
        return pages.made(
            self._registry,
            self._store.read(),
            plugin,
            name,
            language=self._settings.language,
            view=partial(self.views, profile=profile),
        )

    def import_history(
        self, path: str, *, dry_run: bool = False, profile: str | None = None
    ) -> Imported:
        who = self._access.profile(profile)
        found = take_over(
            self._store, self._registry, _absolute(path), profile=who, dry_run=dry_run
        )
        if found.kept:
            self._listening.wake()
            self._changed("items", "features")
        return found

    def undo_import(self, *, profile: str | None = None) -> int:
        taken = take_back(self._store, profile=self._access.profile(profile))
        self._listening.wake()
        self._changed("items", "features")
        return taken

    def ask(self, text: str, *, limit: int = 50, profile: str | None = None) -> Answer:
        started = time.perf_counter()
        asked = asking.understand(self._registry, text, language=self._settings.language)
        states = self._access.states(profile)
        ids = asking.answer(
            self._store.read(),
            asked.intent,
            states=states,
            by_meaning=partial(asking.nearest, self._models, self._recommender),
        )
        return Answer(
            items=views.items(self._store.read(), ids[:limit], states),
            chips=asked.chips,
            meaning=asked.intent.meaning,
            not_understood=asked.intent.not_understood,
            parser=asked.parser,
            took_ms=_since(started),
        )

    def players(self, name: str, *, start: float = 0.0) -> tuple[PlayerView, ...]:
        item = self._access.find(name)
        _check_seconds(start)
        return tuple(
            PlayerView(
                name=player.name,
                title=player.title,
                plugin=self._registry.owner(player).name,
                command=command,
            )
            for player in self._registry.parts("players")
            if (command := _command(player, item, start))
        )

    def models(self) -> tuple[ModelView, ...]:
        return tuple(views.model(status) for status in self._models.report())

    def doctor(self) -> tuple[Check, ...]:
        return examine(self._places, self._store, self._registry, self._models)

    def backups(self) -> Backups:
        return backups.listed(self._places.database)

    def backup(self) -> Backups:
        self._store.backup()
        return self.backups()

    def restore(self, path: str) -> None:
        safety.stage(self._places.database, _absolute(path))

    def theme(self, choice: str | None = None) -> str:
        if choice is not None:
            if choice not in LOOKS:
                raise UserError(f"There is no theme “{choice}”: choose one of {', '.join(LOOKS)}.")
            self._set(theme=choice)
        return self._settings.theme

    def usual_folders(self) -> tuple[str, ...]:
        return desktop.usual_folders()

    def sort_out(self, paths: Sequence[str]) -> Sorted:
        return desktop.sort_out(paths)

    def desktop(
        self,
        *,
        scale: int | None = None,
        keys: Mapping[str, Sequence[str]] | None = None,
        tray: bool | None = None,
        guided: bool | None = None,
    ) -> Desktop:
        if scale is not None and scale not in SCALES:
            sizes = ", ".join(map(str, SCALES))
            raise UserError(f"The window can't be shown at {scale} %: choose one of {sizes}.")
        own = None if keys is None else {name: tuple(some) for name, some in keys.items()}
        given = {"scale": scale, "keys": own, "tray": tray, "guided": guided}
        changes = {name: value for name, value in given.items() if value is not None}
        if changes:
            self._set(**changes)
        now = self._settings
        return Desktop(scale=now.scale, keys=now.keys, tray=now.tray, guided=now.guided)

    def _gentle_on_battery(self, wanted: bool | None) -> bool:
        if wanted is not None:
            self._set(gentle_on_battery=wanted)
        return self._settings.gentle_on_battery

    def _set(self, **changes: Any) -> None:  # noqa: ANN401 - as each setting is
        now = settings.load(self._places.settings)  # it may have been edited meanwhile
        self._settings = replace(now, **changes)
        settings.save(self._places.settings, self._settings)

    def _working(self) -> "Analysis":
        """Give the analysis, made on first use: one engine at a time may work on a library."""
        from mediadesk.engine.work import Analysis

        with self._analysis_lock:
            if self._closing:
                raise UserError("MediaDesk is closing.")
            if self._analysis is None:
                self._analysis = Analysis(
                    self._places,
                    self._store,
                    self._registry,
                    self._models,
                    self._settings,
                    guests=self._plugins.running.guests(),
                    budgets=self._budgets,
                    on_change=self._changed,
                    on_gone=self._look_again,
                    leisure=self._recommender.tend,
                    pace=self._pacing,
                )
            return self._analysis

    def _let_panel_first(self) -> None:
        """Wait for the first panel, or as long as that may take: a window is waiting for it."""
        if self._in_window:
            self._had_panel.wait(_HEAD_START_SECONDS)

    def _take_up(self, items: Sequence[str]) -> None:
        """Analyse items that may lack features; who opens the analysis later finds them himself."""
        with self._analysis_lock:
            if self._analysis is not None and items:
                self._analysis.take_up(items)

    def _look_again(self, gone: Sequence[Path]) -> None:
        """Scan the folders of files that went away, so that one sentence tells it, not hundreds."""
        self._scanning.part({str(path.parent) for path in gone})

    def _near(self, item: str) -> dict[str, float]:
        """Give how alike the items nearest to one are in content."""
        return {pick.item: pick.score for pick in self._recommender.similar(item, limit=_NEAREST)}

    def _parts(self) -> Parts:
        """Give what plugins contribute to recommending; a guest's ranker runs its model itself."""
        return Parts(
            rankers=[
                (ranker, self._models.runner(ranker.model, urgent=True) if ranker.model else dict)
                for ranker in self._ready("rankers")
            ],
            shelf_makers=self._ready("shelves"),
            explainers=self._ready("explainers"),
        )

    def _wake(self, *hooks: str) -> None:
        """Start what will be asked for; a panel without it is followed by a better one."""
        self._plugins.running.wake(*hooks, then=partial(self._changed, "features"))

    def _ready(self, hook: str) -> list[Any]:
        """Give the parts that can be asked now; but a command waits for those being started."""
        up = {name for name, guest in self._plugins.running.guests().items() if guest.is_up}
        return [
            part
            for plugin in self._registry.plugins
            if plugin.works and (plugin.name in up or not (self._in_window and plugin.is_guest))
            for part in plugin.parts.get(hook, ())
        ]

    def _empty(self, shape: tuple[int, int], dtype: type) -> Array:
        """Make the arrays that rankers get where guests can see them, if there are any."""
        has_guests = any(
            plugin.is_guest and plugin.works and "rankers" in plugin.parts
            for plugin in self._registry.plugins
        )
        return self._shared.empty(shape, dtype) if has_guests else np.empty(shape, dtype)

    def _view(self, plugin: Plugin) -> PluginView:
        return plugin_views.plugin(plugin, self._plugins.running.installed(plugin.name))

    def _note_failure(self, plugin: Plugin, part: object, error: Exception) -> None:
        self._plugins.faults.failed(plugin, part, error)

    def _parts_changed(self) -> None:
        """Take up parts that have come, and leave those that have gone."""
        self._settings = settings.load(self._places.settings)
        with self._analysis_lock:
            if self._closing:
                return
            if self._analysis is not None:
                if not self._analysis.follow(self._plugins.running.guests()):
                    was_paused = self._analysis.pipeline.paused
                    self._analysis.close()
                    self._analysis = None
                    self._working().pipeline.pause(paused=was_paused)
                self._working().start()
        self._listening.wake()
        self._changed("plugins", "items", "features", "status")

    def _go_on(self) -> None:
        """Look whether work that was held may be done by now."""
        with self._analysis_lock:
            if self._analysis is not None:
                self._analysis.pipeline.start()

    def _changed(self, *what: str) -> None:
        self._on_change(Changed(what=frozenset(what)))


def _check_kind(kind: str, kinds: object) -> None:
    if kind not in get_args(kinds):
        raise UserError(f"“{kind}” is none of {', '.join(get_args(kinds))}.")


def _check_seconds(position: float) -> None:
    if not 0 <= position < math.inf:
        raise UserError(f"A position is a number of seconds from the beginning, not {position:g}.")


def _add(db: Database, folder: Path) -> list[str]:
    items = library.add_root(db, folder)
    jobs.unpark(db, items)
    return items


def _remove(db: Database, folder: Path) -> bool:
    was_there = library.remove_root(db, folder)
    jobs.park(db)
    return was_there


def _command(player: Player, item: Item, start: float) -> tuple[str, ...]:
    """Give the command that plays an item; nothing where the program or the file is missing."""
    program = shutil.which(player.program)
    if program is None or item.path is None or item.kind not in player.kinds:
        return ()
    told = {"{path}": str(item.path), "{start}": f"{start:g}"}
    filled = (re.sub(r"\{(path|start)\}", lambda m: told[m[0]], each) for each in player.arguments)
    return (program, *filled)


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
