"""Keeps two from syncing one library at once, be it two processes or two threads of one."""

from collections.abc import Iterator
from contextlib import contextmanager

from mediadesk.api import UserError
from mediadesk.store import Store

_WAIT_S = 30.0


@contextmanager
def alone(store: Store) -> Iterator[None]:
    """Wait until nobody else syncs this library, and let nobody begin.

    Raises:
        UserError: if another one does not finish.
    """
    from filelock import FileLock, Timeout  # takes a while, and most starts sync nothing

    try:
        with FileLock(store.path.with_name("sync.lock"), timeout=_WAIT_S):
            yield
    except Timeout as error:
        raise UserError(
            "This library is being synced already: wait until that is done, then try again."
        ) from error
