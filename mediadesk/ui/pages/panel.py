"""A page that a plugin makes: the plugin gives values, the window draws them."""

from PySide6.QtWidgets import QStackedLayout, QWidget

from mediadesk.engine.messages import PageContent, Verbs
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.offers import only_free
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    clear,
    column,
    head,
    padded,
    scrolling,
)
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.plot import PointMap
from mediadesk.ui.widgets.sections import section

_STALE = "The library has changed since this was made."


class PanelPage(Page):
    """The sections of a plugin's page; made anew when it is entered or when asked for."""

    title = "Plugin's page"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._plugin, self._name = "", ""
        self._content: PageContent | None = None
        self._maps: list[PointMap] = []
        self._build()

    def turn_to(self, argument: str) -> None:
        plugin, _, name = argument.partition("/")
        if (plugin, name) != (self._plugin, self._name):
            self._plugin, self._name = plugin, name
            self._content = None
            self._area.verticalScrollBar().setValue(0)
            self._faces.setCurrentIndex(0)

    def enter(self) -> None:
        if self._plugin:
            self._hint.say("")
            self._again.setEnabled(False)
            self._questions.attempt(self._take, self._fail, Verbs.page, self._plugin, self._name)

    def refresh(self, what: frozenset[str]) -> None:
        if "plugins" in what:
            self.enter()
        elif what & {"items", "features"} and self._content is not None:
            self._hint.say(_STALE)  # a plugin is not set to work at every file that is analysed

    def take_keyboard(self) -> None:
        (self._maps[0] if self._maps else self._again).setFocus()

    def _build(self) -> None:
        theme = self._desk.theme
        self._heading = OneLine("", "hero").hug()
        self._by = OneLine("", "muted").hug()
        self._hint = OneLine("", "small").hug()
        self._again = Button(theme, "Refresh", self.enter, drawn="refresh")
        source = Button(
            theme,
            "About the plugin",
            lambda: self._desk.plugin_wanted.emit(self._plugin),
            role="quiet",
            drawn="plugins",
        )
        about = Button(
            theme, "About the plugin", lambda: self._desk.plugin_wanted.emit(self._plugin)
        )
        only_free(self._desk, source, about)
        top = head(self._heading, self._by, 0, self._hint, source, self._again, spacing=12)
        top.setContentsMargins(32, 8, 32, 16)
        self._sections = column(spacing=16)
        pile = column(self._sections, 0, spacing=0)
        content = padded(pile, top=0)
        self._area = scrolling(content, self.title)
        shown = QWidget()
        page = column(top, self._area, spacing=0)
        page.setStretch(1, 1)
        shown.setLayout(page)
        self._none = Empty(
            theme,
            "panel",
            "",
            "",
            Button(theme, "Try again", self.enter, role="primary", drawn="refresh"),
            about,
        )
        self._wait = Empty(theme, "panel", "The plugin makes its page …", "")
        self._faces = QStackedLayout(self)
        for widget in (self._wait, shown, self._none):
            self._faces.addWidget(widget)

    def _take(self, content: PageContent) -> None:
        self._again.setEnabled(True)
        if not content.sections:
            self._none.say(
                f"“{words.short(content.page.title)}” has nothing to show yet",
                "Add files to the library and have them analysed, then try again.",
            )
            self._faces.setCurrentIndex(2)
            return
        if content != self._content:
            self._show(content)
        self._faces.setCurrentIndex(1)

    def _show(self, content: PageContent) -> None:
        """Draw the sections; the keyboard stays on the dot that it was on."""
        first = self._content is None
        held = next((one.chosen for one in self._maps if one.hasFocus()), None)
        self._content = content
        self._heading.say(content.page.title)
        self._by.say(f"made by the plugin “{content.page.plugin}”")
        clear(self._sections)
        frames = [section(self._desk, one) for one in content.sections]
        for frame in frames:
            self._sections.addWidget(frame)
        self._maps = [one for frame in frames for one in frame.findChildren(PointMap)]
        if held is not None and self._maps:
            self._maps[0].choose(held.item)
        if first or held is not None:
            self.take_keyboard()

    def _fail(self, error: BaseException) -> None:
        self._again.setEnabled(True)
        self._content = None
        self._none.say("This page can't be made just now", self._desk.sentence(error))
        self._faces.setCurrentIndex(2)
