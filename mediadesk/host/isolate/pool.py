"""Runs the works of one guest, beside the workers that read files for everything else."""

import queue
from concurrent.futures import Future
from threading import Thread

from mediadesk.host.isolate.errors import Died
from mediadesk.host.isolate.guest import Guest
from mediadesk.host.workers import Outcome, Work


class GuestPool:
    """A pool with the manners of `Workers`: one work at a time, on a thread of its own.

    A work calls the guest's parts itself; the guest's own limits hold instead of its timeout.
    """

    def __init__(self, guest: Guest) -> None:
        """Make the pool; `close` interrupts what the guest is doing in the background."""
        self.count = 1
        self._guest = guest
        self._tasks: queue.SimpleQueue[tuple[Work, Future[Outcome]] | None] = queue.SimpleQueue()
        self._is_closed = False
        self._thread = Thread(target=self._work, name="guest-pool", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> Future[Outcome]:
        """Run a work; its future never raises, unless it is cancelled because the pool closes."""
        future: Future[Outcome] = Future()
        self._tasks.put((work, future))
        return future

    def close(self) -> None:
        """Stop now; what is under way or waits is done again another time."""
        self._is_closed = True
        self._tasks.put(None)
        self._guest.interrupt()
        self._thread.join()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            work, future = task
            outcome = None if self._is_closed else _outcome(work)
            if outcome is None or self._is_closed:
                future.cancel()
            else:
                future.set_result(outcome)


def _outcome(work: Work) -> Outcome:
    try:
        return Outcome(work=work, result=work.function(*work.arguments))
    except Died as death:
        return Outcome(work=work, death=death.what)
    except Exception as error:  # noqa: BLE001 - it goes where the work's own errors go
        return Outcome(work=work, error=error)
