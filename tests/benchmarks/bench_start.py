"""Times starting the window: `python tests/benchmarks/bench_start.py [--items 100000] [--runs 5]`.

Each start is a process of its own, from the moment it is asked for: to the window's first painting,
and to the first cards with their pictures, from an engine with that many synthetic items. Between
them, in the same run, an empty PySide6 window is started; the ratio is that of the processes' own
CPU seconds up to the first painting, which a busy machine disturbs less than the clock.
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
from mediadesk import app
if __name__ == "__main__":
    application = app._application()
    with app._window(application, Path(sys.argv[1]), theme="dark") as window:
        window.resize(1440, 900)
        window.show()
        window.repaint()
        application.processEvents()
        print(time.time(), time.process_time())
        deadline = time.monotonic() + 120
        while not window.for_you._shelves or window.desk.pictures.waiting:
            application.processEvents()
            time.sleep(0.002)
            assert time.monotonic() < deadline
        window.repaint()
        print(time.time(), time.process_time())
"""


def main() -> None:
    """Make the library, start both in turns, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        data, ours = Path(temporary) / "data", Path(temporary) / "ours.py"
        if chosen.items:
            sys.path.insert(0, str(Path(__file__).parent))
            from bench_grid import fill

            from mediadesk.settings import Places

            fill(Places.find(data), chosen.items)
        ours.write_text(OURS)
        start(str(ours), str(data))  # what is read from the disk is in memory from now on
        empty, painted, cards = [], [], []
        for _ in range(chosen.runs):
            empty += start("-c", EMPTY)
            first, second = start(str(ours), str(data))
            painted.append(first)
            cards.append(second)
    report("an empty PySide6 window", empty)
    report("MediaDesk's window painted", painted)
    report(f"first cards of {chosen.items:,} items", cards)
    ratio = median(cpu for _, cpu in painted) / median(cpu for _, cpu in empty)
    print(f"window against an empty one: {ratio:.2f} × its CPU seconds")


def start(*words: str) -> list[tuple[float, float]]:
    """Start a process; give seconds since then, and its CPU seconds, of each line it prints."""
    begun = time.time()
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    return [(float(at) - begun, float(cpu)) for at, cpu in lines]


def report(name: str, times: list[tuple[float, float]]) -> None:
    """Print the medians."""
    wall, cpu = (median(some) for some in zip(*times, strict=True))
    print(f"{name}: {wall:.2f} s, {cpu:.2f} CPU s")


if __name__ == "__main__":
    main()
