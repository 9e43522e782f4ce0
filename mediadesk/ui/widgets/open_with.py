"""The button that opens a file in another program of this computer."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu

from mediadesk.engine.messages import ItemView, PlayerView, Verbs
from mediadesk.paths import shown, to_uri
from mediadesk.play import outside
from mediadesk.ui import icons
from mediadesk.ui.desk import Desk
from mediadesk.ui.offers import offers
from mediadesk.ui.widgets.controls import Button, unmarked
from mediadesk.ui.widgets.menus import passing

MORE = "Plugins can add more players …"


class OpenWith(Button):
    """Asks the engine for the programs that can play an item, and starts the one that is picked."""

    def __init__(self, desk: Desk, *, role: str = "") -> None:
        super().__init__(desk.theme, "Open with…", self._ask, role=role)
        self._desk = desk
        self._questions = desk.ask_anew()
        self._item: ItemView | None = None
        self.menu_shown: QMenu | None = None

    def show_item(self, item: ItemView | None) -> None:
        """Be about an item, or about none while the next one is on its way."""
        if item is None or self._item is None or item.id != self._item.id:
            self._questions.forget()  # else the last item's programs would be offered for this one
        self._item = item
        self.setEnabled(item is not None and item.available and item.path is not None)

    def _ask(self) -> None:
        if self._item is not None:
            self._questions.ask(
                self._offer, Verbs.players, self._item.id, start=self._item.resume_s
            )

    def _offer(self, players: Sequence[PlayerView]) -> None:
        if not self.isVisible():
            return  # another page is seen by now
        colour = self._desk.theme.colour("text")
        menu = passing(self)
        for player in players:
            action = menu.addAction(icons.icon("play", colour), unmarked(player.title))
            action.triggered.connect(partial(self._start, player))
        outside = menu.addAction(icons.icon("open", colour), "The system's player")
        outside.triggered.connect(self.open_outside)
        if not players and offers(self._desk, "plugins"):
            menu.addSeparator()
            more = menu.addAction(icons.icon("plugins", colour), MORE)
            more.triggered.connect(lambda: self._desk.page_wanted.emit("plugins"))
        self.menu_shown = menu
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def open_outside(self) -> None:
        """Open the file in whatever the system plays such files with."""
        if self._item is None or self._item.path is None:
            return
        if not QDesktopServices.openUrl(QUrl.fromEncoded(to_uri(self._item.path).encode())):
            self._desk.told.emit(
                f"“{shown(self._item.path)}” can't be opened: your system knows no player for it; "
                "install one, such as VLC.",
                False,
            )

    def _start(self, player: PlayerView) -> None:
        try:
            outside.start(player.command)
        except OSError:
            self._desk.told.emit(
                f"“{player.command[0]}” can't be started: install it, or open the file with "
                "another player.",
                False,
            )
