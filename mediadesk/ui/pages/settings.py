"""What a person may set: folders and the look; backups; and which models are at work."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from mediadesk.engine.messages import (
    LOOKS,
    SCALES,
    Desktop,
    ModelView,
    PluginView,
    Verbs,
    Working,
)
from mediadesk.ui import plugin_words, tray, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.offers import only_free
from mediadesk.ui.pages.folders import FolderBox
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.backups import BackupBox
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    Sentence,
    clear,
    column,
    head,
    in_reading_order,
    label,
    panel,
    row,
    scrolling,
)
from mediadesk.ui.widgets.switch import Switch

C = TypeVar("C", str, int)
P = ParamSpec("P")
TRAY = "Work and music go on while the window is closed."
LOOK_NAMES = {
    "system": "System",
    "light": "Light",
    "dark": "Dark",
    "contrast": "High contrast",
}


class SettingsPage(Page):
    """Folders, look, work, the way to the plugins, backups, models."""

    title = "Settings"
    keys_wanted = Signal()
    tray_turned = Signal(bool)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._plugins = label("", "muted")
        self._models = _table()
        self.common: dict[str, Button] = {}
        self.folders = FolderBox(desk)
        self.backups = BackupBox(desk)
        self._content = QWidget()
        pile = column(
            head(label(self.title, "hero")),
            folders := panel(column(self.folders), margin=20),
            panel(self._look_box(), margin=20),
            panel(self._window_box(), margin=20),
            work := panel(self._work_box(), margin=20),
            panel(self._ledger_box(), margin=20),
            privacy := panel(self._privacy_box(), margin=20),
            sync := panel(self._sync_box(), margin=20),
            plugins := panel(self._plugin_box(), margin=20),
            backups := panel(column(self.backups), margin=20),
            panel(self._model_box(), margin=20),
            0,
            spacing=16,
        )
        pile.setContentsMargins(32, 8, 32, 32)
        self._content.setLayout(pile)
        only_free(desk, folders, work, privacy, sync, plugins, backups)
        self.folders.shown.connect(lambda: in_reading_order(self._content))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(scrolling(self._content, self.title))

    def enter(self) -> None:
        self._look_for_tray()
        self._questions.ask(self._take_desktop, Verbs.desktop)
        self._questions.ask(self._take_models, Verbs.models)
        if not self._desk.limited:
            self.folders.ask()
            self._questions.ask(self._take_common, Verbs.everywhere)
            self._questions.ask(self.gentle.setChecked, Working.pace)
            self._questions.ask(self._take_plugins, Verbs.plugins)
            self.backups.ask()

    def refresh(self, what: frozenset[str]) -> None:
        if "items" in what or "status" in what:
            self.folders.ask()
        if "plugins" in what:
            self._questions.ask(self._take_plugins, Verbs.plugins)
        if "settings" in what:
            self.enter()

    def take_keyboard(self) -> None:
        # In a field, the keys of the window would be letters.
        look = self._looks[self._desk.theme.choice]
        (look if self._desk.limited else self.folders.choose).setFocus()

    def _look_box(self) -> QVBoxLayout:
        theme = self._desk.theme
        self._looks = self._chips({one: LOOK_NAMES[one] for one in LOOKS}, self._desk.look)
        self._mark_look()
        theme.changed.connect(self._mark_look)
        self._scales = self._chips({one: f"{one}%" for one in SCALES}, self._rescale)
        self._scale_hint = label("", "small")
        return column(
            label("Look", "heading"),
            row(*self._looks.values(), 0, self._common("theme", "Look")),
            label("Size of text and pictures", "muted"),
            row(*self._scales.values(), 12, self._scale_hint, 0),
            spacing=12,
        )

    def _chips(self, names: Mapping[C, str], choose: Callable[[C], None]) -> dict[C, Button]:
        """Chips of which one is chosen."""
        group = QButtonGroup(self)
        made: dict[C, Button] = {}
        for choice, name in names.items():
            made[choice] = chip = Button(
                self._desk.theme, name, partial(choose, choice), role="chip"
            )
            chip.setCheckable(True)
            group.addButton(chip)
        return made

    def _common(self, name: str, says: str) -> Button:
        """A chip that makes a setting the same on all devices."""
        made = Button(
            self._desk.theme,
            "On all my devices",
            lambda: self._set(Verbs.everywhere, name, on=made.isChecked()),
            role="chip",
        )
        made.setCheckable(True)
        made.setAccessibleName(f"{says}: on all my devices")
        made.setToolTip("Devices that sync get it as it is set here, and tell when it changes.")
        only_free(self._desk, made)
        self.common[name] = made
        return made

    def _take_common(self, told: Mapping[str, bool]) -> None:
        for name, chip in self.common.items():
            chip.setChecked(told[name])

    def _rescale(self, scale: int) -> None:
        self._scale_hint.setText("From the next start on.")
        self._set(Verbs.desktop, scale=scale)

    def _window_box(self) -> QVBoxLayout:
        desk, theme = self._desk, self._desk.theme
        self.tray = Switch(theme, "Keep MediaDesk in the tray when its window is closed")
        self.tray.clicked.connect(self._turn_tray)
        self._tray_says = Sentence("", "small")
        keep = _switched("Keep MediaDesk in the tray", self._tray_says, self.tray)
        keys = Button(theme, "See and change the keys", self.keys_wanted.emit, drawn="keyboard")
        guide = Button(theme, "Show the guide again", desk.guide_wanted.emit, role="quiet")
        common = self._common("keys", "Keys")
        only_free(desk, guide)
        return column(
            label("Window and keys", "heading"), keep, row(keys, guide, 0, common), spacing=12
        )

    def _work_box(self) -> QVBoxLayout:
        self.gentle = Switch(self._desk.theme, "Work gently on battery")
        self.gentle.clicked.connect(lambda on: self._set(Working.pace, gentle_on_battery=on))
        said = Sentence("Files are then analysed one at a time, with rests in between.", "small")
        line = _switched("Work gently on battery", said, self.gentle)
        line.insertWidget(1, self._common("gentle_on_battery", "Work gently on battery"))
        return column(label("Background work", "heading"), line, spacing=12)

    def _look_for_tray(self) -> None:
        """Offer the tray if there is one by now: it may begin after the program."""
        self.tray.setEnabled(tray.is_there())
        self._tray_says.say(TRAY if tray.is_there() else tray.ABSENT)

    def _turn_tray(self) -> None:
        self._set(Verbs.desktop, tray=self.tray.isChecked())
        self.tray_turned.emit(self.tray.isChecked())

    def _set(
        self, verb: Callable[Concatenate[Any, P], object], /, *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Have something be set; if it is not, what is set is shown again."""
        self._desk.attempt(lambda _: None, self.enter, verb, *args, **kwargs)

    def _take_desktop(self, desktop: Desktop) -> None:
        self._scales[desktop.scale].setChecked(True)
        self.tray.setChecked(desktop.tray and tray.is_there())

    def _mark_look(self) -> None:
        self._looks[self._desk.theme.choice].setChecked(True)

    def _ledger_box(self) -> QVBoxLayout:
        go = Button(
            self._desk.theme,
            "See what was learnt",
            lambda: self._desk.page_wanted.emit("ledger"),
            drawn="history",
        )
        self.judge = Button(
            self._desk.theme, "How good is it?", lambda: self._desk.page_wanted.emit("quality")
        )
        said = "Every opinion with its source; forget any of it, ask for more or less of anything."
        line = row(Sentence(said, "muted"), self.judge, go)
        line.setStretch(0, 1)
        return column(label("What was learnt of you", "heading"), line, spacing=12)

    def _privacy_box(self) -> QVBoxLayout:
        go = Button(
            self._desk.theme,
            "See what leaves",
            lambda: self._desk.page_wanted.emit("privacy"),
            drawn="shield",
        )
        said = "Every connection, one switch for the network; export or erase what is known of you."
        line = row(Sentence(said, "muted"), go)
        line.setStretch(0, 1)
        return column(label("Privacy", "heading"), line, spacing=12)

    def _sync_box(self) -> QVBoxLayout:
        go = Button(
            self._desk.theme,
            "Keep them in step",
            lambda: self._desk.page_wanted.emit("sync"),
            drawn="refresh",
        )
        said = "What you say on one comes to the others, through a folder that they share."
        line = row(Sentence(said, "muted"), go)
        line.setStretch(0, 1)
        return column(label("Several devices", "heading"), line, spacing=12)

    def _plugin_box(self) -> QVBoxLayout:
        go = Button(
            self._desk.theme,
            "Manage plugins",
            lambda: self._desk.page_wanted.emit("plugins"),
            drawn="plugins",
        )
        line = row(self._plugins, go)
        line.setStretch(0, 1)
        return column(label("Plugins", "heading"), line, spacing=12)

    def _take_plugins(self, plugins: Sequence[PluginView]) -> None:
        self._plugins.setText(plugin_words.counts(plugins))

    def _model_box(self) -> QVBoxLayout:
        told = Sentence("They understand your files, on this computer alone.", "muted")
        return column(label("Models", "heading"), told, self._models, spacing=12)

    def _take_models(self, models: Sequence[ModelView]) -> None:
        clear(self._models)
        for line, one in enumerate(models):
            _fill_line(self._models, line, model_cells(one), bad=one.problem is not None)


