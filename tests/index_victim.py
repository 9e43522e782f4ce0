"""A process that analyses into a library and keeps its index, beside another or until killed."""

from __future__ import annotations

import logging
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
from recommend_factory import Made, cloud, save

from mediadesk.recommend.index import Index
from mediadesk.store import Store

DIMENSIONS = 24
STEP = 10


class _Fatal(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        raise AssertionError(record.getMessage())


def main(folder: Path, first: int, rounds: int) -> None:
    """Add `STEP` items a round from number `first` on, save the index, and take it up again."""
    logging.getLogger("mediadesk").addHandler(_Fatal(logging.WARNING))
    with closing(Store(folder / "library.db")) as store:
        index = Index(store, folder / "index", exact_below=50)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for start in range(first, first + rounds * STEP, STEP):
            rows = cloud(np.arange(STEP) % 5, DIMENSIONS, seed=start + 1)
            save(
                store,
                [Made(number=start + n, theme=0, vectors={"x": rows[n]}) for n in range(STEP)],
            )
            index.refresh()
            index.build()
            index.save()
            taken_up = Index(store, folder / "index", exact_below=50)
            known = taken_up.spaces["x"].ids if taken_up.spaces else []
            taken_up.refresh()
            index.refresh()
            # Either may hold them at half precision, as many as there were when it began.
            own, kept = index.vectors("x", known), taken_up.vectors("x", known)
            np.testing.assert_allclose(kept, own, atol=1e-3)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
