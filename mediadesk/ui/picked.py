"""Which items are picked to be acted upon together, as in any file manager."""

from array import array
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal

from mediadesk.ui.found import Found

_EXTENDS = Qt.KeyboardModifier.ShiftModifier
_TOGGLES = Qt.KeyboardModifier.ControlModifier


class Picked(QObject):
    """The numbers of the picked items of what was found; they stay picked in another order."""

    changed = Signal()

    def __init__(self, found: Found, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found = found
        self._numbers: set[int] = set()
        self._anchor: int | None = None  # where one began; positions mean nothing in another order
        self._reach = 0  # how far from the anchor was extended last

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of the picked items."""
        return frozenset(self._numbers)

    def holds(self, position: int) -> bool:
        """Whether the item at a position is picked."""
        return bool(self._numbers) and self._found.numbers[position] in self._numbers

    def toggle(self, position: int) -> None:
        """Pick an item, or no longer; from here on one extends."""
        self._numbers ^= {self._found.numbers[position]}
        self._anchor = self._reach = position
        self.changed.emit()

    def extend(self, position: int) -> None:
        """Pick everything from where one began to a position, and nothing beyond it."""
        anchor = position if self._anchor is None else self._anchor
        if self._anchor is not None:
            self._numbers.difference_update(self._span(anchor, self._reach))
        self._numbers.update(self._span(anchor, position))
        self._anchor, self._reach = anchor, position
        self.changed.emit()

    def begin(self, position: int) -> None:
        """Extend from here from now on."""
        self._anchor = self._reach = position

    def press(self, position: int, modifiers: Qt.KeyboardModifier) -> bool:
        """Take a click; tell whether it was one that picks."""
        if modifiers & _EXTENDS:
            self.extend(position)
        elif modifiers & _TOGGLES or self._numbers:
            self.toggle(position)
        else:
            self.begin(position)
            return False
        return True

    def pick_only(self, positions: Sequence[int], *, beside: frozenset[int]) -> None:
        """Pick the items at these positions and those of these numbers, and nothing else."""
        numbers = beside | {self._found.numbers[position] for position in positions}
        self._anchor = positions[0] if positions else None
        self._reach = self._anchor or 0
        if numbers != self._numbers:
            self._numbers = set(numbers)
            self.changed.emit()

    def all(self) -> None:
        """Pick all that was found."""
        self._numbers = set(self._found.numbers)
        self.changed.emit()

    def clear(self) -> None:
        """Pick nothing."""
        if self._numbers:
            self._numbers = set()
            self.changed.emit()

    def keep_found(self) -> None:
        """Let go of what is not found any more, so that nobody acts on what can't be seen."""
        self._anchor = None
        if self._numbers and not self._numbers <= (here := set(self._found.numbers)):
            self._numbers &= here
            self.changed.emit()

    def in_order(self) -> "array[int]":
        """Give the numbers in the order in which they are shown."""
        if len(self._numbers) == len(self._found):
            return self._found.numbers
        return array("I", (one for one in self._found.numbers if one in self._numbers))

    def _span(self, one: int, other: int) -> "array[int]":
        first, last = sorted((one, other))
        return self._found.numbers[first : last + 1]
