"""Puts off what need not be there when a window is first seen; a person never comes too early."""

from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

_UNSEEN_MS = 300  # a window that starts minimised is not painted
_BY_A_PERSON = frozenset(
    {
        QEvent.Type.ShortcutOverride,
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.Wheel,
        QEvent.Type.DragEnter,
    }
)


class AfterPainting(QObject):
    """Takes steps once a window has been painted, and lets events through between them.

    The first thing that a person does with the window waits until all have been taken.
    """

    def __init__(self, window: QWidget, steps: Iterable[Callable[[], object]]) -> None:
        """`window` has been shown, but events have not been worked off since."""
        super().__init__(window)
        self._steps = deque(steps)
        self._begun = False
        window.windowHandle().installEventFilter(self)
        QTimer.singleShot(_UNSEEN_MS, self, self._begin)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _BY_A_PERSON:
            self._begun = True
            while self._steps:
                self._steps.popleft()()
        elif event.type() == QEvent.Type.Expose:
            QTimer.singleShot(0, self, self._begin)  # it is painted while this is worked off
        return bool(super().eventFilter(watched, event))

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._go_on()

    def _go_on(self) -> None:
        if self._steps:
            self._steps.popleft()()
            QTimer.singleShot(0, self, self._go_on)
