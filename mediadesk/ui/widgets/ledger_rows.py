"""The lines of the ledger: an opinion with its sources, and something wanted more or less."""

from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mediadesk.engine.messages import ItemView, LeaningView, Ledger, OpinionView, Source
from mediadesk.ui import item_words, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Button, OneLine, column, label, row
from mediadesk.ui.widgets.picture import Picture
from mediadesk.ui.widgets.rows import Rows

_FRAME = QSize(96, 54)
_MOST = 3.0
_KINDS = {
    "like": "You liked it",
    "less": "You asked for less like it",
    "hide": "You hid it",
    "not-now": "You put it off",
    "rated": "You rated it",
    "played": "You played it",
    "finished": "You finished it",
    "abandoned": "You left it",
    "seen": "You marked it as watched",
    "unseen": "You marked it as not watched",
    "dismissed": "You took it off Continue",
}


class OpinionRow(QWidget):
    """An item, what is thought of it, and each event that this comes from."""

    def __init__(self, desk: Desk, item: ItemView) -> None:
        super().__init__()
        self._value = label("", "muted")
        self.sources: Rows[Source, SourceRow] = Rows(
            lambda source: SourceRow(desk, source, item.title), SourceRow.show_source, spacing=2
        )
        heading = row(OneLine(item.title, "strong"), self._value)
        heading.setStretch(0, 1)
        picture = QVBoxLayout()
        picture.addWidget(Picture(desk, words.tile(item), _FRAME))
        picture.addStretch(1)
        line = row(column(heading, self.sources, spacing=4), spacing=16)
        line.insertLayout(0, picture)
        line.setStretch(1, 1)
        self.setLayout(line)

    def show_opinion(self, opinion: OpinionView) -> None:
        """Show what is thought now."""
        self._value.setText("" if opinion.value is None else f"{opinion.value:+.2f}")
        self.sources.show({source.id: source for source in opinion.sources})


class SourceRow(QWidget):
    """One event, how much it says, and the way to forget it."""

    def __init__(self, desk: Desk, source: Source, title: str) -> None:
        super().__init__()
        self._says = OneLine("", "muted")
        self.forget = Button(
            desk.theme, "Forget", partial(desk.change, Ledger.forget, source.id), role="quiet"
        )
        self.forget.setAccessibleName(f"Forget: {sentence(source)} “{title}”")
        line = row(self._says, self.forget)
        line.setStretch(0, 1)
        self.setLayout(line)

    def show_source(self, source: Source) -> None:
        """Show what was done, and when."""
        self._says.say(sentence(source))


class LeaningRow(QWidget):
    """Something with a name, how much it is wanted, and the ways to change that."""

    def __init__(self, desk: Desk, leaning: LeaningView) -> None:
        super().__init__()
        self._desk, self._leaning = desk, leaning
        self._says = OneLine("")
        self.less = Button(desk.theme, "Less", lambda: self._by(-1), role="quiet")
        self.more = Button(desk.theme, "More", lambda: self._by(1), role="quiet")
        self.even = Button(desk.theme, "As ever", lambda: self._lean(0), role="quiet")
        for button, word in ((self.less, "Less"), (self.more, "More"), (self.even, "As ever")):
            button.setAccessibleName(f"{word} of {leaning.name}")
        line = row(self._says, self.less, self.more, self.even)
        line.setStretch(0, 1)
        self.setLayout(line)

    def show_leaning(self, leaning: LeaningView) -> None:
        """Show how much it is wanted now."""
        self._leaning = leaning
        word = "More" if leaning.weight > 0 else "Less"
        many = words.count(leaning.items, "item")
        self._says.say(f"{word} of “{leaning.name}”: {leaning.weight:+g}, on {many}")
        self.less.setEnabled(leaning.weight > -_MOST)
        self.more.setEnabled(leaning.weight < _MOST)

    def _by(self, step: float) -> None:
        self._lean(max(-_MOST, min(_MOST, self._leaning.weight + step)))

    def _lean(self, weight: float) -> None:
        self._desk.change(Ledger.lean, self._leaning.name, weight)


class TagRow(QWidget):
    """A tag that people put on items or took from them, and the way to forget that."""

    def __init__(self, desk: Desk, tag: str) -> None:
        super().__init__()
        self._tag = tag
        self._says = OneLine("")
        self.forget = Button(
            desk.theme, "Forget", partial(desk.change, Ledger.forget_tag, tag), role="quiet"
        )
        self.forget.setAccessibleName(f"Forget what was said of the tag “{tag}”")
        line = row(self._says, self.forget)
        line.setStretch(0, 1)
        self.setLayout(line)

    def show_tag(self, told: tuple[str, int]) -> None:
        """Show of how many items something was said."""
        self._says.say(f"“{self._tag}”: put on or taken from {words.count(told[1], 'item')}")


def sentence(source: Source) -> str:
    """An event as a sentence: what was done, how far, when, and why that says little."""
    said = _KINDS.get(source.kind, source.kind.capitalize())
    if source.kind == "rated":
        said += f" {5 * source.value:g} of 5"
    elif source.value:
        said += f" to {source.value:.0%}"
    little = f"; it counts {source.weight:.0%}, because {source.why}" if source.why else ""
    return f"{said}, {item_words.moment(source.at)}{little}"
