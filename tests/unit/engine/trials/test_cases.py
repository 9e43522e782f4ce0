"""Which of a person's events are known in a trial, and which are kept back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import trial_factory

from mediadesk.api import UserError
from mediadesk.engine.trials import cases, feedback
from mediadesk.engine.trials.cases import FIRST


def test_the_crowd_keeps_back_a_quarter_of_each_person() -> None:
    data = trial_factory.random_data(users=20, items=60, events=40)
    found = cases.crowd(data)
    assert [case.user for case in found] == list(range(20))
    for case in found:
        known = set(data.item[case.known].tolist())
        assert len(known) == 30
        assert len(case.relevant) == 10
        assert not known & set(case.relevant.tolist())
        assert known | set(case.candidates.tolist()) == set(range(60))
        assert len(case.candidates) == 30
        assert set(data.user[case.known]) == {case.user}
    assert len({tuple(case.relevant) for case in found}) == 20
    other = cases.crowd(data, seed=1)
    assert [case.relevant.tolist() for case in found] != [case.relevant.tolist() for case in other]


def test_what_was_refused_is_known_but_neither_to_be_found_nor_counted_as_taken() -> None:
    rows = [(0, item, float(item % 2), 0.0) for item in range(8)]
    tests = [item >= 4 for item in range(8)]
    data = trial_factory.data(rows, items=8, tests=tests)
    (case,) = cases.crowd(data)
    assert set(case.relevant.tolist()) == {5, 7}
    assert set(data.item[case.known].tolist()) == {0, 1, 2, 3}
    assert set(data.taken(case.known).tolist()) == {1, 3}
    with pytest.raises(UserError):
        cases.crowd(trial_factory.data([(0, 0, 1, 0), (0, 1, 0, 0)], items=2, tests=[False, True]))


def test_what_is_kept_back_hangs_on_names_alone() -> None:
    rows = [(user, item, 1.0, 0.0) for user in range(6) for item in range(8)]
    few = cases.crowd(trial_factory.data(rows, items=8))[:5]
    more = cases.crowd(trial_factory.data([*rows, (6, 8, 1.0, 0.0), (6, 1, 1.0, 0.0)], items=9))
    for one, other in zip(few, more, strict=False):
        assert one.relevant.tolist() == other.relevant.tolist()


def test_the_split_of_the_file_goes_before_chance() -> None:
    rows = [(0, item, 1.0, 0.0) for item in range(6)]
    tests = [item in {1, 4} for item in range(6)]
    data = trial_factory.data(rows, items=6, tests=tests)
    (case,) = cases.crowd(data)
    assert set(case.relevant.tolist()) == {1, 4}
    assert set(data.item[case.known].tolist()) == {0, 2, 3, 5}


def test_a_household_knows_the_first_events_and_keeps_back_what_comes_after_fifty() -> None:
    data = trial_factory.random_data(users=8, items=150, events=90)
    whole = data.of_users()
    for most in (0, 5, 20, 50):
        for case in cases.household(data, most=most):
            own = whole[case.user]
            assert case.known.tolist() == own[:most].tolist()
            later = own[FIRST:]
            assert set(case.relevant) == set(data.item[later[data.value[later] >= 4]])
            assert set(case.disliked) == set(data.item[later[data.value[later] < 4]])
            # The same candidates, however much is known.
            assert set(case.candidates) == set(range(150)) - set(data.item[own[:FIRST]])


def test_rivals_are_as_popular_and_never_were_touched() -> None:
    data = trial_factory.random_data(users=40, items=150, events=90)
    popular = np.bincount(data.item, minlength=150)
    found = cases.household(data, most=5)
    met = 0
    for case in found:
        touched = set(data.item[data.user == case.user].tolist())
        for item, rivals in zip(case.relevant, case.rivals, strict=True):
            own = rivals[rivals >= 0]
            met += len(own)
            assert len(set(own)) == len(own) <= 10
            assert not touched & set(own.tolist())
            assert (np.abs(popular[own] - popular[item]) <= 0.07 * popular[item]).all()
    assert met > 1_000


def test_who_did_too_little_is_left_out_and_if_all_did_it_is_said() -> None:
    with pytest.raises(UserError, match=r"first 50 events: use “--protocol crowd”"):
        cases.household(trial_factory.random_data(users=3, items=80, events=55), most=5)
    with pytest.raises(UserError, match="two at least"):
        cases.crowd(trial_factory.data([(0, 0, 1, 0), (1, 1, 1, 0)], items=2))


@pytest.mark.parametrize(
    ("values", "top", "liked"),
    [
        ([1, 2, 3, 4, 5, 4], 5, [0, 0, 0, 1, 1, 1]),
        ([0.5, 3.5, 4, 4], 5, [0, 0, 1, 1]),
        ([10, 7, 8, 8], 10, [1, 0, 1, 1]),
        ([0, 1, 0], 1, [0, 1, 0]),
        ([1, 1, 1], None, [1, 1, 1]),
        ([0, 0, 0, 2, 7], None, [0, 0, 0, 1, 1]),
        ([1, 1, 1, 2, 7], None, [1, 1, 1, 1, 1]),
        ([90, 20, 90], 100, [1, 0, 1]),
    ],
)
def test_what_was_liked_is_four_fifths_of_the_scale_or_all_that_was_counted(
    values: list[float], top: float | None, liked: list[int]
) -> None:
    array = np.array(values, dtype=float)
    assert feedback.scale(array) == top
    assert feedback.liked(array, top).tolist() == [bool(each) for each in liked]


def test_events_become_the_opinions_that_the_library_would_hold() -> None:
    rows = [(0, 0, 5, 30), (0, 1, 1, 20), (0, 2, 4, 10), (0, 3, 3, 40)]
    data = trial_factory.data([(user, item, value, at) for user, item, value, at in rows], items=4)
    held = feedback.opinions(data, np.arange(4), feedback.scale(data.value))
    assert [opinion.item for opinion in held] == ["i002", "i001", "i000", "i003"]
    assert [round(opinion.value, 2) for opinion in held] == [0.56, -0.78, 1.0, 0.11]
    assert {opinion.value for opinion in feedback.opinions(data, np.arange(4), None)} == {1.0}
    yes_no = feedback.opinions(
        trial_factory.data([(0, 0, 0, 1), (0, 1, 1, 2)], items=2), np.arange(2), 1.0
    )
    assert [opinion.value for opinion in yes_no] == [-1.0, 1.0]


@pytest.mark.parametrize(
    ("at", "year"),
    [(880_000_000.0, 1997.9), (0.0, 2011), (1_234.0, 2011), (700_000_000.0, 2011)],
)
def test_rankers_are_asked_at_the_last_known_event_or_where_times_are_none_at_the_end(
    at: float, year: float
) -> None:
    """At 700,000,000 it is 1992, and most of what is known is of 1995."""
    data = trial_factory.data([(0, n, 4.0, at and at + n) for n in range(3)], items=5)
    years = (1995, 1995, 1960, None, 2010)
    dated = tuple(replace(item, year=y) for item, y in zip(data.items, years, strict=True))
    data = replace(data, items=dated)
    found = feedback.moment(data, np.arange(3))
    assert 1970 + found / (365.2425 * 86_400) == pytest.approx(year, abs=0.1)
