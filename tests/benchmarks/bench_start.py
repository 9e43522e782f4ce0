"""Times starting the window: `python tests/benchmarks/bench_start.py`.

`[--items 100000] [--runs 5] [--data DIR]`

The library is as on any morning: its files are there, all of them are analysed, with a vector each,
and somebody has liked ten and passed by two thousand. One in DIR already is taken as it is.
Each start is a process of its own, which does what `mediadesk` does, with its byte code compiled as
after any installation. Times count from the moment it is asked for:

- *painted*: the first painting. It shows rail, bar and an empty page; the rest of the window is
  loaded only then, so this alone would flatter.
- *usable*: the first key is answered, in starts of their own in which “/” is pressed as soon as the
  window is painted (its search box takes the keyboard).
- *cards*: the first cards are painted with their pictures; once more with no panel kept of the last
  time, as after a crash or with another version; and with no index either, as after a library was
  put back from its backup.

Between them, in the same run, an empty PySide6 window is started, and a bare one with as many
buttons as our rail has, which costs what no program with a word in its window can save. The ratios
are those of the CPU seconds of the windows' own processes, which a busy machine disturbs less than
the clock. The engine's are those of its process at the first cards.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_OWN = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "MEDIADESK_DATA_DIR"})
DIMENSIONS, THEMES, LIKES, IMPRESSIONS = 512, 200, 10, 2_000
EMPTY = """
import sys, time
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication(sys.argv)
window = QMainWindow()
window.resize(1440, 900)
window.show()
window.repaint()
application.processEvents()
print(time.time(), time.process_time())
"""
PLAIN = """
import sys, time
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication, QHBoxLayout, QLabel, QLineEdit, QMainWindow, QPushButton, QVBoxLayout, QWidget
)
application = QApplication(sys.argv)
window, whole, rail = QMainWindow(), QWidget(), QVBoxLayout()
for text in ("For you", "Library", "Collections", "Tidy up", "Activity", "Plugins", "Settings"):
    button = QPushButton(text)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    rail.addWidget(button)
sides = QHBoxLayout(whole)
sides.addLayout(rail)
sides.addWidget(QLineEdit())
window.setCentralWidget(whole)
window.resize(1440, 900)
window.show()
window.repaint()
application.processEvents()
print(time.time(), time.process_time())
"""
OURS = """
import os, sys, time
from mediadesk import app
import mediadesk.__main__

def told(*more):
    print(time.time(), time.process_time(), *more, flush=True)

