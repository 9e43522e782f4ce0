"""The window: the rail on the left, the bar at the top, the pages, and the ways between them."""

from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from mediadesk import resources
from mediadesk.engine.messages import Desktop, Sorted, Status, Verbs
from mediadesk.ui import words
from mediadesk.ui.book import Book
from mediadesk.ui.commands import Commands
from mediadesk.ui.deeds import Deed, Deeds
from mediadesk.ui.desk import Desk
from mediadesk.ui.drawer import WhyDrawer
from mediadesk.ui.instance import to_front
from mediadesk.ui.items_view import ItemsView
from mediadesk.ui.keys import Shortcuts
from mediadesk.ui.pages.page import Page, Place
from mediadesk.ui.rail import PLACES, Rail
from mediadesk.ui.topbar import TopBar
from mediadesk.ui.tray import Tray
from mediadesk.ui.visits import Visits
from mediadesk.ui.widgets.controls import column, row
from mediadesk.ui.widgets.drop import DropArea
from mediadesk.ui.widgets.notices import MessageBar, Notice, SafeStartBar, Toast
from mediadesk.ui.widgets.now_bar import NowBar

if TYPE_CHECKING:
    from mediadesk.ui.pages.guide import GuidePage
    from mediadesk.ui.pages.library import LibraryPage
    from mediadesk.ui.pages.player import PlayerPage
    from mediadesk.ui.pages.settings import SettingsPage
    from mediadesk.ui.plugin_acts import PluginActs

_SIZE = QSize(1280, 800)
_NARROW = 1100  # pixels: below, the rail shows icons only


