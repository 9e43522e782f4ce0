"""How good the recommendations are, by one's own history: figures, their price, and contests."""

from collections.abc import Iterator

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar, QStackedLayout, QWidget

from mediadesk.engine.messages import Measured, Progress, Quality, QualityView
from mediadesk.ui import quality_words
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.contest_box import ContestBox
from mediadesk.ui.widgets.controls import (
    Button,
    Sentence,
    clear,
    column,
    head,
    in_reading_order,
    label,
    padded,
    panel,
    scrolling,
)
from mediadesk.ui.widgets.empty import Empty

_ASK_EVERY_MS = 500
_NOTHING = "Nothing was measured yet"
_OFFER = (
    "Your own history tells how good MediaDesk is for you: it is replayed from its beginning, and "
    "what you came to like is to be found each time. That takes some seconds to some minutes, on "
    "this computer alone."
)


class QualityPage(Page):
    """What a replay of the history gave; it is measured when asked to, and kept meanwhile."""

    title = "How good is it?"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._profile = ""
        self._awaited: str | None = None  # whose history is replayed because it was asked for here
        self._shown: Measured | None = None
        self._often = QTimer(self, interval=_ASK_EVERY_MS)
        self._often.timeout.connect(self._ask)
        self._undrawn: Iterator[QWidget] = iter(())
        self._draw_on = QTimer(self, interval=0, singleShot=True)
        self._draw_on.timeout.connect(self._draw_next)
        theme = desk.theme
        self.measure = Button(theme, "Measure", self._measure, role="primary", drawn="play")
        self.again = Button(theme, "Measure again", self._measure, drawn="refresh")
        self.halt = Button(theme, "Stop", self._halt)
        self._replayed = Sentence("", "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("How much is measured")
        self._far = label("", "muted")
        self._busy = panel(column(self._far, self._bar, spacing=12), margin=20)
        self.none = Empty(theme, "smart", _NOTHING, _OFFER, self.measure)
        self.none.setMinimumHeight(280)
        self.charts = column(spacing=16)
        self.contest = ContestBox(desk)
        pile = column(
            head(label(self.title, "hero"), 0, self.halt, self.again),
            self._replayed,
            self._busy,
            self.none,
            self.charts,
            self.contest,
            0,
            spacing=16,
        )
        self._content = padded(pile)
        QStackedLayout(self).addWidget(scrolling(self._content, self.title))
        self._show(None, None)

    def enter(self) -> None:
        self._ask()
        self.contest.ask()

    def leave(self) -> None:
        self._often.stop()

    def change_hands(self) -> None:
        """Show nothing of who looked until now."""
        self._questions.forget()
        self._profile, self._awaited = "", None
        self.none.say(_NOTHING, _OFFER)
        self._show(None, None)
        self.contest.hide()

    def refresh(self, what: frozenset[str]) -> None:
        if what & {"items", "features", "plugins"}:
            self.contest.ask()

    def take_keyboard(self) -> None:
        for one in (self.halt, self.again, self.measure):
            if one.isVisibleTo(self):
                one.setFocus()

    def _ask(self) -> None:
        self._questions.ask(self._take, Quality.standing)

    def _measure(self) -> None:
        self._awaited = self._profile
        self.none.say(_NOTHING, _OFFER)
        self._show(self._shown, Progress(done=0, of=0))
        self._often.start()
        who = self._profile
        self._questions.attempt(self._found, self._failed, Quality.measure, profile=who)

    def _halt(self) -> None:
        self.halt.setEnabled(False)
        self._questions.tell(Quality.halt, profile=self._profile)

    def _found(self, _: Measured) -> None:
        self._awaited = None
        self._ask()  # another one may look by now

    def _failed(self, error: BaseException) -> None:
        self._awaited = None
        if self._shown is None:
            self.none.say("It was not measured", self._desk.sentence(error))
        else:
            self._desk.report(error)
        self._ask()

    def _take(self, told: QualityView) -> None:
        if self._profile and told.profile != self._profile:
            self.change_hands()
            self.contest.ask()
        self._profile = told.profile
        begins = Progress(done=0, of=0) if self._awaited == told.profile else None
        self._show(told.measured, told.progress or begins)

    def _show(self, measured: Measured | None, progress: Progress | None) -> None:
        busy = progress is not None
        if busy and self.isVisible():
            self._often.start()
        elif not busy:
            self._often.stop()
        if progress is not None:
            self._bar.setRange(0, progress.of)
            self._bar.setValue(progress.done)
            self._far.setText(quality_words.far(progress))
        had = any(one.hasFocus() for one in (self.halt, self.again, self.measure))
        self._busy.setVisible(busy)
        self.halt.setVisible(busy)
        self.halt.setEnabled(True)
        self.again.setVisible(measured is not None and not busy)
        self.none.setVisible(measured is None and not busy)
        if had:
            self.take_keyboard()
        self._replayed.say(quality_words.replayed(measured) if measured else "")
        if measured != self._shown:
            self._shown = measured
            self._draw(measured)

    def _draw(self, measured: Measured | None) -> None:
        clear(self.charts)
        self._undrawn = iter(())
        if measured is not None:
            from mediadesk.ui.widgets.quality_charts import charts  # loads pyqtgraph

            self._undrawn = charts(self._desk.theme, measured.outcome)
        self._draw_on.start()

    def _draw_next(self) -> None:
        """Draw a panel, and the next one when the window had its turn."""
        chart = next(self._undrawn, None)
        if chart is None:
            in_reading_order(self._content)
        else:
            self.charts.addWidget(chart)
            self._draw_on.start()
