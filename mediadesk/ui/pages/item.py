"""One item: what it is, what is known of its inside, what is like it, and what one made of it."""

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from mediadesk.engine.messages import ItemPage as Content
from mediadesk.engine.messages import ItemView, JobView, Organising, Verbs
from mediadesk.ui import inside_words, item_words, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.offers import only_free
from mediadesk.ui.page_acts import PageActs
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.absence import AbsenceBar
from mediadesk.ui.widgets.belongs import Belongs
from mediadesk.ui.widgets.chapters import ChapterBox
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    Sentence,
    breakable,
    clear,
    column,
    in_reading_order,
    label,
    panel,
    scrolling,
)
from mediadesk.ui.widgets.credits import CreditsBox
from mediadesk.ui.widgets.flow import Flow
from mediadesk.ui.widgets.hero import Hero
from mediadesk.ui.widgets.learnt import LearntBox
from mediadesk.ui.widgets.moments import MomentShelf
from mediadesk.ui.widgets.open_with import OpenWith
from mediadesk.ui.widgets.shelf import Shelf
from mediadesk.ui.widgets.stars import Stars
from mediadesk.ui.widgets.summary import SummaryBox
from mediadesk.ui.widgets.versions import VersionBox
from mediadesk.ui.widgets.why import WhyView
from mediadesk.ui.widgets.yours import YoursBox

_ART = QSize(400, 225)
_PENDING = {
    "Still to be looked at": {"pending", "running", "suspect"},
    "Not looked at while a plugin is off": {"left"},
}


def play_label(item: ItemView) -> str:
    """What the play button says."""
    if not item.available:
        return words.absence(item)
    if item.resume_s:
        return f"Resume at {words.clock(item.resume_s)}"
    return "Play again" if item.finished else "Play"


