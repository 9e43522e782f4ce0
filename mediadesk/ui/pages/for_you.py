"""What to watch or hear next, in shelves, each card with its reason."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QProgressBar, QStackedLayout, QVBoxLayout, QWidget

from mediadesk.engine.messages import Card, Origin, Panel, Status, Verbs
from mediadesk.engine.messages import Shelf as PanelShelf
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.health_words import moment
from mediadesk.ui.offers import only_free
from mediadesk.ui.pages.page import Page
from mediadesk.ui.sights import Sights
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    Sentence,
    column,
    label,
    panel,
    row,
    scrolling,
)
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.hero import Hero
from mediadesk.ui.widgets.shelf import Shelf

Face = Literal["waiting", "no answer", "no folder", "nothing found", "nothing left", "shelves"]
CONTINUE = "continue"
"""The shelf of what was begun, by its id: cards can be taken off it."""
_ART = QSize(400, 225)


def face(shown: Panel | None, status: Status | None) -> Face:
    """Which of its faces the page shows."""
    if shown is not None and any(shelf.items for shelf in shown.shelves):
        return "shelves"
    if shown is None or status is None:
        return "waiting"
    if shown.total:  # a child is told of no folder without anything it may see
        return "nothing left"
    return "nothing found" if status.folders else "no folder"


def spotlight(shown: Panel) -> Card | None:
    """The card at the head of the page: the best pick that is not merely to be continued.

    One that can't be played now stands there only where none of that shelf can.
    """
    shelves = [shelf for shelf in shown.shelves if shelf.items]
    picks = [shelf for shelf in shelves if shelf.id != CONTINUE] or shelves
    best = picks[0].items if picks else ()
    return next((card for card in best if card.available), best[0] if best else None)


def standing(shown: Panel) -> dict[str, words.Tile]:
    """The tiles of all cards by item, each with where it stands."""
    return {
        card.id: replace(
            words.tile(card),
            origin=Origin(page="for-you", shelf=shelf.id, slot=place, arm=card.arm),
        )
        for shelf in reversed(shown.shelves)  # what stands twice is where it is seen first
        for place, card in enumerate(shelf.items, start=1)
    }


def origin(shown: Panel) -> str:
    """Which other device made a panel, and when; empty where this one did."""
    if not shown.made_by or shown.made_at is None:
        return ""
    at, now = (datetime.fromtimestamp(each).astimezone() for each in (shown.made_at, time.time()))
    when = f"{at:%H:%M}" if at.date() == now.date() else moment(shown.made_at)
    return f"As {shown.made_by} made it, {when}"


def below(shelf: PanelShelf, pick: Card | None) -> list[Card]:
    """The cards of a shelf without the one at the head of the page, which is seen already."""
    return [card for card in shelf.items if shelf.id == CONTINUE or card != pick]


class ForYouPage(Page):
    """The first page."""

    title = "For you"
    came = Signal()  # a panel, or the news that there is none

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._panel: Panel | None = None
        self._greeted = False
        self._missed = ""  # why there was no panel
        self._status: Status | None = None
        self._shelves: list[Shelf] = []
        self._tiles: dict[str, words.Tile] = {}
        self._faces = QStackedLayout(self)
        self._widgets: dict[Face, QWidget] = {}
        self._add("waiting", QWidget())
        self._add("shelves", self._shelves_face())
        self._sights = Sights(desk, self._area, lambda: self._shelves)
        desk.panel.connect(self._take_panel)

    def enter(self) -> None:
        self.refresh(frozenset({"items"}))

    def leave(self) -> None:
        self._sights.tell()

    def change_hands(self) -> None:
        """Show nothing of who looked until now."""
        self._questions.forget()
        self._sights.forget()
        self._panel = None
        self._tiles = {}
        self._faces.setCurrentWidget(self._widgets["waiting"])

    def refresh(self, what: frozenset[str]) -> None:
        if what & {"items", "features"}:  # cards first: what goes on is asked when they came
            self._questions.attempt(self._take_panel, self._miss_panel, Verbs.for_you)
        else:
            self._questions.ask(self._take_status, Verbs.status)

    def act(self, action: str) -> None:
        pick = spotlight(self._panel) if self._panel else None
        if pick is not None:
            self._desk.act(self._tiles[pick.id], action)

    def take_keyboard(self) -> None:
        if self._faces.currentWidget() is self._widgets["shelves"]:
            self._take_head()
        elif isinstance(empty := self._faces.currentWidget(), Empty):
            empty.take_keyboard()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go from the head down to the first shelf, not to the button beside."""
        first = next((shelf for shelf in self._shelves if not shelf.isHidden()), None)
        is_press = event.type() == QEvent.Type.KeyPress
        is_down = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Down
        if first is not None and is_press and is_down:
            first.view.take_keyboard()
            self._area.ensureWidgetVisible(first, 0, 24)
            return True
        return bool(super().eventFilter(watched, event))

    def _empty_faces(self) -> dict[Face, Callable[[], QWidget]]:
        """What makes the faces that few ever see."""
        theme, desk = self._desk.theme, self._desk
        return {
            "no answer": lambda: Empty(
                theme,
                "warning",
                "The library does not answer",
                "Why is told above. Do what it says there, then try again.",
                Button(theme, "Try again", self.enter, role="primary", drawn="refresh"),
            ),
            "no folder": lambda: Empty(
                theme,
                "folder",
                "Where are your films, videos and music?",
                "Add a folder and its files appear here at once. MediaDesk then looks into them, "
                "on this computer only, to learn what to recommend.",
                self._add_button("Add a folder"),
                self._demo_button(),
            ),
            "nothing found": lambda: Empty(
                theme,
                "search",
                "Nothing to play in your folders yet",
                "Copy films, videos or music into them, or add another folder. "
                "Activity tells if a file could not be read.",
                self._add_button("Add another folder"),
                self._activity_button(),
            ),
            "nothing left": lambda: Empty(
                theme,
                "check",
                "Nothing to recommend for now",
                "Everything here was hidden, put off, rated low or asked less of, or this profile "
                "may not see it. The library has all that it may see.",
                Button(
                    theme,
                    "Open the library",
                    lambda: desk.page_wanted.emit("library"),
                    role="primary",
                ),
            ),
        }

    def _add_button(self, text: str) -> Button:
        desk = self._desk
        made = Button(desk.theme, text, desk.folder_wanted.emit, role="primary", drawn="add")
        only_free(desk, made)
        return made

    def _demo_button(self) -> Button:
        desk = self._desk
        made = Button(desk.theme, "Try the demo", desk.demo_wanted.emit, drawn="play")
        only_free(desk, made)
        return made

    def _activity_button(self) -> Button:
        desk = self._desk
        made = Button(desk.theme, "Look at Activity", lambda: desk.page_wanted.emit("activity"))
        only_free(desk, made)
        return made

    def _shelves_face(self) -> QWidget:
        theme = self._desk.theme
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("Understanding your library")
        self._learning = label("", "strong")
        hint = label("Recommendations get better as this goes on.", "small")
        self._banner = panel(column(row(self._learning, 0, hint), self._progress), margin=14)
        self._hero = Hero(self._desk, art=_ART, height=_ART.height() + 48)
        self._kicker = label("Top pick for you", "accent")
        self._name = label("", "hero", wrap=True)
        self._line = OneLine("", "muted")
        self._reason = Sentence("", "accent")
        self._absence = Sentence("", "muted")
        self._play = Button(theme, "Play", lambda: self.act("play"), role="primary", drawn="play")
        self._more = Button(theme, "More", self._open)
        why = Button(theme, "Why this?", lambda: self.act("why"), role="quiet", drawn="why")
        for part in (0, self._kicker, self._name, self._line, self._reason, self._absence, 8):
            if isinstance(part, QWidget):
                self._hero.words.addWidget(part)
            elif part:
                self._hero.words.addSpacing(part)
            else:
                self._hero.words.addStretch(1)
        self._hero.words.addLayout(row(self._play, self._more, why, 0))
        for button in (self._play, self._more, why):
            button.installEventFilter(self)
        self._hero.words.addStretch(1)
        content = QWidget()
        self._pile = QVBoxLayout(content)
        self._pile.setContentsMargins(24, 8, 24, 32)
        self._pile.setSpacing(12)
        self._origin = label("", "muted")
        inset = column(self._banner, self._origin, self._hero, spacing=16)
        inset.setContentsMargins(8, 0, 8, 0)
        self._pile.addLayout(inset)
        self._pile.addStretch(1)
        self._area = scrolling(content, self.title)
        return self._area

    def _add(self, name: Face, widget: QWidget) -> None:
        self._widgets[name] = widget
        self._faces.addWidget(widget)

    def _open(self) -> None:
        pick = spotlight(self._panel) if self._panel else None
        if pick is not None:
            self._desk.choose(self._tiles[pick.id])

    def _take_status(self, status: Status) -> None:
        self._status = status
        if self._panel is not None:
            self._turn(face(self._panel, status))

    def _take_panel(self, shown: Panel) -> None:
        self._panel = shown
        self._desk.settled.emit(self._missed)
        self._show_shelves(shown)
        self._turn(face(shown, self._status))
        self._questions.ask(self._take_status, Verbs.status)
        self.came.emit()

    def _miss_panel(self, error: BaseException) -> None:
        self._desk.report(error)
        self._missed = str(error)
        if self._panel is None:
            self._turn("no answer")
        self.came.emit()

    def _turn(self, name: Face) -> None:
        """Show a face; the keyboard goes along."""
        if name not in self._widgets:
            self._add(name, self._empty_faces()[name]())
        seen, focused = self._faces.currentWidget(), QApplication.focusWidget()
        had = seen is not None and focused is not None and seen.isAncestorOf(focused)
        self._faces.setCurrentWidget(self._widgets[name])
        other = had and self._faces.currentWidget() is not seen
        first = not self._greeted and bool(self._panel)  # they came after the page was entered
        if self.isVisible() and (first or other):
            self._greeted = True
            self.take_keyboard()

    def _show_shelves(self, shown: Panel) -> None:
        learning = words.understanding(shown.understood, shown.total)
        self._banner.setVisible(bool(learning))
        self._learning.setText(learning)
        self._progress.setRange(0, max(1, shown.total))
        self._progress.setValue(shown.understood)
        made = origin(shown)
        self._origin.setVisible(bool(made))
        self._origin.setText(made)
        pick = spotlight(shown)
        self._tiles = standing(shown)
        self._hero.setVisible(pick is not None)
        if pick is not None:
            tile = self._tiles[pick.id]
            self._hero.show_tile(tile)
            self._name.setText(tile.title)
            self._line.say(" · ".join(part for part in (tile.line, tile.pill) if part))
            self._reason.say(tile.reason)
            self._absence.say(words.remedy(pick))
            self._play.say(words.absence(pick) or "Play")
            self._play.setEnabled(pick.available)
        filled = [(known, cards) for known in shown.shelves if (cards := below(known, pick))]
        while len(self._shelves) < len(filled):
            self._grow()
        for number, shelf in enumerate(self._shelves):
            shelf.setVisible(number < len(filled))
            if number < len(filled):
                known, cards = filled[number]
                shelf.show_cards(
                    known.title,
                    [self._tiles[card.id] for card in cards],
                    removal="Remove from Continue" if known.id == CONTINUE else "",
                )
        self._sights.look((self._hero, self._tiles[pick.id]) if pick is not None else None)

    def _grow(self) -> None:
        shelf = Shelf(self._desk)
        number = len(self._shelves)
        self._shelves.append(shelf)
        self._pile.insertWidget(self._pile.count() - 1, shelf)
        shelf.view.left_by.connect(lambda key: self._step(number, key))
        self._sights.follow(shelf)

    def _step(self, number: int, key: int) -> None:
        """Go from a shelf to the one above or below."""
        to = number + (1 if key == Qt.Key.Key_Down else -1)
        visible = [shelf for shelf in self._shelves if not shelf.isHidden()]
        if 0 <= to < len(visible):
            column_now = self._shelves[number].view.currentIndex().column()
            visible[to].view.take_keyboard(max(0, column_now))
            self._area.ensureWidgetVisible(visible[to], 0, 24)
        elif to < 0:
            self._area.verticalScrollBar().setValue(0)
            if not self._hero.isHidden():
                self._take_head()

    def _take_head(self) -> None:
        (self._play if self._play.isEnabled() else self._more).setFocus()
