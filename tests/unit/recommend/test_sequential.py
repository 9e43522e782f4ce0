from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.recommend.sequential import evidence, interval, is_told, needed, per_sitting

COUNTS = st.integers(0, 300)
RUNS = 200


def test_eight_in_a_row_tell_and_seven_do_not() -> None:
    assert evidence(8, 0) == pytest.approx(log(2**8 / 9))
    assert [is_told(wins, 0) for wins in (7, 8)] == [False, True]
    assert [is_told(0, losses) for losses in (7, 8)] == [False, True]
    assert interval(0, 0) == (0, 1)


@given(COUNTS, COUNTS, st.floats(0.01, 0.99))
def test_the_evidence_is_a_martingale(wins: int, losses: int, share: float) -> None:
    """What it is on average after one more is what it is now: that bounds how high it ever gets."""
    now = evidence(wins, losses, share)
    won, lost = (evidence(wins + n, losses + 1 - n, share) - now for n in (1, 0))
    assert share * exp(won) + (1 - share) * exp(lost) == pytest.approx(1)


@given(COUNTS, COUNTS)
def test_the_interval_holds_what_was_found_and_leaves_the_middle_when_it_is_told(
    wins: int, losses: int
) -> None:
    low, high = interval(wins, losses)
    assert 0 <= low < high <= 1
    assert interval(losses, wins) == pytest.approx((1 - high, 1 - low))
    if wins + losses:
        assert low <= wins / (wins + losses) <= high
    assert is_told(wins, losses) == (not low <= 0.5 <= high)


@pytest.mark.parametrize("share", [0.5, 0.7, 0.97])
def test_who_always_looks_is_wrong_in_one_of_twenty_runs_at_most(share: float) -> None:
    chance = np.random.default_rng(11)
    wrong = 0
    for _ in range(RUNS):
        wins = np.cumsum(chance.random(300) < share)
        wrong += any(
            evidence(won, n - won, share) >= log(20) for n, won in enumerate(wins.tolist(), 1)
        )
    assert wrong <= 0.05 * RUNS


@given(st.integers(0, 40), st.integers(0, 40))
def test_what_is_needed_tells_if_it_goes_on_like_this(wins: int, losses: int) -> None:
    more = needed(wins, losses)
    if is_told(wins, losses):
        assert more == 0
    elif more is not None:
        share = (wins + 1) / (wins + losses + 2)
        assert is_told(wins + share * more, losses + (1 - share) * more)
        assert not is_told(wins + share * (more - 1), losses + (1 - share) * (more - 1))


def test_nobody_knows_how_long_an_even_contest_takes() -> None:
    assert needed(0, 0) is None
    assert needed(9, 9) is None
    assert needed(4, 0) == 10
    assert per_sitting(6, decided=4, sittings=6) == 9
