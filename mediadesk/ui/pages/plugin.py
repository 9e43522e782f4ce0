"""One plugin: what it may do, how it is doing, its settings, its log, and what to do about it."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QLayout, QStackedLayout, QVBoxLayout, QWidget

from mediadesk.engine.messages import PluginPage as Content
from mediadesk.engine.messages import Verbs
from mediadesk.ui import plugin_words, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.plugin_acts import PluginActs
from mediadesk.ui.plugin_words import Sign
from mediadesk.ui.widgets.budget import BudgetBox
from mediadesk.ui.widgets.controls import (
    Button,
    Sentence,
    clear,
    column,
    in_reading_order,
    label,
    padded,
    panel,
    row,
    scrolling,
)
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.form import Form
from mediadesk.ui.widgets.health import FaultsBox, LogBox, PriceBox, UsageBox
from mediadesk.ui.widgets.mark import Mark
from mediadesk.ui.widgets.plugin_head import PluginHead
from mediadesk.ui.widgets.wishes import wish_list


class PluginPage(Page):
    """The page of one plugin."""

    title = "Plugin"

    def __init__(self, desk: Desk, acts: PluginActs) -> None:
        super().__init__()
        self._desk = desk
        self._acts = acts
        self._questions = desk.ask_anew()
        self._name = ""
        self._content: Content | None = None
        self._build()

    def turn_to(self, argument: str) -> None:
        if argument != self._name:
            self._questions.forget()  # what was asked about another plugin
            self._name, self._content = argument, None
            self._price.forget()
            self._form.show_settings({}, {}, {})  # what was being typed for another plugin
            self._faces.setCurrentIndex(0)
            self._area.verticalScrollBar().setValue(0)

    def enter(self) -> None:
        if self._name:
            self._questions.attempt(self._take, self._gone, Verbs.plugin, self._name)

    def refresh(self, what: frozenset[str]) -> None:
        if "plugins" in what:
            self.enter()

    def take_keyboard(self) -> None:
        self._head.take_keyboard()

    def _build(self) -> None:
        theme = self._desk.theme
        self._head = PluginHead(theme)
        self._head.acted.connect(self._act)
        self._form = Form(theme)
        self._form.saved.connect(self._save)
        self._settings = _box("Settings", self._form)
        self._faults = FaultsBox(theme)
        self._faults.opened.connect(self._desk.opened)
        self._usage = UsageBox()
        self._price = PriceBox(theme, self._measure)
        self._budget = BudgetBox(self._set_budget)
        self._log = LogBox(theme)
        self._wishes = column(spacing=12)
        self._limits = column(spacing=12)
        self._package = column(spacing=8)
        self._happened = _box("What happened", self._faults)
        self._cost = _box("What it has cost", self._usage)
        left = column(
            self._happened,
            self._settings,
            self._cost,
            _box("Price tag", self._price),
            0,
            spacing=16,
        )
        right = column(
            _box("What it may do", self._wishes),
            _box("Budget", self._budget),
            _box("Limits", self._limits),
            _box("Package", self._package),
            0,
            spacing=16,
        )
        sides = row(left, right, spacing=16)
        sides.setStretch(0, 3)
        sides.setStretch(1, 2)
        pile = column(self._head, sides, _box("Log", self._log), 0, spacing=16)
        self._body = padded(pile)
        self._area = scrolling(self._body, self.title)
        self._none = Empty(
            theme,
            "plugins",
            "This plugin can't be shown",
            "",
            Button(theme, "All plugins", lambda: self._desk.page_wanted.emit("plugins")),
        )
        self._faces = QStackedLayout(self)
        for widget in (QWidget(), self._area, self._none):
            self._faces.addWidget(widget)

    def _take(self, content: Content) -> None:
        first = self._content is None
        self._content = content
        self._head.show_plugin(content)
        self._settings.setVisible(bool(content.schema.get("properties")))
        self._form.show_settings(content.schema, content.settings, content.labels)
        self._happened.setVisible(bool(content.faults))
        self._faults.show_faults(content.faults)
        self._cost.setVisible(content.plugin.source != "bundled")  # only guests are measured
        self._usage.show_usage(content.usage, content.peak_memory, content.fetched)
        self._budget.show_budget(content.budget)
        self._log.show_log(content.log)
        self._show_wishes(content)
        self._show_limits(content)
        self._show_package(content)
        in_reading_order(self._body)
        self._faces.setCurrentIndex(1)
        if first:
            self.take_keyboard()

    def _gone(self, error: BaseException) -> None:
        self._none.say("This plugin can't be shown", self._desk.sentence(error))
        self._faces.setCurrentIndex(2)

    def _show_wishes(self, content: Content) -> None:
        clear(self._wishes)
        wishes = plugin_words.wishes(content.permissions)
        if wishes:
            self._wishes.addLayout(wish_list(self._desk.theme, wishes))
        elif content.plugin.source == "bundled":
            self._wishes.addWidget(
                Sentence("It is a part of MediaDesk and may do what MediaDesk does.", "muted")
            )
        else:
            self._wishes.addWidget(
                Sentence("Nothing but work with what MediaDesk hands over.", "muted")
            )

    def _show_limits(self, content: Content) -> None:
        clear(self._limits)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for line, (name, value) in enumerate(content.limits):
            grid.addWidget(label(name, "muted"), line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Sentence(value), line, 1)
        self._limits.addLayout(grid)
        if not content.limits:
            self._limits.addWidget(Sentence("It runs inside MediaDesk, as a part of it.", "muted"))
        if content.unenforced:
            heading = Sign("Not enforced on this computer", "warning", "warning")
            self._limits.addWidget(Mark(self._desk.theme, heading))
        for sentence in content.unenforced:
            self._limits.addWidget(Sentence(sentence, "muted"))

    def _show_package(self, content: Content) -> None:
        clear(self._package)
        theme, plugin = self._desk.theme, content.plugin
        sign = {
            "bundled": Sign("Comes with MediaDesk", "shield", "good"),
            "folder": Sign("A folder for development", "code"),
        }.get(plugin.source, Sign("Not signed", "warning", "warning"))
        if content.signer:
            sign = Sign(f"Signed with the key {content.signer}", "shield", "good")
        self._package.addWidget(Mark(theme, sign, wrap=True))
        if plugin.source == "folder":
            self._package.addWidget(
                Sentence("It is loaded again by itself when a file in its folder changes.", "muted")
            )
        self._package.addWidget(Sentence(f"{plugin.distribution} {plugin.version}", "muted"))
        if content.dependencies:
            needs = ", ".join(content.dependencies)
            self._package.addWidget(Sentence(f"With its own {needs}", "muted"))

    def _act(self, action: str) -> None:
        if self._content is None:
            return
        if action == "remove":
            self._acts.confirm_removal(self._content.plugin, has_data=self._content.has_data)
        elif action == "open":
            told = self._faults if self._content.faults else self._log
            self._area.ensureWidgetVisible(told, 0, 80)
        elif action == "reveal":
            QDesktopServices.openUrl(QUrl.fromLocalFile(self._content.folder or ""))
        else:
            self._acts.act(self._content.plugin, action)

    def _save(self, changes: dict[str, object]) -> None:
        """Save settings; how that ends is told even if another page is seen by then."""
        name = self._name

        def saved(content: Content) -> None:
            if name == self._name:
                self._form.accept(content.settings)
                self._take(content)
            title = words.short(content.plugin.title)
            self._desk.toasted.emit(f"The settings of “{title}” are saved.", None)

        def refused(error: BaseException) -> None:
            if name == self._name and self.isVisible():
                self._form.complain(self._desk.sentence(error))
            else:
                self._desk.report(error)

        self._desk.ask_anew().attempt(saved, refused, Verbs.set_plugin, name, changes)

    def _set_budget(self, when: str) -> None:
        self._questions.ask(self._take, Verbs.budget_plugin, self._name, when)

    def _measure(self) -> None:
        self._price.wait()
        self._questions.attempt(
            self._price.show_tags, self._unmeasured, Verbs.price_plugin, self._name
        )

    def _unmeasured(self, error: BaseException) -> None:
        self._price.fail(self._desk.sentence(error))


def _box(title: str, content: QWidget | QLayout) -> QWidget:
    """A titled surface."""
    pile: QVBoxLayout = column(label(title, "heading"), content, spacing=12)
    return panel(pile, margin=20)
