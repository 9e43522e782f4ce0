"""Brings what other threads have to say into the thread of the window."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
log = logging.getLogger(__name__)


def always() -> bool:
    """Every answer is wanted."""
    return True


class Bridge(QObject):
    """One signal that carries a closure from any thread into the window's."""

    _arrived = Signal(object)

    def __init__(self, on_error: Callable[[BaseException], None]) -> None:
        """`on_error` is called in the window's thread with what a call raised."""
        super().__init__()
        self._on_error = on_error
        self._closed = False
        self._hands = 0  # another number whenever somebody else looks
        self.late = False  # what runs just now is the answer to who looked before
        self.waiting = 0
        self._arrived.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def run(self, closure: Callable[[], None]) -> None:
        """Run a closure in the window's thread, soon; safe from any thread."""
        if not self._closed:
            self._arrived.emit(closure)

    def post(
        self,
        then: Callable[[T], None],
        *,
        wanted: Callable[[], bool] = always,
        otherwise: Callable[[], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> "Callable[[Future[T]], None]":
        """Give a done-callback that hands the future's result to `then`, if it is still wanted.

        Call this in the window's thread. Errors are reported whether wanted or not, and
        `otherwise` is called after them; but `failed`, where given, takes a wanted one instead.
        """
        self.waiting += 1
        hands = self._hands

        def deliver(future: "Future[T]") -> None:
            self.waiting -= 1
            self.late = hands != self._hands
            try:
                hand_on(future)
            finally:
                self.late = False

        def hand_on(future: "Future[T]") -> None:
            error = future.exception()
            if error is not None and failed is not None:
                if wanted():
                    failed(error)
            elif error is not None:
                self._on_error(error)
                if otherwise is not None:
                    otherwise()
            elif wanted():
                then(future.result())

        return lambda future: self.run(lambda: deliver(future))

    def change_hands(self) -> None:
        """Take that somebody else looks: what was asked before is answered `late` from now on."""
        self._hands += 1

    def close(self) -> None:
        """From now on nothing is delivered: the window is going."""
        self._closed = True

    @Slot(object)
    def _run(self, closure: Callable[[], None]) -> None:
        if not self._closed:
            closure()
