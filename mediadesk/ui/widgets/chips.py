"""Names as chips: each can be opened and taken away, and a field at the end adds more."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QFrame, QLineEdit, QListView, QWidget

from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, IconButton, row, tab_before, unmarked
from mediadesk.ui.widgets.flow import Flow

_LONGEST = 240
_FIELD = 150
_HIGH = 24


class Chip(QFrame):
    """One name; Delete takes it away, and so does its ×."""

    opened = Signal(str)
    removed = Signal(str)

    def __init__(self, theme: Theme, what: str, name: str, says: str, *, soft: str = "") -> None:
        """A soft one is not a person's own: `soft` says whose it is."""
        super().__init__()
        self.name = name
        self.setProperty("role", "softchip" if soft else "labelchip")
        self.button = Button(theme, "", partial(self.opened.emit, name), role="bare")
        metrics = self.button.fontMetrics()
        cut = metrics.elidedText(says, Qt.TextElideMode.ElideRight, _LONGEST)
        self.button.setText(unmarked(cut))
        self.button.setAccessibleName(f"{what} “{name}”{f', {soft}' if soft else ''}")
        self.button.setToolTip(
            "\n".join(part for part in (name if cut != says else "", soft) if part)
        )
        drop = f"{'Reject' if soft else 'Remove'} the {what.lower()} “{name}”"
        self.close_button = IconButton(
            theme, "close", drop, partial(self.removed.emit, name), size=12
        )
        self.close_button.setProperty("role", "small")
        line = row(self.button, self.close_button, spacing=0)
        line.setContentsMargins(6, 0, 2, 0)
        line.addStrut(_HIGH)  # also without the ×, else its ends would not be round
        self.setLayout(line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        takes = event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}
        if takes and not self.close_button.isHidden():
            self.removed.emit(self.name)
        else:
            super().keyPressEvent(event)


class _Field(QLineEdit):
    """A line whose Enter is its own, and not the dialog's that it stands in."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()


class ChipBox(QWidget):
    """Chips of one sort, called `what`; it shows what it is told, and tells what is wanted."""

    added = Signal(str)
    removed = Signal(str)
    opened = Signal(str)
    agreed = Signal()  # Enter where nothing is typed

    def __init__(self, theme: Theme, what: str, *, hint: str) -> None:
        super().__init__()
        self._theme = theme
        self._what = what
        self._shown: tuple[object, ...] = ()
        self.chips: dict[str, Chip] = {}
        self.field = _Field()
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(hint or what)
        self.field.setProperty("role", "chip")
        self.field.setFixedWidth(_FIELD)
        self.field.returnPressed.connect(self._enter)
        self._known = QStringListModel()
        completer = QCompleter(self._known, self.field)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self._take, Qt.ConnectionType.QueuedConnection)
        popup = QListView()
        popup.setProperty("role", "popup")
        completer.setPopup(popup)
        self.field.setCompleter(completer)
        self._flow = Flow(spacing=6)
        self._flow.addWidget(self.field)
        self.setLayout(self._flow)
        self._fixed = False

    def fix(self, *, fixed: bool) -> None:
        """Only show the names, or let a person add some and take them away."""
        self._fixed = fixed
        self.field.setHidden(fixed)
        for chip in self.chips.values():
            chip.close_button.setHidden(fixed)

    def know(self, names: Sequence[str]) -> None:
        """Offer these for completion."""
        self._known.setStringList(list(names))

    def give_back(self, name: str) -> None:
        """Have a name that was not taken stand in the field again, behind what is typed by now."""
        self.field.setText(", ".join(filter(None, (self.field.text().strip(), name))))

    def show_names(
        self,
        names: Sequence[str],
        *,
        soft: Mapping[str, str] | None = None,
        says: Mapping[str, str] | None = None,
    ) -> None:
        """Show names; `soft` ones with whose they are follow, `says` are texts other than names."""
        soft = {name: whose for name, whose in (soft or {}).items() if name not in names}
        told = (tuple(names), tuple(soft.items()), tuple((says or {}).items()))
        if told == self._shown:
            return
        self._shown = told
        had = next((name for name, chip in self.chips.items() if _within(chip)), None)
        for chip in self.chips.values():
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._flow.removeWidget(self.field)
        self.chips = {}
        for name in (*names, *soft):
            chip = Chip(
                self._theme, self._what, name, (says or {}).get(name, name), soft=soft.get(name, "")
            )
            chip.opened.connect(self.opened)
            chip.removed.connect(self.removed)
            chip.close_button.setHidden(self._fixed)
            self.chips[name] = chip
            self._flow.addWidget(chip)
        self._flow.addWidget(self.field)
        buttons = [b for chip in self.chips.values() for b in (chip.button, chip.close_button)]
        tab_before(self.field, *buttons)
        if had is not None:
            (self.chips[had].button if had in self.chips else self.field).setFocus()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest}:
            # As high as all lines need: a dialog would give it less.
            self.setMinimumHeight(self._flow.heightForWidth(self.width()))
        return bool(done)

    def _enter(self) -> None:
        if self.field.text().strip():
            self._take()
        else:
            self.agreed.emit()

    def _take(self) -> None:
        """Add what was typed, several at once where commas part them."""
        typed = [part.strip() for part in self.field.text().split(",")]
        self.field.clear()
        for name in dict.fromkeys(typed):
            if name:
                self.added.emit(name)


def _within(chip: Chip) -> bool:
    return chip.button.hasFocus() or chip.close_button.hasFocus()
