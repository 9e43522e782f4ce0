"""What the window asks the engine of itself as it opens: the first panel before all else."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from mediadesk.engine.messages import Desktop, PluginView, Status, Verbs
from mediadesk.ui.desk import Desk
from mediadesk.ui.offers import offers
from mediadesk.ui.rail import Rail
from mediadesk.ui.topbar import TopBar
from mediadesk.ui.tray import Tray
from mediadesk.ui.widgets.notices import SafeStartBar


class Opening(QObject):
    """Asks for what surrounds the pages, once they may go on, and anew when it changes."""

    def __init__(
        self,
        desk: Desk,
        *,
        rail: Rail,
        topbar: TopBar,
        safe_start: SafeStartBar,
        tray: Tray,
        here: Callable[[], str],
    ) -> None:
        """`here` gives the name of the page that is seen."""
        super().__init__(desk)
        self._desk = desk
        self._questions = desk.ask_anew()
        self._rail, self._topbar, self._safe_start, self._tray = rail, topbar, safe_start, tray
        self._here = here
        self._is_set = False
        self._works = False
        desk.restarted.connect(self._ask_settings)
        desk.changed.connect(self._follow_settings)
        self._ask_settings()

    def go_on(self) -> None:
        """Ask for all that is less urgent than the first panel."""
        self._topbar.follow()
        self.ask_plugins()
        self._desk.freed.connect(self.ask_plugins)
        self._desk.restarted.connect(self._work_again)

    def work(self) -> None:
        """Have the engine look for changes and work, once somebody looks who may ask for that."""
        if not (self._works or self._desk.posing or self._desk.limited):
            self._works = True
            self._desk.questions.tell(Verbs.analyze)

    def ask_plugins(self) -> None:
        """Ask for the plugins and their pages."""
        self._questions.ask(self._show_plugins, Verbs.plugins)
        self._questions.ask(self._rail.show_pages, Verbs.pages)

    def _show_plugins(self, plugins: Sequence[PluginView]) -> None:
        self._safe_start.show_plugins(plugins if offers(self._desk, "plugins") else ())

    def _work_again(self) -> None:
        self._works = False
        self.work()

    def _ask_settings(self) -> None:
        """Ask what a person set, until an engine lives long enough to tell it."""
        if not self._is_set:
            self._questions.ask(self._set, Verbs.desktop)

    def _follow_settings(self, what: frozenset[str]) -> None:
        """Take what was set on another device."""
        if "settings" in what and self._is_set:
            self._questions.ask(self._desk.theme.choose, Verbs.theme)
            self._ask_keys()

    def _take_keys(self, desktop: Desktop) -> None:
        for sentence in self._desk.keys.take(desktop.keys):
            self._desk.told.emit(sentence, False)

    def _set(self, desktop: Desktop) -> None:
        """Take what a person set for the window."""
        self._is_set = True
        desk = self._desk
        self._take_keys(desktop)
        desk.keys.changed.connect(self._keep_keys)
        if not desk.posing:
            self._tray.turn(on=desktop.tray)
            if not desktop.guided:
                self._questions.ask(self._greet, Verbs.status)

    def _greet(self, status: Status) -> None:
        if not status.folders and self._here() == "for-you":
            self._desk.guide_wanted.emit()

    def _keep_keys(self) -> None:
        self._desk.attempt(lambda _: None, self._ask_keys, Verbs.desktop, keys=self._desk.keys.own)

    def _ask_keys(self) -> None:
        self._questions.ask(self._take_keys, Verbs.desktop)
