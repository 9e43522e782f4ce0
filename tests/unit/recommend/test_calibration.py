from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.recommend.calibration import Calibration, Taste, shares
from mediadesk.recommend.diversify import mmr

ITEMS = [f"f{n}" for n in range(8)] + [f"s{n}" for n in range(8)]
VALUES = {item: "film" if item[0] == "f" else "song" for item in ITEMS}


def of(**wanted: float) -> Calibration:
    return Calibration(Taste(wanted=wanted, values=VALUES), ITEMS)


def test_shares_are_of_one_whole() -> None:
    assert shares([("film", 2.0), ("song", 1.0), ("film", 1.0)]) == {"film": 0.75, "song": 0.25}
    assert shares([]) == {}


def test_a_list_holds_of_each_kind_what_is_liked_of_it_where_all_else_is_equal() -> None:
    worth = [1.0] * 16
    chosen = mmr(worth, np.zeros((16, 16)), 8, tastes=[of(film=0.75, song=0.25)])
    assert sum(ITEMS[n][0] == "s" for n in chosen) == 2
    only = mmr(worth, np.zeros((16, 16)), 8, tastes=[of(song=1.0)])
    assert all(ITEMS[n][0] == "s" for n in only)


def test_what_is_clearly_better_is_chosen_whatever_its_kind() -> None:
    worth = [1.0] * 8 + [0.3] * 8
    chosen = mmr(worth, np.zeros((16, 16)), 6, tastes=[of(song=1.0)])
    assert sum(ITEMS[n][0] == "f" for n in chosen) >= 5


@pytest.mark.parametrize(("worth", "songs"), [(0.9, 2), (0.2, 1), (-0.3, 0)])
def test_a_kind_that_is_liked_gets_a_turn_but_nothing_bad_is_chosen_for_its_kind(
    worth: float, songs: int
) -> None:
    """With half of the calibration the first two fail, with a quarter more the last."""
    tastes = [of(film=0.5, song=0.5)]
    chosen = mmr([1.0] * 8 + [worth] * 8, np.zeros((16, 16)), 8, tastes=tastes)
    assert sum(ITEMS[n][0] == "s" for n in chosen) == songs


def test_the_divergence_is_that_of_kullback_and_leibler() -> None:
    taste = of(film=0.5, song=0.5)
    taste.take(0)
    two_films, one_each = taste.divergence()[[1, 8]]
    assert one_each == pytest.approx(0)
    mixed = np.array([0.99 + 0.01 * 0.5, 0.01 * 0.5])
    assert two_films == pytest.approx((0.5 * np.log(0.5 / mixed)).sum())


@given(st.lists(st.integers(0, 15), max_size=12), st.dictionaries(st.sampled_from(
    ["film", "song", "talk"]), st.floats(0.1, 9), min_size=1))  # fmt: skip
def test_no_divergence_is_negative_or_without_bound(
    taken: list[int], weights: dict[str, float]
) -> None:
    taste = of(**shares(weights.items()))
    for n in taken:
        taste.take(n)
    divergence = taste.divergence()
    assert divergence.shape == (16,)
    assert (divergence > -1e-9).all()
    assert (divergence < -np.log(0.01) + 1e-9).all()


def test_without_a_taste_nothing_diverges() -> None:
    assert not of().divergence().any()
