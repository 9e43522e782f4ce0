"""The “?” beside the search box: what can be searched for, in examples that can be clicked."""

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QPushButton

from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, IconButton, Sentence, column, label


class SearchHelp(IconButton):
    """Opens the examples; one that is clicked is searched for."""

    def __init__(self, theme: Theme, field: QLineEdit) -> None:
        super().__init__(theme, "help", "What can be searched for", self.open, size=18)
        self._panel_theme = theme
        self._field = field
        self.panel: QFrame | None = None

    def open(self) -> None:
        """Show the examples below the search box."""
        from mediadesk.engine.messages import SEARCHES  # only the open panel needs the engine's

        self.panel = panel = QFrame(self, Qt.WindowType.Popup)
        panel.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        panel.destroyed.connect(self._gone)
        panel.setProperty("role", "popup")
        panel.setAccessibleName("What can be searched for")
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        first: QPushButton | None = None
        for line, (said, means) in enumerate(SEARCHES):
            button = Button(self._panel_theme, said, partial(self._take, said), role="example")
            button.setAccessibleName(f"{said}: {means}")
            button.setAutoDefault(True)
            grid.addWidget(button, line, 0)
            grid.addWidget(label(means, "muted"), line, 1)
            first = first or button
        told = Sentence("All parts of a search must fit. Click an example to try it.", "small")
        pile = column(label("What can be searched for", "strong"), told, 4, grid, spacing=6)
        pile.setContentsMargins(20, 16, 20, 16)
        panel.setLayout(pile)
        panel.adjustSize()
        panel.move(self._field.mapToGlobal(QPoint(0, self._field.height() + 6)))
        panel.show()
        if first is not None:
            first.setFocus()

    def _take(self, said: str) -> None:
        if self.panel is not None:
            self.panel.close()
        self._field.setText(said)
        self._field.setFocus()

    def _gone(self) -> None:
        self.panel = None
