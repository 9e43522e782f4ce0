"""The thread that keeps the workers busy from durable lanes, first lanes first."""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from enum import Enum

from mediadesk import log as logs
from mediadesk.api import UserError
from mediadesk.extract.rate import Rate
from mediadesk.host.workers import Lane, Outcome, Pool, Work

log = logging.getLogger(__name__)
_POLL_SECONDS = 0.1
_RETRY_SECONDS = 2.0
_PATIENCE_SECONDS = 20.0  # a backup or a scan may be what fills the disk or the memory
_GENTLE_SECONDS = 0.5
_REST_SECONDS = 5.0


class Pace(Enum):
    """How fast to work: with all workers, one work at a time with breaks, or not at all."""

    FULL = "full"
    GENTLE = "gentle"
    REST = "rest"


@dataclass(slots=True, eq=False)
class Station:
    """Lanes that share a pool; a later lane is asked when earlier ones leave room.

    `make_pool` starts the pool when the lanes are first asked.
    """

    lanes: Sequence[Lane]
    make_pool: Callable[[], Pool]
    pool: Pool | None = None
    running: dict[Future[Outcome], tuple[Lane, Work]] = field(default_factory=dict)
    rate: Rate = field(default_factory=Rate)

    def fill(self, *, most: int | None = None) -> bool:
        """Claim what there is room for, `most` at once; tell whether there was anything."""
        if any(work.alone for _, work in self.running.values()):
            return False
        if self.pool is None:
            self.pool = self.make_pool()
        claimed = False
        if not self.running:
            self.rate.begin()
        for lane in self.lanes:
            room = self._room(self.pool.count, most)
            if room <= 0:
                break
            for work in lane.claim(room, idle=not self.running):
                self.running[self.pool.submit(work)] = (lane, work)
                claimed = True
                if work.alone:
                    return True
        return claimed

    def _room(self, count: int, most: int | None) -> int:
        """Give how many works may be claimed: workers never wait for what is being settled.

        What can't be settled, on a full disk, does not pile up.
        """
        if most is not None:
            return most - len(self.running)
        waiting = sum(not future.done() for future in self.running)
        return min(2 * count - waiting, 4 * count - len(self.running))

    def settle(self, done: Collection[Future[Outcome]]) -> int:
        """Hand the outcomes of those that are done to their lanes; give how many there were.

        Raises:
            UserError: if they can't be saved, or no process could begin with some of them; they
                come again.
        """
        self._give_back(done)
        finished: list[str] = []
        for lane in self.lanes:
            own = [f for f, (owner, _) in self.running.items() if owner is lane and f in done]
            if own:
                _settle(lane, [future.result() for future in own])
                # Only what is saved leaves the books: after a full disk it is handed over again.
                finished += [_name(self.running.pop(future)[1]) for future in own]
        self.rate.finish(finished)
        return len(finished)

    def _give_back(self, done: Collection[Future[Outcome]]) -> None:
        unstarted = [f for f in self.running if f in done and f.result().unstarted is not None]
        for future in unstarted:
            lane, work = self.running[future]
            lane.release([work])
            del self.running[future]
        if unstarted:
            raise UserError(
                "Files can't be read, for no process can be started "
                f"({unstarted[0].result().unstarted}): close other programs, or start MediaDesk "
                "again."
            )

    def close(self) -> None:
        """Stop the pool and give back what was not finished."""
        if self.pool is not None:
            self.pool.close()
        for lane in self.lanes:
            own = [work for owner, work in self.running.values() if owner is lane]
            if own:
                lane.release(own)
        self.running.clear()


