"""Weights are learnt from what rankers said before, and only as far as there is evidence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.recommend.weights import Rehearsal, learn


def rehearsed(count: int, seed: int = 0, others: int = 50, **skill: float) -> Rehearsal:
    """Rehearse rankers that correlate so much with the verdicts on `count` items."""
    random = np.random.default_rng(seed)
    verdicts = np.where(random.random(count) < 0.5, 1.0, -1.0)
    truth = np.concatenate([verdicts, np.zeros(others)])
    shares = {
        name: own * truth + np.sqrt(1 - own**2) * random.standard_normal(len(truth))
        for name, own in skill.items()
    }
    return Rehearsal(shares=shares, verdicts=verdicts)


def test_nothing_rehearsed_leaves_all_equal() -> None:
    assert learn([], ["a", "b"]) == {"a": 1.0, "b": 1.0}
    alike = Rehearsal(shares={"a": np.ones(3), "b": np.zeros(3)}, verdicts=np.ones(3))
    assert learn([alike], ["a", "b"]) == {"a": 1.0, "b": 1.0}


def test_who_was_right_counts_more_and_the_more_so_the_more_was_judged() -> None:
    found = [learn([rehearsed(n, good=0.6, poor=0.0)], ["good", "poor"]) for n in (4, 40, 400)]
    good = [weights["good"] for weights in found]
    assert 1 < good[0] < good[1] < good[2] < 2
    for weights in found:
        assert sum(weights.values()) == pytest.approx(2)


def test_likes_alone_teach_by_what_was_not_judged() -> None:
    own = rehearsed(40, good=0.0, poor=0.0)
    liked = np.concatenate([np.ones(40), np.zeros(50)])
    said = dict(own.shares) | {"good": own.shares["good"] + liked}
    weights = learn([Rehearsal(shares=said, verdicts=np.ones(40))], ["good", "poor"])
    assert weights["good"] > 1.2
    assert weights["poor"] < 0.8


def test_a_ranker_that_was_always_wrong_is_silenced_and_never_turned_round() -> None:
    weights = learn([rehearsed(2_000, good=0.5, wrong=-0.5)], ["good", "wrong"])
    assert weights["wrong"] == 0
    both = learn([rehearsed(2_000, wrong=-0.5, worse=-0.6)], ["wrong", "worse"])
    assert both == {"wrong": 1.0, "worse": 1.0}


def test_a_ranker_that_said_nothing_or_failed_keeps_its_weight() -> None:
    own = rehearsed(100, good=0.5, poor=0.0)
    silent = Rehearsal(shares=dict(own.shares) | {"mute": np.zeros(150)}, verdicts=own.verdicts)
    names = ["good", "poor", "mute", "failed"]
    weights = learn([silent], names)
    assert weights["mute"] == weights["failed"] == pytest.approx(1)
    assert {n: weights[n] for n in names[:2]} == pytest.approx(learn([own], names[:2]), rel=0.3)


@given(st.integers(0, 1_000), st.floats(-1, 1), st.floats(-1, 1), st.integers(1, 60))
def test_weights_are_finite_not_negative_and_one_on_average(
    seed: int, one: float, other: float, count: int
) -> None:
    given_ = [rehearsed(count, seed, one=one, other=other)]
    weights = learn(given_, ["one", "other"])
    assert all(0 <= weight <= 2 + 1e-9 for weight in weights.values())
    assert sum(weights.values()) == pytest.approx(2)
    assert learn(given_, ["one", "other"]) == weights