class Window(Book):
    """Everything a person sees. `geometry_file` is where its size is remembered."""

    closed = Signal()

    def __init__(self, desk: Desk, *, geometry_file: Path | None = None) -> None:
        super().__init__(desk)
        self._visits = Visits()
        self._questions = desk.ask_anew()
        self.deeds = Deeds(desk)
        self.keys = desk.keys
        self.tray = Tray(desk)
        self._build()
        self._wire()
        self._restore(geometry_file)
        self.go("for-you")
        self._ask_plugins()
        self._questions.ask(self._set, Verbs.desktop)
        if not desk.posing:
            desk.restarted.connect(self._work)
            self._work()

    @property
    def page(self) -> Page:
        """The page that is seen."""
        return self.named(self.page_name)

    @property
    def page_name(self) -> str:
        """The name of the page that is seen."""
        return self._visits.now.page

    def go(self, name: str, argument: str = "") -> None:
        """Turn to a page; the argument says what it is about: an item's id, a plugin's name."""
        if self._visits.begun:
            now = self._visits.now
            if (now.page, now.argument) == (name, argument):
                return
            self._leave()
        self._visits.go(name, argument)
        self._turn()

    def back(self) -> None:
        """Go to the page before."""
        if self._visits.has_past:
            self._leave()
            self._visits.back()
            self._turn()

    def forward(self) -> None:
        """Go again to the page that one came back from."""
        if self._visits.has_future:
            self._leave()
            self._visits.forward()
            self._turn()

    def escape(self) -> None:
        """Leave what is open, full screen first, then go to the page before."""
        if self.is_made("player") and self.player.full_screen:
            self.player.set_full_screen(full=False)
        elif self.page_name == "player" and self.player.call_off():
            return
        elif self.drawer.isVisible():
            self.drawer.dismiss()
        elif self.topbar.search.hasFocus() and self.topbar.search.text():
            self.topbar.search.clear()
        else:
            self.back()

    def open_item(self, item: str) -> None:
        """Turn to an item's page."""
        self.go("item", item)

    def play(self, item: str, start: float) -> None:
        """Turn to the player with an item."""
        self.player.play(item, start)
        if self.page is not self.player:
            self.go("player", item)

    def queue(self, items: Sequence[str], where: str) -> None:
        """Take items into the player's queue, and turn to it if they are played now."""
        if self.player.enqueue(items, where) and self.page is not self.player:
            self.go("player", items[0])

    def act(self, action: str) -> None:
        """Do what a key says with the chosen card, else with what the page is about."""
        focused = self.focusWidget()
        if action == "filter" or action.startswith("tab-"):
            self.go("library")
            self.library.act(action)
        elif isinstance(focused, ItemsView):
            focused.act(action)
        else:
            self.page.act(action)

    def quit(self) -> None:
        """Close the window and end the program."""
        self.tray.turn(on=False)
        self.close()

    def to_front(self) -> None:
        """Be seen again."""
        to_front(self)

    def add_folder(self, path: str) -> None:
        """Add a folder to the library; in the guide it is offered first."""
        if self.page_name == "guide" and self.guide.chooses:
            self.guide.offer((path,))
            return
        self.desk.do(self._added, Verbs.add_folder, path)

    def take(self, paths: Sequence[str]) -> None:
        """Take what was dropped: folders are added, a plugin is looked at."""
        self.desk.do(self._sorted, Verbs.sort_out, tuple(paths))

    def _sorted(self, given: Sorted) -> None:
        for folder in given.folders:
            self.add_folder(folder)
        if given.plugins:
            self.acts.install(given.plugins[0])
        if given.folders and self.page_name != "guide":
            names = ", ".join(f"“{words.short(one, 40)}”" for one in given.folders)
            self.desk.toasted.emit(f"Looking through {names} …", None)
        for folder in given.around:
            self.toast.say(
                Notice(
                    f"Only whole folders can be added: add “{words.short(folder)}” with all that "
                    "is in it?",
                    "Add it",
                    partial(self.add_folder, folder),
                )
            )

    def _build(self) -> None:
        desk = self.desk
        self.setWindowTitle("MediaDesk")
        self.setWindowIcon(QIcon(str(resources.path("icons") / "mediadesk.svg")))
        self.rail = Rail(desk.theme, self.go, [name for name in PLACES if self.knows(name)])
        self.topbar = TopBar(desk, self.back, self.forward)
        self.message = MessageBar(desk.theme)
        self.safe_start = SafeStartBar(
            desk.theme,
            lambda *names: self.acts.enable(*names, enabled=True),
            lambda: self.go("plugins"),
        )
        main = column(self.topbar, self.safe_start, self.message, self.stack, spacing=0)
        self._main = main
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
        self.commands = Commands(self)
        desk.opened.connect(self.open_item)
        desk.played.connect(self.play)
        desk.queued.connect(self.queue)
        desk.explained.connect(self.drawer.explain)
        desk.told.connect(lambda sentence, bug: self.message.say(sentence, bug=bug))
        self.deeds.told.connect(self._tell)
        self.deeds.settled.connect(self.toast.call_off)
        desk.changed.connect(self._refresh)
        desk.guide_wanted.connect(lambda: self.go("guide"))
        self.tray.show_wanted.connect(self.to_front)
        self.tray.quit_wanted.connect(self.quit)
        desk.folder_wanted.connect(self._choose_folder)
        desk.page_wanted.connect(self.go)
        desk.group_opened.connect(lambda address: self.go("group", address))
        desk.plugin_wanted.connect(lambda name: self.go("plugin", name))
        self.drop_area.dropped.connect(self.take)
        self.topbar.search.textChanged.connect(self._search)
        self.topbar.search.returnPressed.connect(self._leave_search)
        desk.acted.connect(self.commands.act_on)
        desk.search_wanted.connect(self.topbar.search.setText)
        self.shortcuts = Shortcuts(self, self.keys, self.commands.todo)

    def _leave(self) -> None:
        """Note where one is on the page that one leaves."""
        self._visits.now.place = Place.on(self.page)
        self.page.leave()

    def _turn(self) -> None:
        """Show the page that is last in the list of where one has been."""
        visit = self._visits.now
        page = self.named(visit.page)
        self.drawer.dismiss()
        page.turn_to(visit.argument)
        self.stack.setCurrentWidget(page)
        self.rail.mark(visit.page, visit.argument)
        self.topbar.show_ways(back=self._visits.has_past, forward=self._visits.has_future)
        self.shortcuts.follow(visit.page)
        self.toast.at_head = visit.page == "player"  # at the foot are its controls
        if self.is_made("player"):
            self.now_bar.follow(elsewhere=visit.page != "player")
        page.enter()
        if not self.topbar.search.hasFocus():
            if visit.place is None:
                page.take_keyboard()
            else:
                visit.place.take_up()

    def _refresh(self, what: frozenset[str]) -> None:
        self.page.refresh(what)
        if "plugins" in what:
            self._ask_plugins()

    def _set(self, desktop: Desktop) -> None:
        """Take what a person set for the window."""
        for sentence in self.keys.take(desktop.keys):
            self.desk.told.emit(sentence, False)
        self.keys.changed.connect(self._keep_keys)
        if not self.desk.posing:
            self.tray.turn(on=desktop.tray)
            if not desktop.guided:
                self._questions.ask(self._greet, Verbs.status)

    def _greet(self, status: Status) -> None:
        if not status.folders and self.page_name == "for-you":
            self.go("guide")

    def _keep_keys(self) -> None:
        self._questions.tell(Verbs.desktop, keys=self.keys.own)

    def _ask_plugins(self) -> None:
        self._questions.ask(self.safe_start.show_plugins, Verbs.plugins)
        self._questions.ask(self.rail.show_pages, Verbs.pages)

    def _plugin_removed(self, name: str) -> None:
        self._visits.forget("plugin", name)
        if not self._visits.begun:
            self._visits.go("plugins", "")
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

    def _tell(self, deed: Deed, word: str) -> None:
        self.toast.say(
            Notice(deed.says, word, partial(self.deeds.take, deed) if word else None, deed)
        )

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, "Add a folder to the library")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.add_folder)
        dialog.open()

    def _added(self, status: Status) -> None:  # noqa: ARG002 - the page asks for what it shows
        self.page.refresh(frozenset({"items", "features", "status"}))

    @cached_property
    def acts(self) -> "PluginActs":
        acts = super().acts
        acts.changed.connect(lambda: self._refresh(frozenset({"plugins"})))
        acts.removed.connect(self._plugin_removed)
        acts.browse_wanted.connect(self._browse_plugins)
        acts.folder_wanted.connect(self.add_folder)
        return acts

    @cached_property
    def guide(self) -> "GuidePage":
        guide = super().guide
        guide.done.connect(self._leave_guide)
        return guide

    @cached_property
    def settings(self) -> "SettingsPage":
        settings = super().settings
        settings.tray_turned.connect(lambda on: self.tray.turn(on=on))
        settings.keys_wanted.connect(self.commands.show_keys)
        return settings

    def _leave_guide(self) -> None:
        """Go back to where one was before the guide."""
        self.guide.leave()
        self._visits.forget("guide", "")
        if not self._visits.begun:
            self._visits.go("for-you", "")
        self._turn()

    @cached_property
    def library(self) -> "LibraryPage":
        """Everything in the library, shown as it was when the window was closed."""
        library = super().library
        if self._geometry is not None:
            library.browser.arrangement.keep(str(self._geometry.value("library", "")))
        return library

    @cached_property
    def player(self) -> "PlayerPage":
        player = super().player
        player.full_screen_wanted.connect(self._full_screen)
        self.now_bar = NowBar(self.desk, player)
        self._main.addWidget(self.now_bar)
        if self._geometry is not None:
            player.set_volume(int(str(self._geometry.value("volume", player.volume))))
        return player

    def _full_screen(self, full: bool) -> None:
        for part in (self.rail, self.topbar):
            part.setVisible(not full)
        if full:
            self.showFullScreen()
        else:
            self.showNormal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.be_narrow(narrow=event.size().width() < _NARROW)
        self.toast.place()
        self.drawer.place()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.windowHandle().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the mouse's back and forward buttons, whatever is under the mouse."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            ways = {
                Qt.MouseButton.BackButton: self.back,
                Qt.MouseButton.ForwardButton: self.forward,
            }
            if event.button() in ways:
                ways[event.button()]()
                return True
        return bool(super().eventFilter(watched, event))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.tray.on:
            event.ignore()
            self.hide()
            return
        if self.is_made("player"):
            self.player.close_player()
        if self._geometry is not None:
            self._geometry.setValue("geometry", self.saveGeometry())
            self._geometry.setValue("recent", ",".join(self.commands.recent))
            if self.is_made("player"):
                self._geometry.setValue("volume", self.player.volume)
            if self.is_made("library"):
                self._geometry.setValue("library", self.library.browser.arrangement.kept)
        super().closeEvent(event)
        self.closed.emit()

    def _restore(self, file: Path | None) -> None:
        self._geometry = QSettings(str(file), QSettings.Format.IniFormat) if file else None
        self.resize(_SIZE)
        self.setMinimumSize(960, 600)  # 1440 × 900 at a scale of 150 %
        if self._geometry is not None and (kept := self._geometry.value("geometry")) is not None:
            self.restoreGeometry(kept)
        if self._geometry is not None:
            self.commands.recent = str(self._geometry.value("recent", "")).split(",")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose)
