"""The figures of an evaluation, against cases counted by hand."""

import numpy as np
import pytest

from mediadesk.engine.evaluating import measures
from mediadesk.engine.evaluating.sentences import spearman
from mediadesk.engine.evaluating.tags import calibration_error
from mediadesk.engine.evaluating.themed import around, recalls


def test_a_share_has_the_interval_of_wilson() -> None:
    found = measures.share("right", [True] * 9 + [False])
    assert (found.value, found.n) == (0.9, 10)
    assert (found.low, found.high) == (0.596, 0.982)  # Newcombe 1998, method 3


@pytest.mark.parametrize("hit", [True, False])
def test_the_interval_of_a_share_stays_within_0_and_1(hit: bool) -> None:
    found = measures.share("right", [hit] * 5)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.high <= 1
    assert found.high - found.low == pytest.approx(0.434, abs=0.001)


def test_a_mean_has_an_interval_that_is_the_same_each_time_and_narrower_with_more_cases() -> None:
    few = measures.mean("x", [0.0, 0.5, 1.0] * 4)
    many = measures.mean("x", [0.0, 0.5, 1.0] * 100)
    assert few.value == many.value == 0.5
    assert few == measures.mean("x", [0.0, 0.5, 1.0] * 4)
    assert few.low is not None
    assert many.low is not None
    assert few.low < many.low < 0.5
    # 1.96 standard errors of the mean of 300 cases.
    assert 0.5 - many.low == pytest.approx(1.96 * np.std([0, 0.5, 1]) / 300**0.5, abs=0.005)


def test_what_is_left_out_has_no_value() -> None:
    found = measures.left_out("sentences", "They are not here.")
    assert (found.value, found.n, found.note) == (None, 0, "They are not here.")


def test_calibration_error_is_the_mean_distance_of_confidence_and_share_right() -> None:
    sure = np.array([(0.9, 1.0)] * 9 + [(0.9, 0.0)])
    assert calibration_error(sure) == pytest.approx(0)
    wrong = np.array([(0.3, 1.0)] * 10)
    assert calibration_error(wrong) == pytest.approx(0.7)
    assert calibration_error(np.concatenate([sure, wrong])) == pytest.approx(0.35)
    # Too sure and not sure enough don't make up for each other, unless in the same bin.
    assert calibration_error(np.array([(0.5, 1.0), (0.5, 0.0)])) == pytest.approx(0)
    assert calibration_error(np.array([(1.0, 0.0), (0.0, 1.0)])) == pytest.approx(1)


def test_rank_correlation_counts_equal_ones_as_the_middle_of_their_ranks() -> None:
    assert spearman(np.array([(1, 10), (2, 200), (3, 201)])) == pytest.approx(1)
    assert spearman(np.array([(1, 3), (2, 2), (3, 1)])) == pytest.approx(-1)
    # Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
    assert spearman(np.array([(1, 1), (2, 2), (2, 3), (3, 4)])) == pytest.approx(0.9486833)


def test_the_interval_of_a_correlation_may_reach_below_0() -> None:
    chance = np.random.default_rng(1)
    found = measures.estimate("x", chance.normal(size=(30, 2)), spearman)
    assert found.low is not None
    assert found.high is not None
    assert -1 < found.low < 0 < found.high < 1


def test_recall_is_the_share_of_the_nearest_that_are_of_the_theme() -> None:
    one, other = np.eye(2)
    vectors = np.array([one, one, one, other, other, other]).astype(np.float32)
    themes = ["a", "a", "b", "b", "b", "b"]
    # The nearest ten are all five others: whatever the order, all of the theme are among them.
    assert recalls(vectors, themes).tolist() == [1] * 6
    many = np.repeat(vectors, 4, axis=0)  # 12 of each vector
    found = recalls(many, [theme for theme in themes for _ in range(4)])
    assert found.tolist()[8:12] == [0.2] * 4  # 8 of a are as near and come first
    assert found.tolist()[12:] == [1.0] * 12


def test_an_item_of_which_nothing_is_known_finds_nothing_and_is_not_found() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], np.float32)
    assert not around(vectors)[3].any()
    assert recalls(vectors, ["a", "a", "a", "a"]).tolist() == pytest.approx([2 / 3] * 3 + [0])
