"""One item: what it is, what is known of its inside, what is like it, and why it is recommended."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from mediadesk.engine.messages import ItemPage as Content
from mediadesk.engine.messages import ItemView, JobView, Verbs, Why
from mediadesk.ui import words
from mediadesk.ui.desk import RESUME, Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    clear,
    column,
    label,
    panel,
    scrolling,
)
from mediadesk.ui.widgets.flow import Flow
from mediadesk.ui.widgets.hero import Hero
from mediadesk.ui.widgets.learnt import LearntBox
from mediadesk.ui.widgets.open_with import OpenWith
from mediadesk.ui.widgets.shelf import Shelf
from mediadesk.ui.widgets.why import WhyView

_ART = QSize(400, 225)
_TAGS = 12
_PENDING = {
    "Still to be looked at": {"pending", "running", "suspect"},
    "Not looked at while a plugin is off": {"left"},
}


def play_label(item: ItemView) -> str:
    """What the play button says."""
    if not item.available:
        return "Not connected"
    if item.position_s > 0 and not item.finished:
        return f"Resume at {words.clock(item.position_s)}"
    return "Play again" if item.finished else "Play"


def pending(jobs: tuple[JobView, ...]) -> str:
    """What is still to be learnt of an item, or went wrong."""
    problem = next((job.problem for job in jobs if job.problem), None)
    if problem:
        return problem
    told = []
    for sentence, states in _PENDING.items():
        names = [
            words.EXTRACTORS.get(job.extractor, job.extractor).lower()
            for job in jobs
            if job.state in states
        ]
        if names:
            told.append(f"{sentence}: {', '.join(names)}.")
    return " ".join(told)


class ItemPage(Page):
    """The page of one item."""

    title = "Item"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._id = ""
        self._item: ItemView | None = None
        self._build()
        desk.panel.connect(lambda _: self._again())

    def turn_to(self, argument: str) -> None:
        if argument != self._id:
            self._id, self._item = argument, None
            self._body.hide()
            self._open_with.show_item(None)
            self._area.verticalScrollBar().setValue(0)
            self._desk.note(argument, "opened")

    def enter(self) -> None:
        self._again()

    def refresh(self, what: frozenset[str]) -> None:
        if what & {"items", "features"}:
            self._again()

    def act(self, action: str) -> None:
        if self._item is None:
            return
        if action == "play":
            self._play()
        else:
            self._desk.act(words.tile(self._item), action)

    def take_keyboard(self) -> None:
        self._play_button.setFocus()

    def _build(self) -> None:
        desk, theme = self._desk, self._desk.theme
        self._hero = Hero(desk, art=_ART, height=_ART.height() + 48)
        self._name = label("", "hero", wrap=True)
        self._line = OneLine("", "muted")
        self._pending = label("", "small", wrap=True)
        self._play_button = Button(theme, "Play", self._play, role="primary", drawn="play")
        self._like = Button(theme, "Like", lambda: self.act("like"), drawn="like")
        less = Button(theme, "Less like this", lambda: self.act("less"), role="quiet", drawn="less")
        self._hide = Button(theme, "Hide", lambda: self.act("hide"), role="quiet", drawn="hide")
        self._hero.words.addStretch(1)
        for part in (self._name, self._line, self._pending):
            self._hero.words.addWidget(part)
        self._hero.words.addSpacing(12)
        self._open_with = OpenWith(desk, role="quiet")
        acts = Flow()
        for button in (self._play_button, self._like, less, self._hide, self._open_with):
            acts.addWidget(button)
        self._hero.words.addLayout(acts)
        self._hero.words.addStretch(1)
        self._moments = Shelf(desk, "Moments", actions=False, lines=2)
        self._similar = Shelf(desk, "More like this")
        self._tags = Flow()
        self._description = label("", "", wrap=True)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(24)
        self._facts.setVerticalSpacing(8)
        self._facts.setColumnStretch(1, 1)
        self._about = column(label("About", "heading"), self._description, spacing=12)
        self._about.addLayout(self._tags)
        self._about.addLayout(self._facts)
        self._about.addStretch(1)
        self._learnt = LearntBox()
        self._why = WhyView(desk)
        self._area = scrolling(self._lay(), self.title)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._area)
        self._body.hide()

    def _lay(self) -> QWidget:
        reasons = column(label("Why this?", "heading"), self._why, spacing=12)
        sides = QHBoxLayout()
        sides.setSpacing(24)
        sides.addLayout(column(panel(self._about, margin=20), self._learnt, 0, spacing=24), 1)
        sides.addWidget(panel(reasons, margin=20), 1)
        sides.setContentsMargins(8, 0, 8, 0)
        top = QVBoxLayout()
        top.setContentsMargins(8, 0, 8, 0)
        top.addWidget(self._hero)
        self._body = QWidget()
        pile = column(top, self._moments, sides, self._similar, 0, spacing=24)
        pile.setContentsMargins(24, 8, 24, 32)
        self._body.setLayout(pile)
        whole = QWidget()
        outer = column(self._body, 0)
        whole.setLayout(outer)
        return whole

    def _again(self) -> None:
        if self._id and self.isVisible():
            self._questions.ask(self._take, Verbs.item, self._id)
            self._questions.ask(self._take_why, Verbs.why, self._id)

    def _play(self) -> None:
        if self._item is not None:
            self._desk.played.emit(self._item.id, RESUME)

    def _take(self, content: Content) -> None:
        item = content.item
        self._item = item
        tile = words.tile(item)
        self._hero.show_tile(tile)
        self._name.setText(item.title)
        self._line.say(" · ".join(part for part in (tile.line, item.album, tile.pill) if part))
        self._pending.setText(pending(content.jobs))
        self._pending.setVisible(bool(self._pending.text()))
        self._play_button.say(play_label(item))
        self._play_button.setEnabled(item.available)
        self._open_with.show_item(item)
        self._like.say("Liked" if item.liked else "Like")
        self._like.draw("liked" if item.liked else "like")
        self._hide.say("Hidden" if item.hidden else "Hide")
        self._moments.setVisible(bool(content.moments))
        self._moments.show_cards(
            "Moments", [words.moment_tile(item, moment) for moment in content.moments]
        )
        self._similar.setVisible(bool(content.similar))
        self._similar.show_cards("More like this", [words.tile(card) for card in content.similar])
        self._show_about(content)
        self._body.show()

    def _show_about(self, content: Content) -> None:
        self._description.setText(content.description)
        self._description.setVisible(bool(content.description))
        clear(self._tags)
        best = sorted(content.tags.items(), key=lambda tag: -tag[1])[:_TAGS]
        for name, confidence in best:
            tag = label(name, "tag")
            tag.setToolTip(f"{confidence:.0%} sure")
            self._tags.addWidget(tag)
        self._learnt.show_learnt(content.learnt)
        clear(self._facts)
        for line, (name, value) in enumerate(content.facts):
            self._facts.addWidget(label(name, "muted"), line, 0)
            shown = OneLine(value)
            self._facts.addWidget(shown, line, 1)

    def _take_why(self, why: Why) -> None:
        self._why.show_why(why)
