"""Plays runs of three devices that are kept in step badly: run it with pytest -s.

It is not in the suite. CONVERGE_RUNS says how many, CONVERGE_FIRST the seed of the first.
"""

import os
import time

import pytest
from convergence.run import Runs

RUNS = int(os.environ.get("CONVERGE_RUNS", "10000"))
FIRST = int(os.environ.get("CONVERGE_FIRST", "1000"))
_TOLD = 500


def told(runs: Runs, done: int, seconds: float) -> str:
    """Tell what runs were made of."""
    figures = runs.figures
    counts = ", ".join(f"{n:,} {what}" for what, n in figures.count.items())
    rounds = ", ".join(f"{n:,} in {number}" for number, n in sorted(figures.rounds.items()))
    return f"{done:,} runs in {seconds:.0f} s: {counts}; in step after rounds: {rounds}"


@pytest.mark.timeout(0)
def test_all_come_to_the_same_and_nothing_is_lost() -> None:
    began, wrong = time.perf_counter(), list[int]()
    with Runs() as runs:
        for done, seed in enumerate(range(FIRST, FIRST + RUNS), start=1):
            try:
                runs.play(seed)
            except AssertionError as error:
                wrong.append(seed)
                print(error, flush=True)
            if done % _TOLD == 0 or done == RUNS:
                print(told(runs, done, time.perf_counter() - began), flush=True)
    assert not wrong
