"""What a person gives to the window: folders for the library, and what is dropped onto it."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from mediadesk.engine.messages import Sorted, Status, Verbs
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.notices import Notice


class Intake(QObject):
    """Takes folders into the library and hands plugins on."""

    added = Signal()  # a folder is in the library
    plugin_given = Signal(str)  # the path of one that may be installed
    asked = Signal(object)  # a Notice with which a person can agree to more

    def __init__(self, desk: Desk, window: QWidget, *, offer: Callable[[str], bool]) -> None:
        """`offer` has the guide offer a folder instead, and tells whether it does."""
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._offer = offer
        desk.folder_wanted.connect(self.choose)

    def choose(self) -> None:
        """Let a person choose a folder to add."""
        dialog = QFileDialog(self._window, "Add a folder to the library", QDir.homePath())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.add)
        dialog.open()

    def add(self, path: str) -> None:
        """Add a folder to the library; in the guide it is offered first."""
        if not self._offer(path):
            self._desk.do(partial(self._added, path), Verbs.add_folder, path)

    def take(self, paths: Sequence[str]) -> None:
        """Take what was dropped: folders are added, a plugin is looked at, an item is opened."""
        self._desk.do(self._sorted, Verbs.sort_out, tuple(paths))

    def _added(self, path: str, _: Status) -> None:
        self.added.emit()
        self._desk.toasted.emit(f"Looking through “{words.short(path)}” …", None)

    def _sorted(self, given: Sorted) -> None:
        if self._desk.limited:
            if given.items:
                self._desk.opened.emit(given.items[0])
            else:
                self._desk.toasted.emit("Only what you see in the library is opened here.", None)
            return
        for folder in given.folders:
            self.add(folder)
        if given.plugins:
            self.plugin_given.emit(given.plugins[0])
        if given.items:
            self._desk.opened.emit(given.items[0])
        for file in given.waiting:
            name = file.replace("\\", "/").rpartition("/")[2]
            self._desk.toasted.emit(
                f"“{words.short(name)}” lies in the library already: a video or song is shown "
                "there once it has been read.",
                None,
            )
        for folder in given.around:
            self.asked.emit(
                Notice(
                    f"Only whole folders can be added: add “{words.short(folder)}” with all that "
                    "is in it?",
                    "Add it",
                    partial(self.add, folder),
                )
            )
