from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mediadesk.recommend.candidates import by_lot

DAY = 86_400.0
ITEMS = [f"i{n}" for n in range(30)]


@given(st.permutations(ITEMS), st.sampled_from(ITEMS))
def test_one_item_more_moves_no_other_of_the_day(items: list[str], other: str) -> None:
    drawn = by_lot(items, profile="me", now=9 * DAY)
    left = by_lot([item for item in items if item != other], profile="me", now=9.9 * DAY)
    assert left == [item for item in drawn if item != other]


def test_each_day_and_each_person_draws_anew() -> None:
    drawn = [by_lot(ITEMS, profile=who, now=day * DAY) for who in ("me", "you") for day in (1, 2)]
    assert len({tuple(each) for each in drawn}) == 4
    assert all(sorted(each) == sorted(ITEMS) for each in drawn)
