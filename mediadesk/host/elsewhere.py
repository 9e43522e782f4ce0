"""Reads files through an executor that a plugin brings, such as a cluster's."""

import os
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from functools import partial
from typing import Any

from mediadesk.host.workers import Outcome, Work


class Elsewhere:
    """A pool with the manners of `Workers`; how long a work may take is the executor's business."""

    def __init__(self, executor: Executor) -> None:
        """Take over the executor; `close` shuts it down."""
        self._executor = executor
        self.count = os.cpu_count() or 1

    def submit(self, work: Work) -> Future[Outcome]:
        """Run a work; its future never raises, unless it is cancelled because the pool closes."""
        future: Future[Outcome] = Future()
        try:
            inner = self._executor.submit(work.function, *work.arguments)
        except Exception as error:  # noqa: BLE001 - a broken pool refuses work in ways of its own
            future.set_result(Outcome(work=work, unstarted=str(error)))
        else:
            inner.add_done_callback(partial(_settle, work, future))
        return future

    def close(self) -> None:
        """Let go of the executor; what it was doing is done again another time."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _settle(work: Work, future: Future[Outcome], inner: Future[Any]) -> None:
    try:
        error = inner.exception()
    except CancelledError:
        future.cancel()
        return
    if error is None:
        future.set_result(Outcome(work=work, result=inner.result()))
    elif isinstance(error, Exception) and not isinstance(error, BrokenExecutor):
        future.set_result(Outcome(work=work, error=error))
    else:
        future.set_result(Outcome(work=work, death=str(error) or type(error).__name__))
