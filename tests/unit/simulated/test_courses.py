from dataclasses import replace

import numpy as np
import pytest
from simulated.courses import course, mean_of, values
from simulated.measuring import Measured
from simulated.people import GROUP, NAMES

PANEL = Measured(
    day=1, who="Ada", ndcg=0.5, ranking=0.6, popularity=0.4, chance=0.3, left=0.9, whole=0.7,
    tried=0.1, long_tail=0.2, floor=0.2, untouched=0.8, shown=0.5, played=0.1, wrong=0,
)  # fmt: skip


def run(*panels: tuple[int, str, float]) -> list[Measured]:
    return [replace(PANEL, day=day, who=who, ndcg=ndcg) for day, who, ndcg in panels]


def test_each_household_counts_once_and_groups_are_not_people() -> None:
    often = run((1, "Ada", 0.2), (1, "Ben", 0.4), (1, "Cleo", 0.6), (1, GROUP, 0.0))
    seldom = run((1, "Ada", 0.8))
    found = values([often, seldom], "ndcg", NAMES, [1])
    assert found == pytest.approx([0.4, 0.8])
    assert mean_of(found).value == pytest.approx(0.6)
    assert mean_of(found).low == pytest.approx(0.4)
    assert values([often], "ndcg", [GROUP], [1]) == pytest.approx([0.0])


def test_a_course_has_the_days_on_which_somebody_was_at_home() -> None:
    found = course([run((1, "Ada", 0.2), (3, "Ada", 0.4)), run((1, "Ben", 0.4))], "ndcg", NAMES)
    assert found.days.tolist() == [1, 3]
    assert found.mean == pytest.approx([0.3, 0.4])
    assert (found.low <= found.mean).all()
    assert (found.high >= found.mean).all()
    assert np.isnan(values([run((1, "Ada", 0.2))], "ndcg", NAMES, [2])).all()
