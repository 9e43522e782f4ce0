"""Bears the processes of devices: each is a fork of one that has loaded the program already.

To load it takes longer than all that a device does in a run.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

_TESTS = Path(__file__).parents[1]


class Nursery:
    """The process that bears them; they end when their connection does."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            code = "import sys; from convergence import nursery; nursery.main(int(sys.argv[1]))"
            path = os.pathsep.join([str(_TESTS), str(_TESTS.parent)])
            self._process = subprocess.Popen(
                [sys.executable, "-c", code, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=os.environ | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
            )

    def bear(self) -> Connection:
        """Start a device, and give the way to it."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._socket, [b"!"], [theirs.fileno()])
            self._socket.recv(1)
        return Connection(ours.detach())

    def close(self) -> None:
        self._socket.close()
        self._process.wait()


def main(number: int) -> None:
    """Bear devices until nobody asks for any more."""
    from convergence import device

    device.warm_up()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=number) as asked:
        while True:
            message, found, _, _ = socket.recv_fds(asked, 1, 1)
            if not message:
                return
            if os.fork() == 0:
                asked.close()
                device.serve(Connection(found[0]))
                os._exit(0)
            os.close(found[0])
            asked.send(b"!")
