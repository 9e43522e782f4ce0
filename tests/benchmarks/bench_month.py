"""A month of a simulated household: `python tests/benchmarks/bench_month.py DEMO-LIBRARY`.

Three people of planted tastes, one of them a child with limits, sit down in front of the real
panel most evenings, and together once a week; DEMO-LIBRARY is the folder that `mediadesk --data-dir
FOLDER demo --prepare` fills, which is left as it is. Intervals hold the true mean in 95 of 100
cases, had other households been drawn. It writes every panel's figures and a picture of them.
"""

import argparse
import csv
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # on small matrices more threads only spin

sys.path.insert(0, str(Path(__file__).parents[1]))

from simulated.courses import mean_of, values
from simulated.measuring import Measured
from simulated.month import DAYS, simulate
from simulated.people import GROUP, NAMES

from mediadesk.engine.trials.intervals import Figure

_HOUSEHOLDS = 8
_MONTH = range(1, DAYS + 1)
_SPANS = {"first day": _MONTH[:1], "first week": _MONTH[:7], "last week": _MONTH[-7:]}
_COMPARED = ("first day", "last week")
_FIGURES = (
    "ndcg", "ranking", "popularity", "chance", "left", "whole", "tried", "long_tail",
    "untouched", "shown", "played",
)  # fmt: skip


def main() -> None:
    """Simulate, print the figures and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("demo", type=Path, metavar="DEMO-LIBRARY")
    parser.add_argument("--households", type=int, default=_HOUSEHOLDS, help="how many")
    parser.add_argument("--table", type=Path, help="write the figures of each panel here, as CSV")
    parser.add_argument("--picture", type=Path, help="write the plots here, as PNG")
    chosen = parser.parse_args()
    runs = []
    for seed in range(chosen.households):
        started = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            runs.append(simulate(chosen.demo, Path(folder), seed=seed))
        spent = time.process_time() - started
        print(f"household {seed + 1}: {len(runs[-1])} panels, {spent:.0f} CPU s", flush=True)
    report(runs)
    if chosen.table:
        write(chosen.table, runs)
    if chosen.picture:
        from simulated.plots import draw

        draw(runs, chosen.picture)


def report(runs: Sequence[Sequence[Measured]]) -> None:
    """Print means over households; see `Measured` for what they are."""
    print(f"{'':12}" + "".join(f"{span:24}" for span in _SPANS) + "all three together")
    for name in _FIGURES:
        found = [values(runs, name, NAMES, days) for days in _SPANS.values()]
        found.append(values(runs, name, [GROUP], _MONTH))
        print(f"{name:12}" + "".join(f"{_written(mean_of(each)):24}" for each in found))
    for name in ("ndcg", "whole"):
        first, last = (values(runs, name, NAMES, _SPANS[span]) for span in _COMPARED)
        better = _written(mean_of(last - first), "+.3f")
        print(f"{name}, {_COMPARED[1]} against {_COMPARED[0]}: {better}")
    own = values(runs, "ndcg", NAMES, _MONTH)
    for other in ("ranking", "popularity", "chance"):
        better = mean_of(own - values(runs, other, NAMES, _MONTH))
        print(f"ndcg against {other}, all month: {_written(better, '+.3f')}")
    panels = [each for run in runs for each in run]
    short = sum(each.long_tail < each.floor for each in panels)
    print(f"picks with too little of the long tail: {short}")
    wrong = sum(each.wrong for each in panels)
    print(f"cards that should not be there: {wrong}, in {len(panels)} panels")


def _written(figure: Figure, form: str = ".3f") -> str:
    if figure.value is None:
        return "–"
    return f"{figure.value:{form}} ({figure.low:{form}} to {figure.high:{form}})"


def write(file: Path, runs: Sequence[Sequence[Measured]]) -> None:
    """Write a line for each panel."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        lines = csv.writer(opened)
        lines.writerow(["household", *(field.name for field in fields(Measured))])
        for n, run in enumerate(runs):
            lines.writerows([n, *asdict(each).values()] for each in run)


if __name__ == "__main__":
    main()
