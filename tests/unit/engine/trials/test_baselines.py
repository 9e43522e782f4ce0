"""The baselines against their definitions, written out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import trial_factory

from mediadesk.api import Array, unit
from mediadesk.engine.trials import baselines, cases
from mediadesk.engine.trials.cases import Case
from mediadesk.engine.trials.dataset import Dataset


@pytest.fixture(scope="module")
def data() -> Dataset:
    return trial_factory.random_data(users=30, items=25, events=12)


@pytest.fixture(scope="module")
def asked(data: Dataset) -> list[Case]:
    return cases.crowd(data)


def _touched(data: Dataset, asked: list[Case]) -> Array:
    matrix = np.zeros((len(asked), len(data.items)))
    for row, case in zip(matrix, asked, strict=True):
        row[data.item[case.known]] = 1
    return matrix


def test_ease_is_the_ridge_regression_of_each_item_on_all_others(
    data: Dataset, asked: list[Case]
) -> None:
    matrix = _touched(data, asked)
    weights = np.zeros((25, 25))
    for item in range(25):
        others = np.delete(np.arange(25), item)
        gram = matrix[:, others].T @ matrix[:, others] + 400 * np.eye(24)
        weights[others, item] = np.linalg.solve(gram, matrix[:, others].T @ matrix[:, item])
    score = baselines.ease(data, asked)
    for row, case in zip(matrix, asked, strict=True):
        assert score(case) == pytest.approx((row @ weights)[case.candidates], abs=1e-5)


def test_item_knn_adds_up_cosines_with_what_is_known(data: Dataset, asked: list[Case]) -> None:
    matrix = _touched(data, asked)
    columns = matrix / np.linalg.norm(matrix, axis=0)
    alike = columns.T @ columns
    np.fill_diagonal(alike, 0)
    score = baselines.item_knn(data, asked)  # there are fewer items than neighbours
    for row, case in zip(matrix, asked, strict=True):
        assert score(case) == pytest.approx((row @ alike)[case.candidates], abs=1e-5)


def test_popularity_knows_nothing_of_what_is_kept_back(data: Dataset, asked: list[Case]) -> None:
    popular = _touched(data, asked).sum(axis=0)
    score = baselines.popularity(data, asked)
    assert score(asked[0]).tolist() == popular[asked[0].candidates].tolist()


def test_chance_differs_by_person_and_seed(data: Dataset, asked: list[Case]) -> None:
    score = baselines.random(data, seed=0)
    same = replace(asked[0], user=asked[1].user)
    assert score(asked[0]).tolist() == score(asked[0]).tolist()
    assert score(asked[0]).tolist() != score(same).tolist()
    assert score(asked[0]).tolist() != baselines.random(data, seed=1)(asked[0]).tolist()


def test_chance_is_another_one_at_each_moment_of_one_history(
    data: Dataset, asked: list[Case]
) -> None:
    one, same = asked[0], replace(asked[0])
    later = replace(one, known=np.append(one.known, 0))
    score = baselines.random(data, seed=0, anew=True)
    assert score(one).tolist() == score(same).tolist()
    assert np.argsort(score(one)).tolist() != np.argsort(score(later)).tolist()
    plain = baselines.random(data, seed=0)
    assert plain(one).tolist() == plain(later).tolist(), "a person's list is one"


def test_tf_idf_prefers_what_shares_rare_words_with_what_is_known() -> None:
    data = trial_factory.data([(0, 0, 5, 1), (0, 1, 5, 2)], items=6)
    titles = ["the red whale", "the dog", "red dog", "the red whale", "the cat", "a cat"]
    items = [replace(item, title=title) for item, title in zip(data.items, titles, strict=True)]
    data = replace(data, items=tuple(items))
    case = Case(
        user=0,
        known=np.array([0]),
        candidates=np.arange(1, 6),
        relevant=np.array([1]),
        disliked=np.zeros(0, int),
        rivals=np.zeros((1, 0), int),
    )
    common, rare, same, other, none = baselines.tf_idf(data)(case)
    assert same == pytest.approx(1)
    assert same > rare > common == pytest.approx(other)
    assert other > none == 0


def test_recent_embeddings_average_the_cosine_with_the_last_fifteen() -> None:
    data = trial_factory.data([(0, item, 5.0, float(item)) for item in range(20)], items=25)
    vectors = unit(np.random.default_rng(0).standard_normal((25, 6)))
    case = Case(
        user=0,
        known=np.arange(20),
        candidates=np.arange(20, 25),
        relevant=np.array([20]),
        disliked=np.zeros(0, int),
        rivals=np.zeros((1, 0), int),
    )
    expected = (vectors[20:] @ vectors[5:20].T).mean(axis=1)
    found = baselines.recent_embeddings(data, vectors)(case)
    assert found == pytest.approx(expected, abs=1e-5)
