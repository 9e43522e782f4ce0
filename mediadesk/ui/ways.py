"""The ways between the pages: turning to one, back, forward, each where one was on it."""

from PySide6.QtCore import QObject, Signal

from mediadesk.ui.book import Book
from mediadesk.ui.pages.page import Page, Place
from mediadesk.ui.visits import Visits

_FIRST = "for-you"


class Ways(QObject):
    """Turns the pages of a book, and knows which is seen."""

    turned = Signal(str, str)  # a page's name and what it is about, right before it is entered

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self._book = book
        self._visits = Visits()

    @property
    def begun(self) -> bool:
        """Whether a page is seen."""
        return self._visits.begun

    @property
    def page(self) -> Page:
        """The page that is seen."""
        return self._book.named(self.page_name)

    @property
    def page_name(self) -> str:
        """The name of the page that is seen."""
        return self._visits.now.page if self.begun else _FIRST

    @property
    def has_past(self) -> bool:
        """Whether there is a page to go back to."""
        return self._visits.has_past

    @property
    def has_future(self) -> bool:
        """Whether there is a page that one came back from."""
        return self._visits.has_future

    def go(self, name: str, argument: str = "", *, keyboard: bool = True) -> None:
        """Turn to a page; the argument says what it is about: an item's id, a plugin's name.

        `keyboard` says whether it takes the keyboard.
        """
        if self.begun:
            now = self._visits.now
            if (now.page, now.argument) == (name, argument):
                return
            self._leave()
        self._visits.go(name, argument)
        self._turn(keyboard=keyboard)

    def back(self) -> None:
        """Go to the page before."""
        if self.has_past:
            self._leave()
            self._visits.back()
            self._turn()

    def forward(self) -> None:
        """Go again to the page that one came back from."""
        if self.has_future:
            self._leave()
            self._visits.forward()
            self._turn()

    def forget(self, name: str, argument: str = "", *, instead: str = _FIRST) -> None:
        """Know nothing more of a page that is gone; turn to the one before, or to `instead`."""
        self._visits.forget(name, argument)
        if not self.begun:
            self._visits.go(instead, "")
        self._turn()

    def start_over(self) -> None:
        """Turn to the first page, and know of no other."""
        self.page.leave()
        self._visits = Visits()
        self._visits.go(_FIRST, "")
        self._turn()

    def _leave(self) -> None:
        """Note where one is on the page that one leaves."""
        self._visits.now.place = Place.on(self.page)
        self.page.leave()

    def _turn(self, *, keyboard: bool = True) -> None:
        visit = self._visits.now
        page = self._book.named(visit.page)
        page.turn_to(visit.argument)
        self._book.stack.setCurrentWidget(page)
        self.turned.emit(visit.page, visit.argument)
        page.enter()
        if not keyboard:
            return
        if visit.place is None:
            page.take_keyboard()
        else:
            visit.place.take_up()
