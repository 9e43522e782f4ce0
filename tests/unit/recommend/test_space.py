from __future__ import annotations

import numpy as np

from mediadesk.recommend.space import Space


def test_vectors_of_half_precision_are_given_as_they_are() -> None:
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    rows = halves[np.isfinite(halves)].reshape(-1, 64)
    ids = [f"item{n}" for n in range(len(rows))]
    space = Space("m", 64, compact_above=0)
    space.put(ids, rows)
    space.lie_in(space.matrix)  # without room for more
    given = space.vectors([*ids[::-1], "unknown"])
    assert given.dtype == np.float32
    assert np.array_equal(given[:-1], rows[::-1].astype(np.float32))
    assert not given[-1].any()
