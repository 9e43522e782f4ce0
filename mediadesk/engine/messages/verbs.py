"""The verbs of the engine as a whole."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from mediadesk.engine.messages.effects import Effect
from mediadesk.engine.messages.events import Origin, Presence
from mediadesk.engine.messages.items import ItemPage, ItemView, Listing, Panel, Why
from mediadesk.engine.messages.plugins import (
    Offer,
    PageContent,
    PageView,
    PluginPage,
    PluginPlan,
    PluginView,
    PriceTag,
)
from mediadesk.engine.messages.system import (
    Answer,
    Backups,
    Check,
    Desktop,
    Imported,
    ModelView,
    PlayerView,
    Sorted,
)
from mediadesk.engine.messages.work import Status
from mediadesk.engine.messages.writing import Progress

FeedbackKind = Literal["like", "less", "hide", "not-now", "undo"]
PlayKind = Literal["shown", "opened", "played", "finished", "abandoned"]


class Verbs(Protocol):
    """Everything the engine can do.

    `name` always means an item by its id, an unmistakable beginning of it, or its path. An unknown
    one, and anything else a person can mend, raises `UserError`.
    """

    def add_folder(self, path: str) -> Status:
        """Add a folder and look through it; its files appear at once."""
        ...

    def remove_folder(self, path: str) -> Status:
        """Forget a folder; no file is touched and the history of its items stays."""
        ...

    def scan(self, paths: Sequence[str] = ()) -> Status:
        """Look through these folders of the library, or all of them, for changes."""
        ...

    def analyze(self, *, wait: bool = False) -> Status:
        """Look for changes, queue all that is missing and work on it; `wait` for the end of it."""
        ...

    def pause(self, *, paused: bool) -> Status:
        """Stop taking new jobs, also after the next start, or go on."""
        ...

    def status(self) -> Status:
        """Tell what is going on."""
        ...

    def ids(
        self, *, text: str = "", kinds: Sequence[str] = (), profile: str | None = None
    ) -> tuple[str, ...]:
        """Give the ids of all items that match a search (`SEARCHES`), by title.

        Raises:
            UserError: if the search isn't understood.
        """
        ...

    def views(self, ids: Sequence[str], *, profile: str | None = None) -> tuple[ItemView, ...]:
        """Give the items of these ids, in their order, without those that are gone."""
        ...

    def item(self, name: str, *, profile: str | None = None) -> ItemPage:
        """Give everything about one item."""
        ...

    def pictures(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Give key → JPEG of at most 320 pixels; keys: artwork/ID, moment/ID/EXTRACTOR/N."""
        ...

    def similar(self, name: str, *, limit: int = 12, profile: str | None = None) -> Listing:
        """Give the items most alike in content, as cards with evidence."""
        ...

    def for_you(self, *, profile: str | None = None, limit: int = 12) -> Panel:
        """Give the panel, `limit` cards a shelf at most."""
        ...

    def starters(self, *, profile: str | None = None, limit: int = 12) -> Listing:
        """Give items to begin with: what a person likes of them tells most of a taste."""
        ...

    def why(self, name: str, *, profile: str | None = None) -> Why:
        """Explain the place of one item."""
        ...

    def feedback(
        self,
        name: str,
        kind: FeedbackKind,
        *,
        at: float | None = None,
        origin: Origin | None = None,
        profile: str | None = None,
        limit: int = 12,
    ) -> Effect:
        """Note a like, less, hide or not-now, or undo the last one; tell how the panel changed.

        That is since it was last given, if it was. `origin` is where the item stood. The same of
        the same moment `at`, in unix seconds, is noted once.
        """
        ...

    def preview(
        self, name: str, kind: FeedbackKind, *, profile: str | None = None, limit: int = 12
    ) -> Effect:
        """Tell how the panel would change by such feedback; nothing is noted."""
        ...

    def event(
        self,
        name: str,
        kind: PlayKind,
        *,
        share: float = 0.0,
        position: float = 0.0,
        watched: float | None = None,
        at: float | None = None,
        origin: Origin | None = None,
        presence: Presence | None = None,
        profile: str | None = None,
    ) -> None:
        """Note what was played; `share` is 0..1, `position` in seconds, `at` in unix seconds.

        `watched` is how many seconds were watched on end up to there: after a glance at another
        place it still goes on where it stopped before. Without it, that is not known. `origin` is
        where the item stood, `presence` tells whether anybody was there. The same of the same
        moment `at` is noted once.
        """
        ...

    def shown(
        self,
        cards: Mapping[str, Origin],
        *,
        at: float | None = None,
        profile: str | None = None,
    ) -> None:
        """Note that cards of a panel were seen: item's id → where it stood.

        The same of the same moment `at`, in unix seconds, is noted once.
        """
        ...

    def searched(self, text: str, *, profile: str | None = None) -> None:
        """Note what a person searched for; again within ten minutes is once."""
        ...

    def plugins(self) -> tuple[PluginView, ...]:
        """List the plugins."""
        ...

    def plugin(self, name: str) -> PluginPage:
        """Give everything about one plugin."""
        ...

    def plan_plugin(
        self, source: str, *, network: bool = False, wheelhouse: str | None = None
    ) -> PluginPlan:
        """Tell what installing from a wheel, bundle, folder, URL or index name would do.

        Nothing is changed. Only with `network` may anything be fetched. `wheelhouse` is a folder
        of wheels for what the plugin needs, else the one that is set.
        """
        ...

    def install_plugin(self, token: str, *, new_publisher: bool = False) -> PluginView:
        """Do what a plan said, all or nothing; the plans of this engine are remembered.

        A plan with a `former_signer` needs the consent to that, which is `new_publisher`.
        """
        ...

    def remove_plugin(self, name: str, *, with_data: bool) -> None:
        """Remove a plugin, with or without the data that it made."""
        ...

    def rollback_plugin(self, name: str) -> PluginView:
        """Bring the previous version back."""
        ...

    def enable_plugin(self, name: str, *, enabled: bool) -> PluginView:
        """Switch a plugin on or off; on also ends its quarantine."""
        ...

    def set_plugin(self, name: str, settings: Mapping[str, object]) -> PluginPage:
        """Change some of a plugin's settings."""
        ...

    def budget_plugin(self, name: str, when: str) -> PluginPage:
        """Set when a plugin may work: always, idle, mains or idle-and-mains."""
        ...

    def price_plugin(self, name: str) -> tuple[PriceTag, ...]:
        """Measure on a few items what each extractor of a plugin would cost."""
        ...

    def offers(self, *, network: bool = False) -> tuple[Offer, ...]:
        """List what the plugin index offers, from its cached copy unless `network` allows more."""
        ...

    def pages(self) -> tuple[PageView, ...]:
        """List the pages that plugins make."""
        ...

    def page(self, plugin: str, name: str, *, profile: str | None = None) -> PageContent:
        """Make a plugin's page."""
        ...

    def import_history(
        self, path: str, *, dry_run: bool = False, profile: str | None = None
    ) -> Imported:
        """Read a history exported by another program, with the importers of the plugins."""
        ...

    def import_progress(self) -> Progress | None:
        """Tell how many KiB of the history that is being read are read; None while none is."""
        ...

    def undo_import(self, *, profile: str | None = None) -> int:
        """Take back the last imported history, and give how many lines it had."""
        ...

    def ask(self, text: str, *, limit: int = 50, profile: str | None = None) -> Answer:
        """Answer a question in plain language; without a parser its words are searched for."""
        ...

    def players(self, name: str, *, start: float = 0.0) -> tuple[PlayerView, ...]:
        """List the programs that can play an item, with the commands that do it."""
        ...

    def models(self) -> tuple[ModelView, ...]:
        """List the models of the catalogue."""
        ...

    def doctor(self) -> tuple[Check, ...]:
        """Check what MediaDesk needs on this machine."""
        ...

    def backups(self) -> Backups:
        """List the backups."""
        ...

    def backup(self) -> Backups:
        """Back the library up; give the backups, this one first."""
        ...

    def restore(self, path: str) -> None:
        """Have the next engine start on this backup; the library of now is backed up then."""
        ...

    def theme(self, choice: str | None = None) -> str:
        """Give the look that is set (of `LOOKS`), after setting it to `choice`."""
        ...

    def everywhere(self, name: str | None = None, *, on: bool | None = None) -> dict[str, bool]:
        """Give setting → whether it is the same on all devices, after saying so of one.

        What this device has set then is what all get, until one of them sets something else.

        Raises:
            UserError: if there is no setting of that `name` that may be.
        """
        ...

    def usual_folders(self) -> tuple[str, ...]:
        """Give the folders for videos and music that this computer has, for a new library."""
        ...

    def sort_out(self, paths: Sequence[str]) -> Sorted:
        """Tell folders for the library, plugins, items and other files apart."""
        ...

    def desktop(
        self,
        *,
        scale: int | None = None,
        keys: Mapping[str, Sequence[str]] | None = None,
        tray: bool | None = None,
        guided: bool | None = None,
    ) -> Desktop:
        """Give what is set for the window, after setting what is given.

        `keys` are all keys of a person's own: those that are not named are the usual ones again.

        Raises:
            UserError: if `scale` is none of `SCALES`.
        """
        ...
