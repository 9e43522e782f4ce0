"""Times the panel of large libraries: `python tests/benchmarks/bench_panel.py [--items 100000 …]`.

`[--folder DIR] [--exact]`

Beside what `panel_library` makes there are 16 moments with vectors for whatever the panel shows, so
that evidence is paid for. Four people look: one of ten likes, one who did 20,000 things, one with
blocked tags and one with an age, too. The library and its index are made in a process of their own,
so that memory and the start are those of a program that finds them there. A million items take 20
GB of disk, and a quarter of an hour of processor time to make.

Each line says what it costs, in wall and in CPU milliseconds of this process, which a busy machine
disturbs less; where there is a target it is that of the CPU time. One that is missed is named at
the end, and the exit status is 1.
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # on small matrices more threads only spin

import numpy as np
from sqlite_utils import Database

sys.path.insert(0, str(Path(__file__).parents[1]))

from panel_library import fill, live, live_long
from recommend_factory import NOW, item_id

from mediadesk.api import (
    EventKind,
    ModelSpec,
    Ranker,
    RankRequest,
    Run,
    Scores,
    testing,
    unit,
)
from mediadesk.engine.household import Household
from mediadesk.engine.messages import Limits
from mediadesk.engine.pin import Pin
from mediadesk.engine.preferences import Preferences
from mediadesk.models import Models
from mediadesk.recommend.index import Index
from mediadesk.recommend.ranking import Parts
from mediadesk.recommend.recommender import Recommender
from mediadesk.settings import Places
from mediadesk.store import Store, oplog, profiles, registers
from mediadesk.store.registers import TAG, Edit
from mediadesk.understand import FEATURE
from mediadesk_next.novelty import Novelty
from mediadesk_next.ranker import Next
from mediadesk_taste import Taste
from mediadesk_together.ranker import Together

T = TypeVar("T")
RUNS = 20
ACTS = (EventKind.LIKE, EventKind.LIKE, EventKind.LESS, EventKind.FINISHED, EventKind.LIKE)
BLOCKED = Limits(blocked_tags=("horror", "calm a"))
CHILD = Limits(max_age=12, blocked_tags=("horror", "calm a"))


@dataclass(frozen=True, kw_only=True)
class Targets:
    """What a library of some size may cost at most: CPU milliseconds, and MiB of its own."""

    panel: float
    start: float
    memory: float
    missed: list[str] = field(default_factory=list)

    def check(self, name: str, figure: float, most: float) -> None:
        """Note a target that was missed."""
        if figure > most:
            self.missed.append(f"{name}: {figure:.0f}, at most {most:.0f}")


SMALL = Targets(panel=100, start=1_000, memory=1_500)
LARGE = Targets(panel=300, start=8_000, memory=4_000)


def main() -> None:
    """Make each library where it is missing, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, nargs="+", default=[100_000])
    parser.add_argument("--folder", type=Path, help="keep the libraries here, to measure again")
    parser.add_argument("--exact", action="store_true", help="build no graphs, which takes long")
    chosen = parser.parse_args()
    missed = []
    with tempfile.TemporaryDirectory() as temporary:
        for count in chosen.items:
            folder = (chosen.folder or Path(temporary)) / str(count)
            targets = SMALL if count <= 100_000 else LARGE
            alone(make, folder, count, chosen.exact)
            print(f"{count:,} items", flush=True)
            missed += alone(measure, folder, count, targets)
    if missed:
        sys.exit("missed: " + "; ".join(missed))


