"""A data set: items, people, and what these did with those, as columns."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array, Item, Json
from mediadesk.engine.trials.chance import chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """What people did with items, each pair once; the order of the files' lines leaves no trace.

    `items` and `users` are sorted by id, `languages` are the items', empty where unknown. The
    events are columns [n], sorted by user, time and chance: `user` and `item` are numbers in
    `users` and `items`, `value` is as written, `at` in unix seconds. `is_test` is None where the
    file fixes no split. `public` is what the public thinks of each item, as a sidecar file tells
    it: `rating`, 0..1, and `votes`.
    """

    items: tuple[Item, ...]
    languages: tuple[str, ...]
    public: tuple[Json, ...]
    users: tuple[str, ...]
    user: Array
    item: Array
    value: Array
    at: Array
    is_test: Array | None = None

    def of_users(self) -> list[Array]:
        """Give the numbers of each user's events, in their order."""
        starts = np.searchsorted(self.user, np.arange(1, len(self.users)))
        return np.split(np.arange(len(self.user)), starts)

    def taken(self, events: Array) -> Array:
        """Give the items of these events, without those that were refused: a value of 0 or less."""
        return self.item[events[self.value[events] > 0]]


def arranged(
    *,
    items: tuple[Item, ...],
    languages: tuple[str, ...],
    public: tuple[Json, ...],
    users: tuple[str, ...],
    columns: Mapping[str, Array],
) -> Dataset:
    """Make a data set of events in any order; of those of one user and item the last counts."""
    own = dict(columns)
    throw = chance(users, [item.id for item in items], seed=0, what="order")
    tie = throw(own["user"], own["item"])
    # Of what was done several times at once that with the greatest value counts, and a test.
    order = np.lexsort(
        [own.get("is_test", own["value"]), own["value"], own["at"], own["item"], own["user"]]
    )
    pair = np.stack([own["user"][order], own["item"][order]])
    is_last = np.ones(len(order), bool)
    is_last[:-1] = (pair[:, 1:] != pair[:, :-1]).any(axis=0)
    kept = order[is_last]
    kept = kept[np.lexsort([tie[kept], own["at"][kept], own["user"][kept]])]
    return Dataset(
        items=items,
        languages=languages,
        public=public,
        users=users,
        **{name: column[kept] for name, column in own.items()},
    )
