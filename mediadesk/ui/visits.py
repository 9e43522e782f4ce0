"""Where one has been in the window: back, forward, and the place on each page."""

from dataclasses import dataclass
from itertools import groupby

from mediadesk.ui.pages.page import Place

_REMEMBERED = 50


@dataclass(slots=True)
class Visit:
    """A page that was turned to, what it was about, and where on it one was when leaving."""

    page: str
    argument: str
    place: Place | None = None


class Visits:
    """The pages in the order in which they were visited, and which of them is seen."""

    def __init__(self) -> None:
        self._past: list[Visit] = []
        self._ahead: list[Visit] = []

    @property
    def now(self) -> Visit:
        """The visit that goes on."""
        return self._past[-1]

    @property
    def begun(self) -> bool:
        """Whether a page has been turned to."""
        return bool(self._past)

    @property
    def has_past(self) -> bool:
        """Whether there is a page to go back to."""
        return len(self._past) > 1

    @property
    def has_future(self) -> bool:
        """Whether there is a page that one came back from."""
        return bool(self._ahead)

    def go(self, page: str, argument: str) -> None:
        """Turn to a page; what one came back from is forgotten."""
        self._past.append(Visit(page, argument))
        del self._past[:-_REMEMBERED]
        self._ahead.clear()

    def back(self) -> None:
        """Turn to the page before."""
        self._ahead.append(self._past.pop())

    def forward(self) -> None:
        """Turn again to the page that one came back from."""
        self._past.append(self._ahead.pop())

    def forget(self, page: str, argument: str) -> None:
        """Know nothing of a page any more: what it was about is gone."""
        for visits in (self._past, self._ahead):
            left = [one for one in visits if (one.page, one.argument) != (page, argument)]
            visits[:] = [
                next(same) for _, same in groupby(left, lambda one: (one.page, one.argument))
            ]
