"""All plugins: how each is doing, the switch for it, and the ways to more of them."""

from collections.abc import Sequence

from PySide6.QtWidgets import QButtonGroup, QStackedWidget, QVBoxLayout, QWidget

from mediadesk.engine.messages import Offer, PluginView, Verbs
from mediadesk.ui import plugin_words, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.plugin_acts import PluginActs
from mediadesk.ui.widgets.controls import (
    Button,
    Sentence,
    clear,
    column,
    head,
    label,
    padded,
    row,
    scrolling,
)
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.plugin_row import OfferRow, PluginRow
from mediadesk.ui.widgets.rows import Rows

_NO_INDEX = "The index has not been read yet"
_READ_INDEX = "Look for updates (uses the network)"


class PluginsPage(Page):
    """What is here, and what the index offers."""

    title = "Plugins"

    def __init__(self, desk: Desk, acts: PluginActs) -> None:
        super().__init__()
        self._desk = desk
        self._acts = acts
        self._questions = desk.ask_anew()
        self._rows = Rows(self._row, PluginRow.show_plugin)
        self._build()

    def _build(self) -> None:
        theme = self._desk.theme
        self._count = label("", "muted")
        self._here = Button(theme, "Installed", lambda: self._face("here"), role="chip")
        self._index = Button(theme, "Browse index", lambda: self._face("index"), role="chip")
        group = QButtonGroup(self)
        for chip in (self._here, self._index):
            chip.setCheckable(True)
            group.addButton(chip)
        self._here.setChecked(True)
        install = Button(theme, "Install…", self._acts.choose, role="primary", drawn="add")
        top = head(
            label(self.title, "hero"), 8, self._count, 0, self._here, self._index, 8, install
        )
        top.setContentsMargins(32, 8, 32, 16)
        self._faces = QStackedWidget()
        self._faces.addWidget(self._here_face())
        self._faces.addWidget(self._index_face())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(self._faces, 1)

    def _here_face(self) -> QWidget:
        hint = label("Drop a .whl or .mdplugin file or a plugin's folder here to install it.")
        hint.setProperty("role", "small")
        pile = column(self._rows, row(0, hint, 0), 0, spacing=16)
        return scrolling(padded(pile, top=0), "Plugins that are here")

    def _index_face(self) -> QWidget:
        theme = self._desk.theme
        self._said = Sentence("", "muted")
        self._look = Button(theme, _READ_INDEX, self._read_index, drawn="network")
        bar = row(self._said, self._look, spacing=16)
        bar.setStretch(0, 1)
        bar.setContentsMargins(32, 0, 32, 12)
        self._offers = column(spacing=8)
        content = padded(column(self._offers, 0, spacing=0), top=0)
        self._none = Empty(
            theme,
            "plugins",
            _NO_INDEX,
            "",
            Button(theme, _READ_INDEX, self._read_index, role="primary", drawn="network"),
            Button(theme, "Install from a file…", self._acts.choose),
        )
        listed = QWidget()
        listing = column(bar, scrolling(content, "What the index offers"), spacing=0)
        listing.setStretch(1, 1)
        listed.setLayout(listing)
        self._index_faces = QStackedWidget()
        self._index_faces.addWidget(self._none)
        self._index_faces.addWidget(listed)
        return self._index_faces

    def enter(self) -> None:
        self._questions.ask(self._take, Verbs.plugins)
        if self._index.isChecked():
            self._ask_offers(network=False)

    def refresh(self, what: frozenset[str]) -> None:
        if "plugins" in what:
            self.enter()

    def take_keyboard(self) -> None:
        first = self._rows.first
        if first is not None and self._here.isChecked():
            first.take_keyboard()
        else:
            self._index.setFocus()

    def browse(self) -> None:
        """Show what the index offers."""
        self._index.setChecked(True)
        self._face("index")

    def _face(self, name: str) -> None:
        self._faces.setCurrentIndex(int(name == "index"))
        if name == "index":
            self._ask_offers(network=False)

    def _take(self, plugins: Sequence[PluginView]) -> None:
        first = self._rows.first is None
        self._count.setText(plugin_words.counts(plugins))
        self._rows.show({one.name: one for one in plugins})
        if first and self.isVisible():
            self.take_keyboard()

    def _row(self, plugin: PluginView) -> PluginRow:
        made = PluginRow(self._desk.theme, plugin)
        made.acted.connect(self._acts.act)
        return made

    def _read_index(self) -> None:
        self._ask_offers(network=True)

    def _ask_offers(self, *, network: bool) -> None:
        if not self._look.isEnabled():
            return  # the network is being read: nothing may overtake what comes of it
        self._look.setEnabled(not network)
        self._said.say("Reading the index …" if network else "")
        self._questions.attempt(self._take_offers, self._no_offers, Verbs.offers, network=network)

    def _no_offers(self, error: BaseException) -> None:
        self._look.setEnabled(True)
        if not self.isVisible():
            self._desk.report(error)
            return
        self._none.say("The index can't be read", self._desk.sentence(error))
        self._index_faces.setCurrentIndex(0)

    def _take_offers(self, offers: Sequence[Offer]) -> None:
        self._look.setEnabled(True)
        self._none.say(
            _NO_INDEX,
            "It lists plugins that others have made. Reading it is the only thing that uses the "
            "network, and only when you say so.",
        )
        newer = sum(one.installed not in {None, one.version} for one in offers)
        said = words.count(len(offers), "plugin") + " in the index as it was last read"
        said += f", {words.count(newer, 'update')}." if newer else "."
        self._said.say(said)
        clear(self._offers)
        for one in offers:
            line = OfferRow(self._desk.theme, one)
            line.wanted.connect(self._acts.install)
            self._offers.addWidget(line)
        self._index_faces.setCurrentIndex(int(bool(offers)))
