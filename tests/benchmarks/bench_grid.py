"""Times the library page over a large library: `python tests/benchmarks/bench_grid.py`.

`[--items 1000000] [--faces grid,list,details] [--data DIR]`

The rows are made up, the pictures real JPEGs, the engine runs in its own process. A library that is
in DIR already is taken as it is.
A frame is one step of the scroll bar with everything painted that it shows, a reset is what the
window does from the engine's answer until the view has painted; both in CPU milliseconds of the
window's thread, for the machine may be busy, and p95 in wall milliseconds besides. Beside it, in
the same run, a plain QTableView with five columns of text over the same number of rows.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView
from sqlite_utils import Database

from mediadesk import app
from mediadesk.engine.client import Client
from mediadesk.engine.messages import Browse, Rows
from mediadesk.settings import Places
from mediadesk.store import Store
from mediadesk.ui.widgets.browser import Browser
from mediadesk.ui.window import Window
from mediadesk_keyframes.pictures import jpeg

WORDS = tuple(a + b + c for a in "ABCDEFGHIKLMNOPRSTUVWZ" for b in "aeiou" for c in ("lo", "ran"))
STEPS = 300
PICTURES = 64
PICTURED = 100_000  # items that have a picture; the rest show their stand-in


def main() -> None:
    """Make the library, open the window, scroll, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--faces", default="grid,list,details")
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        places = Places.find(given.data or Path(temporary))
        begun = time.perf_counter()
        if not places.database.exists():
            write(places, given.items)
        print(f"{given.items:,} items written in {time.perf_counter() - begun:.0f} s", flush=True)
        application = app._application()
        client = Client(places.data)
        with app._window(
            application, places.data, theme="dark", client=client, posing=True
        ) as window:
            app._reach(window.desk, client)
            window.resize(1440, 900)
            window.show()
            app.settle(application, window)
            window.go("library")
            begun = time.perf_counter()
            found = window.library.browser.found
            while not len(found) or found.view(0) is None:
                application.processEvents()
                time.sleep(0.01)
            print(
                f"library page for the first time: {time.perf_counter() - begun:.2f} s", flush=True
            )
            for face in given.faces.split(","):
                measure(application, window, face)
        plain(application, given.items)


def measure(application: QApplication, window: Window, face: str) -> None:
    """Time one way to show items."""
    browser = window.library.browser
    browser.arrangement.show_face(face)  # type: ignore[arg-type]
    app.settle(application, window)
    resets(browser, face)
    app.settle(application, window)
    by = browser.view.verticalHeader().defaultSectionSize() // 5
    scroll(f"{face}: by wheel", application, browser.view, by)
    scroll(f"{face}: dragged, to anywhere", application, browser.view, None)
    tell(f"{face}: select all", [timed(browser.picked.all)])
    scroll(f"{face}: dragged, all selected", application, browser.view, None)
    browser.picked.clear()
    app.settle(application, window)


