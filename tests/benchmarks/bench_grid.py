"""Times scrolling 100,000 items in the real window: `python tests/benchmarks/bench_grid.py`.

The rows are synthetic, the pictures real JPEGs, the engine runs in its own process. A frame is one
step of the scroll bar with everything painted that it shows; beside it, in the same run, a plain
QTableView over the same number of rows.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView

from mediadesk import app
from mediadesk.api import Item, Kind
from mediadesk.settings import Places
from mediadesk.store import Store, library
from mediadesk.store.library import Location
from mediadesk_keyframes.pictures import jpeg

STEPS = 300
PICTURES = 64


def main() -> None:
    """Make the library, open the window, scroll, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    count = parser.parse_args().items
    with tempfile.TemporaryDirectory() as temporary:
        places = Places.find(Path(temporary))
        fill(places, count)
        application = app._application()
        with app._window(application, places.data, theme="dark", posing=True) as window:
            window.resize(1440, 900)
            window.show()
            app.settle(application, window)
            begun = time.perf_counter()
            window.go("library")
            app.settle(application, window)
            print(f"library page, {count} items: {time.perf_counter() - begun:.2f} s")
            report("scroll by wheel, a card row a step", application, window.library.view, 40)
            report("scroll by dragging, to anywhere", application, window.library.view, None)
        table = QTableView()
        table.setModel(Plain(count))
        table.resize(1440, 900)
        table.show()
        report("plain QTableView, to anywhere", application, table, None)


def fill(places: Places, count: int) -> None:
    """Write `count` items with artwork."""
    store = Store(places.database)
    chance = np.random.default_rng(0)
    covers = [jpeg(chance.integers(0, 255, (180, 320, 3), dtype=np.uint8)) for _ in range(PICTURES)]
    root = Path("/films")

    def write(start: int) -> None:
        with_numbers = range(start, min(start + 5_000, count))
        places_ = [
            Location(path=root / f"{n}.mp4", root=root, size=1, mtime_ns=1) for n in with_numbers
        ]
        store.write(lambda db: library.save_locations(db, places_))

        def save(db: object) -> None:
            for n, place in zip(with_numbers, places_, strict=True):
                item = Item(id=f"{n:032x}", kind=Kind.CLIP, title=f"Film {n:06}", path=place.path)
                library.save_item(db, item, facts={}, location=place)  # type: ignore[arg-type]
                library.save_artwork(db, item.id, covers[n % PICTURES], source="keyframe")  # type: ignore[arg-type]

        store.write(save)

    store.write(lambda db: library.add_root(db, root))
    for start in range(0, count, 5_000):
        write(start)
    store.close()


class Plain(QAbstractTableModel):
    """As many rows of plain text."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def rowCount(self, _: object = QModelIndex()) -> int:  # noqa: N802
        return self._count

    def columnCount(self, _: object = QModelIndex()) -> int:  # noqa: N802
        return 5

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        return f"Film {index.row()}" if role == Qt.ItemDataRole.DisplayRole else None


def report(name: str, application: QApplication, view: QAbstractItemView, by: int | None) -> None:
    """Scroll and print the median, the 95th percentile and the worst frame in ms."""
    bar = view.verticalScrollBar()
    step: Callable[[int], int] = (
        (lambda n: n * by) if by else (lambda n: bar.maximum() * (n * 7919 % STEPS) // STEPS)
    )
    frames = []
    for n in range(STEPS):
        begun = time.perf_counter()
        bar.setValue(step(n))
        view.viewport().repaint()
        application.processEvents()
        frames.append(1000 * (time.perf_counter() - begun))
        time.sleep(0.005)
    median, tail = np.percentile(frames, [50, 95])
    print(f"{name}: median {median:.1f} ms, p95 {tail:.1f} ms, worst {max(frames):.1f} ms")


if __name__ == "__main__":
    sys.exit(main())
