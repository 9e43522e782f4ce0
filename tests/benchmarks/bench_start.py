"""Times starting the window: `python tests/benchmarks/bench_start.py`.

`[--items 100000] [--runs 5] [--data DIR]`

The library is as on any morning: its files are there, all of them are analysed, with a vector each,
and somebody has liked ten and passed by two thousand. One in DIR already is taken as it is.
Each start is a process of its own, from the moment it is asked for: to the window's first painting,
and to the first cards with their pictures. Between them, in the same run, an empty PySide6 window
is started; the ratio is that of the processes' own CPU seconds up to the first painting, which a
busy machine disturbs less than the clock. The engine's are those of its process at the first cards.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

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
OURS = """
import sys, time
from pathlib import Path
import psutil
from mediadesk import app
from mediadesk.engine.client import Client
if __name__ == "__main__":
    client = Client(Path(sys.argv[1]))
    application = app._application()
    with app._window(application, Path(sys.argv[1]), theme="dark", client=client) as window:
        window.resize(1440, 900)
        window.show()
        window.repaint()
        application.processEvents()
        print(time.time(), time.process_time())
        deadline = time.monotonic() + 300
        while not window.for_you._shelves or window.desk.pictures.waiting:
            application.processEvents()
            time.sleep(0.002)
            assert time.monotonic() < deadline
        window.repaint()
        print(time.time(), time.process_time())
        engine = psutil.Process(client._process.pid).cpu_times()
        print(time.time(), engine.user + engine.system)
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
        for _ in range(2):  # what is read from the disk is in memory from then on
            start(str(ours), str(data))
        runs = [(*start("-c", EMPTY), *start(str(ours), str(data))) for _ in range(given.runs)]
    empty, painted, cards, engine = zip(*runs, strict=True)
    report("an empty PySide6 window", empty)
    report("MediaDesk's window painted", painted)
    report(f"first cards of {given.items:,} items", cards)
    print(f"  and of the engine: {median(cpu for _, cpu in engine):.2f} CPU s")
    ratio = median(cpu for _, cpu in painted) / median(cpu for _, cpu in empty)
    print(f"window against an empty one: {ratio:.2f} × its CPU seconds")


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
    from mediadesk.store import Store, jobs, oplog
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
        jobs.enqueue(db, tasks(Registry(), Models(places.cache)))
        db.conn.execute("UPDATE job SET state = 'done'")
        who = load(places.settings).profile
        for n in range(LIKES):
            item = f"{n * (count // LIKES):032x}"
            oplog.add_event(db, profile=who, item=item, kind=EventKind.LIKE)
        for n in range(IMPRESSIONS):
            item = f"{n * 7 % count:032x}"
            oplog.add_event(db, profile=who, item=item, kind=EventKind.SHOWN, at=time.time() - 1e6)

    store = Store(places.database)
    store.write(vectors)
    store.write(rest)
    store.close()


def start(*words: str) -> list[tuple[float, float]]:
    """Start a process; give seconds since then, and its CPU seconds, of each line it prints."""
    begun = time.time()
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    return [(float(at) - begun, float(cpu)) for at, cpu in lines]


def report(name: str, times: tuple[tuple[float, float], ...]) -> None:
    """Print the medians."""
    wall, cpu = (median(some) for some in zip(*times, strict=True))
    print(f"{name}: {wall:.2f} s, {cpu:.2f} CPU s")


if __name__ == "__main__":
    main()