def resets(browser: Browser, face: str) -> None:
    """Hand the window another order of all items, as the engine's answer would."""
    numbers = np.frombuffer(browser.found.numbers.tobytes(), dtype=np.uint32)
    jumps = browser.found.jumps
    times = []
    for turn in range(7):
        shuffled = np.random.default_rng(turn).permutation(numbers).astype(np.uint32)
        rows = Rows(numbers=shuffled.tobytes(), jumps=jumps, took_ms=0)
        times.append(timed(shown, browser, Browse(text=str(turn)), rows))
    bar = browser.view.verticalScrollBar()
    kept = []
    for turn in range(7):
        bar.setValue(bar.maximum() // 2)
        fewer = np.delete(np.array(browser.found.numbers), turn)
        rows = Rows(numbers=fewer.astype(np.uint32).tobytes(), jumps=jumps, took_ms=0)
        kept.append(timed(shown, browser, Browse(text="6"), rows))
    tell(f"{face}: reset", times)
    tell(f"{face}: refresh in the middle, place kept", kept)
    browser.ask()


def write(
    places: Places, count: int, *, root: Path = Path("/made"), pictured: int = PICTURED
) -> None:
    """Write `count` items, as if their files lay in `root`; the first `pictured` have artwork."""
    chance_of = random.Random(1)  # noqa: S311 - no secret
    columns = (
        "id, kind, title, duration, year, artist, genres, added_at, size, height, album,"
        " description, facts"
    )
    store = Store(places.database)
    chance = np.random.default_rng(0)
    covers = [jpeg(chance.integers(0, 255, (180, 320, 3), dtype=np.uint8)) for _ in range(PICTURES)]
    items = (
        (
            f"{n:032x}", ("film", "clip", "song")[n % 3], f"{chance_of.choice(WORDS)} {n:07}",
            chance_of.uniform(10, 9000), chance_of.randrange(1960, 2026),
            chance_of.choice(WORDS) if n % 3 == 2 else "", "[]", 1.7e9 + n,
            chance_of.randrange(10**6, 4 * 10**9), 1080,
        )
        for n in range(count)
    )  # fmt: skip
    locations = (
        (f"{root}/{n % 50}/{n}.mkv", str(root), f"{n:032x}", f"{n:032x}") for n in range(count)
    )

    def rows(db: Database) -> None:
        db.conn.execute("INSERT INTO root(path, added_at) VALUES(?, 0)", [str(root)])
        db.conn.executemany(
            f"INSERT INTO item({columns}) VALUES(?,?,?,?,?,?,?,?,?,?,'','','{{}}')", items
        )
        db.conn.executemany(
            "INSERT INTO location(path, root, item, content, size, mtime_ns, seen_at, sidecars)"
            " VALUES(?, ?, ?, ?, 1, 1, 1, '[]')",
            locations,
        )

    store.write(rows)
    store.write(
        lambda db: db.conn.executemany(
            "INSERT INTO artwork(item, jpeg, source) VALUES(?, ?, 'keyframe')",
            ((f"{n:032x}", covers[n % PICTURES]) for n in range(min(pictured, count))),
        )
    )
    store.close()


class Plain(QAbstractTableModel):
    """As many rows of plain text."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def rowCount(self, _: object = QModelIndex()) -> int:  # noqa: N802
        return self.count

    def columnCount(self, _: object = QModelIndex()) -> int:  # noqa: N802
        return 5

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        return f"Film {index.row()}" if role == Qt.ItemDataRole.DisplayRole else None

    def again(self) -> None:
        """Reset."""
        self.beginResetModel()
        self.endResetModel()


def plain(application: QApplication, count: int) -> None:
    """Time the plain table."""
    table, model = QTableView(), Plain(count)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setModel(model)
    table.resize(1440, 900)
    table.show()
    application.processEvents()

    def again() -> None:
        model.again()
        table.viewport().repaint()

    tell("plain QTableView: reset", [timed(again) for _ in range(7)])
    scroll("plain QTableView: dragged, to anywhere", application, table, None)


def scroll(name: str, application: QApplication, view: QAbstractItemView, by: int | None) -> None:
    """Scroll and print the median, the 95th percentile and the worst frame in ms."""
    bar = view.verticalScrollBar()
    step: Callable[[int], int] = (
        (lambda n: n * by) if by else (lambda n: bar.maximum() * (n * 7919 % STEPS) // STEPS)
    )

    def frame(n: int) -> None:
        bar.setValue(step(n))
        application.processEvents()

    times = []
    for n in range(STEPS):
        times.append(timed(frame, n))
        time.sleep(0.005)
    tell(name, times)


def shown(browser: Browser, browse: Browse, rows: Rows) -> None:
    """Show what the engine answered."""
    browser._take(browse, rows)
    browser.view.viewport().repaint()


def timed(call: Callable[..., None], *args: object) -> tuple[float, float]:
    """Give the milliseconds of a call: those of this thread's CPU, and those of the wall."""
    wall, cpu = time.perf_counter(), time.thread_time()
    call(*args)
    return 1000 * (time.thread_time() - cpu), 1000 * (time.perf_counter() - wall)


def tell(name: str, times: list[tuple[float, float]]) -> None:
    """Print the median, the 95th percentile and the worst in ms."""
    cpu, wall = np.array(times).T
    median, tail = np.percentile(cpu, [50, 95])
    print(
        f"{name}: median {median:.1f}, p95 {tail:.1f}, worst {cpu.max():.1f} ms of CPU; "
        f"p95 {np.percentile(wall, 95):.1f} ms of wall",
        flush=True,
    )


if __name__ == "__main__":
    main()
