"""One plugin in the list, and one offer of the index."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from mediadesk.engine.messages import Offer, PluginView
from mediadesk.ui import plan_words, plugin_words, words
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    Sentence,
    clear,
    column,
    label,
    row,
)
from mediadesk.ui.widgets.mark import Mark
from mediadesk.ui.widgets.switch import Switch

_STATE = 128


class PluginRow(QFrame):
    """A plugin: what it is, how it is doing, and the switch."""

    acted = Signal(object, str)  # PluginView, an action of `PluginActs.act`

    def __init__(self, theme: Theme, plugin: PluginView) -> None:
        super().__init__()
        self._theme = theme
        self._plugin = plugin
        self.setProperty("role", "panel")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._title = OneLine("", "strong").hug()
        self._meta = label("", "muted")
        self._source = label("", "tag")
        self._summary = OneLine("", "muted")
        self._provides = OneLine("", "small")
        self._state = Mark(theme, plugin_words.state(plugin))
        self._switch = Switch(theme, "")
        self._switch.clicked.connect(self._switched)
        self._more = Button(theme, "Details", lambda: self._act("open"), role="quiet")
        self._problem = Sentence("", "")
        self._remedies = row(0)
        self._trouble = QWidget()
        self._trouble.setLayout(self._remedies_beside())
        self._state.setMinimumWidth(_STATE)
        titled = row(self._title, self._meta, self._source, 0, spacing=10)
        titled.setAlignment(self._source, Qt.AlignmentFlag.AlignVCenter)
        top = row(titled, self._state, self._switch, self._more, spacing=12)
        top.setStretch(0, 1)
        pile = column(top, self._summary, self._provides, self._trouble, spacing=4)
        pile.setContentsMargins(20, 12, 12, 14)
        self.setLayout(pile)

    def _remedies_beside(self) -> QHBoxLayout:
        line = row(self._problem, spacing=16)
        line.setContentsMargins(0, 8, 8, 0)
        line.setStretch(0, 1)
        line.addLayout(self._remedies)
        return line

    def show_plugin(self, plugin: PluginView) -> None:
        """Show the plugin as it is now."""
        self._plugin = plugin
        sign = plugin_words.state(plugin)
        self.setAccessibleName(f"{plugin.title}, {sign.text}")
        self._title.say(plugin.title)
        self._meta.setText(plugin.version)
        self._source.setText(plugin_words.SOURCES.get(plugin.source, plugin.source))
        self._summary.say(plugin.summary)
        self._summary.setVisible(bool(plugin.summary))
        self._provides.say(plugin_words.provides(plugin))
        self._provides.setVisible(bool(plugin.provides))
        self._state.say(sign)
        self._switch.setChecked(plugin_words.is_on(plugin))
        self._switch.setEnabled(plugin_words.can_switch(plugin))
        self._switch.setAccessibleName(f"“{plugin.title}” takes part")
        self._more.setAccessibleName(f"Details of “{plugin.title}”")
        remedies = plugin_words.remedies(plugin)
        self._problem.say(plugin.problem or (sign.more if remedies else ""))
        clear(self._remedies)
        for action, text in remedies:
            button = Button(self._theme, text, partial(self._act, action))
            button.setAccessibleName(f"{text}: {plugin.title}")
            self._remedies.addWidget(button)
        self._trouble.setVisible(bool(plugin.problem or remedies))

    def take_keyboard(self) -> None:
        """Put the keyboard on the way to its page."""
        self._more.setFocus()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self._act("open")

    def _switched(self) -> None:
        self._act("on" if self._switch.isChecked() else "off")

    def _act(self, action: str) -> None:
        self.acted.emit(self._plugin, action)


class OfferRow(QFrame):
    """A plugin of the index, with the button that installs or updates it."""

    wanted = Signal(str)  # its source

    def __init__(self, theme: Theme, offer: Offer) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAccessibleName(f"{offer.title} {offer.version}")
        size = f" · {words.size(offer.size)}" if offer.size else ""
        version = label(f"{offer.version}{size}", "muted")
        top = row(OneLine(offer.title, "strong").hug(), version, 0, spacing=10)
        sign = plan_words.offer(offer)
        if sign.text:
            top.addWidget(Mark(theme, sign))
        if offer.installed != offer.version and not offer.problem:
            word = "Install…" if offer.installed is None else f"Update to {offer.version}…"
            button = Button(
                theme,
                word,
                lambda: self.wanted.emit(offer.source),
                drawn="download" if offer.installed is None else "refresh",
            )
            button.setAccessibleName(f"{word} {offer.title}")
            top.addWidget(button)
        pile = column(top, spacing=4)
        if offer.summary:
            pile.addWidget(OneLine(offer.summary, "muted"))
        if offer.problem:
            pile.addWidget(Sentence(offer.problem, "warning"))
        pile.setContentsMargins(20, 12, 16, 14)
        self.setLayout(pile)
