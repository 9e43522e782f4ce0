"""What the engine is doing: progress, time left, problems; and the way to pause it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtWidgets import QProgressBar, QStackedLayout, QVBoxLayout, QWidget

from mediadesk.engine.messages import (
    FolderView,
    PluginView,
    Problem,
    Status,
    Verbs,
    Working,
    WorkView,
)
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    Sentence,
    clear,
    column,
    head,
    in_reading_order,
    label,
    padded,
    panel,
    row,
    scrolling,
)
from mediadesk.ui.widgets.mark import Glyph
from mediadesk.ui.widgets.rows import Rows

_PROBLEMS = 200


def counts(status: Status) -> str:
    """How much there is, and what waits for attention."""
    parts = [words.count(status.items, "item")]
    if status.unread:
        parts.append(words.count(status.unread, "file") + " not opened yet")
    if status.settling:
        parts.append(words.count(status.settling, "file") + " still being written, left alone")
    return " · ".join(parts)


class HeldRow(QWidget):
    """What is not done for now, and the way to the plugin that it waits for."""

    def __init__(self, desk: Desk, plugin: str) -> None:
        super().__init__()
        self._glyph = Glyph(desk.theme, "info", "warning")
        self._sentence = Sentence()
        see = partial(desk.plugin_wanted.emit, plugin)
        self._see = Button(desk.theme, "See the plugin", see, role="quiet")
        line = row(self._glyph, self._sentence, self._see, spacing=12)
        line.setStretch(1, 1)
        self.setLayout(line)

    def show_work(self, work: WorkView, titles: Mapping[str, str]) -> None:
        """Say it as it is now; `titles` as in `words.part_of`."""
        self._glyph.draw("warning" if work.left else "info", "warning")
        self._sentence.say(words.held_back(work, titles))
        self._see.setAccessibleName(f"See the plugin of “{words.part_of(work, titles)}”")


class WorkRow(QWidget):
    """How far a part is, and the way to drop what waits for it, or to take it up again."""

    def __init__(self, desk: Desk, toggle: Callable[[WorkView], None]) -> None:
        super().__init__()
        self._work: WorkView | None = None
        self._name = OneLine("", "strong").hug()
        self._numbers = label("", "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._button = Button(desk.theme, "Cancel", self._press, role="quiet")
        self._toggle = toggle
        self._button.setMinimumWidth(96)
        self._done = Glyph(desk.theme, "check", "good")
        line = row(self._name, 0, self._numbers, self._done)
        whole = row(column(line, self._bar, spacing=8), self._button, spacing=16)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def _press(self) -> None:
        if self._work is not None:
            self._toggle(self._work)

    def show_work(self, work: WorkView, titles: Mapping[str, str]) -> None:
        """Show how far it is now; `titles` as in `words.part_of`."""
        self._work = work
        name = words.part_of(work, titles)
        self._name.say(name[:1].upper() + name[1:])
        self._numbers.setText(words.progress_of(work))
        self._bar.setRange(0, max(1, words.total_of(work)))
        undone = work.waiting + work.left + work.cancelled
        self._bar.setVisible(undone > 0)  # the last bar gone, all is done
        self._done.draw(*(("warning", "warning") if work.failed else ("check", "good")))
        self._done.setVisible(not undone)
        self._bar.setValue(words.total_of(work) - undone)
        self._bar.setAccessibleName(f"{name}: {words.progress_of(work)}")
        verb = "Resume" if work.cancelled else "Cancel"
        self._button.say(verb)
        self._button.setAccessibleName(f"{verb} “{name}”")
        self._button.setVisible(bool(work.waiting or work.cancelled))


class ActivityPage(Page):
    """Progress and problems."""

    title = "Activity"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._status: Status | None = None
        self._titles: dict[str, str] = {}
        theme = desk.theme
        self._doing = OneLine("", "heading")
        self._counts = label("", "muted")
        self._held: Rows[WorkView, HeldRow] = Rows(
            lambda work: HeldRow(desk, work.plugin),
            lambda line, work: line.show_work(work, self._titles),
            spacing=4,
        )
        self._pause = Button(theme, "Pause", self._toggle, drawn="pause")
        self._scan = Button(theme, "Scan now", self._scan_now, drawn="refresh")
        self._pace = Sentence("", "muted")
        self._retry = Button(theme, "Try all again", self._try_again, drawn="refresh")
        self._work: Rows[WorkView, WorkRow] = Rows(
            lambda _: WorkRow(desk, self._drop_or_resume),
            lambda line, work: line.show_work(work, self._titles),
            spacing=20,
        )
        self._nothing = label("Nothing to do yet.", "muted")
        self._folders = column(spacing=8)
        self._problems = column(spacing=8)
        self._problem_count = label("", "muted")
        top = row(column(self._doing, self._counts, self._pace, spacing=4), self._scan, self._pause)
        top.setStretch(0, 1)
        now = column(top, self._held, spacing=12)
        pile = column(
            head(label(self.title, "hero")),
            panel(now, margin=20),
            panel(
                column(label("Understanding", "heading"), self._nothing, self._work, spacing=16),
                margin=20,
            ),
            panel(column(label("Folders", "heading"), self._folders, spacing=12), margin=20),
            panel(
                column(
                    row(label("Problems", "heading"), 8, self._problem_count, 0, self._retry),
                    self._problems,
                    spacing=12,
                ),
                margin=20,
            ),
            0,
            spacing=16,
        )
        self._content = padded(pile)
        QStackedLayout(self).addWidget(scrolling(self._content, self.title))

    def enter(self) -> None:
        self._questions.ask(self._take_plugins, Verbs.plugins)
        self._questions.ask(self._take, Verbs.status)

    def refresh(self, what: frozenset[str]) -> None:
        if "plugins" in what:
            self.enter()
        else:
            self._questions.ask(self._take, Verbs.status)

    def take_keyboard(self) -> None:
        self._pause.setFocus()

    def _toggle(self) -> None:
        if self._status is not None:
            self._questions.ask(self._take, Verbs.pause, paused=not self._status.paused)

    def _scan_now(self) -> None:
        self._questions.ask(self._take, Verbs.scan)

    def _try_again(self) -> None:
        self._questions.ask(self._take, Working.retry)

    def _drop_or_resume(self, work: WorkView) -> None:
        verb = Working.resume if work.cancelled else Working.cancel
        self._questions.ask(self._take, verb, work.extractor)

    def _take_plugins(self, plugins: Sequence[PluginView]) -> None:
        self._titles = {one.name: one.title for one in plugins}
        if self._status is not None:
            self._take(self._status)

    def _take(self, status: Status) -> None:
        self._status = status
        self._doing.say(words.going_on(status))
        self._counts.setText(counts(status))
        self._pause.say("Go on" if status.paused else "Pause")
        self._pause.draw("play" if status.paused else "pause")
        self._scan.setEnabled(bool(status.folders))
        held = [work for work in status.work if work.held]
        self._held.show({(work.plugin, work.extractor): work for work in held})
        self._pace.say(status.pace)
        self._pace.setVisible(bool(status.pace))
        self._work.show({(work.plugin, work.extractor): work for work in status.work})
        self._nothing.setVisible(not status.work)
        self._retry.setVisible(bool(status.problems))
        self._fill(
            self._folders,
            [_folder(folder) for folder in status.folders],
            "No folder yet: add one in Settings.",
        )
        shown = status.problems[:_PROBLEMS]
        self._problem_count.setText(f"{len(status.problems):,}" if status.problems else "")
        self._fill(self._problems, [_problem(one) for one in shown], "No problem. All is well.")
        in_reading_order(self._content)

    @staticmethod
    def _fill(box: QVBoxLayout, widgets: list[QWidget], otherwise: str) -> None:
        clear(box)
        for widget in widgets or [label(otherwise, "muted")]:
            box.addWidget(widget)


def _folder(folder: FolderView) -> QWidget:
    state = label(words.folder_state(folder), "muted" if folder.available else "danger")
    holder = QWidget()
    line = row(OneLine(folder.path), state)
    line.setStretch(0, 1)
    holder.setLayout(line)
    return holder


def _problem(problem: Problem) -> QWidget:
    holder = QWidget()
    source = words.EXTRACTORS.get(problem.extractor or "", problem.extractor or "")
    path = "" if problem.path in problem.sentence else problem.path
    below = OneLine(" · ".join(filter(None, (path, source))), "small")
    holder.setLayout(column(Sentence(problem.sentence), below, spacing=2))
    below.setVisible(bool(path or source))
    return holder