class Pipeline:
    """Claims work, runs it in worker processes and hands the outcomes back to their lanes.

    Anything that is not yet saved when the process dies is done again; anything saved is not.
    """

    def __init__(
        self,
        stations: Sequence[Station],
        *,
        on_progress: Callable[[], None],
        on_idle: Callable[[], None] = lambda: None,
        leisure: Callable[[], bool] = lambda: False,
        pace: Callable[[], Pace] = lambda: Pace.FULL,
    ) -> None:
        """Make an idle pipeline.

        Args:
            stations: where work comes from and where it is done; none waits for another.
            on_progress: called on the pipeline's thread after outcomes were saved.
            on_idle: called there where it was started and found nothing to do.
            leisure: does a slice of what can wait till nothing else is left to do, on the
                pipeline's thread, and tells whether there is more of it.
            pace: asked before more work is taken.
        """
        self._stations = list(stations)
        self._exchanges: deque[tuple[Collection[Station], Sequence[Station], threading.Event]] = (
            deque()
        )
        self._on_progress = on_progress
        self._on_idle = on_idle
        self._has_worked = False  # since it rested
        self._leisure = leisure
        self._pace = pace
        self._wake = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._lock = threading.Lock()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="pipeline", daemon=True)
        self.trouble: str | None = None
        self.done = 0
        self._troubled_since = 0.0

    def start(self) -> None:
        """Begin, or look for new work if already begun."""
        with self._lock:
            if self._closing:
                return
            self._idle.clear()
            self._wake.set()
            if self._thread.ident is None:
                self._thread.start()

    def exchange(self, gone: Collection[Station], come: Sequence[Station]) -> None:
        """Stop some stations and take up others, between two steps of the rest, which works on.

        Not from the pipeline's own thread, and not while `start` or `close` is called.
        """
        done = threading.Event()
        self._exchanges.append((gone, come, done))
        self._wake.set()
        if not self._thread.is_alive():
            self._exchange()
        done.wait()
        _close(gone)

    @property
    def busy(self) -> bool:
        """Whether there is work left."""
        return not self._idle.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Return when there is no work left, or after so many seconds; tell which.

        Raises:
            UserError: if trouble keeps it from going on, and has for a while; it is tried again
                all the same.
        """
        until = time.monotonic() + (math.inf if timeout is None else timeout)
        while not self._idle.wait(min(_POLL_SECONDS, max(0.0, until - time.monotonic()))):
            trouble = self.trouble
            if trouble and time.monotonic() - self._troubled_since > _PATIENCE_SECONDS:
                raise UserError(trouble)
            if time.monotonic() >= until:
                return False
        return True

    def close(self) -> None:
        """Stop now; unfinished works are given back."""
        self._closing = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()
        _close(self._stations)
        self._idle.set()

    def _run(self) -> None:
        while True:
            self._wake.clear()
            if self._closing:
                return
            self._exchange()
            try:
                pace = self._pace()
                worked = self._fill(pace) or any(station.running for station in self._stations)
                settled = self._collect()
                worked = worked or (pace is not Pace.REST and self._leisure())
                self._has_worked |= worked
            except Exception as error:
                if not isinstance(error, UserError):
                    log.exception("the pipeline stumbled")
                self._report(logs.sentence(error))
                self._wake.wait(_RETRY_SECONDS)
                continue
            if settled or not any(station.running for station in self._stations):
                self._report(None)  # not before: what runs may be what nothing came of
            if not worked and pace is Pace.REST:
                self._wake.wait(_REST_SECONDS)
            elif not worked:
                self._rest()
            elif pace is Pace.GENTLE:
                self._wake.wait(_GENTLE_SECONDS)

    def _exchange(self) -> None:
        while self._exchanges:
            gone, come, done = self._exchanges.popleft()
            self._stations = [each for each in self._stations if each not in gone] + [*come]
            done.set()

    def _report(self, trouble: str | None) -> None:
        if trouble != self.trouble:
            if self.trouble is None:
                self._troubled_since = time.monotonic()
            self.trouble = trouble
            self._on_progress()

    def _rest(self) -> None:
        """Wait for `start` or `close`; nothing is left to do."""
        with self._lock:
            is_done = not self._wake.is_set()
            if is_done:
                self._idle.set()
        if is_done:
            # To look through the library anew costs its readers much.
            told = self._on_progress if self._has_worked else self._on_idle
            self._has_worked = False
            told()
        self._wake.wait()

    def _fill(self, pace: Pace) -> bool:
        if pace is Pace.REST:
            return False
        most = 1 if pace is Pace.GENTLE else None
        filled = [station.fill(most=most) for station in self._stations]
        return any(filled)

    def _collect(self) -> int:
        """Settle what is done, after a short wait for some; give how many there were."""
        running = [future for station in self._stations for future in station.running]
        if not running:
            return 0
        done, _ = wait(running, timeout=_POLL_SECONDS, return_when=FIRST_COMPLETED)
        settled = 0
        for station in self._stations:
            count = station.settle(done)
            self.done += count
            settled += count
        if done:
            self._on_progress()
        return settled


def _name(work: Work) -> str:
    return str(getattr(work.key, "extractor", ""))


def _close(stations: Collection[Station]) -> None:
    for station in stations:
        try:
            station.close()
        except UserError as error:
            log.warning("what was running is looked at again at the next start: %s", error)


def _settle(lane: Lane, outcomes: Sequence[Outcome]) -> None:
    """Hand over outcomes; one that can't be kept becomes a failure, so that it stops nothing."""
    try:
        lane.settle(outcomes)
    except UserError:
        raise  # a full disk: all of it is handed over again
    except Exception as error:
        log.exception("an outcome can't be kept")
        if len(outcomes) == 1:
            lane.settle([replace(outcomes[0], result=None, error=error)])
        else:
            for each in outcomes:
                _settle(lane, [each])
