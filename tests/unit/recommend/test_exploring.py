from __future__ import annotations

import numpy as np
from recommend_factory import cloud

from mediadesk.recommend.exploring import doubt, drawn
from mediadesk.recommend.space import Space

THEMES = np.arange(40) % 4
IDS = [f"i{n:02}" for n in range(40)]


def space() -> Space:
    made = Space("m", 32, compact_above=1_000)
    made.put(IDS, cloud(THEMES, 32, seed=3))
    made.settle()
    return made


def test_without_opinions_nothing_is_known() -> None:
    assert (doubt([space()], IDS, []) == 1).all()
    assert (doubt([], IDS, IDS[:3]) == 1).all()


def test_opinions_tell_most_of_what_is_like_them_and_more_tell_more() -> None:
    few = doubt([space()], IDS, IDS[0:8:4])
    many = doubt([space()], IDS, IDS[0:32:4])
    of_theme = THEMES == 0
    assert few[of_theme].mean() < few[~of_theme].mean() - 0.1
    assert (many <= few + 1e-9).all()
    assert many[of_theme].mean() < few[of_theme].mean()


def test_an_item_without_a_vector_is_as_unknown_as_can_be() -> None:
    assert doubt([space()], ["nothing", "i00"], ["i00"])[0] == 1


def test_doubt_is_that_of_a_bayesian_linear_head() -> None:
    made = space()
    rows, held = (made.centred(made.vectors(ids)) for ids in (IDS, IDS[:5]))
    covariance = np.linalg.inv(np.eye(32) + held.T @ held / 0.25)
    expected = np.sqrt(np.einsum("nd,de,ne->n", rows, covariance, rows))
    np.testing.assert_allclose(doubt([made], IDS, IDS[:5]), expected, atol=1e-4)


def test_what_is_drawn_is_of_the_more_unknown_half_and_the_same_all_day() -> None:
    worth, unsure = np.linspace(1, 0, 40), np.linspace(0, 1, 40)
    order = drawn(worth, unsure, np.random.default_rng(1))
    assert sorted(order) == list(range(20, 40))
    assert order == drawn(worth, unsure, np.random.default_rng(1))
    firsts = {drawn(worth, unsure, np.random.default_rng(seed))[0] for seed in range(30)}
    assert len(firsts) > 5


def test_of_nothing_nothing_is_drawn() -> None:
    assert drawn(np.zeros(0), np.zeros(0), np.random.default_rng(0)) == []


def test_what_may_well_be_good_is_drawn_more_often() -> None:
    worth = np.array([0.0] * 20 + [2.0] * 5 + [-2.0] * 15)
    firsts = [drawn(worth, np.ones(40), np.random.default_rng(seed))[0] for seed in range(60)]
    assert np.mean([20 <= first < 25 for first in firsts]) > 0.6
    assert np.mean(worth[firsts] < 0) < 0.1