def alone(call: Callable[..., T], *arguments: object) -> T:
    """Call something in a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(call, *arguments).result()


def make(folder: Path, count: int, exact: bool) -> None:
    """Make what is missing of a library and its index."""
    folder.mkdir(parents=True, exist_ok=True)
    is_new = not (folder / "library.db").exists()
    with closing(Store(folder / "library.db")) as store:
        if is_new:
            report("library made", lambda: fill(store, count))
        index = Index(store, folder / "index")
        report("index follows the database", index.refresh)
        report("index written", index.save)
        if not exact:
            report("graphs built", lambda: built(index))
            report("index written again", index.save)


def built(index: Index) -> None:
    """Build the graphs."""
    while index.build(most=4_000):
        pass


def measure(folder: Path, count: int, targets: Targets) -> list[str]:
    """Print what a library in `folder` costs, and give which targets it misses."""
    models = Models(folder / "models")
    rankers = [
        (each, models.runner(each.model, urgent=True) if each.model else dict)
        for each in (Taste(), Together(), Next(str), Novelty(str))
    ]
    for ranker, run in rankers:
        ranker.rank(testing.rank_request(), run)  # as in the engine: before usearch is loaded
    with closing(Store(folder / "library.db")) as store:
        made: list[Index] = []
        started = report("start of the index", lambda: made.append(Index(store, folder / "index")))
        targets.check("start of the index", started, targets.start)
        places = Places(data=folder, cache=folder / "cache")
        household = Household(Preferences(places), Pin(folder / "pin.json"))
        begin = Begin(store, made[0], Parts(rankers=rankers), household.allowed)
        deepen(begin)
        for who, limits, lives in (
            ("of ten likes", None, live),
            ("of 20,000 events", None, live_long),
            ("with blocked tags", BLOCKED, live),
            ("with an age, too", CHILD, live),
        ):
            name = f"{who}, {time.time_ns()}"
            lives(store, name, count)
            if limits:
                store.write(partial(profiles.limit, name=name, limits=asdict(limits)))
            look(begin, who, name, targets)
        recommender = begin()
        report("similar", lambda: recommender.similar(item_id(5)), runs=RUNS)
        sought = made[0].vectors("text", [item_id(5)])
        report("search by meaning", lambda: made[0].neighbours("text", sought, 40), runs=RUNS)
        own, mapped = memory()
        print(f"memory: {own} MiB of its own, {mapped} MiB of files")
        targets.check("memory", own, targets.memory)
    models.close()
    return targets.missed


@dataclass(frozen=True)
class Begin:
    """Begins a recommender that remembers nothing."""

    store: Store
    index: Index
    parts: Parts
    allowed: Callable[[Database, str], frozenset[str] | None]

    def __call__(self) -> Recommender:
        return Recommender(self.store, self.index, lambda: self.parts, allowed=self.allowed)


def look(begin: Begin, who: str, name: str, targets: Targets) -> None:
    """Time the panel of somebody, as often as it is asked for, and why its cards are there."""
    recommender = begin()
    print(f"somebody {who}")
    report("  panel, nothing remembered", lambda: recommender.panel(name, now=NOW))
    panel = recommender.panel(name, now=NOW)
    usual = report("  panel", lambda: recommender.panel(name, now=NOW), runs=RUNS)
    picks = [pick.item for shelf in panel.shelves if shelf.id == "picks" for pick in shelf.items]
    after = []
    for item, kind in zip(picks, ACTS, strict=False):
        act(begin.store, name, item, kind)
        cost = report(f"  panel after {kind.value}", lambda: recommender.panel(name, now=NOW))
        after.append(cost)
    tagged = Edit(item=picks[5], field=f"{TAG}seen lately", value=True)
    begin.store.write(lambda db: registers.write(db, [tagged]))
    anew = report("  panel after a tag was put", lambda: recommender.panel(name, now=NOW))
    why = report("  why", lambda: recommender.why(picks[6], profile=name, now=NOW), runs=5)
    again = replace(
        begin, parts=Parts(rankers=[(Silent(r), run) for r, run in begin.parts.rankers])
    )()
    again.why(picks[6], profile=name, now=NOW)
    explain = partial(again.why, picks[6], profile=name, now=NOW)
    report("  why, each seed asked for by itself", explain, runs=5)
    targets.check(f"panel {who}", usual, targets.panel)
    targets.check(f"panel after one event, {who}", float(np.median(after)), targets.panel)
    targets.check(f"panel after a tag, {who}", anew, targets.panel)
    targets.check(f"why, {who}", why, targets.panel)


@dataclass(frozen=True)
class Silent:
    """A ranker that does not tell what it would say without opinions: it is asked again."""

    ranker: Ranker

    @property
    def name(self) -> str:
        return self.ranker.name

    @property
    def model(self) -> ModelSpec | None:
        return self.ranker.model

    def rank(self, request: RankRequest, run: Run) -> Scores:
        return replace(self.ranker.rank(request, run), without=None)


def act(store: Store, who: str, item: str, kind: EventKind) -> None:
    """Note an event."""
    store.write(lambda db: oplog.add_event(db, profile=who, item=item, kind=kind, at=NOW))


def deepen(begin: Begin) -> None:
    """Give 16 moments to what a panel shows and to the seeds of its reasons."""
    who = f"shown, {time.time_ns()}"
    live(begin.store, who, len(begin.index.spaces[FEATURE]))
    for _ in range(2):  # what takes their place must have moments too
        panel = begin().panel(who, now=NOW)
        picks = [pick for shelf in panel.shelves for pick in shelf.items]
        seeds = {reason.seed for pick in picks for reason in pick.reasons if reason.seed}
        items = sorted({pick.item for pick in picks} | seeds)
        begin.store.write(lambda db, some=items: add_moments(db, begin.index, some))


def add_moments(db: Database, index: Index, items: Sequence[str]) -> None:
    """Give 16 moments to items, for each of their vectors."""
    for item in items:
        for name, space in index.blocks.items():
            (summary,) = space.vectors([item])
            noise = np.random.default_rng(1).standard_normal((16, space.dimensions))
            db.conn.executemany(
                "INSERT OR REPLACE INTO moment(item, extractor, n, t0, t1, vector, text, image)"
                " VALUES(?, ?, ?, ?, ?, ?, '', ?)",
                (
                    (item, name, n, 9.0 * n, 9.0 * n + 9, vector.tobytes(), b"\xff" * 8_000)
                    for n, vector in enumerate(unit(summary + 0.1 * noise).astype(np.float32))
                ),
            )


def report(name: str, call: Callable[[], object], *, runs: int = 1) -> float:
    """Print the median and worst wall time, and the CPU time, of some runs; give the last."""
    wall, started = [], time.process_time()
    for _ in range(runs):
        begun = time.perf_counter()
        call()
        wall.append(1_000 * (time.perf_counter() - begun))
    cpu = 1_000 * (time.process_time() - started) / runs
    figures = f"median {np.median(wall):.1f} ms, worst {max(wall):.1f} ms, CPU {cpu:.1f} ms"
    print(f"{name}: {figures}", flush=True)
    return cpu


def memory() -> tuple[int, int]:
    """Give how many MiB this process has to itself, and how many of files are mapped."""
    told = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    sizes = dict(line.split(":", 1) for line in told)
    own, mapped = (int(sizes[name].split()[0]) >> 10 for name in ("RssAnon", "RssFile"))
    return own, mapped


if __name__ == "__main__":
    main()
