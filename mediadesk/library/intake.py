"""The lane of intake: every file that was seen is opened once, to learn what it is."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.host.workers import Outcome, Work
from mediadesk.library.identify import identify, save
from mediadesk.paths import spelled
from mediadesk.store import Database, Store, locations
from mediadesk.store.locations import Location

_TIMEOUT_SECONDS = 60.0
_SLOWEST = 1_000_000  # bytes a second of a slow network drive: music is read whole


class Intake:
    """Gives places that are not read yet; a place is read when it has an item or a problem."""

    def __init__(
        self,
        store: Store,
        *,
        after_read: Callable[[Database, Sequence[str]], object],
        on_gone: Callable[[Sequence[Path]], object] = lambda _: None,
    ) -> None:
        """Make the lane.

        Args:
            store: the library.
            after_read: gets the ids of items read, in the same transaction.
            on_gone: gets the files that went away; they are read when they are back.
        """
        self._store = store
        self._after_read = after_read
        self._on_gone = on_gone
        self._running: set[Path] = set()
        self._suspects: dict[Path, Location] = {}

    def claim(self, limit: int, *, idle: bool) -> list[Work]:
        """Give unread places, else one that ended a worker before, if nothing else runs."""
        taken = set(self._running) | set(self._suspects)
        rows = locations.unread(self._store.read(), limit=limit + len(taken))
        places = [place for place in rows if place.path not in taken][:limit]
        is_suspect = not places and idle and bool(self._suspects)
        if is_suspect:
            places = [self._suspects.popitem()[1]]
        self._running |= {place.path for place in places}
        return [
            Work(
                key=place,
                function=identify,
                arguments=(place,),
                timeout=_TIMEOUT_SECONDS + place.size / _SLOWEST,
                alone=is_suspect,
            )
            for place in places
        ]

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Save the items, or why a place can't be read."""
        failed = [each.work.key.path for each in outcomes if each.result is None]
        gone = [path for path in failed if not os.path.exists(path)]  # noqa: PTH110 - never raises
        self._store.write(partial(self._save, outcomes=outcomes, gone=gone))
        self._running -= {each.work.key.path for each in outcomes}
        if gone:
            self._on_gone(gone)

    def release(self, works: Sequence[Work]) -> None:
        """Forget that these were running; they are still unread."""
        self._running -= {work.key.path for work in works}

    def _save(self, db: Database, outcomes: Sequence[Outcome], gone: Sequence[Path]) -> None:
        read: list[str] = []
        for each in outcomes:
            place: Location = each.work.key
            if each.result is not None:
                save(db, place, each.result)
                read.append(each.result.item.id)
            elif place.path in gone:
                locations.set_missing(db, [spelled(place.path)])
            elif each.death is not None and not each.work.alone:
                self._suspects[place.path] = place
            else:
                locations.set_problem(db, place, _sentence(each))
        self._after_read(db, read)


def _sentence(failed: Outcome) -> str:
    path = failed.work.key.path
    if failed.death is not None:
        return f"“{path}” was given up: {failed.death}. Replace or remove it."
    if isinstance(failed.error, UserError):
        return str(failed.error)
    return f"“{path}” can't be read ({failed.error}): it is damaged; copy it again or remove it."
