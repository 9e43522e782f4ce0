"""The window: the rail on the left, the bar at the top, the pages, and what lies over them."""

import time
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QContextMenuEvent,
    QIcon,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from mediadesk import resources
from mediadesk.ui.book import Book
from mediadesk.ui.desk import Desk
from mediadesk.ui.instance import to_front
from mediadesk.ui.kept import Kept
from mediadesk.ui.offers import offers
from mediadesk.ui.pages.page import Page
from mediadesk.ui.rail import PLACES, Rail
from mediadesk.ui.topbar import TopBar
from mediadesk.ui.ways import Ways
from mediadesk.ui.widgets.controls import column, row
from mediadesk.ui.widgets.drop import DropArea

# Nothing else is seen until the engine is reached: it is loaded and made in `_furnish`.
if TYPE_CHECKING:
    from mediadesk.engine.messages import HouseholdView
    from mediadesk.ui.pages.guide import GuidePage
    from mediadesk.ui.pages.library import LibraryPage
    from mediadesk.ui.pages.player import PlayerPage
    from mediadesk.ui.pages.settings import SettingsPage
    from mediadesk.ui.plugin_acts import PluginActs

_SIZE = QSize(1280, 800)
_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)
_NARROW = 1100  # pixels: below, the rail shows icons only


