"""What can be done with a plugin, wherever a page offers it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mediadesk.engine.messages import PluginView, Verbs
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.installing import InstallDialog
from mediadesk.ui.widgets.choose import SourceDialog
from mediadesk.ui.widgets.sheet import ask


class PluginActs(QObject):
    """Switches, updates, rolls back, installs and removes; asks first where it must."""

    changed = Signal()  # something was done: ask anew
    removed = Signal(str)  # a plugin's name
    browse_wanted = Signal()
    folder_wanted = Signal(str)  # a folder for the library that is no plugin

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._window = parent

    def act(self, plugin: PluginView, action: str) -> None:
        """Do what a plugin's button says."""
        todo: dict[str, Callable[[], None]] = {
            "open": lambda: self._desk.plugin_wanted.emit(plugin.name),
            "on": lambda: self.enable(plugin.name, enabled=True),
            "off": lambda: self.enable(plugin.name, enabled=False),
            "rollback": lambda: self.roll_back(plugin),
            "remove": lambda: self.confirm_removal(plugin),
            "browse": self.browse_wanted.emit,
            "install": self.choose,
        }
        todo[action]()

    def enable(self, *names: str, enabled: bool) -> None:
        """Switch plugins on or off; on also ends a quarantine."""
        for name in names:
            self._do(lambda _: None, Verbs.enable_plugin, name, enabled=enabled)

    def roll_back(self, plugin: PluginView) -> None:
        """Bring the previous version back."""

        def then(back: PluginView) -> None:
            self._desk.toasted.emit(f"“{words.short(back.title)}” is back at {back.version}.", None)

        self._do(then, Verbs.rollback_plugin, plugin.name)

    def confirm_removal(self, plugin: PluginView, *, has_data: bool = True) -> None:
        """Ask before a plugin is removed, and whether its data goes too."""
        gone = partial(self.remove, plugin, with_data=True)
        kept = partial(self.remove, plugin, with_data=False)
        ask(
            self._window,
            f"Remove “{words.short(plugin.title)}” {plugin.version}?",
            title="Remove a plugin",
            more="It has made data of its own: does that go too?" if has_data else "",
            choices={"Remove, keep its data": kept, "Remove all": gone}
            if has_data
            else {"Remove": kept},
        )

    def remove(self, plugin: PluginView, *, with_data: bool) -> None:
        """Remove a plugin, with or without the data that it made."""

        def then(_: None) -> None:
            self.removed.emit(plugin.name)
            self._desk.toasted.emit(f"“{words.short(plugin.title)}” is removed.", None)

        self._do(then, Verbs.remove_plugin, plugin.name, with_data=with_data)

    def choose(self) -> None:
        """Ask where a plugin is, then go on as `install`."""
        dialog = SourceDialog(self._desk.theme, self._window)
        dialog.chosen.connect(self.install)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def install(self, source: str) -> None:
        """Look at a plugin and install it if a person agrees."""
        dialog = InstallDialog(self._desk, source, self._window)
        dialog.installed.connect(self._installed)
        dialog.is_library.connect(self.folder_wanted)
        dialog.open()

    def _installed(self, plugin: PluginView) -> None:
        title = words.short(plugin.title)
        self._desk.toasted.emit(f"“{title}” {plugin.version} is installed.", None)
        self.changed.emit()

    def _do(
        self, then: Callable[..., None], verb: Callable[..., object], *args: object, **more: object
    ) -> None:
        """Call a verb; whatever comes of it, those who show plugins ask anew."""

        def done(result: object) -> None:
            then(result)
            self.changed.emit()

        def failed(error: BaseException) -> None:
            self._desk.report(error)
            self.changed.emit()

        self._desk.ask_anew().attempt(done, failed, verb, *args, **more)