def probe(window, client, *more):
    show(window, client, *more)
    from PySide6.QtCore import QEvent, QObject, QTimer, Qt

    deadline = time.monotonic() + 300

    class Probe(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Expose:
                window.windowHandle().removeEventFilter(self)
                QTimer.singleShot(0, self, self.painted)  # it is while this event is worked off
            return False

        def painted(self):
            told()
            self.timer = QTimer(self, interval=2)
            self.timer.timeout.connect(self.press if os.environ.get("PRESS") else self.look)
            self.timer.start()

        def press(self):
            from PySide6.QtTest import QTest

            QTest.keyClick(window.windowHandle(), Qt.Key.Key_Slash)
            if window.focusWidget() is window.topbar.search:
                told()
                self.end()

        def look(self):
            # They are asked for by the cards as these are painted.
            if window.desk.has_engine and window.desk.pictures.came:
                window.repaint()
                told()
                import psutil

                engine = psutil.Process(client._process.pid).cpu_times()
                print(time.time(), engine.user + engine.system, flush=True)
                self.end()
            assert time.monotonic() < deadline

        def end(self):
            self.timer.stop()
            window.close()

    seen = Probe(window)
    window.windowHandle().installEventFilter(seen)

show, app.show_in_steps = app.show_in_steps, probe
mediadesk.__main__.main()
"""


def main() -> None:
    """Make the library, start both in turns, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        data, ours = given.data or Path(temporary) / "data", Path(temporary) / "ours.py"
        begun = time.perf_counter()
        if not (data / "library.db").exists():
            live(data, given.items)
        print(f"{given.items:,} items made in {time.perf_counter() - begun:.0f} s", flush=True)
        ours.write_text(OURS)
        window = Start(data, Path(temporary) / "bytecode")
        for _ in range(2):  # what is read from the disk is in memory from then on
            window.start(str(ours))
        runs = [
            (
                *window.start("-c", EMPTY),
                *window.start("-c", PLAIN),
                *window.start(str(ours)),
                *window.start(str(ours), press="/"),
                *window.start(str(ours), without=("panels",)),
                *window.start(str(ours), without=("panels", "index")),
            )
            for _ in range(given.runs)
        ]
    empty, plain, painted, cards, engine, _, usable, *others = zip(*runs, strict=True)
    _, anew, worked, _, afresh, read = others
    bare = report("an empty PySide6 window", empty)
    for name, times in (
        ("a bare one with seven buttons and a field", plain),
        ("MediaDesk's window painted", painted),
        ("MediaDesk's window usable", usable),
    ):
        print(f"  {report(name, times) / bare:.2f} × the CPU seconds of the empty one")
    for name, times, its in (
        (f"first cards of {given.items:,} items", cards, engine),
        ("the same with no panel kept", anew, worked),
        ("the same with no index either", afresh, read),
    ):
        report(name, times)
        print(f"  and of the engine: {median(cpu for _, cpu in its):.2f} CPU s")


def live(data: Path, count: int) -> None:
    """Make a library of `count` items that has been lived with."""
    sys.path.insert(0, str(Path(__file__).parent))
    import numpy as np
    from bench_grid import write
    from sqlite_utils import Database

    from mediadesk.api import EventKind, unit
    from mediadesk.engine.tasks import tasks
    from mediadesk.host import Registry
    from mediadesk.models import Models
    from mediadesk.settings import Places, load
    from mediadesk.store import Store, backlog, jobs, oplog
    from mediadesk_keyframes.pictures import jpeg

    places, root = Places.find(data), data / "files"
    root.mkdir(parents=True)
    for n in range(50):
        (root / str(n)).mkdir()
    for n in range(count):
        (root / str(n % 50) / f"{n}.mkv").write_bytes(b"x")
    write(places, count, root=root, pictured=0)
    chance = np.random.default_rng(0)
    shades = np.linspace(0, 255, 320 * 180 * 3).reshape(180, 320, 3)
    covers = [jpeg((shades * chance.random(3)).astype(np.uint8)) for _ in range(64)]
    centres = unit(chance.standard_normal((THEMES, DIMENSIONS)))

    def vectors(db: Database) -> None:
        for n in range(0, count, 5_000):
            noise = unit(chance.standard_normal((5_000, DIMENSIONS), dtype=np.float32))
            near = unit(centres[chance.integers(0, THEMES, 5_000)] + noise).astype(np.float32)
            db.conn.executemany(
                "INSERT INTO feature(item, extractor, version, model, summary, tags, data, at)"
                " VALUES(?, 'keyframes', 1, 'm', ?, '{}', '{}', 0)",
                [(f"{n + k:032x}", own.tobytes()) for k, own in enumerate(near[: count - n])],
            )

    def rest(db: Database) -> None:
        db.conn.execute("UPDATE root SET scanned_at = ?, files = ?", [time.time(), count])
        db.conn.executemany(
            "UPDATE location SET mtime_ns = ? WHERE path = ?",
            (
                ((root / str(n % 50) / f"{n}.mkv").stat().st_mtime_ns,
                 str(root / str(n % 50) / f"{n}.mkv"))
                for n in range(count)
            ),
        )  # fmt: skip
        db.conn.executemany(
            "INSERT INTO artwork(item, jpeg, source) VALUES(?, ?, 'keyframe')",
            ((f"{n:032x}", covers[n % len(covers)]) for n in range(count)),
        )
        ids = [f"{n:032x}" for n in range(count)]
        jobs.enqueue(db, analysis, ids)
        db.conn.execute("UPDATE job SET state = 'done'")
        who = load(places.settings).profile
        for n in range(LIKES):
            item = f"{n * (count // LIKES):032x}"
            oplog.add_event(db, profile=who, item=item, kind=EventKind.LIKE)
        for n in range(IMPRESSIONS):
            item = f"{n * 7 % count:032x}"
            oplog.add_event(db, profile=who, item=item, kind=EventKind.SHOWN, at=time.time() - 1e6)

    analysis = tasks(Registry(), Models(places.cache))
    store = Store(places.database)
    store.write(vectors)
    store.write(rest)
    store.write(lambda db: backlog.remember(db, {"mediadesk": analysis}))
    assert backlog.fill(store, analysis) == 0  # and that is known, or each start would count anew
    store.close()


@dataclass(frozen=True)
class Start:
    """Starts programs on a library."""

    data: Path
    bytecode: Path

    def start(
        self, *words: str, press: str = "", without: tuple[str, ...] = ()
    ) -> list[tuple[float, float]]:
        """Start a process; give seconds since then, and CPU seconds, of each line it prints.

        It finds nothing in the folders of the cache that it is to start `without`.
        """
        for folder in without:
            shutil.rmtree(self.data / "cache" / folder)
        environment = {
            **{name: value for name, value in os.environ.items() if name not in _OWN},
            "MEDIADESK_DATA_DIR": str(self.data),
            "PYTHONPYCACHEPREFIX": str(self.bytecode),
            **({"PRESS": press} if press else {}),
        }
        begun = time.time()
        done = subprocess.run(
            [sys.executable, *words], stdout=subprocess.PIPE, text=True, check=True, env=environment
        )
        lines = [line.split() for line in done.stdout.splitlines()]
        return [(float(at) - begun, float(cpu)) for at, cpu in lines]


def report(name: str, times: tuple[tuple[float, float], ...]) -> float:
    """Print the medians; give that of the CPU seconds."""
    wall, cpu = (median(some) for some in zip(*times, strict=True))
    print(f"{name}: {wall:.2f} s, {cpu:.3f} CPU s")
    return cpu


if __name__ == "__main__":
    main()
