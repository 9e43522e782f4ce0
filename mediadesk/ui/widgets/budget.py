"""When a plugin may work through the library, as a person sets it."""

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QWidget

from mediadesk.ui.widgets.controls import Sentence, column
from mediadesk.ui.widgets.fields import calm

CHOICES = {
    "always": "Whenever there is work",
    "idle": "Only while the computer is idle",
    "mains": "Only on mains",
    "idle-and-mains": "Only while idle and on mains",
}


class BudgetBox(QWidget):
    """One choice; `chosen` is called with it when a person makes it."""

    def __init__(self, chosen: Callable[[str], None]) -> None:
        super().__init__()
        self._box = QComboBox()
        calm(self._box)
        for widget in (self._box, self._box.view()):
            widget.setAccessibleName("When it may work through the library")
        for name, words in CHOICES.items():
            self._box.addItem(words, name)
        self._box.activated.connect(lambda _: chosen(str(self._box.currentData())))
        told = "When it may work through the library. What a person waits for is never held back."
        pile = column(Sentence(told, "muted"), self._box, spacing=8)
        pile.setContentsMargins(0, 0, 0, 0)
        self.setLayout(pile)

    def show_budget(self, budget: str) -> None:
        """Show what is set."""
        self._box.setCurrentIndex(max(self._box.findData(budget), 0))
