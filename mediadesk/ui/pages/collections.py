"""The collections: those that a person fills by hand, and the smart ones that fill themselves."""

from collections.abc import Sequence

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from mediadesk.engine.messages import CollectionView, Organising
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.offers import only_free
from mediadesk.ui.pages.page import Page
from mediadesk.ui.subject import of_collection
from mediadesk.ui.subject_acts import SubjectActs
from mediadesk.ui.widgets.controls import Button, OneLine, head, label
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.subject_grid import SubjectGrid


class CollectionsPage(Page):
    """Cards that open collections."""

    title = "Collections"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self.acts = SubjectActs(desk, self)
        self.acts.changed.connect(lambda _: self._ask())
        self.acts.removed.connect(lambda _: self._ask())
        self.grid = SubjectGrid(desk, self.acts, "Collections")
        self._build()

    def _build(self) -> None:
        theme = self._desk.theme
        self._count = OneLine("", "muted").hug()
        self.new_button = Button(theme, "New collection", self._new, role="primary", drawn="add")
        top = head(label(self.title, "hero"), 8, self._count, 0, self.new_button)
        top.setContentsMargins(8, 0, 20, 0)
        self.none = Empty(
            theme,
            "collections",
            "No collections yet",
            "A collection holds what you put into it: “For Sunday”, “Grandma”. A smart one holds "
            "whatever a search finds, now and later: genre:drama year>=2010 NOT is:seen.",
            first := Button(theme, "New collection", self._new, role="primary", drawn="add"),
        )
        only_free(self._desk, first)
        self._faces = QStackedWidget(self)
        self._faces.addWidget(self.grid)
        self._faces.addWidget(self.none)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 8, 12, 0)
        box.setSpacing(8)
        box.addLayout(top)
        box.addWidget(self._faces, 1)

    def enter(self) -> None:
        self._ask()

    def refresh(self, what: frozenset[str]) -> None:
        if "items" in what:
            self._ask()

    def act(self, action: str) -> None:
        self.grid.act(action)

    def take_keyboard(self) -> None:
        if self._faces.currentWidget() is self.grid:
            self.grid.take_keyboard(self.grid.here or 0)
        else:
            self.none.take_keyboard()

    def _ask(self) -> None:
        self._questions.ask(self._take, Organising.collections)

    def _take(self, collections: Sequence[CollectionView]) -> None:
        self.grid.show_subjects([of_collection(one) for one in collections])
        self._count.say(words.count(len(collections), "collection") if collections else "")
        self.new_button.setVisible(bool(collections) and not self._desk.limited)
        self._faces.setCurrentWidget(self.grid if collections else self.none)

    def _new(self) -> None:
        self.acts.make()
