"""What an install would do, to be read before agreeing to it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from mediadesk.engine.messages import DownloadView, PluginPlan
from mediadesk.ui import plan_words, plugin_words, words
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import OneLine, Sentence, column, label, panel, row
from mediadesk.ui.widgets.mark import Glyph, Mark
from mediadesk.ui.widgets.wishes import wish_list


class PlanView(QWidget):
    """A plan from top to bottom: who made it, warnings, what it wants, what it takes."""

    def __init__(self, theme: Theme, plan: PluginPlan) -> None:
        super().__init__()
        self._theme = theme
        box = QVBoxLayout(self)
        box.setContentsMargins(32, 4, 32, 20)
        box.setSpacing(20)
        about = column(Sentence(f"From {plan.source}", "small"), spacing=4)
        if plan.summary:
            about.insertWidget(0, Sentence(plan.summary, "muted"))
        box.addLayout(about)
        box.addLayout(self._signature(plan))
        for warning in plan.warnings:
            box.addWidget(self._note("warning", "warning", warning))
        for part in (*self._wishes(plan), *self._costs(plan)):
            box.addLayout(part)

    def _note(self, drawn: str, tone: str, sentence: str) -> QFrame:
        glyph = Glyph(self._theme, drawn, tone)
        line = row(glyph, Sentence(sentence), spacing=12)
        line.setAlignment(glyph, Qt.AlignmentFlag.AlignTop)
        line.setStretch(1, 1)
        return panel(line, role="note", margin=12)

    def _signature(self, plan: PluginPlan) -> QVBoxLayout:
        sign = plan_words.signature(plan)
        pile = column(Mark(self._theme, sign, wrap=True), spacing=4)
        texts = [(sign.more, "muted")]
        if plan.former_signer:
            texts = [(key, "code") for key in sign.more.splitlines()]
        elif plan.signature in {"new", "unsigned"} and plan.warnings:
            texts = []  # the engine's own words follow
        elif plan.signature == "new" and plan.signer:
            texts.insert(0, (plan.signer, "code"))
        for text, role in texts:
            line = Sentence(text, role)
            line.setContentsMargins(26, 0, 0, 0)
            pile.addWidget(line)
        return pile

    def _wishes(self, plan: PluginPlan) -> list[QVBoxLayout]:
        wishes = plugin_words.wishes(plan.permissions)
        if not wishes:
            sentence = (
                "It asks for no permission: it works with what MediaDesk hands over, and nothing "
                "else."
            )
            return [column(self._note("shield", "good", sentence))]
        new = [wish for wish in wishes if wish.new]
        old = [wish for wish in wishes if not wish.new]
        update = plan.installed_version is not None
        groups = [
            ("This version also wants to …", new),
            ("As before, it may …" if update else "It wants to …", old),
        ]
        return [
            column(label(heading, "strong"), wish_list(self._theme, group), spacing=12)
            for heading, group in groups
            if group
        ]

    def _costs(self, plan: PluginPlan) -> list[QVBoxLayout]:
        loads = column(
            Mark(self._theme, plugin_words.Sign(plan_words.fetched(plan.downloads), "download")),
            spacing=8,
        )
        if plan.downloads:
            loads.addLayout(_downloads(plan.downloads))
        if plan.installed_size:
            room = f"{words.size(plan.installed_size)} on disk"
            if plan.package_size:
                room += f", unpacked from {words.size(plan.package_size)}"
            loads.addWidget(Mark(self._theme, plugin_words.Sign(room, "disk")))
        if plan.bundled:
            libraries = f"Brings along {', '.join(plan.bundled)}"
            loads.addWidget(Mark(self._theme, plugin_words.Sign(libraries, "library"), wrap=True))
        return [loads]


def _downloads(downloads: tuple[DownloadView, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(26, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 3)
    grid.setColumnStretch(2, 4)
    for line, one in enumerate(downloads):
        grid.addWidget(OneLine(f"{one.name} {one.version}"), line, 0)
        size = label(words.size(one.size) if one.size else "size unknown", "muted")
        grid.addWidget(size, line, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(OneLine(one.origin, "muted"), line, 2)
    return grid
