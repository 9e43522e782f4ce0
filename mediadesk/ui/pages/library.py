"""Everything in the library, as a grid that can be searched and narrowed to a kind."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QStackedLayout, QVBoxLayout

from mediadesk.api import UserError
from mediadesk.engine.messages import ItemView, Status, Verbs
from mediadesk.ui import words
from mediadesk.ui.bridge import Bridge
from mediadesk.ui.card_view import CardView
from mediadesk.ui.desk import Desk
from mediadesk.ui.library_model import LibraryModel
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.controls import Button, OneLine, Sentence, label, row
from mediadesk.ui.widgets.empty import Empty

TYPING_MS = 120


class LibraryPage(Page):
    """The grid."""

    title = "Library"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._text = ""
        self._kind = ""
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._ask)
        self.model = LibraryModel(self._fetch, self)
        self.view = CardView(
            self.model,
            desk.painter,
            desk.theme,
            name="All items of the library",
            grid=True,
            lines=2,
        )
        self.view.chosen.connect(lambda tile: desk.opened.emit(tile.id))
        self.view.acted.connect(desk.act)
        desk.pictures.arrived.connect(self.view.viewport().update)
        desk.panel.connect(lambda _: self._stale())
        self._build()

    def _build(self) -> None:
        theme, desk = self._desk.theme, self._desk
        self._count = OneLine("", "muted").hug()
        chips = QButtonGroup(self)
        self.chips: dict[str, Button] = {}
        for kind, name in {"": "All", **words.PLURALS}.items():
            chip = Button(theme, name, partial(self._narrow, kind), role="chip")
            chip.setCheckable(True)
            chip.setChecked(not kind)
            chips.addButton(chip)
            self.chips[kind] = chip
        head = row(label(self.title, "hero"), 8, self._count, 0, *self.chips.values())
        head.setContentsMargins(8, 0, 20, 8)
        self.hint = Sentence("", "muted")
        self.hint.setContentsMargins(8, 0, 20, 0)
        self._none = Empty(
            theme,
            "search",
            "Nothing found",
            "The library has nothing for this search.",
            Button(theme, "Show everything", self._show_all, role="primary"),
        )
        self._no_folder = Empty(
            theme,
            "folder",
            "The library is empty",
            "Add a folder with films, videos or music: its files appear here at once.",
            Button(theme, "Add a folder", desk.folder_wanted.emit, role="primary", drawn="add"),
            Button(theme, "Try the demo", desk.demo_wanted.emit, drawn="play"),
        )
        self._faces = QStackedLayout()
        for widget in (self.view, self._none, self._no_folder):
            self._faces.addWidget(widget)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 8, 12, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self.hint)
        box.addLayout(self._faces, 1)

    def search(self, text: str) -> None:
        """Narrow to what a search finds, shortly after the last letter was typed."""
        if text != self._text:
            self._text = text
            self._typing.start()

    def enter(self) -> None:
        self._ask()

    def refresh(self, what: frozenset[str]) -> None:
        if what & {"items", "features"}:
            self._stale()
        if "items" in what:
            self._ask()

    def act(self, action: str) -> None:
        self.view.act(action)

    def take_keyboard(self) -> None:
        self.view.take_keyboard(max(0, self.model.number(self.view.currentIndex()) or 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.model.set_columns(self.view.columns_that_fit())

    def _ask(self) -> None:
        kinds = (self._kind,) if self._kind else ()
        self._questions.attempt(
            self._take_ids, self._not_understood, Verbs.ids, text=self._text, kinds=kinds
        )

    def _fetch(self, ids: Sequence[str]) -> None:
        bridge: Bridge = self._desk.bridge
        self._desk.client.call(Verbs.views, tuple(ids)).add_done_callback(bridge.post(self._take))

    def _take(self, views: Sequence[ItemView]) -> None:
        self.model.take(views)
        self.view.viewport().update()

    def _not_understood(self, error: BaseException) -> None:
        """Keep what was found last: the search may be half typed."""
        if isinstance(error, UserError):
            self.hint.say(str(error))
        else:
            self._desk.report(error)

    def _take_ids(self, ids: Sequence[str]) -> None:
        self.hint.say("")
        self.model.set_columns(self.view.columns_that_fit())
        self.model.show_ids(ids)
        self._count.say(words.count(len(ids), "item"))
        if ids:
            self._faces.setCurrentWidget(self.view)
        elif self._text or self._kind:
            wanted = f"“{self._text}”" if self._text else "this kind"
            self._none.say("Nothing found", f"The library has nothing for {wanted}.")
            self._faces.setCurrentWidget(self._none)
        else:
            self._questions.ask(self._explain_empty, Verbs.status)
            self._faces.setCurrentWidget(self._no_folder)

    def _explain_empty(self, status: Status) -> None:
        if status.folders:
            self._no_folder.say(
                "Nothing to play in your folders yet",
                "Copy films, videos or music into them, or add another folder.",
            )

    def _narrow(self, kind: str) -> None:
        self._kind = kind
        self._ask()

    def _show_all(self) -> None:
        self._desk.search_cleared.emit()
        self._text = ""
        self.chips[""].setChecked(True)
        self._narrow("")

    def _stale(self) -> None:
        self.model.forget()
        self.view.viewport().update()