def pending(jobs: tuple[JobView, ...]) -> str:
    """What is still to be learnt of an item, or went wrong."""
    wrong = [job for job in jobs if job.problem and job.state != "skipped"]  # that is no wrong
    if wrong:
        return next((job for job in wrong if job.state == "failed"), wrong[0]).problem or ""
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
        self._told: tuple[tuple[str, str], ...] = ()
        self._awaited = False  # the keyboard, by the item that is on its way
        self.acts = PageActs(desk, self)
        self._build()
        desk.panel.connect(lambda _: self._again())
        desk.done.connect(lambda _: self.refresh(frozenset({"items"})))  # at once

    def turn_to(self, argument: str) -> None:
        if argument != self._id:
            self._id, self.acts.item = argument, None
            self.yours.start(argument)
            self._body.hide()
            self._open_with.show_item(None)
            self._area.verticalScrollBar().setValue(0)
            self._desk.note(argument, "opened")

    def enter(self) -> None:
        self._again()
        self.yours.ask()

    def leave(self) -> None:
        self.yours.note.save()

    def change_hands(self) -> None:
        """Show nothing of who looked until now."""
        self._questions.forget()
        self._id, self.acts.item = "", None
        self.yours.change_hands()
        self._body.hide()

    def refresh(self, what: frozenset[str]) -> None:
        if what & {"items", "features"}:
            self._again()
        if "items" in what and self.isVisible():
            self.yours.ask()

    def act(self, action: str) -> None:
        if action == "tag":
            self._go_to(self.yours.tags.field)
        elif action == "collect":
            self._go_to(self.yours.collections.field)
        else:
            self.acts.do(action)

    def take_keyboard(self) -> None:
        item = self.acts.item
        self._awaited = item is None  # nothing is seen yet that could have it
        if item is not None:
            (self._play_button if item.available else self.stars).setFocus()

    def _go_to(self, field: QWidget) -> None:
        self._area.ensureWidgetVisible(field)
        field.setFocus()

    def _build(self) -> None:
        self._name = label("", "hero", wrap=True)
        self.belongs = Belongs(self._desk)
        self._line = OneLine("", "muted")
        self._pending = label("", "small", wrap=True)
        self._hero = Hero(self._desk, art=_ART, height=_ART.height() + 48)
        self._hero.words.addStretch(1)
        for part in (self._name, self.belongs, self._line, self._pending):
            self._hero.words.addWidget(part)
        self._hero.words.addSpacing(4)
        self._hero.words.addLayout(self._opinions())
        self._hero.words.addSpacing(4)
        self._hero.words.addLayout(self._buttons())
        self._hero.words.addStretch(1)
        self._build_inside()
        self._area = scrolling(self._lay(), self.title)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._area)
        self._body.hide()

    def _opinions(self) -> Flow:
        """What one thinks of the item, and whether one has seen it."""
        theme = self._desk.theme
        self.stars = Stars(theme)
        self.stars.rated.connect(self.acts.rate)
        self._like = Button(theme, "Like", lambda: self.act("like"), role="chip", drawn="like")
        self.watched = Button(theme, "Watched", self._mark, role="chip", drawn="eye")
        self.watched.setCheckable(True)
        line = Flow()
        for part in (self.stars, self.watched, self._like):
            line.addWidget(part)
        return line

    def _buttons(self) -> Flow:
        theme = self._desk.theme
        self._play_button = Button(
            theme, "Play", lambda: self.act("play"), role="primary", drawn="play"
        )
        self.edit = Button(theme, "Edit…", lambda: self.act("edit"), drawn="edit")
        only_free(self._desk, self.edit)
        self._open_with = OpenWith(self._desk, role="quiet")
        self.more = Button(theme, "More", self._offer, role="quiet", drawn="more")
        line = Flow()
        for button in (self._play_button, self.edit, self._open_with, self.more):
            line.addWidget(button)
        return line

    def _build_inside(self) -> None:
        desk = self._desk
        self.absence = AbsenceBar(desk.theme)
        self.absence.relink.connect(lambda: self.act("relink"))
        self.absence.forget.connect(lambda: self.act("forget"))
        self.chapters = ChapterBox(desk.theme)
        self.chapters.wanted.connect(lambda start: desk.played.emit(self._id, start))
        self.chapters.kept.connect(lambda: desk.change(Organising.keep_chapters, self._id))
        self.summary = SummaryBox(desk.theme)
        self.summary.wanted.connect(lambda start: desk.played.emit(self._id, start))
        self.moments = MomentShelf(desk)
        self._similar = Shelf(desk, "More like this")
        self.yours = YoursBox(desk)
        self.versions = VersionBox(desk.theme)
        self.versions.apart.connect(
            lambda content: desk.change(Organising.apart, (self._id, content))
        )
        self._description = Sentence()
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(24)
        self._facts.setVerticalSpacing(8)
        self._facts.setColumnStretch(1, 1)
        self._about = column(label("About", "heading"), self._description, spacing=12)
        self._about.addLayout(self._facts)
        self._learnt = LearntBox()
        self.credits = CreditsBox(desk)
        self._why = WhyView(desk)

    def _lay(self) -> QWidget:
        reasons = column(label("Why this?", "heading"), self._why, spacing=12)
        left = column(
            self.yours, panel(self._about, margin=20), self.versions, self._learnt, 0, spacing=24
        )
        right = column(self.credits, panel(reasons, margin=20), 0, spacing=24)
        sides = QHBoxLayout()
        sides.setSpacing(24)
        sides.addLayout(left, 1)
        sides.addLayout(right, 1)
        sides.setContentsMargins(8, 0, 8, 0)
        top = column(self._hero, self.absence, self.summary, spacing=16)
        top.setContentsMargins(8, 0, 8, 0)
        self._body = QWidget()
        pile = column(top, self.chapters, self.moments, sides, self._similar, 0, spacing=24)
        pile.setContentsMargins(24, 8, 24, 32)
        self._body.setLayout(pile)
        whole = QWidget()
        whole.setLayout(column(self._body, 0))
        return whole

    def _again(self) -> None:
        if self._id and self.isVisible():
            self._questions.attempt(self._take, self._gone, Verbs.item, self._id)
            self._questions.attempt(self._why.show_why, self._no_reason, Verbs.why, self._id)

    def _gone(self, error: BaseException) -> None:
        self._body.hide()
        self._desk.report(error)

    def _no_reason(self, error: BaseException) -> None:
        if self.acts.item is not None:  # else it was told already that there is no such item
            self._desk.report(error)

    def _mark(self) -> None:
        self.act("set-watched" if self.watched.isChecked() else "set-unwatched")

    def _offer(self) -> None:
        self.menu_shown = self.acts.menu()
        self.menu_shown.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _take(self, content: Content) -> None:
        item, free = content.item, not self._desk.limited
        self._id, self.acts.item = item.id, item  # another one if it was merged with that
        tile = words.tile(item)
        self._hero.show_tile(tile)
        self._name.setText(breakable(item.title))
        self._name.setAccessibleName(item.title)
        self.belongs.show_item(item)
        self._line.say(item_words.line(item, guessed=inside_words.is_guessed(content)))
        self._pending.setText(pending(content.jobs))
        self._pending.setVisible(bool(self._pending.text()))
        self._show_opinions(item)
        self.absence.show_item(item, free=free)
        self.summary.show_summary(content.summary)
        self.chapters.show_chapters(content.chapters, content.spans, free=free)
        self.moments.show_page(content)
        self.credits.show_nodes(content.nodes)
        self._similar.setVisible(bool(content.similar))
        self._similar.show_cards("More like this", [words.tile(card) for card in content.similar])
        self.yours.show_page(content)
        self.versions.show_versions(content.versions, item.id, free=free)
        self._show_about(content)
        self._body.show()
        if self._awaited and not isinstance(QApplication.focusWidget(), QLineEdit):
            self.take_keyboard()
        in_reading_order(self._body)

    def _show_opinions(self, item: ItemView) -> None:
        self._play_button.say(play_label(item))
        self._play_button.setEnabled(item.available)
        self._open_with.show_item(item)
        self.stars.show_stars(item.stars)
        self.watched.setChecked(item.finished)
        self.watched.say("Heard" if item.kind in words.SOUND_KINDS else "Watched")
        self._like.say("Liked" if item.liked else "Like")
        self._like.draw("liked" if item.liked else "like")

    def _show_about(self, content: Content) -> None:
        self._description.say(content.description)
        self._learnt.show_learnt(content.learnt)
        facts = inside_words.facts(content)
        if facts == self._told:
            return  # what stays is not made anew: it would flash
        self._told = facts
        clear(self._facts)
        for line, (name, value) in enumerate(facts):
            self._facts.addWidget(label(name, "muted"), line, 0)
            self._facts.addWidget(OneLine(value), line, 1)
