"""The window: the rail on the left, the bar at the top, the pages, and the ways between them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow, QStackedWidget, QWidget

from mediadesk import resources
from mediadesk.engine.messages import Status, Verbs
from mediadesk.ui import keys
from mediadesk.ui.card_view import CardView
from mediadesk.ui.desk import Desk
from mediadesk.ui.drawer import WhyDrawer
from mediadesk.ui.pages.activity import ActivityPage
from mediadesk.ui.pages.for_you import ForYouPage
from mediadesk.ui.pages.item import ItemPage
from mediadesk.ui.pages.library import LibraryPage
from mediadesk.ui.pages.page import Page
from mediadesk.ui.pages.panel import PanelPage
from mediadesk.ui.pages.player import PlayerPage
from mediadesk.ui.pages.plugin import PluginPage
from mediadesk.ui.pages.plugins import PluginsPage
from mediadesk.ui.pages.settings import SettingsPage
from mediadesk.ui.plugin_acts import PluginActs
from mediadesk.ui.rail import Rail
from mediadesk.ui.topbar import TopBar
from mediadesk.ui.widgets.controls import column, row
from mediadesk.ui.widgets.drop import DropArea
from mediadesk.ui.widgets.notices import MessageBar, SafeStartBar, Toast
from mediadesk.ui.words import Tile

_SIZE = QSize(1280, 800)
_REMEMBERED = 50


class Window(QMainWindow):
    """Everything a person sees. `geometry_file` is where its size is remembered."""

    closed = Signal()

    def __init__(self, desk: Desk, *, geometry_file: Path | None = None) -> None:
        super().__init__()
        self.desk = desk
        self._been: list[tuple[str, str]] = []
        self._last_liked: Tile | None = None
        self._questions = desk.ask_anew()
        self.acts = PluginActs(desk, self)
        self.for_you = ForYouPage(desk)
        self.library = LibraryPage(desk)
        self.activity = ActivityPage(desk)
        self.settings = SettingsPage(desk)
        self.item = ItemPage(desk)
        self.player = PlayerPage(desk)
        self.plugins = PluginsPage(desk, self.acts)
        self.plugin = PluginPage(desk, self.acts)
        self.panel = PanelPage(desk)
        self.pages: dict[str, Page] = {
            "for-you": self.for_you,
            "library": self.library,
            "activity": self.activity,
            "settings": self.settings,
            "item": self.item,
            "player": self.player,
            "plugins": self.plugins,
            "plugin": self.plugin,
            "panel": self.panel,
        }
        self._build()
        self._wire()
        self._restore(geometry_file)
        self.go("for-you")
        self._ask_plugins()
        if not desk.posing:
            desk.restarted.connect(self._work)
            self._work()

    @property
    def page(self) -> Page:
        """The page that is seen."""
        return self.pages[self._been[-1][0]]

    def go(self, name: str, argument: str = "") -> None:
        """Turn to a page; the argument says what it is about: an item's id, a plugin's name."""
        if self._been and self._been[-1] == (name, argument):
            return
        self._been.append((name, argument))
        del self._been[:-_REMEMBERED]
        self._turn()

    def back(self) -> None:
        """Leave what is open, full screen first, then go to the page before."""
        if self.player.full_screen:
            self.player.set_full_screen(full=False)
        elif self.drawer.isVisible():
            self.drawer.dismiss()
        elif self.topbar.search.hasFocus() and self.topbar.search.text():
            self.topbar.search.clear()
        elif len(self._been) > 1:
            self._been.pop()
            self._turn()

    def open_item(self, item: str) -> None:
        """Turn to an item's page."""
        self.go("item", item)

    def play(self, item: str, start: float) -> None:
        """Turn to the player with an item."""
        self.player.play(item, start)
        if self.page is not self.player:
            self.go("player", item)

    def act(self, action: str) -> None:
        """Do what a key says with the chosen card, else with what the page is about."""
        focused = self.focusWidget()
        if isinstance(focused, CardView):
            focused.act(action)
        else:
            self.page.act(action)

    def undo(self) -> None:
        """Take back the last like, less or hide."""
        if self._last_liked is not None:
            self.desk.feedback(self._last_liked, "undo")
            self._last_liked = None

    def add_folder(self, path: str) -> None:
        """Add a folder to the library."""
        self.desk.questions.ask(self._added, Verbs.add_folder, path)

    def _build(self) -> None:
        desk = self.desk
        self.setWindowTitle("MediaDesk")
        self.setWindowIcon(QIcon(str(resources.path("icons") / "mediadesk.svg")))
        self.rail = Rail(desk.theme, self.go)
        self.topbar = TopBar(desk, self.back)
        self.message = MessageBar(desk.theme)
        self.safe_start = SafeStartBar(
            desk.theme, partial(self.acts.enable, enabled=True), lambda: self.go("plugins")
        )
        self.stack = QStackedWidget()
        for page in self.pages.values():
            self.stack.addWidget(page)
        main = column(self.topbar, self.safe_start, self.message, self.stack, spacing=0)
        main.setStretch(3, 1)
        body = QWidget()
        body.setLayout(main)
        self.drop_area = whole = DropArea(desk.theme)
        sides = row(self.rail, body, spacing=0)
        sides.setStretch(1, 1)
        whole.setLayout(sides)
        self.setCentralWidget(whole)
        self.drawer = WhyDrawer(desk, whole)
        self.toast = Toast(desk.theme, whole)

    def _wire(self) -> None:
        desk = self.desk
        desk.opened.connect(self.open_item)
        desk.played.connect(self.play)
        desk.explained.connect(self.drawer.explain)
        desk.told.connect(lambda sentence, bug: self.message.say(sentence, bug=bug))
        desk.toasted.connect(self._toast)
        desk.changed.connect(self._refresh)
        desk.folder_wanted.connect(self._choose_folder)
        desk.page_wanted.connect(self.go)
        desk.plugin_wanted.connect(lambda name: self.go("plugin", name))
        self.drop_area.dropped.connect(self.acts.install)
        self.acts.changed.connect(lambda: self._refresh(frozenset({"plugins"})))
        self.acts.removed.connect(self._plugin_removed)
        self.acts.browse_wanted.connect(self._browse_plugins)
        self.acts.folder_wanted.connect(self.add_folder)
        desk.search_cleared.connect(self.topbar.search.clear)
        self.topbar.search.textChanged.connect(self._search)
        self.topbar.search.returnPressed.connect(self._leave_search)
        self.player.full_screen_wanted.connect(self._full_screen)
        self.shortcuts = keys.install(self, self._todo())

    def _todo(self) -> dict[str, Callable[[], object]]:
        todo: dict[str, Callable[[], object]] = {
            name: partial(self.go, name)
            for name in ("for-you", "library", "activity", "settings", "plugins")
        }
        todo |= {name: partial(self.act, name) for name in ("play", "like", "less", "hide", "why")}
        player = self.player
        return todo | {
            "search": self.topbar.take_keyboard,
            "back": self.back,
            "undo": self.undo,
            "help": lambda: keys.help_dialog(self).open(),
            "toggle": player.toggle,
            "jump-back": lambda: player.jump(-10),
            "jump-on": lambda: player.jump(10),
            "full-screen": player.toggle_full_screen,
            "mute": player.toggle_mute,
        }

    def _turn(self) -> None:
        """Show the page that is last in the list of where one has been."""
        name, argument = self._been[-1]
        page = self.pages[name]
        old = self.stack.currentWidget()
        if isinstance(old, Page) and old is not page:
            old.leave()
        self.drawer.dismiss()
        page.turn_to(argument)
        self.stack.setCurrentWidget(page)
        self.rail.mark(name, argument)
        self.topbar.show_way_back(possible=len(self._been) > 1)
        for key in keys.PLAYER_KEYS:
            for shortcut in self.shortcuts[key]:
                shortcut.setEnabled(page is self.player)
        page.enter()
        if not self.topbar.search.hasFocus():
            page.take_keyboard()

    def _refresh(self, what: frozenset[str]) -> None:
        self.page.refresh(what)
        if "plugins" in what:
            self._ask_plugins()

    def _ask_plugins(self) -> None:
        self._questions.ask(self.safe_start.show_plugins, Verbs.plugins)
        self._questions.ask(self.rail.show_pages, Verbs.pages)

    def _plugin_removed(self, name: str) -> None:
        self._been = [one for one in self._been if one != ("plugin", name)] or [("plugins", "")]
        self._turn()

    def _browse_plugins(self) -> None:
        self.go("plugins")
        self.plugins.browse()

    def _leave_search(self) -> None:
        self.page.take_keyboard()

    def _work(self) -> None:
        self.desk.questions.tell(Verbs.analyze)

    def _search(self, text: str) -> None:
        if text and self.page is not self.library:
            self.go("library")
        self.library.search(text)

    def _toast(self, sentence: str, tile: Tile | None) -> None:
        self._last_liked = tile
        self.toast.say(sentence, None if tile is None else self.undo)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, "Add a folder to the library")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.add_folder)
        dialog.open()

    def _added(self, status: Status) -> None:  # noqa: ARG002 - the page asks for what it shows
        self.page.refresh(frozenset({"items", "features", "status"}))

    def _full_screen(self, full: bool) -> None:
        for part in (self.rail, self.topbar):
            part.setVisible(not full)
        if full:
            self.showFullScreen()
        else:
            self.showNormal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.toast.place()
        self.drawer.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.player.close_player()
        if self._geometry is not None:
            self._geometry.setValue("geometry", self.saveGeometry())
        super().closeEvent(event)
        self.closed.emit()

    def _restore(self, file: Path | None) -> None:
        self._geometry = QSettings(str(file), QSettings.Format.IniFormat) if file else None
        self.resize(_SIZE)
        self.setMinimumSize(960, 600)  # 1440 × 900 at a scale of 150 %
        if self._geometry is not None and (kept := self._geometry.value("geometry")) is not None:
            self.restoreGeometry(kept)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose)
