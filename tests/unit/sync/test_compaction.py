"""Files stay few, and nothing is written often."""

import math
import random
from itertools import chain, pairwise

import pytest

from mediadesk.sync.compaction import together


@pytest.mark.parametrize("largest", [1, 7, 100])
def test_each_file_is_twice_as_large_as_the_next_and_nothing_is_written_often(largest: int) -> None:
    chance = random.Random(largest)  # noqa: S311 - no secret
    files: list[list[int]] = []  # of what is in each, how often it was written
    for _ in range(2_000):
        new = [0] * chance.randint(1, largest)
        count = together([len(each) for each in files], len(new), most=10**9)
        joined = [*chain(*files[len(files) - count :]), *new]
        files[len(files) - count :] = [[times + 1 for times in joined]]
        assert all(len(a) >= 2 * len(b) for a, b in pairwise(files))
    count = sum(map(len, files))
    assert len(files) <= math.log2(count) + 1
    assert max(map(max, files)) <= math.log(count, 1.5) + 1


def test_no_file_becomes_larger_than_it_may() -> None:
    assert together([90, 10], 8, most=100) == 1
    assert together([90, 10], 8, most=18) == 1
    assert together([90, 10], 8, most=17) == 0
    assert together([10, 8], 8, most=100) == 2
