"""Figures of rankings against cases counted by hand, and what must come out whatever the data."""

from __future__ import annotations

import math

import numpy as np
import pytest
import trial_factory

from mediadesk.api import Array, unit
from mediadesk.engine.trials import cases, figures
from mediadesk.engine.trials.baselines import random
from mediadesk.engine.trials.cases import Case
from mediadesk.engine.trials.figures import Scales
from mediadesk.engine.trials.trial import differences, measure

_NONE = np.zeros(0, dtype=int)


def _case(*, relevant: list[int], disliked: list[int] | None = None, items: int = 20) -> Case:
    return Case(
        user=0,
        known=_NONE,
        candidates=np.arange(items),
        relevant=np.array(relevant),
        disliked=np.array(disliked or [], dtype=int),
        rivals=np.full((len(relevant), 2), -1),
    )


def _scales(items: int = 20, vectors: Array | None = None) -> Scales:
    is_tail = np.arange(items) >= 4
    return Scales(is_tail=is_tail, vectors=np.eye(items) if vectors is None else vectors)


def _falling(items: int = 20) -> Array:
    return -np.arange(items, dtype=float)


def test_a_list_is_measured_as_counted_by_hand() -> None:
    case = _case(relevant=[1, 4, 15])
    found = figures.of_list(case, figures.best(case, _falling()), _scales())
    gained = 1 / math.log2(3) + 1 / math.log2(6)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found["ndcg@10"] == pytest.approx(gained / ideal)
    assert found["recall@10"] == pytest.approx(2 / 3)
    assert found["precision@10"] == pytest.approx(0.2)
    assert found["mrr@10"] == pytest.approx(1 / 2)
    assert found["hit@10"] == 1
    assert found["long_tail"] == pytest.approx(0.6)
    assert found["ild"] == pytest.approx(1.0)


def test_where_nobody_knows_what_is_popular_there_is_no_long_tail() -> None:
    case = _case(relevant=[1])
    found = figures.of_list(case, figures.best(case, _falling()), Scales(vectors=np.eye(20)))
    assert "long_tail" not in found
    assert "ild" in found


def test_a_list_of_the_same_has_no_diversity_and_one_without_hits_is_worth_nothing() -> None:
    case = _case(relevant=[19])
    top = figures.best(case, _falling())
    found = figures.of_list(case, top, _scales(vectors=np.ones((20, 1))))
    assert found["ild"] == pytest.approx(0)
    assert [found[name] for name in ("ndcg@10", "recall@10", "mrr@10", "hit@10")] == [0, 0, 0, 0]


def test_equal_scores_stay_in_the_order_of_the_case() -> None:
    case = _case(relevant=[1])
    assert figures.best(case, np.zeros(20)).tolist() == list(range(10))


def test_the_tail_is_all_but_the_most_popular_fifth() -> None:
    popular = np.array([5, 1, 9, 1, 1, 7, 1, 1, 1, 1])
    assert np.flatnonzero(~figures.tail(popular)).tolist() == [2, 5]


def test_pairs_are_won_by_the_greater_score_and_a_draw_counts_half() -> None:
    case = _case(relevant=[0, 1], disliked=[2, 3])
    scores = np.array([3.0, 1.0, 2.0, 1.0] + [0.0] * 16)
    assert figures.of_pairs(case, scores)["auc_liked"] == pytest.approx((1 + 1 + 0 + 0.5) / 4)
    assert math.isnan(figures.of_pairs(case, scores)["auc_matched"])


def test_each_like_counts_as_much_however_many_rivals_it_has() -> None:
    case = _case(relevant=[0, 1])
    rivals = np.array([[5, -1], [6, 7]])
    case = Case(**{name: getattr(case, name) for name in Case.__slots__} | {"rivals": rivals})
    scores = np.zeros(20)
    scores[[0, 6]] = 1  # the first wins its only pair, the second loses one and draws one
    found = figures.of_pairs(case, scores)
    assert found["auc_matched"] == pytest.approx((1 + (0 + 0.5) / 2) / 2)
    assert math.isnan(found["auc_liked"])


@pytest.fixture(scope="module")
def household() -> tuple[list[Case], Scales, trial_factory.Dataset]:
    data = trial_factory.random_data(users=150, items=200, events=100)
    vectors = unit(np.random.default_rng(1).standard_normal((200, 8)))
    scales = Scales(is_tail=figures.tail(np.bincount(data.item)), vectors=vectors)
    return cases.household(data, most=20), scales, data


def _oracle(case: Case) -> Array:
    return np.isin(case.candidates, case.relevant).astype(float)


def test_an_oracle_is_worth_1(
    household: tuple[list[Case], Scales, trial_factory.Dataset],
) -> None:
    asked, scales, _ = household
    found = measure(asked, _oracle, scales, pairs=True, seed=0).figures
    for name in ("ndcg@10", "precision@10", "mrr@10", "hit@10", "auc_liked", "auc_matched"):
        assert found[name].value == found[name].low == found[name].high == 1, name


def test_chance_wins_half_of_the_pairs(
    household: tuple[list[Case], Scales, trial_factory.Dataset],
) -> None:
    asked, scales, data = household
    found = measure(asked, random(data, seed=0), scales, pairs=True, seed=0).figures
    for name in ("auc_liked", "auc_matched"):
        figure = found[name]
        assert figure.value == pytest.approx(0.5, abs=0.02)
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low < 0.5 < figure.high


@pytest.mark.parametrize("items", [4, 20])
def test_what_chance_is_worth_is_the_mean_over_all_places(items: int) -> None:
    orders = [_case(relevant=[n], items=items) for n in range(items)]
    found = measure(orders, lambda _: _falling(items), _scales(items), pairs=False, seed=0)
    for name, worth in figures.of_chance(items).items():
        assert found.figures[name].value == pytest.approx(worth, abs=1e-4), name
    assert figures.of_chance(items)["hit@10"] == min(10, items) / items


def test_differences_are_paired(
    household: tuple[list[Case], Scales, trial_factory.Dataset],
) -> None:
    asked, scales, data = household
    best = measure(asked, _oracle, scales, pairs=True, seed=0)
    worst = measure(asked, lambda case: -_oracle(case), scales, pairs=True, seed=0)
    better = differences(best, worst, seed=0)["auc_matched"]
    assert (better.value, better.low, better.high) == (1, 1, 1)
    chance = measure(asked, random(data, seed=0), scales, pairs=True, seed=0)
    none = differences(chance, chance, seed=0)["ndcg@10"]
    assert (none.value, none.low, none.high) == (0, 0, 0)


def test_the_same_seed_gives_the_same_figures_and_another_one_other_intervals(
    household: tuple[list[Case], Scales, trial_factory.Dataset],
) -> None:
    asked, scales, data = household
    one, same, other = (
        measure(asked, random(data, seed=0), scales, pairs=True, seed=seed).figures
        for seed in (0, 0, 1)
    )
    assert one == same
    assert one["ndcg@10"] != other["ndcg@10"]
    assert one["ndcg@10"].value == other["ndcg@10"].value
