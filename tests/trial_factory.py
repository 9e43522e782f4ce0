"""Makes small data sets for trials, without files."""

from collections.abc import Sequence

import numpy as np

from mediadesk.api import Item, Kind
from mediadesk.engine.trials.dataset import Dataset, arranged

Row = tuple[int, int, float, float]
"""User, item, value, second."""


def data(rows: Sequence[Row], *, items: int, tests: Sequence[bool] | None = None) -> Dataset:
    """Make a data set of rows in any order, of items called i000 …, and users called u000 …."""
    user, item, value, at = (np.array(column) for column in zip(*rows, strict=True))
    columns = {"user": user, "item": item, "value": value.astype(float), "at": at.astype(float)}
    return arranged(
        items=tuple(
            Item(id=f"i{n:03}", kind=Kind.FILM, title=f"Item {n}", path=None) for n in range(items)
        ),
        languages=("",) * items,
        public=({},) * items,
        users=tuple(f"u{n:03}" for n in range(int(user.max()) + 1)),
        columns=columns | ({"is_test": np.array(tests)} if tests is not None else {}),
    )


def random_data(*, users: int, items: int, events: int, seed: int = 0) -> Dataset:
    """Make people who rate `events` items each from 1 to 5, all by chance, one a minute."""
    chance = np.random.default_rng(seed)
    return data(
        [
            (user, int(item), float(chance.integers(1, 6)), 60.0 * n)
            for user in range(users)
            for n, item in enumerate(chance.permutation(items)[:events])
        ],
        items=items,
    )
