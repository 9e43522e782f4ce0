"""The dialog that writes what the library knows into files, after it was read and agreed to."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QWidget

from mediadesk.engine.messages import Into, Progress, WritePlan, Writing, Written
from mediadesk.ui import item_words, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Button, Sentence, clear, column, row, scrolling
from mediadesk.ui.widgets.sheet import Sheet
from mediadesk.ui.widgets.table import TextTable

_WIDE = 860
_HIGH = 640
_MOST = 500
_MOST_REFUSED = 8
_ASK_EVERY_MS = 300
_INTO: tuple[tuple[Into, str, str], ...] = (
    ("nfo", "NFO files", "Kodi, Jellyfin and others read the .nfo file beside each file."),
    ("tags", "Tags in the files", "Music players read the tags inside the files themselves."),
)


def write_items(desk: Desk, ids: Sequence[str], parent: QWidget | None = None) -> "WriteDialog":
    """Open the dialog that writes what is known of these items into files."""
    dialog = WriteDialog(desk, ids, parent)
    dialog.open()
    return dialog


class WriteDialog(Sheet):
    """What would be written where, line by line, and the consent to exactly that."""

    def __init__(self, desk: Desk, ids: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(desk, "Write to files", "Write", parent, width=_WIDE)
        self._ids = tuple(ids)
        self._plan: WritePlan | None = None
        self._does = ""
        self._often = QTimer(self, interval=_ASK_EVERY_MS)
        self._often.timeout.connect(self._ask_how_far)
        self.stop = Button(desk.theme, "Stop", self._stop)
        self.stop.setAutoDefault(False)
        self.stop.hide()
        self.foot.insertWidget(1, self.stop)
        self.finished.connect(self._left)
        self.into: dict[Into, Button] = {}
        group = QButtonGroup(self)
        for name, title, _ in _INTO:
            chip = Button(desk.theme, title, partial(self._look, name), role="chip")
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            group.addButton(chip)
            self.into[name] = chip
        self._about = Sentence("", "muted")
        self._listed = column(spacing=12)
        content = QWidget()
        pile = column(row(*self.into.values(), 0), self._about, self._listed, 0, spacing=12)
        pile.setContentsMargins(32, 8, 32, 8)
        content.setLayout(pile)
        self.body.addWidget(scrolling(content, "What would be written"))
        self.high(_HIGH)
        self.into["nfo"].setChecked(True)
        self.put_keyboard(self.into["nfo"])
        self._look("nfo")

    def go_on(self) -> None:
        """Write what the plan says."""
        if self._plan is None:
            self.accept()
            return
        self.act(self._begin("Writing"))
        self.cancel.hide()
        self.stop.show()
        self.questions.attempt(self._written, self._not_written, Writing.write_back, self._token)

    def _look(self, into: Into) -> None:
        """Ask what writing would do; nothing is written yet."""
        self._plan = None
        self._about.say(next(about for name, _, about in _INTO if name == into))
        clear(self._listed)
        self.work(self._begin("Looking at the files; nothing is written yet"))
        self.questions.attempt(self._show, self._not_so, Writing.plan_write, self._ids, into=into)

    def _begin(self, does: str) -> str:
        """Show how far it is from now on, until `rest`."""
        self._does = does
        self._often.start()
        return f"{does} …"

    def rest(self) -> None:
        self._often.stop()
        self.far(0, 0)
        super().rest()

    @property
    def _token(self) -> str:
        """The plan that is being written, empty while one is made."""
        return self._plan.token if self._plan else ""

    def _ask_how_far(self) -> None:
        self.questions.ask(self._show_far, Writing.progress, self._token)

    def _show_far(self, progress: Progress | None) -> None:
        if progress is not None and self._often.isActive():
            self.far(progress.done, progress.of)
            self.say(f"{self._does}: {progress.done:,} of {progress.of:,}")

    def _stop(self) -> None:
        """Have the writing end with the file in hand."""
        self.stop.setEnabled(False)
        self._often.stop()
        self.say("Stopping …")
        self.questions.tell(Writing.stop, self._token)

    def _left(self) -> None:
        """Look no further for one who is gone."""
        if self._often.isActive():
            self._often.stop()
            self.questions.tell(Writing.stop, self._token)

    def _not_written(self, error: BaseException) -> None:
        self.stop.hide()
        self.cancel.show()
        self.refuse(error)

    def _not_so(self, error: BaseException) -> None:
        self.refuse(error)
        self.say("")
        self.agree.setEnabled(False)

    def _show(self, plan: WritePlan) -> None:
        self._plan = plan
        self.rest()
        files = len({line.path for line in plan.lines})
        self.say(
            f"{words.count(len(plan.lines), 'value')} would be written to "
            f"{words.count(files, 'file')}."
            if plan.lines
            else "Nothing is to be written: the files say it all already."
        )
        if plan.lines:
            rows = [
                (
                    line.path.replace("\\", "/").rpartition("/")[2],
                    item_words.FIELDS.get(line.field) or line.field.capitalize(),
                    line.before or "nothing",
                    line.after or "nothing",
                )
                for line in plan.lines[:_MOST]
            ]
            self._listed.addWidget(
                TextTable("What would be written", ("File", "Field", "Now", "Then"), rows)
            )
            if len(plan.lines) > _MOST:
                more = words.count(len(plan.lines) - _MOST, "more value")
                self._listed.addWidget(Sentence(f"And {more}.", "small"))
        self._list(plan.refused)
        self.agree.setEnabled(bool(plan.lines))

    def _list(self, refused: Sequence[str]) -> None:
        for sentence in refused[:_MOST_REFUSED]:
            self._listed.addWidget(Sentence(sentence, "warning"))
        if len(refused) > _MOST_REFUSED:
            more = words.count(len(refused) - _MOST_REFUSED, "more file")
            self._listed.addWidget(Sentence(f"And {more} can't be written.", "warning"))

    def _written(self, done: Written) -> None:
        self._plan = None
        self.rest()
        clear(self._listed)
        for chip in self.into.values():
            chip.hide()
        self._about.say("")
        told = f"Written to {words.count(done.files, 'file')}."
        if done.left:
            told = f"Stopped. {told} {words.count(done.left, 'file')} stayed as before."
        self.say(told)
        self._list(done.refused)
        self.agree.say("Close")
        self.stop.hide()
        if done.change is not None:
            self.desk.done.emit(replace(done.change, says=told.removesuffix(".")))
        elif not done.refused:
            self.desk.toasted.emit(told, None)
        if not done.refused:
            self.accept()
        elif self.isHidden():
            self.open()
