"""How the window and the engine speak: pickled values, through the engine's standard streams."""

import os
import pickle
import subprocess
from contextlib import suppress
from typing import IO, Any, cast


def pack(value: object) -> bytes:
    """Give a value as it goes through a pipe."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


class Pipe:
    """One end of it; each trusts the other, as unpickling must."""

    def __init__(self, inlet: IO[bytes], outlet: IO[bytes]) -> None:
        self._inlet = inlet
        self._outlet = outlet

    @classmethod
    def to(cls, child: "subprocess.Popen[bytes]") -> "Pipe":
        """Give our end where a child was started with pipes."""
        return cls(cast("IO[bytes]", child.stdout), cast("IO[bytes]", child.stdin))

    @classmethod
    def of_child(cls) -> "Pipe":
        """Give the end of this process, a child; what else it prints or starts can't reach it."""
        pipe = cls(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.dup2(nowhere, 1)
        os.close(nowhere)
        return pipe

    def send(self, value: object) -> None:
        """Send a value; one thread at a time.

        Raises:
            OSError: if the other end is gone.
        """
        self.write(pack(value))

    def write(self, packed: bytes) -> None:
        """Send a value that is packed already, as `send` does."""
        self._outlet.write(packed)
        self._outlet.flush()

    def recv(self) -> Any:  # noqa: ANN401 - whatever was sent
        """Wait for the next value; one thread at a time.

        Raises:
            EOFError: if the other end is gone.
        """
        try:
            return pickle.load(self._inlet)  # noqa: S301 - from our own process
        except (EOFError, pickle.UnpicklingError) as error:  # it may be killed while it writes
            self._inlet.close()
            raise EOFError from error

    def close(self) -> None:
        """Send no more; what the other end did not read, if it is gone, is dropped."""
        with suppress(OSError):
            self._outlet.close()
