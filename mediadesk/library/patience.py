"""Goes through a drive on a thread of its own, which is given up when the drive does not answer."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from mediadesk.api import UserError
from mediadesk.library.presence import SECONDS, HangingError
from mediadesk.paths import to_path

T = TypeVar("T")
_STEP_SECONDS = 0.2
_GRACE_SECONDS = 2.0  # when the program closes, for what is being written


class GivenUpError(Exception):
    """Nobody waits for this any more: it must not write what it found."""


class Pulse:
    """How somebody who goes through a drive shows that it still answers.

    `at` is the folder, as it is spelled, that is asked about; `beats` grows with each answer.
    """

    def __init__(self) -> None:
        self.at = ""
        self.beats = 0
        self._asking = False
        self._given_up = False
        self._lock = threading.Lock()

    def ask(self, folder: str) -> None:
        """Begin to wait for the drive that this folder is on."""
        self.at = folder
        self.beats += 1
        self._asking = True

    def rest(self) -> None:
        """End waiting for the drive: what follows may take its time.

        Raises:
            GivenUpError: if it took too long.
        """
        with self._lock:
            self._asking = False
            if self._given_up:
                raise GivenUpError

    @contextmanager
    def asking(self, folder: str) -> Iterator[None]:
        """Wait for the drive inside this block."""
        self.ask(folder)
        try:
            yield
        finally:
            self.rest()

    def give_up(self, *, now: bool = False) -> bool:
        """Have it end where it waits for the drive, or `now` wherever it is; tell whether it will.

        It ends when the drive answers, however late.
        """
        with self._lock:
            self._given_up |= self._asking or now
            return self._given_up


class Patience:
    """Lets one go through drives after the other; those that hang are left behind."""

    def __init__(self, seconds: float = SECONDS) -> None:
        """Wait so many seconds for a sign of life."""
        self._seconds = seconds
        self._left: dict[Path, threading.Thread] = {}
        self._closing = False

    def hangs(self, root: Path) -> bool:
        """Tell whether somebody still waits for the drive of a root."""
        left = self._left.get(root)
        return left is not None and left.is_alive()

    def go(self, root: Path, through: Callable[[Pulse], T]) -> T:
        """Go through a root and give what that came to.

        Raises:
            HangingError: if its drive does not answer.
            UserError: if the program closes.
        """
        if self.hangs(root):
            raise HangingError(root)
        pulse = Pulse()
        results: list[T] = []
        errors: list[BaseException] = []

        def run() -> None:
            try:
                results.append(through(pulse))
            except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                errors.append(error)

        going = threading.Thread(target=run, name="looking", daemon=True)
        going.start()
        self._wait(going, pulse)
        if results:
            return results[0]
        if errors and not isinstance(errors[0], GivenUpError):
            raise errors[0]
        if self._closing:
            raise UserError("MediaDesk is closing.")
        self._left[root] = going
        raise HangingError(to_path(pulse.at))

    def close(self) -> None:
        """End what goes on, and wait for no drive."""
        self._closing = True

    def _wait(self, going: threading.Thread, pulse: Pulse) -> None:
        """Wait until it has ended, or is to be left behind."""
        beats, since = -1, 0.0
        while going.is_alive():
            going.join(_STEP_SECONDS)
            if self._closing:
                pulse.give_up(now=True)
                going.join(_GRACE_SECONDS)
                return
            if pulse.beats != beats:
                beats, since = pulse.beats, time.monotonic()
            elif time.monotonic() - since > self._seconds and pulse.give_up():
                return
