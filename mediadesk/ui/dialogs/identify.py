"""The dialog that says which film or series videos are, chosen from what is said of them."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from mediadesk.engine.messages import (
    Becomes,
    Candidate,
    Change,
    Guesses,
    Identifying,
    PluginView,
    Verbs,
    Work,
)
from mediadesk.ui import item_words, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import (
    Sentence,
    clear,
    column,
    in_reading_order,
    label,
    row,
    scrolling,
)
from mediadesk.ui.widgets.picture import Picture
from mediadesk.ui.widgets.sheet import Sheet
from mediadesk.ui.widgets.table import TextTable
from mediadesk.ui.widgets.work_edit import WorkEdit
from mediadesk.ui.words import Tile

_WIDE = 760
_HIGH = 820
_MOST = 200
_TYPING_MS = 150
_ART = QSize(72, 40)


def identify_items(
    desk: Desk, ids: Sequence[str], parent: QWidget | None = None
) -> "IdentifyDialog":
    """Open the dialog that says what these videos are."""
    dialog = IdentifyDialog(desk, ids, parent)
    dialog.open()
    return dialog


class IdentifyDialog(Sheet):
    """The candidates, the fields of the chosen one, and what choosing it changes."""

    def __init__(self, desk: Desk, ids: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(desk, "Identify", "Identify", parent, width=_WIDE)
        self._ids = tuple(ids)
        self._titles: dict[str, str] = {}
        self._candidates: tuple[Candidate, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._soon.timeout.connect(self._look)
        self.group = QButtonGroup(self)
        self.group.idToggled.connect(self._choose)
        self._found = QVBoxLayout()
        self._found.setSpacing(12)
        self.fields = WorkEdit(alone=len(self._ids) == 1)
        self.fields.changed.connect(self._typed)
        self.others = QCheckBox()
        self.others.setChecked(True)
        self.others.toggled.connect(lambda _: self._soon.start())
        self._changes = column(spacing=8)
        self._content = QWidget()
        pile = column(
            self._found,
            label("What it is", "strong"),
            self.fields,
            self.others,
            label("What changes", "strong"),
            self._changes,
            0,
            spacing=12,
        )
        pile.setContentsMargins(32, 8, 32, 8)
        self._content.setLayout(pile)
        self._scrolled = scrolling(self._content, "What it may be")
        self._scrolled.hide()
        self.body.addWidget(self._scrolled)
        self.agree_by_enter()
        self.work("Looking what it may be …")
        self.questions.attempt(self._know_plugins, self.refuse, Verbs.plugins)

    @property
    def work_chosen(self) -> Work:
        """The work that the fields say."""
        return self.fields.work

    def go_on(self) -> None:
        """Say that it is this work."""
        self._soon.stop()
        self.act()
        self.questions.attempt(
            self._done,
            self.refuse,
            Identifying.identify,
            self._ids,
            self.work_chosen,
            only=self._only,
        )

    @property
    def _only(self) -> bool:
        return not self.others.isChecked()

    def _know_plugins(self, plugins: Sequence[PluginView]) -> None:
        self._titles = {one.name: one.title for one in plugins}
        self.questions.attempt(self._take, self._no_video, Identifying.candidates, self._ids)

    def _no_video(self, error: BaseException) -> None:
        self.say("")
        self.refuse(error)
        self.agree.setEnabled(False)

    def _take(self, guesses: Guesses) -> None:
        self.rest()
        many = guesses.items > 1
        what = f"these {guesses.items:,} videos" if many else f"“{guesses.title}”"
        self.heading.say(f"What {'are' if many else 'is'} {what}?")
        self.say("What you choose holds, whatever files say, and can be undone.")
        others = words.count(guesses.others, "more file")
        self.others.setText(
            f"Also for {others} of this series in the folder, and for those that come later"
            if guesses.others
            else "Also for files of this series that come into the folder later"
        )
        self._candidates = guesses.candidates
        for number, candidate in enumerate(guesses.candidates):
            self._found.addLayout(self._line(number, candidate))
        in_reading_order(self._content)
        self._scrolled.show()
        self.high(_HIGH)
        buttons = self.group.buttons()
        if buttons:
            buttons[0].setChecked(True)
            self.put_keyboard(buttons[0])
        else:
            self.put_keyboard(self.fields.kind)
            self._typed()

    def _line(self, number: int, one: Candidate) -> QHBoxLayout:
        work = one.work
        name = f"{named(work)}{' – as it is now' if one.now else ''}"
        whose = self._whose(one)
        radio = QRadioButton(name.replace("&", "&&"))
        radio.setAccessibleName(f"{name}: {whose}")
        self.group.addButton(radio, number)
        below = Sentence(whose, "small")
        below.setContentsMargins(30, 0, 0, 0)
        mine = f"artwork/{self._ids[0]}" if one.now else None
        tile = Tile(id="", title=named(work), picture=one.picture or mine)
        line = row(Picture(self.desk, tile, _ART), column(radio, below, spacing=2), spacing=12)
        line.setStretch(1, 1)
        return line

    def _whose(self, one: Candidate) -> str:
        told = [item_words.source(each, self._titles) for each in one.sources if each != "library"]
        if one.known:
            told.append(f"in the library, with {words.count(one.known, 'item')}")
        if len(self._ids) > 1 and one.files:
            told.append(f"said of {words.count(one.files, 'file')}")
        return " · ".join((words.KINDS.get(one.work.kind, ""), *told))

    def _choose(self, number: int, chosen: bool) -> None:
        if chosen:
            self.fields.show_work(self._candidates[number].work)
            self._show_others()
            self._soon.start()

    def _typed(self) -> None:
        """Look soon; what is written by hand is none of the candidates."""
        checked = self.group.checkedButton()
        if checked is not None:
            self.group.setExclusive(False)
            checked.setChecked(False)
            self.group.setExclusive(True)
        self._show_others()
        self._soon.start()

    def _show_others(self) -> None:
        self.others.setVisible(self.work_chosen.kind == "episode")

    def _look(self) -> None:
        self.questions.attempt(
            self._show_changes,
            self._half_typed,
            Identifying.plan_identify,
            self._ids,
            self.work_chosen,
            only=self._only,
        )

    def _half_typed(self, error: BaseException) -> None:
        clear(self._changes)
        self._changes.addWidget(Sentence(self.desk.sentence(error), "muted"))
        self.agree.setEnabled(False)

    def _show_changes(self, plan: Sequence[Becomes]) -> None:
        clear(self._changes)
        self.trouble.say("")
        self.agree.setEnabled(True)
        if not plan:
            same = "It is called so already; choosing it keeps it so, whatever files say."
            self._changes.addWidget(Sentence(same, "muted"))
            return
        rows = [
            (
                each.path.replace("\\", "/").rpartition("/")[2],
                item_words.FIELDS[each.field],
                item_words.value(each.field, each.before),
                item_words.value(each.field, each.after),
            )
            for each in plan[:_MOST]
        ]
        self._changes.addWidget(TextTable("What changes", ("File", "Field", "Now", "Then"), rows))
        if len(plan) > _MOST:
            more = words.count(len(plan) - _MOST, "more value")
            self._changes.addWidget(Sentence(f"And {more}.", "small"))

    def _done(self, change: Change) -> None:
        if change.id:
            self.desk.done.emit(change)
        self.accept()


def named(work: Work) -> str:
    """A work as it is read: “The Office (US), season 2, episode 3, The Fire”."""
    year = f" ({work.year})" if work.year else ""
    if not work.series:
        return f"{work.title}{year}"
    season = f"season {work.season}" if work.season is not None else ""
    episode = f"episode {work.episode}" if work.episode is not None else ""
    return ", ".join(part for part in (f"{work.series}{year}", season, episode, work.title) if part)