class Window(Book):
    """Everything a person sees. `geometry_file` is where its size is remembered.

    Before the engine is reached it is the frame alone; then it turns to the first page.
    """

    closed = Signal()

    def __init__(self, desk: Desk, *, geometry_file: Path | None = None) -> None:
        super().__init__(desk)
        self._kept = Kept(geometry_file)
        self._build()
        if desk.has_engine:
            self._begin()
        else:
            desk.reached.connect(self._begin)

    @property
    def page(self) -> Page:
        """The page that is seen."""
        return self._ways.page

    @property
    def page_name(self) -> str:
        """The name of the page that is seen."""
        return self._ways.page_name

    def go(self, name: str, argument: str = "") -> None:
        """Turn to a page; the argument says what it is about: an item's id, a plugin's name."""
        if offers(self.desk, name):
            self._ways.go(name, argument)
            focused = self.focusWidget()
            if focused is None or not self.page.isAncestorOf(focused):
                self._return_keyboard()  # it was on this page already

    def back(self) -> None:
        """Go to the page before."""
        self._ways.back()

    def forward(self) -> None:
        """Go again to the page that one came back from."""
        self._ways.forward()

    def escape(self) -> None:
        """Leave what is open, full screen first, then go to the page before."""
        if self.is_made("player") and self.player.full_screen:
            self.player.set_full_screen(full=False)
        elif self.drawer.isVisible():
            self.drawer.dismiss()
        elif self.topbar.search.hasFocus() and self.topbar.search.text():
            self.topbar.search.clear()
        elif self.topbar.search.hasFocus():
            self._leave_search()
        elif not self.page.call_off():
            self.back()

    def open_item(self, item: str) -> None:
        """Turn to an item's page."""
        self.go("item", item)

    def play(self, item: str, start: float) -> None:
        """Turn to the player with an item."""
        self.player.play(item, start)
        if self.page is not self.player:
            self.go("player")

    def queue(self, items: Sequence[str], where: str) -> None:
        """Take items into the player's queue, which turns to itself if they are played now."""
        self.player.enqueue(items, where)

    def act(self, action: str) -> None:
        """Do what a key says with the chosen card, else with what the page is about."""
        from mediadesk.ui.items_view import ItemsView

        focused = self.focusWidget()
        if action == "filter" or action.startswith("tab-"):
            self.go("library")
            self.library.act(action)
        elif isinstance(focused, ItemsView):
            focused.act(action)
        else:
            self.page.act(action)

    def open_menu(self) -> None:
        """Open the menu of what has the keyboard: not every keyboard has a key for it."""
        focused = self.focusWidget()
        if focused is not None:
            middle = focused.rect().center()
            reason = QContextMenuEvent.Reason.Keyboard
            event = QContextMenuEvent(reason, middle, focused.mapToGlobal(middle))
            QApplication.sendEvent(focused, event)

    def quit(self) -> None:
        """Close the window and end the program."""
        self.tray.turn(on=False)
        self.close()

    def to_front(self) -> None:
        """Be seen again."""
        to_front(self)

    def _build(self) -> None:
        desk = self.desk
        self.setWindowTitle("MediaDesk")
        self.setWindowIcon(QIcon(str(resources.path("icons") / "mediadesk.svg")))
        self.rail = Rail(desk.theme, self.go, [name for name in PLACES if self.knows(name)])
        self.rail.mark("for-you")
        self.topbar = TopBar(desk, self.back, self.forward)
        self._ways = Ways(self)
        self._main = column(self.topbar, self.stack, spacing=0)
        self._main.setStretch(1, 1)
        body = QWidget()
        body.setLayout(self._main)
        self.drop_area = DropArea(desk)
        sides = row(self.rail, body, spacing=0)
        sides.setStretch(1, 1)
        self.drop_area.setLayout(sides)
        self.setCentralWidget(self.drop_area)
        self.resize(_SIZE)
        self.setMinimumSize(960, 600)  # 1440 × 900 at a scale of 150 %
        self._kept.restore(self)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose)

    def _begin(self) -> None:
        """Make what lies around the pages, and turn to the first one; its panel is asked first."""
        self._furnish()
        self._wire()
        self._go_along("for-you")
        self._open()

    def _furnish(self) -> None:
        from mediadesk.ui.commands import Commands
        from mediadesk.ui.deeds import Deeds
        from mediadesk.ui.drawer import WhyDrawer
        from mediadesk.ui.intake import Intake
        from mediadesk.ui.keys import PICK_ACTS, Shortcuts
        from mediadesk.ui.people import People
        from mediadesk.ui.tray import Tray
        from mediadesk.ui.widgets.notices import MessageBar, SafeStartBar, Toast
        from mediadesk.ui.widgets.private_bar import PrivateBar

        desk, theme, whole = self.desk, self.desk.theme, self.drop_area
        self.keys = desk.keys
        self.rail.tell_keys(self.keys)
        self.deeds = Deeds(desk)
        self.tray = Tray(desk)
        self.message = MessageBar(theme)
        self.safe_start = SafeStartBar(
            theme,
            lambda *names: self.acts.enable(*names, enabled=True),
            lambda: self.go("plugins"),
        )
        self.people = People(desk, self)
        self.private_bar = PrivateBar(theme, self.people.turn_private)
        self._main.insertWidget(1, self.private_bar)
        self._main.insertWidget(2, self.safe_start)
        self._main.insertWidget(3, self.message)
        self.drawer = WhyDrawer(desk, whole)
        self.toast = Toast(theme, desk.keys, whole)
        self.intake = Intake(desk, self, offer=self._offer)
        self.commands = Commands(desk, self, self._todo(), does=self._does)
        self.commands.recent = self._kept.text("recent").split(",")
        of_lists = set(PICK_ACTS)
        todo = {name: act for name, act in self.commands.todo.items() if name not in of_lists}
        self.shortcuts = Shortcuts(self, self.keys, todo)

    def _todo(self) -> dict[str, Callable[[], object]]:
        """What the window does by name."""
        from mediadesk.ui.keys import ELSEWHERE, GROUPS, ITEM_ACTS, LIBRARY_ACTS

        pages = [key.name for key in GROUPS["Go to"] if self.knows(key.name)]
        player = {key.name: key.name for key in GROUPS["Player"]} | ELSEWHERE
        return {
            **{name: partial(self.go, name) for name in pages},
            "back": self.back,
            "forward": self.forward,
            "search": self.topbar.take_keyboard,
            "menu": self.open_menu,
            "escape": self.escape,
            "undo": self.deeds.undo,
            "redo": self.deeds.redo,
            "quit": self.quit,
            **{name: partial(self.act, name) for name in (*ITEM_ACTS, *LIBRARY_ACTS, "pick-all")},
            **{name: partial(self._do_in_player, action) for name, action in player.items()},
        }

    def _does(self, name: str) -> bool:
        """Whether a command does anything where one is."""
        from mediadesk.ui.keys import ELSEWHERE, KEYS, PLAYER_ONLY, counts

        here = counts(KEYS[name], self.page_name)
        if not offers(self.desk, name):
            return False
        if name == "pick-all":
            return self.page.can_pick
        if name in ELSEWHERE or (KEYS[name].where == "player" and not here):
            plays = self.is_made("player") and self.player.playback.is_on
            return plays and self.page_name != "player" and name not in PLAYER_ONLY
        return here

    def _wire(self) -> None:
        desk = self.desk
        self._ways.turned.connect(self._follow)
        self.people.known.connect(self._know_people)
        self.people.leaving.connect(self._end_seeing)
        self.people.switched.connect(self._change_hands)
        self.rail.on_person = self.open_people
        desk.freed.connect(self._offer_pages)
        desk.opened.connect(self.open_item)
        desk.played.connect(self.play)
        desk.queued.connect(self.queue)
        desk.explained.connect(self.drawer.explain)
        desk.told.connect(lambda sentence, bug: self.message.say(sentence, bug=bug))
        desk.settled.connect(self.message.take_back)
        for notice in (self.message, self.toast):
            notice.left.connect(self._return_keyboard)
        self.deeds.told.connect(self.toast.say)
        self.deeds.settled.connect(self.toast.call_off)
        desk.changed.connect(self._refresh)
        desk.guide_wanted.connect(lambda: self.go("guide"))
        desk.page_wanted.connect(self.go)
        desk.group_opened.connect(lambda address: self.go("group", address))
        desk.plugin_wanted.connect(lambda name: self.go("plugin", name))
        desk.search_wanted.connect(self.topbar.search.setText)
        self.topbar.search.textChanged.connect(self._search)
        self.topbar.search.returnPressed.connect(self._leave_search)
        self.topbar.search.returnPressed.connect(self._note_search)
        desk.opened.connect(self._note_search)
        desk.played.connect(self._note_search)
        self.tray.show_wanted.connect(self.to_front)
        self.tray.quit_wanted.connect(self.quit)
        self.drop_area.dropped.connect(self.intake.take)
        self.intake.added.connect(lambda: self._refresh(frozenset({"items", "features", "status"})))
        self.intake.plugin_given.connect(self._install)
        self.intake.asked.connect(self.toast.say)

    def _open(self) -> None:
        from mediadesk.ui.opening import Opening

        self._opening = Opening(
            self.desk,
            rail=self.rail,
            topbar=self.topbar,
            safe_start=self.safe_start,
            tray=self.tray,
            here=lambda: self.page_name,
        )
        self.people.known.connect(self._opening.work)
        for ask in (self._opening.go_on, self.people.ask):
            self.for_you.came.connect(ask, Qt.ConnectionType.SingleShotConnection)

    def _follow(self, name: str, argument: str) -> None:
        """Follow the turn to a page."""
        self.drawer.dismiss()
        self.message.hide()
        if name not in {"for-you", "item", "player"}:
            self.desk.origins.clear()  # from here on it was found elsewhere
        self.rail.mark(name, argument)
        self.topbar.show_ways(back=self._ways.has_past, forward=self._ways.has_future)
        self.shortcuts.follow(name)
        self.toast.at_head = name == "player"  # at the foot are its controls
        self.toast.place()
        if self.is_made("player"):
            self.now_bar.follow(elsewhere=name != "player")

    def open_people(self) -> None:
        """Open the menu of who looks."""
        self.people.menu(self.rail.person.mapToGlobal(QPoint(0, -4)))

    def _know_people(self, household: "HouseholdView") -> None:
        from mediadesk.ui import people

        now = self.people.now
        if now is not None:
            self.rail.show_person(now.name, "hide" if household.private else people.sign(now))
        self.private_bar.setVisible(household.private)

    def _offer_pages(self) -> None:
        self.rail.offer([name for name in PLACES if offers(self.desk, name)])
        if not offers(self.desk, self.page_name):
            self._ways.start_over()

    def _end_seeing(self) -> None:
        """Have all be told that was done by who looks, before somebody else does."""
        self.page.leave()
        if self.is_made("player"):
            self.player.stop()

    def _change_hands(self) -> None:
        """Begin anew for somebody else: nothing of what was seen before is seen."""
        self.topbar.search.clear()
        self.desk.change_hands()
        self.deeds.forget()
        self.toast.clear()
        self.message.hide()
        for name in ("for_you", "library", "group", "item", "player", "quality", "ledger"):
            if self.is_made(name):
                getattr(self, name).change_hands()
        self._ways.start_over()

    def _note_search(self) -> None:
        self.desk.note_search(self.topbar.search.text())

    def _do_in_player(self, action: str) -> None:
        if self.is_made("player"):  # else nothing plays
            self.player.do(action)

    def _offer(self, folder: str) -> bool:
        """Have the guide offer a folder, if it is there for that."""
        chooses = self.page_name == "guide" and self.guide.chooses
        if chooses:
            self.guide.offer((folder,))
        return chooses

    def _refresh(self, what: frozenset[str]) -> None:
        self.page.refresh(what)
        if "plugins" in what:
            self._opening.ask_plugins()

    def _install(self, path: str) -> None:
        self.acts.install(path)

    def _browse_plugins(self) -> None:
        self.go("plugins")
        self.plugins.browse()

    def _return_keyboard(self) -> None:
        """Give the keyboard back to what had it last on the page."""
        part = self.page.focusWidget()
        if part is not None and part.isVisible() and part.isEnabled():
            part.setFocus()
        else:
            self.page.take_keyboard()

    def _leave_search(self) -> None:
        self.page.take_keyboard()

    def _search(self, text: str) -> None:
        if text and self.page is not self.library:
            self._go_along("library")
        self.library.search(text)

    def _go_along(self, name: str) -> None:
        """Turn to a page while somebody may be typing a search."""
        self._ways.go(name, keyboard=not self.topbar.search.hasFocus())

    @cached_property
    def acts(self) -> "PluginActs":
        acts = super().acts
        acts.changed.connect(lambda: self._refresh(frozenset({"plugins"})))
        acts.removed.connect(lambda name: self._ways.forget("plugin", name, instead="plugins"))
        acts.browse_wanted.connect(self._browse_plugins)
        acts.folder_wanted.connect(self.intake.add)
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
        self._ways.forget("guide")

    @cached_property
    def library(self) -> "LibraryPage":
        """Everything in the library, shown as it was when the window was closed."""
        library = super().library
        library.browser.arrangement.keep(self._kept.text("library"))
        return library

    @cached_property
    def player(self) -> "PlayerPage":
        from mediadesk.ui.widgets.now_bar import NowBar

        player = super().player
        player.full_screen_wanted.connect(self._full_screen)
        self.now_bar = NowBar(self.desk, player)
        self._main.addWidget(self.now_bar)
        player.set_volume(int(self._kept.text("volume") or player.volume))
        return player

    def _full_screen(self, full: bool) -> None:
        for part in (self.rail, self.topbar):
            part.setVisible(not full)
        filled = Qt.WindowState.WindowFullScreen  # a maximised window stays one behind it
        state = self.windowState()
        self.setWindowState(state | filled if full else state & ~filled)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.be_narrow(narrow=event.size().width() < _NARROW)
        if self._ways.begun:
            self.toast.place()
            self.drawer.place()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.windowHandle().installEventFilter(self)
        if self.page_name == "player" and not event.spontaneous():
            self.player.enter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the mouse's back and forward buttons, whatever is under the mouse.

        And note that somebody is there.
        """
        if event.type() in _TOUCHES:
            self.desk.touched_at = time.monotonic()
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
        if self.page_name == "player":
            self.player.leave()
        elif self._ways.begun and self.page is self.for_you:
            self.for_you.leave()
        if self._ways.begun and self.tray.on:
            event.ignore()
            self.hide()
            return
        self._kept.keep_size(self)
        if self._ways.begun:
            self._kept.keep("recent", ",".join(self.commands.recent))
        if self.is_made("player"):
            self.player.close_player()
            self._kept.keep("volume", str(self.player.volume))
        if self.is_made("library"):
            self._kept.keep("library", self.library.browser.arrangement.kept)
        super().closeEvent(event)
        self.closed.emit()
