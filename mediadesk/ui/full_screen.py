"""Whether the player fills the screen, and whether its controls are in the way of the picture."""

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QCursor

_IDLE_TICKS = 12


class FullScreen(QObject):
    """In full screen the controls go when the mouse has been still for three seconds."""

    wanted = Signal(bool)
    moved = Signal()  # the mouse: somebody is there

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.on = False
        self._still = 0
        self._pointer = QPoint()

    def turn(self, *, on: bool) -> None:
        """Fill the screen, or not."""
        if on != self.on:
            self.on = on
            self.stir()
            self.wanted.emit(on)

    def stir(self) -> None:
        """Somebody did something."""
        self._still = 0

    def is_quiet(self, *, playing: bool) -> bool:
        """Tell whether the controls may go; to be asked at each tick."""
        pointer = QCursor.pos()
        self._still = self._still + 1 if pointer == self._pointer else 0
        if pointer != self._pointer:
            self.moved.emit()
        self._pointer = pointer
        return self.on and playing and self._still > _IDLE_TICKS
