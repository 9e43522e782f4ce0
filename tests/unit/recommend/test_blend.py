from __future__ import annotations

import numpy as np
import pytest

from mediadesk.api import Reason, Score
from mediadesk.recommend.blend import blend


def scores(*values: float) -> list[Score]:
    return [
        Score(item=name, value=value, reasons=(Reason(block="x", share=value, seed="s"),))
        for name, value in zip("abc", values, strict=True)
    ]


def test_rankers_of_different_scale_weigh_the_same() -> None:
    ranked = blend("abc", {"small": scores(0.0, 0.0, 0.1), "large": scores(100.0, 0.0, 0.0)})
    assert ranked.values[0] == pytest.approx(ranked.values[2])
    assert ranked.items[ranked.order()[2]] == "b"


def test_shares_and_reasons_add_up_to_the_score() -> None:
    ranked = blend("abc", {"one": scores(1.0, 2.0, 4.0), "two": scores(0.0, -3.0, 1.0)}, {"two": 2})
    for n, item in enumerate("abc"):
        assert sum(ranked.shares_of(item).values()) == pytest.approx(ranked.values[n])
        assert sum(c.share for _, c in ranked.causes(item)) == pytest.approx(ranked.values[n])


def test_a_ranker_without_a_view_changes_nothing() -> None:
    alone = blend("abc", {"one": scores(1.0, 2.0, 4.0)})
    both = blend("abc", {"one": scores(1.0, 2.0, 4.0), "mute": scores(0.0, 0.0, 0.0)})
    assert np.array_equal(alone.values, both.values)
    assert both.shares_of("c")["mute"] == 0


def test_rank_counts_from_one() -> None:
    ranked = blend("abc", {"one": scores(1.0, 2.0, 4.0)})
    assert [ranked.rank(item) for item in "abc"] == [3, 2, 1]
