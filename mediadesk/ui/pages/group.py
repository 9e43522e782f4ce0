"""One series, album, artist or collection: its items with their seasons or discs, and Play all."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from mediadesk.engine.messages import Browse, CollectionView
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.subject import Subject, of_collection
from mediadesk.ui.subject_acts import SubjectActs
from mediadesk.ui.widgets.browser import Browser
from mediadesk.ui.widgets.controls import Button, IconButton, OneLine, column, row, tab_order
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.picture import Picture

_ART = QSize(160, 90)


class GroupPage(Page):
    """What belongs together; its argument is a subject's address."""

    title = "Group"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.subject = Subject(kind="", title="", line="", search="", sort="title")
        self._wanted: Browse | None = None
        self.subject_acts = SubjectActs(desk, self)
        self.subject_acts.changed.connect(self._changed)
        self.subject_acts.removed.connect(lambda _: desk.page_wanted.emit("collections"))
        self.browser = Browser(desk, name="Items", face="list")
        self.browser.counted.connect(self._count)
        self.browser.misread.connect(self._misread)
        self._build()

    def _build(self) -> None:
        theme = self._desk.theme
        self._picture = Picture(self._desk, self.subject.tile, _ART)
        self.name = OneLine("", "hero")
        self.line = OneLine("", "muted")
        self.play_button = Button(theme, "Play all", self._on("play"), role="primary", drawn="play")
        self.shuffle_button = Button(theme, "Shuffle", self._on("shuffle"), drawn="shuffle")
        self._more = IconButton(theme, "more", "More", self._open_menu)
        buttons = row(
            self.play_button, self.shuffle_button, self._more, 0, self.browser.arrangement
        )
        about = column(0, self.name, self.line, 4, buttons, spacing=2)
        head = row(self._picture, about, spacing=20)
        head.setStretch(1, 1)
        head.setContentsMargins(8, 4, 20, 8)
        self._none = Empty(
            theme, "collections", "Nothing here", "",
            Button(theme, "Go to the library", self._to_library, role="primary", drawn="library"),
        )  # fmt: skip
        self._faces = QStackedWidget(self)
        self._faces.addWidget(self.browser)
        self._faces.addWidget(self._none)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 8, 12, 0)
        box.setSpacing(8)
        box.addLayout(head)
        acts = (self.play_button, self.shuffle_button, self._more)
        tab_order(*acts, *self.browser.arrangement.stops, *self.browser.stops)
        box.addWidget(self._faces, 1)

    def turn_to(self, argument: str) -> None:
        subject = Subject.at(argument)
        if subject == self.subject:
            return
        browse = Browse(text=subject.search, sort=subject.sort, descending=subject.descending)
        self._show(subject)
        if browse != self._wanted:
            self._wanted = browse
            self.browser.picked.clear()
            self.browser.show_nothing()
            self.browser.arrangement.show_face("list" if subject.sectioned else "grid")
            self.browser.look_at(browse, sectioned=subject.sectioned)

    def enter(self) -> None:
        if self.browser.found.numbers:
            self.browser.stale()
            self.browser.ask()

    def change_hands(self) -> None:
        """Show nothing of who looked until now."""
        self.browser.change_hands()

    def refresh(self, what: frozenset[str]) -> None:
        self.browser.refresh(what)

    def act(self, action: str) -> None:
        self.browser.act(action)

    @property
    def can_pick(self) -> bool:
        return self.browser.isVisibleTo(self)

    def take_keyboard(self) -> None:
        if self._faces.currentWidget() is self.browser:
            self.browser.take_keyboard()
        else:
            self._none.take_keyboard()

    def _show(self, subject: Subject) -> None:
        self.subject = subject
        plain = subject.kind == "collection" and not subject.smart
        self.browser.acts.collection = subject.id if plain else ""
        self._picture.show_tile(subject.tile)
        self.name.say(subject.title)
        self.line.say(subject.line)

    def _count(self, count: int) -> None:
        if self.subject.kind == "collection":
            smart = f"Smart · {self.subject.search} · " if self.subject.smart else ""
            self.line.say(smart + words.count(count, "item"))
        for button in (self.play_button, self.shuffle_button):
            button.setEnabled(count > 0)
        if not count:
            hand = self.subject.kind == "collection" and not self.subject.smart
            how = (
                "" if self._desk.limited else "Select items in the library, then choose “Collect”."
            )
            self._none.say(
                "Nothing in it yet" if hand else "Nothing here just now",
                how if hand else f"The library has nothing for “{self.subject.search}”.",
            )
        self._faces.setCurrentWidget(self.browser if count else self._none)

    def _misread(self, sentence: str) -> None:
        if sentence:
            self._none.say("This search can't be read any more", sentence)
            self._faces.setCurrentWidget(self._none)

    def _on(self, action: str) -> Callable[[], None]:
        return partial(self._run, action)

    def _run(self, action: str) -> None:
        self.subject_acts.run(action, self.subject)

    def _open_menu(self) -> None:
        self.subject_acts.menu(self.subject, self._more.mapToGlobal(QPoint(0, self._more.height())))

    def _to_library(self) -> None:
        self._desk.page_wanted.emit("library")

    def _changed(self, made: CollectionView) -> None:
        """A changed collection is another page: one comes back to what it is now."""
        self._desk.group_opened.emit(of_collection(made).address)
