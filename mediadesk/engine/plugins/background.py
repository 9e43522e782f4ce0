"""A few threads for what nobody waits for."""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

log = logging.getLogger(__name__)
_THREADS = 4
A = TypeVar("A")
B = TypeVar("B")


class Background:
    """Does things to plugins on threads that are not their own; any thread may ask for it."""

    def __init__(self, name: str) -> None:
        """Start nothing yet; `name` is what the threads are called."""
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix=name)
        self._under_way: set[Future[None]] = set()
        self._is_closed = False

    @property
    def is_busy(self) -> bool:
        """Whether anything is under way or waits."""
        return bool(self._under_way)

    def do(self, function: Callable[[str], object], plugin: str) -> None:
        """Call a function with the name of a plugin, soon; what it raises is logged."""

        def work() -> None:
            try:
                function(plugin)
            except Exception:
                log.exception("plugin %s stays as it is", plugin)

        try:
            future = self._pool.submit(work)
        except RuntimeError as error:
            if not self._is_closed:
                raise
            log.info("plugin %s is looked at when MediaDesk starts again: %s", plugin, error)
            return
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)

    def map(self, function: Callable[[A], B], values: Iterable[A]) -> list[B]:
        """Call a function with each of these values, several at once, and wait for all."""
        return list(self._pool.map(function, values))

    def close(self) -> None:
        """Begin nothing any more, and wait for what is under way."""
        self._is_closed = True
        self._pool.shutdown(cancel_futures=True)
