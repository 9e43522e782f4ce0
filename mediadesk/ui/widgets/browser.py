"""Looks through what a search finds: as a grid, a list or a table, sorted, jumped in, picked."""

from array import array
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QStackedWidget, QVBoxLayout, QWidget

from mediadesk.api import UserError
from mediadesk.engine.messages import Browse, Browsing, ItemView, Rows
from mediadesk.ui.anchor import Anchor
from mediadesk.ui.card_view import CardView
from mediadesk.ui.desk import Desk
from mediadesk.ui.found import Found
from mediadesk.ui.item_acts import Chosen, ItemActs
from mediadesk.ui.item_columns import DETAILS, LIST
from mediadesk.ui.item_table import ItemTable
from mediadesk.ui.items_view import ItemsView
from mediadesk.ui.keys import Shortcuts
from mediadesk.ui.library_model import LibraryModel
from mediadesk.ui.offers import offers
from mediadesk.ui.picked import Picked
from mediadesk.ui.scrubs import Scrubs
from mediadesk.ui.widgets.arrangement import SIZES, Arrangement, Face
from mediadesk.ui.widgets.controls import Button, row
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.jump_bar import JumpBar
from mediadesk.ui.widgets.menus import passing
from mediadesk.ui.widgets.picked_bar import PickedBar
from mediadesk.ui.words import Tile


