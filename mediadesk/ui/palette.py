"""The palette: every command, item, collection and series, found by a few letters."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from mediadesk.engine.messages import (
    Browse,
    Browsing,
    CollectionView,
    GroupKind,
    GroupView,
    ItemView,
    Organising,
    Rows,
)
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.fuzzy import closeness, fit, plain
from mediadesk.ui.subject import GROUP_NAMES, of_collection, of_group
from mediadesk.ui.widgets.controls import column

TYPING_MS = 120
_LOOKED_AT = 60  # items, of which those whose titles fit best are shown
_ITEMS, _GROUPS, _SHOWN = 8, 4, 40
_WIDE, _HIGH, _LINE = 640, 440, 38
_OPERATORS = {"and", "or", "not"}
_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_PageUp: -8,
}


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be done: its name, a hint beside it such as its keys, and doing it."""

    name: str
    says: str
    hint: str
    run: Callable[[], object]


def best(commands: Sequence[Command], typed: str) -> list[Command]:
    """Give the commands that fit what is typed, the best first; all of them for nothing."""
    scored = [(fit(plain(typed), plain(one.says)), one) for one in commands]
    found = [(score, one) for score, one in scored if score is not None]
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])]


def searched(typed: str) -> str:
    """Give what is typed as a search for just these words."""
    spaced = "".join(one if one.isalnum() else " " for one in typed)
    return " ".join(f'"{one}"' if one.casefold() in _OPERATORS else one for one in spaced.split())


class Palette(QDialog):
    """A field and what fits it; Up and Down choose, Enter does it, Escape leaves."""

    def __init__(self, desk: Desk, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.FramelessWindowHint | Qt.WindowType.Dialog)
        self._desk = desk
        self._questions = desk.ask_anew()
        self._commands = tuple(commands)
        kinds: tuple[GroupKind, ...] = ("series", "albums", "artists")
        self._groups = {kind: desk.ask_anew() for kind in kinds}
        self._things: dict[str, list[Command]] = {}
        self._shown: list[Command] = []
        self._collections: list[Command] = []
        self.setProperty("role", "palette")
        self.setWindowTitle("Find a command or an item")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = QLineEdit()
        self.field.setPlaceholderText("A command, an item, a collection …")
        self.field.setAccessibleName("Find a command, an item or a collection")
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._typed)
        self.table = self._make_table()
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._ask)
        pile = column(self.field, self.table, spacing=8)
        pile.setContentsMargins(12, 12, 12, 12)
        self.setLayout(pile)
        self.resize(min(_WIDE, parent.width() - 80), _HIGH)
        self.move(parent.mapToGlobal(QPoint((parent.width() - self.width()) // 2, 72)))
        self.finished.connect(self._forget)
        self._questions.ask(self._take_collections, Organising.collections)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in _STEPS:
                self._step(_STEPS[key])
                return True
            if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.run()
                return True
        return bool(super().eventFilter(watched, event))

    def run(self) -> None:
        """Do what is chosen, once this is gone."""
        row = self.table.currentRow()
        if 0 <= row < len(self._shown):
            chosen = self._shown[row]
            self.accept()
            QTimer.singleShot(0, chosen.run)

    def _forget(self) -> None:
        for questions in (self._questions, *self._groups.values()):
            questions.forget()

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 2)
        table.setProperty("role", "table")
        table.setAccessibleName("What fits")
        table.setShowGrid(False)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_LINE)
        table.horizontalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        table.cellClicked.connect(lambda *_: self.run())
        return table

    def _step(self, by: int) -> None:
        if self._shown:
            self._choose(max(0, min(self.table.currentRow() + by, len(self._shown) - 1)))

    def _choose(self, row: int) -> None:
        self.table.selectRow(row)
        chosen = self._shown[row]
        spoken = f"{chosen.says}, {chosen.hint}" if chosen.hint else chosen.says
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, spoken))

    def _typed(self) -> None:
        self._typing.start()
        self._show()

    def _show(self) -> None:
        """Show the commands that fit, then the things of the library, but those called so first."""
        typed = self.field.text().strip()
        found = best(self._commands, typed)
        if typed:
            found = found[: _SHOWN // 4]
            found += best(self._collections, typed)[:_GROUPS]
            found += [one for some in self._things.values() for one in some]
            found.sort(key=lambda one: closeness(plain(typed), plain(one.says)), reverse=True)
        self._shown = found[:_SHOWN] if typed else found
        self.table.setRowCount(len(self._shown))
        muted = self._desk.theme.colour("muted")
        for row, one in enumerate(self._shown):
            self.table.setItem(row, 0, QTableWidgetItem(one.says))
            self.table.setItem(row, 1, _hint(one.hint, muted))
        if self._shown:
            self._choose(0)
        elif typed:
            self.table.setRowCount(1)
            self.table.setItem(0, 0, _hint("Nothing is called so", muted, left=True))

    def _ask(self) -> None:
        """Ask for items, series, albums and artists by what is typed."""
        text = searched(self.field.text())
        if not text:
            self._things = {}
            self._show()
            return
        self._questions.ask(self._take_rows, Browsing.rows, Browse(text=text))
        if len(text) > 2:
            for kind, questions in self._groups.items():
                questions.ask(partial(self._take_groups, kind), Browsing.groups, kind, text=text)

    def _take_rows(self, rows: Rows) -> None:
        numbers = array("I")
        numbers.frombytes(rows.numbers[: 4 * _LOOKED_AT])
        self._questions.ask(self._take_items, Browsing.items_at, tuple(numbers))

    def _take_items(self, items: Sequence[ItemView | None]) -> None:
        opened = self._desk.opened
        found = [
            Command(one.id, one.title, words.line(one), partial(opened.emit, one.id))
            for one in items
            if one is not None
        ]
        fitting = best(found, self.field.text())
        self._things["items"] = (fitting + [one for one in found if one not in fitting])[:_ITEMS]
        self._show()

    def _take_groups(self, kind: GroupKind, groups: Sequence[GroupView]) -> None:
        opened, name = self._desk.group_opened, GROUP_NAMES[kind][0].capitalize()
        fitting = [
            Command(
                one.search,
                one.title,
                f"{name} · {one.line}",
                partial(opened.emit, of_group(one).address),
            )
            for one in groups
        ]
        self._things[kind] = best(fitting, self.field.text())[:_GROUPS]
        self._show()

    def _take_collections(self, collections: Sequence[CollectionView]) -> None:
        opened = self._desk.group_opened
        self._collections = [
            Command(
                one.id,
                one.name,
                "Collection" if one.search is None else "Smart collection",
                partial(opened.emit, of_collection(one).address),
            )
            for one in collections
        ]


def _hint(text: str, colour: QColor, *, left: bool = False) -> QTableWidgetItem:
    made = QTableWidgetItem(text)
    made.setForeground(colour)
    if left:
        made.setFlags(Qt.ItemFlag.NoItemFlags)
    else:
        made.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return made
