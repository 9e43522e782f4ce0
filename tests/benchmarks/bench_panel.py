"""Times the panel of a large library: `python tests/benchmarks/bench_panel.py [--items 100000]`.

Rows are synthetic: three blocks (512, 1280 and 392 dimensions) and item vectors (256) with 200
themes, ten likes, 2,000 impressions, and 16 moments with vectors for whatever the panel shows, so
that evidence is paid for.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # on small matrices more threads only spin

import numpy as np
from sqlite_utils import Database

sys.path.insert(0, str(Path(__file__).parents[1]))

from recommend_factory import NOW, Made, cloud, item_id, save

from mediadesk.api import EventKind, Feature, Moment, testing, unit
from mediadesk.models import Models
from mediadesk.recommend.index import Index
from mediadesk.recommend.ranking import Parts
from mediadesk.recommend.recommender import Recommender
from mediadesk.recommend.values import Panel
from mediadesk.store import Store, features, oplog
from mediadesk.understand import FEATURE
from mediadesk_next.novelty import Novelty
from mediadesk_next.ranker import Next
from mediadesk_taste import Taste
from mediadesk_together.ranker import Together

SPACES = {"subtitles": 512, "keyframes": 1280, "audio": 392, FEATURE: 256}
LIKES, IMPRESSIONS, RUNS = 10, 2_000, 20


def main() -> None:
    """Make the library where it is missing, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="keep the library here, to measure again")
    parser.add_argument("--exact", action="store_true", help="build no graphs, which takes long")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        measure(chosen.folder or Path(temporary), chosen.items, exact=chosen.exact)


def measure(folder: Path, count: int, *, exact: bool) -> None:
    """Print the times of a library of `count` items in `folder`."""
    models, taste = Models(folder / "models"), Taste()
    run = models.runner(taste.model, urgent=True)
    taste.rank(testing.rank_request(), run)  # as in the engine: before usearch is loaded
    is_new = not (folder / "library.db").exists()
    store = Store(folder / "library.db")
    if is_new:
        fill(store, count)
    index = Index(store, folder / "index")
    report("index follows the database", index.refresh, runs=1)
    started = time.process_time()
    while not exact and index.build(most=4_000):
        pass
    print(f"graphs built in {time.process_time() - started:.0f} CPU s")
    index.save()
    report("index taken up from its cache", lambda: Index(store, folder / "index"), runs=1)
    parts = Parts(
        rankers=[(taste, run), (Together(), dict), (Next(str), dict), (Novelty(str), dict)]
    )
    recommender = Recommender(store, index, lambda: parts)
    who = f"bench-{time.time_ns()}"
    live(store, who, count)
    panel = recommender.panel(who, now=NOW)
    for _ in range(2):  # what takes their place must have moments too
        deepen(store, panel, index)
        panel = recommender.panel(who, now=NOW)
    fresh = Recommender(store, index, lambda: parts)
    report("panel, nothing remembered", lambda: fresh.panel(who, now=NOW), runs=1)
    report("panel", lambda: recommender.panel(who, now=NOW))
    picks = next(shelf for shelf in panel.shelves if shelf.id == "picks").items
    for pick in picks[:3]:
        act(store, who, pick.item, EventKind.LIKE)
        report("panel after a like", lambda: recommender.panel(who, now=NOW), runs=1)
    report("similar", lambda: recommender.similar(item_id(5)))
    print(f"memory: {memory()}")
    report("why", lambda: recommender.why(picks[5].item, profile=who, now=NOW), runs=5)
    models.close()
    store.close()


def fill(store: Store, count: int) -> None:
    """Write `count` items."""
    themes = np.random.default_rng(0).integers(0, 200, count)
    themes[0] = 199  # so that every batch has the same centres
    for start in range(0, count, 5_000):
        part = themes[start : start + 5_000].copy()
        part[0] = 199
        rows = {name: cloud(part, size, seed=size) for name, size in SPACES.items()}
        noise = np.random.default_rng(start + 1)
        rows = {
            name: unit(own + unit(noise.standard_normal(own.shape))) for name, own in rows.items()
        }
        save(
            store,
            [
                Made(
                    number=start + n,
                    theme=int(part[n]),
                    vectors={name: own[n] for name, own in rows.items()},
                    duration=200.0 if n % 7 == 0 else 3_000.0,
                )
                for n in range(len(part))
            ],
        )


def live(store: Store, who: str, count: int) -> None:
    """Like ten items and pass by two thousand."""
    for n in range(LIKES):
        act(store, who, item_id(n * (count // LIKES)), EventKind.LIKE, at=NOW - 500 + n)

    def pass_by(db: Database) -> None:
        for n in range(IMPRESSIONS):
            oplog.add_event(
                db, profile=who, item=item_id(n * 7 % count), kind=EventKind.SHOWN, at=NOW - 9e5
            )

    store.write(pass_by)


def act(store: Store, who: str, item: str, kind: EventKind, at: float = NOW) -> None:
    """Note an event."""
    store.write(lambda db: oplog.add_event(db, profile=who, item=item, kind=kind, at=at))


def deepen(store: Store, panel: Panel, index: Index) -> None:
    """Give 16 moments to what the panel shows and to the seeds of its reasons."""
    picks = [pick for shelf in panel.shelves for pick in shelf.items]
    items = {pick.item for pick in picks} | {
        r.seed for pick in picks for r in pick.reasons if r.seed
    }

    def change(db: Database) -> None:
        for item in sorted(items):
            for name, space in index.spaces.items():
                noise = np.random.default_rng(1).standard_normal((16, space.dimensions))
                vectors = unit(space.vectors([item]) + 0.1 * noise)
                moments = tuple(
                    Moment(start=9.0 * n, end=9.0 * n + 9, vector=own, image=b"\xff" * 8_000)
                    for n, own in enumerate(vectors)
                )
                feature = Feature(summary=space.vectors([item])[0], moments=moments)
                features.save(db, item, name, feature, version=1, model="m")

    store.write(change)


def report(name: str, call: Callable[[], object], *, runs: int = RUNS) -> None:
    """Print the median and worst wall time, and the CPU time, of some runs."""
    wall, started = [], time.process_time()
    for _ in range(runs):
        begun = time.perf_counter()
        call()
        wall.append(1000 * (time.perf_counter() - begun))
    cpu = 1000 * (time.process_time() - started) / runs
    figures = f"median {np.median(wall):.1f} ms, worst {max(wall):.1f} ms, CPU {cpu:.1f} ms"
    print(f"{name}: {figures}", flush=True)


def memory() -> str:
    """Say how much memory this process has to itself, and how much of files is mapped."""
    told = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    sizes = dict(line.split(":", 1) for line in told)
    own, mapped = (int(sizes[name].split()[0]) >> 10 for name in ("RssAnon", "RssFile"))
    return f"{own} MiB of its own, {mapped} MiB of files"


if __name__ == "__main__":
    main()
