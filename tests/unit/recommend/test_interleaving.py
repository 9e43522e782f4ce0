from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.recommend.interleaving import team_draft

ORDERS = st.lists(st.sampled_from([f"i{n}" for n in range(20)]), unique=True)
SEEDS = st.integers(0, 2**32)


class Coins:
    """Throws what was said before."""

    def __init__(self, throws: tuple[int, ...]) -> None:
        self._throws = iter(throws)

    def integers(self, high: int) -> int:
        assert high == 2
        return next(self._throws)


@given(ORDERS, ORDERS, st.integers(0, 15), SEEDS)
def test_each_side_picks_its_best_in_turn(
    first: list[str], second: list[str], count: int, seed: int
) -> None:
    drafted = team_draft(first, second, count, np.random.default_rng(seed))
    assert min(count, len(first), len(second)) <= len(drafted) <= count
    sides = list(drafted.values())
    for end in range(len(sides) + 1):
        assert abs(sides[:end].count(0) - sides[:end].count(1)) <= 1
    there: set[str] = set()
    for item, side in drafted.items():
        assert item == next(each for each in (first, second)[side] if each not in there)
        there.add(item)


@given(st.lists(st.integers(), unique=True, min_size=6, max_size=9), SEEDS)
def test_the_same_coins_give_the_same_list(items: list[int], seed: int) -> None:
    first = [str(n) for n in items]
    one, other = (
        list(team_draft(first, first[::-1], 6, np.random.default_rng(seed)).items())
        for _ in range(2)
    )
    assert one == other


def test_a_list_is_as_long_as_either_side_can_make_it() -> None:
    items = [f"i{n}" for n in range(5)]
    assert sorted(team_draft(items, items[::-1], 12, np.random.default_rng(0))) == items
    assert team_draft(items, [], 12, np.random.default_rng(0)).keys() <= {"i0"}
    assert list(team_draft(items, items, 1, Coins((1,))).items()) == [("i0", 1)]


@pytest.mark.parametrize("count", [1, 4, 5, 12])
@pytest.mark.parametrize("second", ["abcdefghijkl", "lkjihgfedcba"])
def test_who_looks_at_places_alone_takes_as_much_of_either_side(count: int, second: str) -> None:
    """Whatever a place is worth: over all coins both sides have it equally often."""
    worth = np.random.default_rng(5).random(count)
    taken = np.zeros(2)
    for throws in product((0, 1), repeat=6):
        drafted = team_draft("abcdefghijkl", second, count, Coins(throws))
        assert len(drafted) == count
        for place, side in enumerate(drafted.values()):
            taken[side] += worth[place]
    assert taken[0] == pytest.approx(taken[1])
