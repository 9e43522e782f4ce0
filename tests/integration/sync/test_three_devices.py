"""Devices in processes of their own come to the same, and lose no edit, whatever happens to them.

They edit, sync, die, go back to backups and have wrong clocks, while a cloud drive carries their
files badly; see `convergence`. The benchmark `bench_converge` plays many more such runs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from convergence.run import Runs

_RUNS = 200
_PARTS = 4
_LENGTH = 20


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    with Runs() as made:
        yield made


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed otherwise there")
@pytest.mark.parametrize("part", range(_PARTS))
def test_three_devices_come_to_what_was_said_on_any_of_them(runs: Runs, part: int) -> None:
    for seed in range(part, _RUNS, _PARTS):
        runs.play(seed, length=_LENGTH)
    assert runs.figures.rounds.total() >= _RUNS // _PARTS
