"""A contest of two rankers on one's own panel: choosing them, how it stands, and its end."""

from functools import partial

from PySide6.QtWidgets import QComboBox, QFrame, QWidget

from mediadesk.engine.messages import Contests, ContestView, Figure
from mediadesk.ui import contest_words
from mediadesk.ui.desk import Desk
from mediadesk.ui.quality_words import percent
from mediadesk.ui.widgets.controls import Button, Sentence, clear, column, label, row
from mediadesk.ui.widgets.fields import calm

_WIDE = 240
_ABOUT = (
    "Both fill the top picks in turn, and what you open, play or like counts for the one that "
    "brought it. You look at For you as ever; which one stands where is not shown."
)


class ContestBox(QFrame):
    """What is compared, the state in a sentence and a plot, and a button to start or stop."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._desk = desk
        self._questions = desk.ask_anew()
        self._shown: ContestView | None = None
        self.first, self.second = QComboBox(), QComboBox()
        for box, name in ((self.first, "First ranker"), (self.second, "Second ranker")):
            calm(box, _WIDE)
            for part in (box, box.view()):
                part.setAccessibleName(name)
        self.start = Button(desk.theme, "Start the contest", self._start, drawn="play")
        self.stop = Button(desk.theme, "Stop the contest", self._stop)
        self._choice = QWidget()
        self._choice.setLayout(
            row(self.first, label("against", "muted"), self.second, self.start, 0)
        )
        self._state = Sentence()
        self._counts = Sentence("", "muted")
        self._graph = column()
        pile = column(
            row(label("Two rankers against each other", "heading"), 0, self.stop),
            Sentence(_ABOUT, "muted"),
            self._state,
            self._counts,
            self._graph,
            self._choice,
            spacing=12,
        )
        pile.setContentsMargins(20, 20, 20, 20)
        self.setLayout(pile)
        self.hide()
        desk.done.connect(self._follow)

    def ask(self) -> None:
        """Ask how it stands."""
        self._questions.ask(self._take, Contests.status)

    def _follow(self) -> None:
        if self.isVisible():
            self.ask()

    def _start(self) -> None:
        self._desk.change(Contests.start, self.first.currentData(), self.second.currentData())

    def _stop(self) -> None:
        self._desk.change(Contests.stop)

    def _take(self, told: ContestView) -> None:
        self.show()
        if told == self._shown:
            return
        if self._shown is None or told.rankers != self._shown.rankers:
            self._offer(told.rankers)
        self._shown = told
        runs = bool(told.arms) and told.until is None
        self.stop.setVisible(runs)
        self._choice.setVisible(not runs)
        self._state.say(told.says)
        self._counts.say(contest_words.standing(told))
        clear(self._graph)
        if told.share is not None:
            self._graph.addWidget(self._plot(told, told.share))

    def _offer(self, rankers: tuple[str, ...]) -> None:
        for box, usual in ((self.first, "taste"), (self.second, "blend")):
            box.clear()
            for name in rankers:
                box.addItem(contest_words.arm(name), name)
            box.setCurrentIndex(max(0, box.findData(usual)))

    def _plot(self, told: ContestView, share: float) -> QWidget:
        from mediadesk.ui.widgets.drawings import FOOT, ROW, intervals  # loads pyqtgraph
        from mediadesk.ui.widgets.graph import Graph

        name = f"“{contest_words.arm(told.arms[0])}” won"
        figure = Figure(value=share, low=told.low, high=told.high)
        says = percent
        said = f"{says(share)}, between {says(told.low)} and {says(told.high)}"
        draw = partial(intervals, rows=[(name, figure)], says=says, most=1.0, even=0.5)
        return Graph(self._desk.theme, name, said, high=ROW + FOOT, draw=draw)