def _switched(name: str, said: Sentence, switch: Switch) -> QHBoxLayout:
    """A switch at the end of the line that says what it does."""
    line = row(column(label(name), said, spacing=2), switch)
    line.setStretch(0, 1)
    return line


def model_cells(model: ModelView) -> tuple[str, str, str, str]:
    """A model in four short texts: name, task, size, and where it ran."""
    if model.problem:
        state = model.problem
    elif not model.installed:
        state = "Not here yet; made at first use"
    elif model.provider and model.runs:
        state = (
            f"{model.provider.removesuffix('ExecutionProvider')}, {model.mean_ms:.3g} ms a batch"
        )
    else:
        state = "Ready"
    return model.name, model.task, words.size(model.size_bytes), state


def _table() -> QGridLayout:
    table = QGridLayout()
    table.setHorizontalSpacing(24)
    table.setVerticalSpacing(8)
    for place, stretch in enumerate((3, 2, 2, 5)):
        table.setColumnStretch(place, stretch)
    return table


def _fill_line(table: QGridLayout, line: int, cells: Sequence[str], *, bad: bool) -> None:
    for place, text in enumerate(cells):
        last = place == len(cells) - 1
        role = "strong" if place == 0 else "danger" if bad and last else "muted"
        table.addWidget(OneLine(text, role), line, place)
