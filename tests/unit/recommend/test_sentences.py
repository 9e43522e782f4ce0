from __future__ import annotations

import pytest

from mediadesk.recommend.sentences import clock, length, short


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "0:00"), (12.9, "0:12"), (750.0, "12:30"), (3723.0, "1:02:03")]
)
def test_times_read_as_on_a_player(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_quotations_end_at_a_word() -> None:
    assert short("a  calm\nsea", 20) == "a calm sea"
    assert short("the harbour lies still", 15) == "the harbour…"


def test_chinese_quotations_take_two_columns_a_sign() -> None:
    assert short("过了防波堤，涌浪就接管了一切。", 12) == "过了防波堤…"


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "1 s"), (18, "18 s"), (170, "3 min")])
def test_lengths_are_told_in_the_unit_that_fits(seconds: float, text: str) -> None:
    assert length(seconds) == text
