"""The head of a plugin's page: what it is, how it is doing, and what can be done about it."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from mediadesk.engine.messages import PluginPage, PluginView
from mediadesk.ui import plugin_words
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    Sentence,
    clear,
    column,
    label,
    panel,
    row,
)
from mediadesk.ui.widgets.flow import Flow
from mediadesk.ui.widgets.mark import Glyph, Mark
from mediadesk.ui.widgets.switch import Switch


class PluginHead(QFrame):
    """Title, version, state, switch; the problem; the buttons."""

    acted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("role", "panel")
        self._title = OneLine("", "hero").hug()
        self._version = label("", "muted")
        self._source = label("", "tag")
        self._state = Mark(theme, plugin_words.Sign("", "info"))
        self._switch = Switch(theme, "")
        self._switch.clicked.connect(self._switched)
        self._summary = Sentence("", "muted")
        self._provides = Sentence("", "small")
        self._problem = Sentence("")
        self._glyph = Glyph(theme, "warning", "warning")
        why = row(self._glyph, self._problem, spacing=12)
        why.setAlignment(self._glyph, Qt.AlignmentFlag.AlignTop)
        why.setStretch(1, 1)
        self._why = panel(why, role="note", margin=12)
        self._buttons = Flow()
        titled = row(self._title, self._version, self._source, 0, spacing=12)
        titled.setAlignment(self._source, Qt.AlignmentFlag.AlignVCenter)
        top = row(titled, self._state, self._switch, spacing=16)
        top.setStretch(0, 1)
        pile = column(top, self._summary, self._provides, self._why, self._buttons, spacing=8)
        pile.setContentsMargins(20, 16, 20, 20)
        self.setLayout(pile)

    def show_plugin(self, content: PluginPage) -> None:
        """Show the plugin as it is now."""
        plugin = content.plugin
        self._title.say(plugin.title)
        self._version.setText(plugin.version)
        self._source.setText(plugin_words.SOURCES.get(plugin.source, plugin.source))
        sign = plugin_words.state(plugin)
        self._state.say(sign)
        self._switch.setChecked(plugin_words.is_on(plugin))
        self._switch.setEnabled(plugin_words.can_switch(plugin))
        self._switch.setAccessibleName(f"“{plugin.title}” takes part")
        self._summary.say(plugin.summary)
        self._provides.say(plugin_words.provides(plugin))
        self._problem.say(plugin.problem or (sign.more if plugin_words.remedies(plugin) else ""))
        self._why.setVisible(bool(self._problem.text()))
        self._glyph.draw(sign.drawn, sign.tone)
        clear(self._buttons)
        for action, text, drawn in self._actions(plugin, content.folder):
            role = "primary" if action == "on" else ""
            todo = partial(self.acted.emit, action)
            self._buttons.addWidget(Button(self._theme, text, todo, role=role, drawn=drawn))

    def take_keyboard(self) -> None:
        """Put the keyboard on the switch."""
        self._switch.setFocus(Qt.FocusReason.OtherFocusReason)

    def _actions(self, plugin: PluginView, folder: str | None) -> list[tuple[str, str, str]]:
        """(action, words, icon) of its buttons: what helps first, then what is always possible."""
        made = [(action, text, "") for action, text in plugin_words.remedies(plugin)]
        known = {action for action, _, _ in made}
        if plugin.previous and "rollback" not in known:
            made.append(("rollback", f"Go back to {plugin.previous}", "undo"))
        if folder:
            made.append(("reveal", "Show its folder", "folder"))
        if plugin.source in {"installed", "folder"} and "remove" not in known:
            made.append(("remove", "Remove…", "trash"))
        return made

    def _switched(self) -> None:
        self.acted.emit("on" if self._switch.isChecked() else "off")
