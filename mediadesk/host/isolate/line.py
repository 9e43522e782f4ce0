"""The guest's end of the talk with its host."""

import os
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from typing import Any, cast

import msgspec

from mediadesk.host.isolate.frames import read_frame, write_frame
from mediadesk.host.isolate.messages import FromGuest, Given, Raised, ToGuest
from mediadesk.host.isolate.wire import Packer, Unpacker


class Line:
    """Messages through what were standard input and output; to speak is to have the turn."""

    def __init__(self) -> None:
        """Take them over: what anybody prints from now on goes to the log."""
        self._in = FileIO(os.dup(0), "rb")
        self._out = FileIO(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - open for ever
        sys.stdout, sys.stderr = (
            open(number, "w", 1, "utf-8", "backslashreplace", closefd=False)  # noqa: SIM115
            for number in (1, 2)
        )
        self._plain = Unpacker()
        self._frames: queue.SimpleQueue[bytes] | None = None
        self._turn = threading.Lock()
        self._is_ours = True
        self.packer = Packer()
        self.unpacker = self._plain

    def end_with_host(self) -> None:
        """Listen on a thread from now on: it ends this process when the host is gone."""
        self._frames = queue.SimpleQueue()
        threading.Thread(target=self._listen, name="line", daemon=True).start()

    def hear(self) -> ToGuest:
        """Wait for the host's next message."""
        frame = self._frames.get() if self._frames is not None else read_frame(self._in)
        if frame is None:
            os._exit(0)
        heard = self._plain.unpack(frame, ToGuest)
        self._is_ours = True
        return cast("ToGuest", heard)

    def say(self, message: FromGuest) -> None:
        """Send a message that ends our turn."""
        with self._turn:
            write_frame(self._out, msgspec.msgpack.encode(message))
            self._is_ours = False

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Keep other threads from speaking; only while the host waits for something.

        Raises:
            RuntimeError: if it does not.
        """
        with self._turn:
            if not self._is_ours:
                raise RuntimeError("MediaDesk can be asked only while it waits for an answer")
            yield

    def ask(self, message: FromGuest, kind: Any) -> Any:  # noqa: ANN401 - any type
        """Inside `asking`: ask the host for something of a type.

        Raises:
            UserError, ValueError, RuntimeError: what the host says of it.
        """
        write_frame(self._out, msgspec.msgpack.encode(message))
        answer = self.hear()
        if isinstance(answer, Raised):
            raise answer.error()
        if not isinstance(answer, Given):
            raise TypeError(f"MediaDesk answered with {type(answer).__name__}")
        return self.unpacker.unpack(answer.value, kind)

    def give(self, value: object, number: int) -> None:
        """Send what the host waits for.

        Raises:
            ValueError: if it holds what can't cross.
        """
        with self._turn:
            packed = msgspec.Raw(self.packer.pack(value))
            write_frame(self._out, msgspec.msgpack.encode(Given(packed, number)))
            self._is_ours = False

    def _listen(self) -> None:
        frames = cast("queue.SimpleQueue[bytes]", self._frames)
        while (frame := read_frame(self._in)) is not None:
            frames.put(frame)
        os._exit(0)
