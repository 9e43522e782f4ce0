"""How long what waits will take."""

import pytest

from mediadesk.extract.rate import Rate


class _Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_each_name_costs_what_it_took_lately_and_rests_cost_nothing() -> None:
    clock = _Clock()
    rate = Rate(clock)
    assert rate.left({}) == 0.0
    rate.finish([""])
    assert rate.left({"pictures": 3}) is None, "nothing is known yet"
    rate.begin()
    for took, names in ((4, ["pictures", "pictures"]), (1, ["titles"]), (2, ["pictures"])):
        clock.now += took
        rate.finish(names)
    assert rate.left({"pictures": 3, "titles": 5}) == pytest.approx(11.0)
    clock.now += 1_000
    rate.begin()
    clock.now += 2
    rate.finish(["pictures"])
    assert rate.left({"pictures": 3}) == pytest.approx(6.0)


def test_what_was_never_done_costs_as_others_and_what_comes_later_little() -> None:
    clock = _Clock()
    rate = Rate(clock)
    for took, name in ((4, "pictures"), (1, "titles")):
        clock.now += took
        rate.finish([name])
    assert rate.left({"sound": 2}) == pytest.approx(5.0)
    assert rate.left({"tags": 10}, later=["tags"]) == pytest.approx(10.0)


def test_looks_at_which_nothing_is_finished_take_nothing_off_a_long_work() -> None:
    clock = _Clock()
    rate = Rate(clock)
    for _ in range(8):
        clock.now += 1
        rate.finish([])
    rate.finish(["films"])
    assert rate.left({"films": 10}) == pytest.approx(80.0)


def test_it_follows_when_works_become_slower() -> None:
    clock = _Clock()
    rate = Rate(clock)
    for took in [1] * 100 + [3] * 100:
        clock.now += took
        rate.finish(["pictures"])
    left = rate.left({"pictures": 1})
    assert left is not None
    assert 2.8 < left <= 3.0
