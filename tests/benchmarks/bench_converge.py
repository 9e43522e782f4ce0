"""Plays runs of three devices that are kept in step badly: run it with pytest -s.

It is not in the suite. CONVERGE_RUNS says how many, CONVERGE_FIRST the seed of the first. As many
are played at once as there are cores.
"""

import os
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

import pytest
from convergence.run import Figures, Runs

RUNS = int(os.environ.get("CONVERGE_RUNS", "10000"))
FIRST = int(os.environ.get("CONVERGE_FIRST", "1000"))
_AT_ONCE = 250  # with the same processes


def play(first: int, end: int) -> tuple[Figures, list[str]]:
    """Play the runs of some seeds; give what they were made of, and what went wrong."""
    wrong = list[str]()
    with Runs() as runs:
        for seed in range(first, end):
            try:
                runs.play(seed)
            except AssertionError as error:
                wrong.append(str(error))
    return runs.figures, wrong


def told(figures: Figures, seconds: float) -> str:
    """Tell what runs were made of."""
    counts = ", ".join(f"{n:,} {what}" for what, n in figures.count.items())
    rounds = ", ".join(f"{n:,} in {number}" for number, n in sorted(figures.rounds.items()))
    return f"in {seconds:.0f} s: {counts}; in step after rounds: {rounds}"


@pytest.mark.timeout(0)
def test_all_come_to_the_same_and_nothing_is_lost() -> None:
    began, end, figures, wrong = time.perf_counter(), FIRST + RUNS, Figures(), list[str]()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        parts = [
            pool.submit(play, first, min(first + _AT_ONCE, end))
            for first in range(FIRST, end, _AT_ONCE)
        ]
        for done, part in enumerate(as_completed(parts), start=1):
            played, found = part.result()
            figures.count += played.count
            figures.rounds += played.rounds
            wrong += found
            so_far = f"{done} of {len(parts)} parts {told(figures, time.perf_counter() - began)}"
            print(*found, so_far, sep="\n", flush=True)
    assert not wrong