class Browser(QWidget):
    """The items of one search; `arrangement` are the buttons that say how they are shown."""

    counted = Signal(int)  # how many items there are, whenever that was asked
    misread = Signal(str)  # why a search isn't understood; empty once it is
    asked = Signal(object)  # the Browse that is on its way

    def __init__(self, desk: Desk, *, name: str, face: Face = "grid") -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._browse = Browse()
        self._shown: Browse | None = None
        self.found = Found(desk.client, desk.bridge, self)
        self.picked = Picked(self.found, self)
        self.acts = ItemActs(desk, self)
        self.scrubs = Scrubs(desk, self)
        self.model = LibraryModel(self.found, self.picked, self)
        self.grid = CardView(
            self.model,
            desk,
            name=name,
            grid=True,
            lines=2,
            picked=self.picked,
            scrubs=self.scrubs,
        )
        tables = {
            kind: ItemTable(
                self.found,
                self.picked,
                columns,
                desk,
                name=name,
                headings=kind == "details",
                scrubs=self.scrubs if kind == "list" else None,
            )
            for kind, columns in (("list", LIST), ("details", DETAILS))
        }
        self.list, self.details = tables["list"], tables["details"]
        self.views: Mapping[str, ItemsView] = {"grid": self.grid, **tables}
        self.view: ItemsView = self.views[face]
        self.arrangement = Arrangement(desk.theme, desk.keys, face)
        self.jumps = JumpBar(desk.theme)
        self.picked_bar = PickedBar(
            desk.theme,
            desk.keys,
            self._act_on_picked,
            self.picked.all,
            self._pick_nothing,
            offers=partial(offers, desk),
        )
        self._build()
        self._wire()

    def _build(self) -> None:
        self._failed = Empty(
            self._desk.theme,
            "warning",
            "The library does not answer",
            _NOT_NOW,
            Button(self._desk.theme, "Try again", self.ask, role="primary", drawn="refresh"),
        )
        self._loading = Empty(
            self._desk.theme, "library", "One moment", "The library is being looked through."
        )
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._show_loading)
        self._faces = QStackedWidget(self)
        for view in (*self.views.values(), self._failed, self._loading):
            self._faces.addWidget(view)
        self._faces.setCurrentWidget(self.view)
        middle = row(self._faces, self.jumps, spacing=0)
        middle.setStretch(0, 1)
        self.jumps.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(middle, 1)
        box.addWidget(self.picked_bar)

    def _wire(self) -> None:
        for view in self.views.values():
            view.chosen.connect(lambda tile: self._desk.opened.emit(tile.id))
            view.acted.connect(self._act_on_tile)
            view.keyed.connect(self.act)
            view.lettered.connect(self.jumps.jump_by_text)
            picking = {"pick": view.pick, "pick-all": self.picked.all}
            Shortcuts(view, self._desk.keys, picking, Qt.ShortcutContext.WidgetShortcut)
            view.menu_wanted.connect(self._open_menu)
            view.verticalScrollBar().valueChanged.connect(self._follow)
            self.found.arrived.connect(view.viewport().update)
        for table in (self.list, self.details):
            table.sort_wanted.connect(self.arrangement.sort_by)
        self.picked.changed.connect(self._tell_picked)
        self.grid.resized.connect(self._lay)
        self.arrangement.face_chosen.connect(self._turn)
        self.arrangement.sorted.connect(self._sort)
        self.arrangement.size_chosen.connect(self._resize_cards)
        self.jumps.jumped.connect(self._jump)
        self.jumps.left.connect(self.take_keyboard)
        self._desk.restarted.connect(self._restart)
        self._desk.panel.connect(lambda _: self.stale())
        self._desk.done.connect(lambda _: self.stale())

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Its parts in the order of Tab."""
        return (*self.views.values(), self.jumps, *self.picked_bar.findChildren(QAbstractButton))

    @property
    def has_answer(self) -> bool:
        """Whether there is anything to look at: what was found last stays while one types."""
        return self._shown is not None

    def look_at(self, browse: Browse, *, sectioned: bool = False) -> None:
        """Show what a search finds, in its order; sections have titles in list and table."""
        self._browse = browse
        for table in (self.list, self.details):
            table.rows.sectioned = sectioned
        self.arrangement.show_sort(browse.sort, descending=browse.descending)
        self.ask()

    def ask(self) -> None:
        """Ask what is found by now; what one looks at stays where it is."""
        browse = self._browse
        if self._shown is None:
            self._patience.start()
        self.asked.emit(browse)
        self._questions.attempt(partial(self._take, browse), self._not_taken, Browsing.rows, browse)

    def refresh(self, what: frozenset[str]) -> None:
        """Follow a change of the library."""
        if what & {"items", "features"}:
            self.stale()
        if "items" in what:
            self.ask()

    def stale(self) -> None:
        """Ask anew for the items that are seen."""
        self.found.forget()
        self.scrubs.forget()
        self.view.viewport().update()

    def take_keyboard(self) -> None:
        """Put the keyboard on the item that had it, else on the first that is seen."""
        here = self.view.here
        self.view.take_keyboard(self.view.first_seen() or 0 if here is None else here)

    def act(self, action: str) -> None:
        """Do what a key says: with the view, with what is picked, or with the item that is here."""
        if action == "jump":
            if self.jumps.isVisible():
                self.jumps.setFocus()
        elif action == "pick-all":
            self.picked.all()
        elif not self.arrangement.act(action):
            self.acts.run(action, self.chosen())

    def chosen(self, *, here_only: bool = False) -> Chosen:
        """What an action is for: all that is picked, else the item that has the keyboard."""
        here = self.view.here
        if self.picked and not here_only:
            numbers = self.picked.in_order()
        else:
            numbers = array("I", [] if here is None else [self.found.numbers[here]])
        known = (self.found.known(number) for number in numbers[:_LOOKED_AT])
        return Chosen(numbers, tuple(view for view in known if isinstance(view, ItemView)))

    def change_hands(self) -> None:
        """Show nothing of who looked until now."""
        self._questions.forget()
        self.picked.clear()
        self.show_nothing()

    def show_nothing(self) -> None:
        """Let go of what was found."""
        self._shown = None
        self.found.clear()
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrangement.show_size(possible=self.view is self.grid)

    def _take(self, browse: Browse, rows: Rows) -> None:
        self._patience.stop()
        again, here = browse == self._shown, self.view.here
        anchor = Anchor.of(self.view, self.found) if again else None
        number = self.found.numbers[here] if again and here is not None else None
        first = self._shown is None
        if self.found.take(rows) or first or self._faces.currentWidget() is not self.view:
            self._shown = browse
            self._fill()
            if anchor is None:
                self.view.verticalScrollBar().setValue(0)
            else:
                anchor.restore(self.view, self.found)
            if number is not None and (to := self.found.position(number, here or 0)) is not None:
                self.view.set_here(to)
            elif self.view.hasFocus() and self.found:
                self.view.set_here(self.view.first_seen() or 0)
            self.picked.keep_found()
        self._shown = browse
        self.jumps.show_jumps(rows.jumps)
        self._follow()
        self._show_order()
        self.misread.emit("")
        self.counted.emit(len(self.found))

    def _not_taken(self, error: BaseException) -> None:
        """Keep what was found last: the search may be half typed."""
        self._patience.stop()
        if isinstance(error, UserError):
            self.misread.emit(str(error))
        else:
            self._desk.report(error)
        if self._shown is None:
            why = str(error) if isinstance(error, UserError) else _NOT_NOW
            self._failed.say("The library does not answer", why)
            self._faces.setCurrentWidget(self._failed)

    def _show_loading(self) -> None:
        self._faces.setCurrentWidget(self._loading)

    def _fill(self) -> None:
        """Let the view that is seen show what was found, and the others nothing."""
        self._faces.setCurrentWidget(self.view)
        for view in self.views.values():
            if view is not self.view and view.cards.total:
                view.cards.show_nothing()  # type: ignore[attr-defined]
        if isinstance(self.view, CardView):
            self.model.show_found(columns=self.view.columns_that_fit())
        else:
            self.view.cards.show_found(columns=1)  # type: ignore[attr-defined]

    def _turn(self, face: Face) -> None:
        """Show the items in another way, at the same place."""
        anchor, here = Anchor.of(self.view, self.found), self.view.here
        had = self.view.hasFocus()
        self.view = self.views[face]
        self.arrangement.show_size(possible=self.view is self.grid)
        self._fill()
        if anchor is not None:
            anchor.restore(self.view, self.found, same_view=False)
        if here is not None:
            self.view.set_here(here)
        self._show_order()
        if had:
            self.take_keyboard()

    def _sort(self, sort: str, descending: bool) -> None:
        self._browse = replace(self._browse, sort=sort, descending=descending)  # type: ignore[arg-type]
        self.ask()

    def _resize_cards(self, size: int) -> None:
        self.grid.cell = SIZES[size]
        self._lay()

    def _lay(self) -> None:
        """Lay the cards in as many columns as fit, and stay at the same place."""
        columns = self.grid.columns_that_fit()
        if self.view is not self.grid or columns == self.model.columnCount():
            return
        anchor, here = Anchor.of(self.grid, self.found), self.grid.here
        self.model.set_columns(columns)
        if anchor is not None:
            anchor.restore(self.view, self.found, same_view=False)
        if here is not None:
            self.grid.set_here(here)

    def _jump(self, position: int) -> None:
        if position < self.view.cards.total:
            cell = self.view.cards.place(position)
            self.view.verticalScrollBar().setValue(
                self.view.verticalHeader().sectionPosition(cell.row())
            )
            self.view.set_here(position)

    def _follow(self) -> None:
        first = self.view.first_seen()
        if first is not None and self.jumps.isVisible():
            here = self.view.here
            self.jumps.follow(here if here is not None and self._is_seen(here) else first)

    def _is_seen(self, position: int) -> bool:
        cell = self.view.visualRect(self.view.cards.place(position))
        return self.view.viewport().rect().intersects(cell)

    def _show_order(self) -> None:
        self.details.show_sort(self._browse.sort, descending=self._browse.descending)

    def _tell_picked(self) -> None:
        self.picked_bar.show_count(len(self.picked), len(self.found))

    def _act_on_tile(self, tile: Tile, action: str) -> None:
        self._desk.act(tile, action)

    def _act_on_picked(self, action: str, where: QPoint) -> None:
        chosen = self.chosen()
        if action == "more":
            self.acts.menu(chosen, where)
        elif action == "rate":
            menu = passing(self)
            self.acts.rating(menu, chosen)
            menu.popup(where)
        else:
            self.acts.run(action, chosen)

    def _open_menu(self, where: QPoint) -> None:
        here = self.view.here
        if here is not None:
            self.acts.menu(self.chosen(here_only=not self.picked.holds(here)), where)

    def _pick_nothing(self) -> None:
        self.picked.clear()
        self.view.setFocus()

    def _restart(self) -> None:
        """Another engine numbers its items anew."""
        self.picked.clear()
        self.show_nothing()
        self.ask()


_NOT_NOW = "What is in it can't be shown just now."
_LOOKED_AT = 200
_PATIENCE_MS = 400
