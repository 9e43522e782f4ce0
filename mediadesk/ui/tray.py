"""The icon in the system's tray, with which the program goes on while its window is closed."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from mediadesk import resources
from mediadesk.engine.messages import Status, Verbs
from mediadesk.ui.desk import Desk
from mediadesk.ui.offers import offers

ABSENT = "This desktop has no tray: closing the window ends the program."


def is_there() -> bool:
    """Whether the desktop has a tray."""
    return QSystemTrayIcon.isSystemTrayAvailable()


class Tray(QObject):
    """Show the window, pause the work or go on with it, quit."""

    show_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._questions = desk.ask_anew()
        self._paused = False
        self.menu = QMenu()
        self._show = QAction("Show MediaDesk", self.menu)
        self._show.triggered.connect(self.show_wanted)
        self._pause = QAction("Pause the work", self.menu)
        self._pause.triggered.connect(self._turn_pause)
        self._quit = QAction("Quit", self.menu)
        self._quit.triggered.connect(self.quit_wanted)
        for action in (self._show, self._pause, self._quit):
            self.menu.addAction(action)
        self._icon = QSystemTrayIcon(QIcon(str(resources.path("icons") / "mediadesk.svg")), self)
        self._icon.setToolTip("MediaDesk")
        self._icon.setContextMenu(self.menu)
        self._icon.activated.connect(self._clicked)
        desk.changed.connect(self._ask)
        desk.freed.connect(lambda: self._pause.setVisible(offers(desk, "pause")))

    @property
    def on(self) -> bool:
        """Whether the icon is in the tray, which may come later than the program, and go."""
        return self._icon.isVisible() and is_there()

    def turn(self, *, on: bool) -> None:
        """Put the icon into the tray, or take it away."""
        self._icon.setVisible(on)
        if on:
            self._questions.ask(self._take, Verbs.status)

    def _ask(self, what: frozenset[str]) -> None:
        if self._icon.isVisible() and "status" in what:
            self._questions.ask(self._take, Verbs.status)

    def _take(self, status: Status) -> None:
        self._paused = status.paused
        self._pause.setText("Go on with the work" if status.paused else "Pause the work")

    def _turn_pause(self) -> None:
        self._questions.ask(self._take, Verbs.pause, paused=not self._paused)

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.show_wanted.emit()
