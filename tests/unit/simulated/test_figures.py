import random
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated.figures import TOP, expected_ndcg, ndcg

GAINS = st.lists(st.floats(0.01, 1), min_size=1, max_size=30)


@given(GAINS)
def test_the_best_order_is_worth_one(gains: list[float]) -> None:
    assert ndcg(sorted(gains, reverse=True), gains) == pytest.approx(1)


@given(GAINS, st.randoms(use_true_random=False))
def test_no_order_is_worth_more_and_the_worst_is_worth_least(
    gains: list[float], chance: random.Random
) -> None:
    drawn = chance.sample(gains, len(gains))
    assert ndcg(sorted(gains), gains) <= ndcg(drawn, gains) + 1e-12 <= 1 + 2e-12


def test_the_second_place_counts_as_much_as_the_published_discount_says() -> None:
    second = 1 / np.log2(3)
    assert ndcg([0.5, 1.0], [0.5, 1.0]) == pytest.approx((0.5 + second) / (1 + 0.5 * second))


def test_what_stands_behind_the_tenth_place_counts_nothing() -> None:
    gains = [0.5] * TOP
    assert ndcg([*gains, 1.0], [*gains, 1.0]) == ndcg([*gains, 0.0], [*gains, 1.0]) < 1


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=6), st.data())
def test_equal_scores_are_worth_the_mean_over_all_their_orders(
    gains: list[float], data: st.DataObject
) -> None:
    scores = np.array([data.draw(st.sampled_from([0.0, 1.0])) for _ in gains])
    every = [
        ndcg([gains[n] for n in order], gains)
        for order in permutations(range(len(gains)))
        if (np.diff(scores[list(order)]) <= 0).all()
    ]
    assert expected_ndcg(scores, np.array(gains)) == pytest.approx(np.mean(every))


def test_a_ranking_by_what_is_enjoyed_is_worth_one_and_by_the_opposite_less_than_chance() -> None:
    gains = np.linspace(0.01, 1, 40)
    assert expected_ndcg(gains, gains) == pytest.approx(1)
    assert np.isnan(expected_ndcg(np.zeros(0), np.zeros(0)))
    assert expected_ndcg(-gains, gains) < expected_ndcg(np.zeros(40), gains) < 1
