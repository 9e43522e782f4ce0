"""What the window asks of every page, and where on a page a person was."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QScrollBar, QWidget
from shiboken6 import isValid

_HELD_MS = 1500


class Page(QWidget):
    """A page; by itself it does nothing when it is entered, left, refreshed or acted upon."""

    title = ""

    def turn_to(self, argument: str) -> None:
        """Be about something else: an item's id, a plugin's name; `enter` follows."""

    def enter(self) -> None:
        """Show what is current; the page is about to be seen."""

    def leave(self) -> None:
        """Another page is about to be seen."""

    def refresh(self, what: frozenset[str]) -> None:
        """Follow a change of items, features, status or plugins, while seen."""

    def act(self, action: str) -> None:
        """Do what a key says where no card has the keyboard."""

    def call_off(self) -> bool:
        """Close what is open on the page, or call it off, and tell whether there was anything."""
        return False

    def take_keyboard(self) -> None:
        """Put the keyboard where a person would go on."""

    @property
    def can_pick(self) -> bool:
        """Whether items are seen of which several can be picked."""
        return False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is on a page: how far its parts are scrolled, and what has the keyboard."""

    page: Page
    scrolled: tuple[tuple[QScrollBar, int], ...]
    focus: QWidget | None

    @classmethod
    def on(cls, page: Page) -> "Place":
        """Note where a person is on a page."""
        areas = page.findChildren(QAbstractScrollArea)
        bars = [
            bar for area in areas for bar in (area.verticalScrollBar(), area.horizontalScrollBar())
        ]
        return cls(
            page, tuple((bar, bar.value()) for bar in bars if bar.value()), page.focusWidget()
        )

    def take_up(self) -> None:
        """Go there again; what is shown later is scrolled when it is there."""
        for bar, value in self.scrolled:
            if isValid(bar):
                _Hold(bar, value)
        focus = self.focus
        if focus is not None and isValid(focus) and focus.isVisibleTo(self.page):
            focus.setFocus()
        else:
            self.page.take_keyboard()
            if focus is not None and isValid(focus):
                _Await(focus)


class _Await(QObject):
    """Puts the keyboard on a part of a page that fills, once that is seen."""

    def __init__(self, part: QWidget) -> None:
        super().__init__(part)
        part.installEventFilter(self)
        QTimer.singleShot(_HELD_MS, self, self.deleteLater)

    def eventFilter(self, part: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(part, QWidget):
            part.removeEventFilter(self)
            QTimer.singleShot(0, self, partial(self._take, part))  # after the page's own choice
        return False

    def _take(self, part: QWidget) -> None:
        there = QApplication.focusWidget()
        if there is None or not there.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled):
            part.setFocus()  # else a person types already
        self.deleteLater()


class _Hold(QObject):
    """Keeps a scroll bar at a value while its page fills, until a person moves it."""

    def __init__(self, bar: QScrollBar, value: int) -> None:
        super().__init__(bar)
        self._bar, self._value = bar, value
        bar.rangeChanged.connect(self._again)
        bar.actionTriggered.connect(self.deleteLater)
        QTimer.singleShot(_HELD_MS, self, self.deleteLater)
        self._again()

    def _again(self) -> None:
        self._bar.setValue(self._value)
