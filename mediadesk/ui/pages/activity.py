"""What the engine is doing: progress, time left, problems; and the way to pause it."""

from functools import partial

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from mediadesk.engine.messages import FolderView, Problem, Status, Verbs, WorkView
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    Sentence,
    clear,
    column,
    label,
    panel,
    row,
    scrolling,
)
from mediadesk.ui.widgets.mark import Glyph

_PROBLEMS = 200


def counts(status: Status) -> str:
    """How much there is, and what waits for attention."""
    parts = [words.count(status.items, "item")]
    if status.unread:
        parts.append(words.count(status.unread, "file") + " not opened yet")
    if status.settling:
        parts.append(words.count(status.settling, "file") + " still being written, left alone")
    return " · ".join(parts)


class ActivityPage(Page):
    """Progress and problems."""

    title = "Activity"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._paused = False
        theme = desk.theme
        self._doing = OneLine("", "heading")
        self._counts = label("", "muted")
        self._held = column(spacing=4)
        self._pause = Button(theme, "Pause", self._toggle, drawn="pause")
        self._scan = Button(theme, "Scan now", self._scan_now, drawn="refresh")
        self._work = column(spacing=20)
        self._folders = column(spacing=8)
        self._problems = column(spacing=8)
        self._problem_count = label("", "muted")
        top = row(column(self._doing, self._counts, spacing=4), self._scan, self._pause)
        top.setStretch(0, 1)
        head = column(top, self._held, spacing=12)
        content = QWidget()
        pile = column(
            label(self.title, "hero"),
            panel(head, margin=20),
            panel(column(label("Understanding", "heading"), self._work, spacing=16), margin=20),
            panel(column(label("Folders", "heading"), self._folders, spacing=12), margin=20),
            panel(
                column(
                    row(label("Problems", "heading"), 8, self._problem_count, 0),
                    self._problems,
                    spacing=12,
                ),
                margin=20,
            ),
            0,
            spacing=16,
        )
        pile.setContentsMargins(32, 8, 32, 32)
        content.setLayout(pile)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(scrolling(content, self.title))

    def enter(self) -> None:
        self._questions.ask(self._take, Verbs.status)

    def refresh(self, what: frozenset[str]) -> None:  # noqa: ARG002 - status tells of all
        self.enter()

    def take_keyboard(self) -> None:
        self._pause.setFocus()

    def _toggle(self) -> None:
        self._questions.ask(self._take, Verbs.pause, paused=not self._paused)

    def _scan_now(self) -> None:
        self._questions.ask(self._take, Verbs.scan)

    def _take(self, status: Status) -> None:
        self._paused = status.paused
        self._doing.say(words.going_on(status))
        self._counts.setText(counts(status))
        self._pause.say("Go on" if status.paused else "Pause")
        self._pause.draw("play" if status.paused else "pause")
        self._scan.setEnabled(bool(status.folders))
        clear(self._held)
        for work in status.work:
            if work.held:
                self._held.addWidget(self._waits(work))
        self._fill(self._work, [_work(work) for work in status.work], "Nothing to do yet.")
        self._fill(
            self._folders,
            [_folder(folder) for folder in status.folders],
            "No folder yet: add one in Settings.",
        )
        shown = status.problems[:_PROBLEMS]
        self._problem_count.setText(f"{len(status.problems):,}" if status.problems else "")
        self._fill(self._problems, [_problem(one) for one in shown], "No problem. All is well.")

    def _waits(self, work: WorkView) -> QWidget:
        glyph = Glyph(self._desk.theme, "warning" if work.left else "info", "warning")
        see = partial(self._desk.plugin_wanted.emit, work.plugin)
        button = Button(self._desk.theme, "See the plugin", see, role="quiet")
        button.setAccessibleName(f"See the plugin of “{words.part_of(work)}”")
        line = row(glyph, Sentence(words.held_back(work)), button, spacing=12)
        line.setStretch(1, 1)
        holder = QWidget()
        holder.setLayout(line)
        return holder

    @staticmethod
    def _fill(box: QVBoxLayout, widgets: list[QWidget], otherwise: str) -> None:
        clear(box)
        for widget in widgets or [label(otherwise, "muted")]:
            box.addWidget(widget)


def _work(work: WorkView) -> QWidget:
    name = words.part_of(work)
    bar = QProgressBar()
    bar.setTextVisible(False)
    bar.setRange(0, max(1, words.total_of(work)))
    bar.setValue(words.total_of(work) - work.waiting - work.left)
    bar.setAccessibleName(f"{name}: {words.progress_of(work)}")
    holder = QWidget()
    numbers = label(words.progress_of(work), "muted")
    holder.setLayout(column(row(label(name, "strong"), 0, numbers), bar, spacing=8))
    return holder


def _folder(folder: FolderView) -> QWidget:
    state = folder.problem or (
        words.count(folder.files, "file")
        if folder.available
        else "Not connected; its items stay in the library."
    )
    holder = QWidget()
    line = row(OneLine(folder.path), label(state, "danger" if folder.problem else "muted"))
    line.setStretch(0, 1)
    holder.setLayout(line)
    return holder


def _problem(problem: Problem) -> QWidget:
    holder = QWidget()
    source = words.EXTRACTORS.get(problem.extractor or "", problem.extractor or "")
    path = problem.path if not source else f"{problem.path} · {source}"
    sentence = label(problem.sentence, "", wrap=True)
    holder.setLayout(column(sentence, OneLine(path, "small"), spacing=2))
    return holder
