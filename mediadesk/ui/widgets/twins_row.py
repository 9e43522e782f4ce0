"""Items that are the same work, side by side: what differs, which is better, what to do."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QWidget

from mediadesk.engine.messages import ItemView, Twins
from mediadesk.ui import item_words, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Button, OneLine, Sentence, column, label, row
from mediadesk.ui.widgets.picture import Picture

_ART = QSize(192, 108)
_SIDES = 4  # more than these are merged, but not shown
_BESIDE = 2
_AROUND, _BETWEEN, _GAP = (
    40,
    24,
    12,
)  # pixels: both margins, from side to side, from picture to words
_NARROWEST = 120  # of a title


class TwinsRow(QFrame):
    """One set of twins; `kept` carries the one to keep and the others."""

    kept = Signal(str, object)
    apart = Signal(object)

    def __init__(self, desk: Desk, twins: Twins) -> None:
        super().__init__()
        self._desk = desk
        self.setProperty("role", "panel")
        self._ids = tuple(item.id for item in twins.items)
        self.setAccessibleName(f"“{twins.items[0].title}”, {twins.alike:.0%} alike: {twins.why}")
        theme = desk.theme
        why = twins.why[:1].upper() + twins.why[1:]
        head = row(OneLine(why, "strong"), label(f"{twins.alike:.0%} alike", "accent"))
        head.setStretch(0, 1)
        self.sides = QGridLayout()
        self.sides.setHorizontalSpacing(_BETWEEN)
        self.sides.setVerticalSpacing(16)
        self.keep: list[Button] = []
        self._titles: list[tuple[Button, str]] = []
        shown = twins.items[:_SIDES]
        for place, item in enumerate(shown):
            line, at = divmod(place, _BESIDE)
            self.sides.setColumnStretch(at, 1)
            self.sides.addLayout(self._side(item, shown, best=not place), line, at)
        self.not_same = Button(theme, "Not the same", self._part)
        self.not_same.setAccessibleName(f"“{twins.items[0].title}”: these are not the same")
        more = len(twins.items) - len(shown)
        foot = row(
            Sentence(_better(twins, more), "muted"),
            self.not_same,
        )
        foot.setStretch(0, 1)
        box = column(head, self.sides, foot, spacing=12)
        box.setContentsMargins(_AROUND // 2, 16, _AROUND // 2, 16)
        self.setLayout(box)

    def show_twins(self, _: Twins) -> None:
        """They are still there; other items would be other twins."""
        self.setEnabled(True)

    def _keep(self, item: str) -> None:
        self._rest()
        self.kept.emit(item, tuple(one for one in self._ids if one != item))

    def _part(self) -> None:
        self._rest()
        self.apart.emit(self._ids)

    def _rest(self) -> None:
        """Take no more clicks until it is done and this goes; the keyboard goes on behind it."""
        self.not_same.setFocus()
        self.focusNextChild()
        self.setEnabled(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        shared = self.contentsRect().width() - _AROUND - (_BESIDE - 1) * _BETWEEN
        room = max(_NARROWEST, shared // _BESIDE - _ART.width() - _GAP)
        for title, whole in self._titles:
            cut = title.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, room)
            title.setText(cut.replace("&", "&&"))

    def _side(self, item: ItemView, all_: tuple[ItemView, ...], *, best: bool) -> QHBoxLayout:
        tile = words.tile(item)
        title = Button(self._desk.theme, "", lambda: self._desk.opened.emit(item.id), role="link")
        title.setMinimumWidth(_NARROWEST)
        title.setAccessibleName(f"Open “{item.title}”")
        self._titles.append((title, item.title))
        facts = QGridLayout()
        facts.setHorizontalSpacing(12)
        facts.setVerticalSpacing(2)
        facts.setColumnStretch(1, 1)
        columns = [dict(_facts(one)) for one in all_]
        for line, (name, value) in enumerate(_facts(item)):
            told = {one[name] for one in columns}
            if told == {""}:
                continue
            differs = len(told) > 1
            facts.addWidget(label(name, "small"), line, 0)
            facts.addWidget(OneLine(value or "–", "smallstrong" if differs else "small"), line, 1)
        keep = Button(
            self._desk.theme,
            "Keep this",
            lambda: self._keep(item.id),
            role="primary" if best else "",
        )
        keep.setAccessibleName(f"Keep “{item.title}”, {item_words.where(item, item.path or '')}")
        self.keep.append(keep)
        words_ = QWidget()
        below = column(facts, 4, row(keep, 0), 0, spacing=4)
        below.setContentsMargins(4, 0, 0, 0)  # in line with the title
        pile = column(row(title, 0), below, spacing=4)
        words_.setLayout(pile)
        picture = Picture(self._desk, tile, _ART)
        beside = row(picture, words_, spacing=_GAP)
        beside.setStretch(1, 1)
        beside.setAlignment(picture, Qt.AlignmentFlag.AlignTop)
        return beside


def _facts(item: ItemView) -> list[tuple[str, str]]:
    folder, _, name = (item.path or "").replace("\\", "/").rpartition("/")
    return [
        ("Picture", item_words.resolution(item.height)),
        ("Size", words.size(item.size) if item.size else ""),
        ("Length", words.clock(item.duration_s) if item.duration_s else ""),
        ("File", name),
        ("Folder", item_words.where(item, folder)),
        ("Yours", _opinion(item)),
    ]


def _opinion(item: ItemView) -> str:
    parts = (
        item_words.stars(item.stars) if item.stars else "",
        "watched" if item.finished else "",
        "liked" if item.liked else "",
        ", ".join(item.labels),
    )
    return " · ".join(part for part in parts if part)


def _better(twins: Twins, more: int) -> str:
    two = len(twins.items) == 2
    neither, other = ("Neither", "other") if two else ("None", "others")
    told = f"The first is better: {twins.better}." if twins.better else f"{neither} is better."
    kept = f"Whichever you keep takes over the ratings, tags and positions of the {other}."
    unseen = f" {words.count(more, 'more copy', 'more copies')} not shown." if more > 0 else ""
    return f"{told} {kept}{unseen}"
