"""Explains the place of one item: its rank, each ranker's share, the reasons and their evidence."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from mediadesk.engine.messages import Evidence, Reason, Why
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import clear, column, label, panel, row
from mediadesk.ui.widgets.picture import captioned
from mediadesk.ui.widgets.share_chart import ShareChart
from mediadesk.ui.words import Tile

_FRAME = QSize(150, 84)
_LEAST = 0.005  # what is less rounds to nothing


class WhyView(QWidget):
    """The explanation of one item, as a column."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(12)
        self._told: Why | None = None

    def show_why(self, why: Why) -> None:
        """Explain an item; what stays is not made anew: it would flash."""
        if why == self._told:
            return
        self._told = why
        clear(self._box)
        self._box.addWidget(label(words.ranking(why.rank, why.of, why.note), "muted", wrap=True))
        whole = sum(abs(reason.share) for reason in why.reasons) or 1.0
        seeds: set[str | None] = set()
        telling = [reason for reason in why.reasons if abs(reason.share) >= _LEAST * whole]
        for reason in telling or why.reasons[:1]:
            told = "" if reason.seed in seeds else without(why, reason)  # once for each
            seeds.add(reason.seed)
            self._box.addWidget(self._reason(why, reason, reason.share / whole, told))
        parts = [part for part in why.rankers.items() if abs(part[1]) >= _LEAST]
        parts.sort(key=lambda part: -abs(part[1]))
        if len(parts) > 1:
            named = [(words.ranker(name), share) for name, share in parts]
            chart = ShareChart(self._desk.theme, [*named, ("All of them", why.score)])
            scale = "They add up to the score; 1 is as much as one of them usually says."
            pile = column(label("Who recommends it", "strong"), chart, spacing=8)
            pile.addWidget(label(scale, "small", wrap=True))
            self._box.addWidget(panel(pile, margin=12))
        self._box.addStretch(1)

    def _reason(self, why: Why, reason: Reason, share: float, told: str) -> QWidget:
        pile = column(label(reason.text, "strong", wrap=True), spacing=8)
        if abs(share) >= _LEAST:  # before anything was liked a reason tells, but adds nothing
            pile.addLayout(share_bar("Speaks for it" if share >= 0 else "Speaks against it", share))
        if told:
            pile.addWidget(label(told, "muted", wrap=True))
        evidence = reason.evidence
        if evidence is not None:
            pair = self._pictures(why, reason, evidence)
            if pair is not None:
                pile.addWidget(pair)
            for text in quotes(reason, evidence):
                pile.addWidget(label(text, "muted", wrap=True))
        return panel(pile, margin=12)

    def _pictures(self, why: Why, reason: Reason, evidence: Evidence) -> QWidget | None:
        """This item's frame beside the seed's."""
        sides = (
            (evidence.image, evidence.t, why.item.title),
            (evidence.seed_image, evidence.seed_t, reason.seed_title),
        )
        shown = [
            captioned(self._desk, Tile(id="", title=caption(title, t), picture=key), _FRAME)
            for key, t, title in sides
            if key is not None
        ]
        if not shown:
            return None
        holder = QWidget()
        holder.setLayout(row(*shown, 0))
        return holder


def share_bar(name: str, share: float) -> QVBoxLayout:
    """A named share as a bar with its percentage."""
    bar = QProgressBar()
    bar.setTextVisible(False)
    bar.setRange(0, 1000)
    bar.setValue(round(abs(share) * 1000))
    bar.setAccessibleName(f"{name}: {share:.0%}")
    return column(row(label(name, "small"), 0, label(f"{abs(share):.0%}", "small")), bar, spacing=4)


def caption(title: str, t: float | None) -> str:
    """What stands under a frame."""
    return title if t is None else f"{words.clock(int(t))} · {title}"


def quotes(reason: Reason, evidence: Evidence) -> list[str]:
    """The sentences, sounds or tags that a reason rests on."""
    if evidence.kind == "sentence":
        sides = (
            (evidence.t, evidence.text, "here"),
            (evidence.seed_t, evidence.seed_text, "there"),
        )
        return [
            f"“{text}”" + ("" if t is None else f" — at {words.clock(int(t))} {where}")
            for t, text, where in sides
            if text
        ]
    if evidence.kind == "sound" and evidence.t is not None:
        there = "" if evidence.seed_t is None else f" and {words.clock(int(evidence.seed_t))} there"
        return [f"The sound at {words.clock(int(evidence.t))} here{there}. {evidence.text}".strip()]
    return [evidence.text] if evidence.text and evidence.text not in reason.text else []


def without(why: Why, reason: Reason) -> str:
    """How the rank would differ without the seed of a reason; empty where it has none by name."""
    if reason.seed is None or reason.seed not in why.without or not reason.seed_title:
        return ""
    rank, title = why.without[reason.seed], reason.seed_title
    if rank is None:
        return f"Without “{title}” it would not be here."
    if rank == why.rank:
        return f"Without “{title}” it would still be number {rank:,}."
    return f"Without “{title}” it would be number {rank:,}."
