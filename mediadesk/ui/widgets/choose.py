"""The dialog that asks where a plugin is: a file, a folder, an address or a name."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QWidget

from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, Sentence, column, label, panel, row
from mediadesk.ui.widgets.drop import dropped
from mediadesk.ui.widgets.mark import Glyph


class SourceDialog(QDialog):
    """Where the plugin is."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Install a plugin")
        self.setModal(True)
        self.setFixedWidth(600)
        self.setAcceptDrops(True)
        file = Button(theme, "Choose a file…", self._choose_file, role="primary", drawn="plugins")
        folder = Button(theme, "Choose a folder…", self._choose_folder, drawn="folder")
        self._typed = QLineEdit()
        self._typed.setPlaceholderText("Path, https://… or name in the index")
        self._typed.setAccessibleName("Path, address or name of a plugin")
        self._typed.returnPressed.connect(self._take_typed)
        go_on = Button(theme, "Go on", self._take_typed)
        cancel = Button(theme, "Cancel", self.reject)
        for button in (file, folder, go_on, cancel):
            button.setAutoDefault(False)
        drop = column(
            row(0, Glyph(theme, "download", "accent", 32), 0),
            row(0, label("Drop a .whl or .mdplugin file or a folder here", "strong"), 0),
            row(0, file, folder, 0),
            spacing=12,
        )
        pile = column(
            label("Install a plugin", "heading"),
            Sentence(
                "Before anything is installed you see who made it, what it wants to do and what it "
                "takes. A folder is for plugins that are being made.",
                "muted",
            ),
            panel(drop, role="target", margin=20),
            label("Or say where it is", "strong"),
            row(self._typed, go_on),
            8,
            row(0, cancel),
            spacing=12,
        )
        pile.setContentsMargins(32, 28, 32, 24)
        self.setLayout(pile)
        file.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if len(dropped(event.mimeData())) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped(event.mimeData())
        if len(paths) == 1:
            event.acceptProposedAction()
            self._take(paths[0])

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Choose a plugin's file")
        dialog.setNameFilter("Plugins (*.whl *.mdplugin)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open(dialog, self._take)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, "Choose a plugin's folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open(dialog, self._take)

    @staticmethod
    def _open(dialog: QFileDialog, then: Callable[[str], None]) -> None:
        dialog.fileSelected.connect(then)
        dialog.open()

    def _take_typed(self) -> None:
        source = self._typed.text().strip()
        if source:
            self._take(source)
        else:
            self._typed.setFocus()

    def _take(self, source: str) -> None:
        self.accept()
        self.chosen.emit(source)
