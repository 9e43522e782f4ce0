"""What a person's tags and kinds teach: others are judged anew, near ones at once, all in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from mediadesk.extract.filing import file
from mediadesk.extract.teaching import Taught, taught
from mediadesk.store import learnt
from mediadesk.understand import FEATURE

if TYPE_CHECKING:
    from mediadesk.store import Database, Store

_SEEDS, _NEAR = 8, 100  # of one act, and items near to each: at once
_SLICE = 500


class Learning:
    """Keeps, for each item of which corrections of others say anything, the feature “learnt”.

    Any thread may call it.
    """

    def __init__(self, store: Store, *, nearest: Callable[[str, int], Sequence[str]]) -> None:
        """Learn nothing yet; `nearest` gives the so many items most alike to one."""
        self._store = store
        self._nearest = nearest
        self._taught: Taught | None = None

    def teach(self, items: Sequence[str] = ()) -> None:
        """Take up what people say by now, and judge anew at once what is near to `items`.

        To these belong all of which something else was said before.
        """
        db = self._store.read()
        before, self._taught = self._taught, taught(db)
        changed = [*items, *(self._taught.differences(before) if before else ())]
        seeds = list(dict.fromkeys(changed))[:_SEEDS]
        near = {each for item in seeds for each in self._nearest(item, _NEAR)}
        if changed:
            self._store.write(partial(self.follow, items=[*changed, *near]))

    def follow(self, db: Database, items: Sequence[str]) -> None:
        """Judge items anew, because their vectors or what plugins gave to them is new."""
        if self._taught is None:
            self._taught = taught(db)
        file(db, learnt.renew(db, self._taught.judge(db, items)))

    def tend(self) -> bool:
        """Judge a slice of those anew that were not since the last correction; tell if any were."""
        db = self._store.read()
        now = self._taught = taught(db)  # examples may have vectors by now that had none
        items, upto = learnt.behind(db, FEATURE, now.stamp, limit=_SLICE)
        if not items or (now.tags is None and not learnt.is_anything(db)):
            return False

        def write(db: Database) -> None:
            self.follow(db, items)
            learnt.note(db, now.stamp, upto)

        self._store.write(write)
        return True
