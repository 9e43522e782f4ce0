"""The queue of the player, which outlives the window: the engine keeps it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from mediadesk.engine.client import EngineGoneError
from mediadesk.engine.messages import Playing
from mediadesk.play.queue import Queue, QueueState
from mediadesk.ui.desk import Desk


class KeptQueue(QObject):
    """A `Queue` that is as it was left, once that is known; `taken_up` carries the second in it."""

    taken_up = Signal(float)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self.queue = Queue()
        self._waiting: list[Callable[[], object]] | None = []  # None: it is known
        desk.restarted.connect(self._ask)
        self._ask()

    def when_known(self, todo: Callable[[], object]) -> None:
        """Do something with the queue, now or as soon as it is known what was in it."""
        if self._waiting is None:
            todo()
        else:
            self._waiting.append(todo)

    def keep(self, second: float) -> None:
        """Have the engine keep the queue as it is now, and where in its item one is."""
        if self._waiting is None and not (self._desk.posing or self._desk.private):
            self._questions.tell(Playing.keep_queue, self.queue.state(second))

    def take_anew(self) -> None:
        """Take up the queue of somebody else, who looks now."""
        self._waiting = []
        self._ask()

    def close(self) -> None:
        """Take nothing up any more: the window is going."""
        self._questions.forget()

    def _ask(self) -> None:
        if self._waiting is not None:
            self._questions.attempt(self._take, self._do_without, Playing.queue)

    def _do_without(self, error: BaseException) -> None:
        self._desk.report(error)
        if not isinstance(error, EngineGoneError):  # else the next engine is asked
            self._take(QueueState())

    def _take(self, state: QueueState) -> None:
        if self._waiting is None:
            return
        self.queue.restore(state)
        waiting, self._waiting = self._waiting, None
        if self.queue.current is not None:
            self.taken_up.emit(state.second)
        for todo in waiting:
            todo()
