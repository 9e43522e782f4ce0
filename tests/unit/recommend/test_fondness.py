from __future__ import annotations

import pytest

from mediadesk.api import Opinion
from mediadesk.recommend.fondness import apart, fondness, untried
from mediadesk.recommend.profile import State

DAY = 86_400.0


def opinion(item: str, value: float, days: float) -> Opinion:
    return Opinion(item=item, value=value, at=-days * DAY)


def test_nothing_is_compared_with_itself() -> None:
    held = [opinion("a", 1, 5), opinion("b", 1, 4), opinion("c", 0.5, 3)]
    assert apart(held, ["b", "x"]) == ([held[0], held[2]], [held[1]])


def test_what_nobody_may_have_had_is_new_though_something_is_held_of_it() -> None:
    states = {"doubted": State(value=0.05, at=1.0), "had": State(value=0.5, played_at=1.0)}
    assert untried(["doubted", "had", "unknown"], states) == {"doubted"}


def test_what_was_liked_is_longed_for_more_the_longer_it_is_ago() -> None:
    own = [opinion("lately", 1, 1), opinion("long", 1, 60), opinion("half", 0.5, 60)]
    said = fondness(own, ["new", "lately", "long", "half"], 0.0)
    assert said is not None
    new, lately, long, half = said.values.tolist()
    assert new == 0 < lately < half
    assert (long, half) == pytest.approx((0.125, 0.0625))
    assert said.shares.sum(axis=1) == pytest.approx(said.values)
    assert fondness([], ["new"], 0.0) is None
