"""What a plugin's threads try to reach is told to the host, each attempt once."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import cast

from mediadesk.host.isolate.line import Line
from mediadesk.host.isolate.messages import Tried
from mediadesk.host.isolate.serve import Attempts


class SlowLine:
    """A line to a host that takes its time; one thread has the turn."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self._turn = threading.Lock()

    @contextmanager
    def asking(self) -> Iterator[None]:
        with self._turn:
            yield

    def ask(self, message: Tried, _kind: object) -> None:
        time.sleep(0.001)
        self.told.append(message.host)


def test_threads_that_try_at_once_are_told_once_each() -> None:
    line = SlowLine()
    attempts = Attempts(cast("Line", line), "light")
    hosts = [f"{n}.org" for n in range(50)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(attempts.note, hosts)) == ["light"] * 50
    assert sorted(line.told) == sorted(hosts)
