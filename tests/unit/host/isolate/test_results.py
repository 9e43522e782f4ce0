"""What results must be beyond their types."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mediadesk.api import Cause, Feature, Moment, Scores, testing
from mediadesk.host.isolate.results import Dimensions, check_scores

REQUEST = testing.rank_request(candidates=4)
VALUES = np.array([0.5, -1.0, 0.0, 2.0])
GOOD = Scores(
    values=VALUES,
    causes=(Cause(block="audio"), Cause(text="It is short")),
    shares=np.stack([VALUES / 3, VALUES * 2 / 3], axis=1).astype(np.float32),
    cause=np.array([[0, 1]] * 4),
    seed=np.array([[2, -1]] * 4),
)


@pytest.mark.parametrize(
    "scores",
    [
        GOOD,
        Scores(values=VALUES),
        Scores(values=VALUES.astype(np.int64)),
        Scores(values=np.zeros(4), shares=np.zeros((4, 0)), cause=np.zeros((4, 0), int)),
        replace(GOOD, seed=None),
        replace(GOOD, causes=(Cause(block="crowd"), Cause(block="age")), confidence=0.5),
    ],
)
def test_good_scores_pass(scores: Scores) -> None:
    check_scores(scores, REQUEST)


def test_what_is_told_without_opinions_must_be_a_number_for_each() -> None:
    asked = replace(REQUEST, without=(0, 2))
    check_scores(replace(GOOD, without=np.zeros((2, 4))), asked)
    check_scores(GOOD, asked)
    for wrong, told in ((np.zeros((4, 2)), "shape"), (np.full((2, 4), np.nan), "hold nan")):
        with pytest.raises(ValueError, match=f"“without”.*{told}"):
            check_scores(replace(GOOD, without=wrong), asked)


def test_nothing_to_score_is_scored() -> None:
    check_scores(Scores(values=np.zeros(0)), testing.rank_request(candidates=0))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"values": VALUES[:3]}, r"4 candidates a number: the scores have the shape \(3,\)"),
        ({"values": VALUES * np.nan}, "the scores hold nan"),
        ({"values": np.full(4, -np.inf)}, "the scores hold -inf"),
        ({"values": VALUES * 1e10}, r"the scores hold -1\d+.0, which is not within ±1e\+09"),
        ({"values": np.array([np.iinfo(np.int64).min] * 4)}, "hold -9223372036854775808"),
        ({"values": np.array(["good"] * 4)}, "the scores are of the type <U4"),
        ({"causes": (Cause(text="a\nb"),)}, "no line of 300"),
        ({"causes": (Cause(block="taste"),)}, "names the block “taste”.* audio, keyframes, sub"),
        ({"shares": VALUES}, r"shares have the shape \(4,\), not \(4, k\)"),
        ({"shares": GOOD.shares * np.nan}, "the shares hold nan"),
        ({"shares": GOOD.shares * 2}, "shares of candidate 3 add up to 4, and its score is 2"),
        ({"shares": np.zeros((4, 2))}, "add up to 0, and its score is 2"),
        ({"cause": None}, "“cause” has the shape"),
        ({"without": np.zeros((1, 4))}, r"“without” has the shape \(1, 4\), not \(0, 4\)"),
        ({"cause": np.zeros((4, 2))}, "type float64, not that of the shares"),
        ({"cause": np.full((4, 2), 2)}, "points to what is not there: it goes from 2 to 2"),
        ({"confidence": 1.5}, "its confidence is 1.5, which is not within 0..1"),
        ({"confidence": np.nan}, "its confidence is nan"),
        ({"seed": np.full((4, 2), 3)}, "“seed” points to what is not there.* -1 to 2 are there"),
    ],
)  # fmt: skip
def test_bad_scores_are_told_with_what_was_expected(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        check_scores(replace(GOOD, **change), REQUEST)


def feature(summary: int = 0, moment: int = 0) -> Feature:
    made = Moment(start=0, end=1, vector=np.ones(moment) if moment else None)
    return Feature(summary=np.ones(summary) if summary else None, moments=(made,))


def test_the_vectors_of_an_extractor_are_as_long_as_the_first() -> None:
    dimensions = Dimensions()
    for right in (feature(), feature(0, 3), feature(3), feature(3, 3)):
        dimensions.check("a", right)
    dimensions.check("b", feature(4))
    with pytest.raises(ValueError, match="a summary has a vector of 4 numbers, and 3 are expected"):
        dimensions.check("a", feature(4))
    with pytest.raises(ValueError, match="a moment has a vector of 5 numbers, and 3"):
        dimensions.check("a", feature(3, 5))
    with pytest.raises(ValueError, match="a moment has a vector of 5 numbers, and 3"):
        dimensions.check("new", feature(3, 5))
    dimensions.check("new", feature(5))


def test_what_is_stored_decides_too() -> None:
    dimensions = Dimensions()
    dimensions.expect("a", 512)
    with pytest.raises(ValueError, match="and 512 are expected"):
        dimensions.check("a", feature(3))
