"""Compares a scan of 20,000 files with `find`: run it with pytest -s, it is not in the suite."""

import os
import resource
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from mediadesk.library.scan import scan_root
from mediadesk.store import Store, library

_FILES = 20_000
_IN_FOLDER = 20


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    for n in range(0, _FILES, _IN_FOLDER):
        folder = root / f"artist {n // 1000}" / f"album {n}"
        folder.mkdir(parents=True)
        for track in range(_IN_FOLDER):
            path = folder / f"{track:02} A song of some length {n + track}.mp3"
            path.touch()
            os.utime(path, (1_600_000_000, 1_600_000_000))
    return root


@pytest.mark.skipif(shutil.which("find") is None, reason="find is the yardstick")
@pytest.mark.benchmark(timer=time.process_time)
@pytest.mark.parametrize(("again", "limit"), [(False, 4.0), (True, 2.5)], ids=["first", "rescan"])
def test_a_scan_takes_a_few_times_the_cpu_of_find(
    tree: Path, tmp_path: Path, benchmark: BenchmarkFixture, again: bool, limit: float
) -> None:
    finding = min(_find(tree) for _ in range(5))
    stores: list[Store] = []

    def setup() -> tuple[tuple[Store], dict[str, object]]:
        if not stores or not again:
            store = Store(tmp_path / f"{len(stores)}.db")
            store.write(lambda db: library.add_root(db, tree))
            stores.append(store)
            if again:
                scan_root(store, tree)
        return (stores[-1],), {}

    report = benchmark.pedantic(lambda store: scan_root(store, tree), setup=setup, rounds=10)
    for store in stores:
        store.close()
    ratio = benchmark.stats.stats.min / finding
    benchmark.extra_info["ratio to find"] = round(ratio, 2)
    print(f"\nfind {finding:.3f}, scan {benchmark.stats.stats.min:.3f} CPU s: {ratio:.2f} times")
    assert report.changed == (0 if again else _FILES)
    assert ratio <= limit


def _find(tree: Path) -> float:
    """Give the CPU seconds of listing the tree with the facts that a scan needs."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["find", str(tree), "-printf", "%p %s %T@ %i\\n"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
