"""What the window asks the engine of itself as it opens: the first panel before all else."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from mediadesk.engine.messages import Desktop, Status, Verbs
from mediadesk.ui.desk import Desk
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
        desk.restarted.connect(self._ask_settings)
        self._ask_settings()

    def go_on(self) -> None:
        """Ask for all that is less urgent than the first panel."""
        self._topbar.follow()
        self.ask_plugins()
        if not self._desk.posing:
            self._desk.restarted.connect(self._work)
            self._work()

    def ask_plugins(self) -> None:
        """Ask for the plugins and their pages."""
        self._questions.ask(self._safe_start.show_plugins, Verbs.plugins)
        self._questions.ask(self._rail.show_pages, Verbs.pages)

    def _work(self) -> None:
        self._desk.questions.tell(Verbs.analyze)

    def _ask_settings(self) -> None:
        """Ask what a person set, until an engine lives long enough to tell it."""
        if not self._is_set:
            self._questions.ask(self._set, Verbs.desktop)

    def _set(self, desktop: Desktop) -> None:
        """Take what a person set for the window."""
        self._is_set = True
        desk = self._desk
        for sentence in desk.keys.take(desktop.keys):
            desk.told.emit(sentence, False)
        desk.keys.changed.connect(self._keep_keys)
        if not desk.posing:
            self._tray.turn(on=desktop.tray)
            if not desktop.guided:
                self._questions.ask(self._greet, Verbs.status)

    def _greet(self, status: Status) -> None:
        if not status.folders and self._here() == "for-you":
            self._desk.guide_wanted.emit()

    def _keep_keys(self) -> None:
        self._questions.tell(Verbs.desktop, keys=self._desk.keys.own)
