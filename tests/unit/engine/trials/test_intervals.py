"""Intervals against what statistics know of them."""

from __future__ import annotations

import numpy as np
import pytest

from mediadesk.engine.messages import ENOUGH, Figure
from mediadesk.engine.trials.intervals import coverage, means


def test_a_mean_has_the_interval_of_its_standard_error() -> None:
    values = np.random.default_rng(0).standard_normal((400, 1))
    (found,) = means(values, seed=0)
    assert found.value == pytest.approx(float(values.mean()), abs=1e-4)
    error = float(values.std() / 20)
    assert found.low == pytest.approx(float(values.mean()) - 1.96 * error, abs=0.2 * error)
    assert found.high == pytest.approx(float(values.mean()) + 1.96 * error, abs=0.2 * error)


def test_people_without_a_value_are_left_out_and_a_measure_without_people_has_none() -> None:
    columns = np.array([[1.0, np.nan], [np.nan, np.nan], [0.0, np.nan]] * 10)
    one, none = means(columns, seed=0)
    assert one.value == 0.5
    assert one.low is not None
    assert one.high is not None
    assert one.low < 0.5 < one.high
    assert (none.value, none.low, none.high) == (None, None, None)


def test_columns_are_drawn_together() -> None:
    values = np.random.default_rng(0).standard_normal((50, 1))
    one, other = means(np.hstack([values, values]), seed=3)
    assert one == other


def test_coverage_counts_items_in_any_list_with_the_interval_of_the_jackknife() -> None:
    chance = np.random.default_rng(0)
    lists = [chance.choice(100, 5, replace=False) for _ in range(30)]
    found = coverage(lists, 100)
    assert found.value == len(set(np.concatenate(lists).tolist())) / 100
    without = np.array(
        [len(set(np.concatenate(lists[:n] + lists[n + 1 :]).tolist())) / 100 for n in range(30)]
    )
    spread = np.sqrt(29 / 30 * ((without - without.mean()) ** 2).sum())
    assert found.low == pytest.approx(found.value - 1.96 * spread, abs=1e-4)
    assert found.high == pytest.approx(found.value + 1.96 * spread, abs=1e-4)


def test_of_few_there_is_a_value_but_no_interval() -> None:
    short = np.array([[1.0]] * (ENOUGH - 1))
    (few,) = means(short, seed=0)
    assert few == Figure(value=1.0, low=None, high=None)
    (gaps,) = means(np.vstack([short, [[np.nan]]]), seed=0)
    assert gaps == few
    (enough,) = means(np.vstack([short, [[1.0]]]), seed=0)
    assert enough == Figure(value=1.0, low=1.0, high=1.0)
    lists = [np.array([n]) for n in range(ENOUGH)]
    assert coverage(lists[1:], 100) == Figure(value=(ENOUGH - 1) / 100, low=None, high=None)
    assert coverage(lists, 100).low is not None
