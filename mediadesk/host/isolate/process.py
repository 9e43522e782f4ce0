"""The host's end of one guest process: starts it, watches it, and says what it died of."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, cast

import psutil

from mediadesk.host.isolate import sandbox
from mediadesk.host.isolate.errors import Died
from mediadesk.host.isolate.frames import WireError, read_frame, write_frame
from mediadesk.host.isolate.launch import command, environment
from mediadesk.host.isolate.room import Room

if TYPE_CHECKING:
    from mediadesk.host.manifest import Resources

log = logging.getLogger(__name__)
_POLL_SECONDS = 0.25
_REST_SECONDS = 5.0
_END_SECONDS = 1.0
_FLOOD_BYTES = 8 << 20
_CHUNK = 1 << 16
_MIB = 1 << 20
_PRIORITY = 10  # on a scale to 19; Windows has names instead of numbers


class Process:
    """One guest process; for one conversation at a time."""

    def __init__(
        self,
        plugin: str,
        *,
        scratch: Path,
        data: Path | None,
        wish: "Resources",
        on_output: Callable[[bytes], None],
    ) -> None:
        """Start it.

        Args:
            plugin: whose it is.
            scratch: its working folder, and its home.
            data: the plugin's own folder, if it may have one.
            wish: how much it may use; of memory so much beyond `own_memory`, once that is known.
            on_output: takes what it prints, in pieces, on a thread of its own.

        Raises:
            Died: if it can't be started.
        """
        self._plugin = plugin
        self._memory_mb = wish.memory_mb
        folders = (scratch,) if data is None else (scratch, data)
        self._room = Room(folders, wish.disk_mb, worked=self._worked)
        self._on_output = on_output
        self._limits = (0.0, 0.0)
        self._changed = threading.Condition()
        self._deadline: float | None = None
        self._turns = 0
        self._is_resting = False
        self._is_over = False
        self._verdict: tuple[str, str] | None = None
        self._printed = 0
        self.own_memory: int | None = None
        self.peak_memory = 0
        started: Future[subprocess.Popen[bytes]] = Future()
        # The system ends a guest with the thread that started it, so that one is its own.
        Thread(target=self._keep, args=(started, scratch), name="guest", daemon=True).start()
        try:
            self._popen = started.result()
            self._measures = psutil.Process(self._popen.pid)
        except (OSError, psutil.Error) as error:
            raise Died("start", f"it can't be started: {error}", plugin) from error
        self._to = cast("FileIO", self._popen.stdin)
        self._from = cast("FileIO", self._popen.stdout)
        Thread(target=self._watch, name="guest-watch", daemon=True).start()

    @property
    def is_alive(self) -> bool:
        """Whether it can be talked to."""
        return self._verdict is None and self._popen.poll() is None

    def cpu_seconds(self) -> float:
        """Give the processor time it has used; 0 if it is gone."""
        try:
            used = self._measures.cpu_times()
        except psutil.Error:
            return 0.0
        return float(used.user + used.system)

    def weigh(self) -> int:
        """Give the memory it uses now, in bytes; 0 if it is gone."""
        used = sandbox.memory_used(self._popen.pid)
        self.peak_memory = max(self.peak_memory, used)
        return used

    def lower_priority(self) -> None:
        """Let everything else go first."""
        try:
            self._measures.nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", _PRIORITY))
        except psutil.Error as error:
            log.info("the guest “%s” keeps its priority: %s", self._plugin, error)

    @contextmanager
    def watched(self, *, seconds: float, cpu_seconds: float) -> Iterator[None]:
        """End it if what happens inside takes longer, or too much of anything."""
        sandbox.allow_cpu(self._popen.pid, cpu_seconds)
        self._limits = (seconds, cpu_seconds)
        self._printed = 0
        self._expect(time.monotonic() + seconds)
        try:
            yield
        finally:
            self._expect(None)

    @property
    def left(self) -> float:
        """How many seconds it has left for what it is doing."""
        return max((self._deadline or 0.0) - time.monotonic(), 0.0)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let what happens inside not count: it waits for us."""
        left = self.left
        self._expect(None)
        try:
            yield
        finally:
            self._expect(time.monotonic() + left)

    def send(self, frame: bytes) -> None:
        """Say something.

        Raises:
            Died: if it is not there any more.
            ValueError: if it is too much.
        """
        try:
            write_frame(self._to, frame)
        except OSError as error:
            raise self.death() from error

    def receive(self) -> bytes:
        """Hear something.

        Raises:
            Died: if it is not there any more, or says what can't be understood.
        """
        try:
            frame = read_frame(self._from)
        except WireError as error:
            raise self.broken(str(error)) from error
        if frame is None:
            raise self.death()
        return frame

    def broken(self, why: str, *, kind: str = "protocol") -> Died:
        """End one that does not keep to what was agreed; give what to raise."""
        self.end(kind, why)
        return self.death()

    def end(self, kind: str = "closed", what: str = "it was switched off") -> None:
        """Kill it, with all that it may have started, and remember why; any thread may."""
        self._verdict = self._verdict or (kind, what)
        if self._popen.poll() is not None:
            return
        try:
            if hasattr(os, "killpg"):
                os.killpg(self._popen.pid, signal.SIGKILL)
            else:
                self._popen.kill()
        except (ProcessLookupError, PermissionError) as error:
            log.info("the guest “%s” had ended: %s", self._plugin, error)

    def close(self) -> None:
        """End it and let go of it; not while another thread talks to it."""
        self.end()
        self._popen.wait()
        self._to.close()
        self._from.close()

    def death(self) -> Died:
        """Say what it died of; one that only fell silent is ended."""
        try:
            code = self._popen.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.end("protocol", "it broke off its talk with MediaDesk")
            code = self._popen.wait()
        self._verdict = self._verdict or self._end_of(code)
        return Died(*self._verdict, self._plugin)

    def _end_of(self, code: int) -> tuple[str, str]:
        if code >= 0:
            return "exit", f"it ended itself with the status {code}"
        known = {own.value: own.name for own in signal.Signals}
        name = known.get(-code, f"signal {-code}")  # some signals have no names
        if name == "SIGXCPU":
            return "cpu", f"it used more than {self._limits[1]:g} seconds of processor time"
        return "crash", f"it crashed with {name}"

    def _worked(self) -> tuple[int, float]:
        """Give what stands still while it neither is asked anything nor does anything."""
        return self._turns, self.cpu_seconds()  # the system counts these in hundredths only

    def _expect(self, deadline: float | None) -> None:
        self._turns += 1
        self._deadline = deadline
        if deadline is not None and self._is_resting:
            with self._changed:
                self._changed.notify()

    def _watch(self) -> None:
        """Look at it a few times a second while it works."""
        with self._changed:
            while not self._is_over:
                if self.is_alive and (what := self._room.trouble()):
                    self.end("disk", what)
                self._is_resting = True  # first: whoever sets a deadline now will notify
                deadline = self._deadline
                if deadline is None:
                    self._changed.wait(_POLL_SECONDS if self._room.is_looking else _REST_SECONDS)
                    self._is_resting = False
                    continue
                self._is_resting = False
                self._changed.wait(self._look(deadline))

    def _look(self, deadline: float) -> float:
        """End it if it goes too far; give how long that can wait till the next time."""
        left = deadline - time.monotonic()
        used = self.weigh()
        if left <= 0:
            self.end("deadline", f"it took longer than {self._limits[0]:g} seconds")
        elif self.own_memory is not None and used > self.own_memory + self._memory_mb * _MIB:
            self.end("memory", f"it used more than {self._memory_mb:,} MiB of memory")
        return min(max(left, 0.01), _POLL_SECONDS)

    def _keep(self, started: "Future[subprocess.Popen[bytes]]", scratch: Path) -> None:
        """Start the process, and take what it prints until its end."""
        try:
            popen = subprocess.Popen(  # noqa: S603 - our own program
                command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                cwd=scratch,
                env=environment(scratch),
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            started.set_exception(error)
            return
        started.set_result(popen)
        with cast("FileIO", popen.stderr) as printed:
            while piece := printed.read(_CHUNK):
                self._printed += len(piece)
                if self._printed > _FLOOD_BYTES:
                    self.end("flood", f"it printed more than {_FLOOD_BYTES // _MIB} MiB at once")
                self._on_output(piece)
        popen.wait()
        with self._changed:
            self._is_over = True
            self._changed.notify()
