"""A process that takes writing back and does it again, over and over, until it is killed."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from mediadesk.engine import unwriting
from mediadesk.store import Store, changes


def main(library: Path) -> None:
    """Take back what stands last, or do again what was taken back last."""
    with closing(Store(library)) as store:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            turn(store)


def turn(store: Store) -> None:
    """Go once the other way."""
    act = next(each for each in changes.listed(store.read(), limit=9) if not each.undone)
    unwriting.take_back(store, act)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
