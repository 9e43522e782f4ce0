"""Keeps two processes from syncing one library at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from mediadesk.api import UserError
from mediadesk.store import Store

_WAIT_S = 30.0


@contextmanager
def alone(store: Store) -> Iterator[None]:
    """Wait until no other process syncs this library, and let none begin.

    Raises:
        UserError: if another one does not finish.
    """
    from filelock import FileLock, Timeout  # takes a while, and most starts sync nothing

    try:
        with FileLock(store.path.with_name("sync.lock"), timeout=_WAIT_S):
            yield
    except Timeout as error:
        raise UserError(
            "Another MediaDesk is syncing this library: wait until it is done, or close it."
        ) from error
