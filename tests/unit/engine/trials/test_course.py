"""The course of a replay: where each item stood, and the mean of the last twenty."""

import numpy as np
import pytest
import trial_factory

from mediadesk.engine.messages import LATELY
from mediadesk.engine.trials.cases import Case
from mediadesk.engine.trials.course import course
from mediadesk.engine.trials.figures import Scales
from mediadesk.engine.trials.trial import Measured, measure

_COUNT = LATELY + 10
_ITEMS = 2 * _COUNT


def _measured(places: list[int]) -> tuple[tuple[Case, ...], Measured]:
    """Moments in which item n is liked, and lists in which it stands at the n-th of these places.

    An item for each moment is put before all others, so that no place is that of chance.
    """
    cases = tuple(
        Case(
            user=0,
            known=np.arange(n),
            candidates=np.arange(_ITEMS),
            relevant=np.array([n]),
            disliked=np.zeros(0, int),
            rivals=np.zeros((1, 0), int),
        )
        for n in range(_COUNT)
    )

    def score(case: Case) -> object:
        (item,) = case.relevant.tolist()
        others = [each for each in range(_ITEMS) if each != item]
        others.insert(places[item] - 1, item)
        scores = np.empty(_ITEMS)
        scores[others] = -np.arange(_ITEMS)
        return scores

    scales = Scales(vectors=np.eye(_ITEMS))
    return cases, measure(cases, score, scales, pairs=False, seed=0)  # type: ignore[arg-type]


def test_each_moment_tells_where_the_item_stood_and_how_well_that_went_lately() -> None:
    data = trial_factory.data([(0, n, 1, 100.0 * n) for n in range(_COUNT)], items=_ITEMS)
    early, late = 11, 1  # none of the ten, then the first
    cases, found = _measured([early] * (_COUNT - 10) + [late] * 10)
    told = course(data, cases, {"mediadesk": found})
    assert [moment.item for moment in told] == [f"i{n:03}" for n in range(_COUNT)]
    assert [moment.title for moment in told][-1] == f"Item {_COUNT - 1}"
    assert [moment.at for moment in told] == [100.0 * n for n in range(_COUNT)]
    assert [moment.places["mediadesk"] for moment in told] == [None] * (_COUNT - 10) + [1] * 10
    lately = [moment.ndcg["mediadesk"] for moment in told]
    assert lately[: _COUNT - 10] == [0] * (_COUNT - 10)
    assert lately[-10:] == pytest.approx([n / LATELY for n in range(1, 11)])


def test_before_there_are_twenty_the_mean_is_of_those_that_are_there() -> None:
    data = trial_factory.data([(0, n, 1, 100.0 * n) for n in range(_COUNT)], items=_ITEMS)
    cases, found = _measured([1, 11, 3] + [11] * (_COUNT - 3))
    lately = [each.ndcg["x"] for each in course(data, cases, {"x": found})]
    assert lately[:4] == pytest.approx([1, 0.5, 1.5 / 3, 1.5 / 4], abs=1e-4)
    assert lately[-1] == 0, "the first ones are forgotten"
