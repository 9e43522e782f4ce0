"""A bar above the controls: what comes next in a moment, or whether anybody is still there."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame

from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, OneLine, row

COUNTDOWN_S = 10


class NextBar(QFrame):
    """Counts down to what comes next, which can be had at once or called off."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "message")
        self.setAccessibleName("What comes next")
        self._title = ""
        self._left = 0
        self._then: Callable[[], None] | None = None
        self._words = OneLine()
        self.now = Button(theme, "Play now", self.go, role="primary", drawn="next")
        self.cancel = Button(theme, "Cancel", self.dismiss, role="quiet")
        inner = row(self._words, self.now, self.cancel)
        inner.setStretch(0, 1)
        inner.setContentsMargins(16, 6, 8, 6)
        self.setLayout(inner)
        self._ticking = QTimer(self, interval=1000)
        self._ticking.timeout.connect(self._count)
        self.hide()

    def announce(self, title: str, then: Callable[[], None]) -> None:
        """Call `then`, in ten seconds or when a person says so."""
        self._title, self._then, self._left = title, then, COUNTDOWN_S
        self.now.say("Play now")
        self.cancel.say("Cancel")
        self._say()
        self._ticking.start()
        self._appear()

    def ask(self, title: str, then: Callable[[], None]) -> None:
        """Ask whether somebody still watches; call `then` only if so."""
        self._title, self._then = title, then
        self._ticking.stop()
        self._words.say(f"Still there? “{title}” waits.")
        self.now.say("Go on")
        self.cancel.say("Stop")
        self._appear()

    def dismiss(self) -> None:
        """Call it off."""
        self._ticking.stop()
        self._then = None
        self.hide()

    def go(self) -> None:
        """Do not wait any longer."""
        then = self._then
        self.dismiss()
        if then is not None:
            then()

    @property
    def is_waiting(self) -> bool:
        """Whether something is announced or asked."""
        return self._then is not None

    def _appear(self) -> None:
        self.show()
        self.now.setFocus()

    def _say(self) -> None:
        self._words.say(f"Next in {self._left} s: “{self._title}”")

    def _count(self) -> None:
        self._left -= 1
        self._say()
        if self._left <= 0:
            self.go()
