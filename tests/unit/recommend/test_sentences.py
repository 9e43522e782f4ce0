from __future__ import annotations

import pytest

from mediadesk.recommend.sentences import clock, short


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "0:00"), (12.9, "0:12"), (750.0, "12:30"), (3723.0, "1:02:03")]
)
def test_times_read_as_on_a_player(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_quotations_end_at_a_word() -> None:
    assert short("a  calm\nsea", 20) == "a calm sea"
    assert short("the harbour lies still", 15) == "the harbour…"
