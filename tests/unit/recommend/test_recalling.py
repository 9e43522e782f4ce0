from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mediadesk.api import EventKind
from mediadesk.recommend.profile import State
from mediadesk.recommend.recalling import told

MARCH = datetime(2026, 3, 15, 12, tzinfo=UTC).timestamp()
MAY = datetime(2026, 5, 15, 12, tzinfo=UTC).timestamp()
LIKED = State(verdict=EventKind.LIKE, liked_at=MARCH, at=MARCH)


@pytest.mark.parametrize(
    ("states", "text"),
    [
        ([State(played_at=MARCH, plays=1)], "You played it in March 2026"),
        ([State(played_at=MARCH, plays=12)],
         "You finished it 12 times, and last played it in March 2026"),
        ([State(verdict=EventKind.LIKE, liked_at=MARCH, played_at=MAY)],
         "You liked it, and played it in May 2026"),
        ([LIKED], "You liked it in March 2026"),
        ([State(stars=4.5)], "You gave it 4.5 of 5"),
        ([State(finished=True)], "You marked it as seen"),
        ([State(played_at=MARCH), State(played_at=MAY, plays=3), State(finished=True)],
         "You played 2 episodes of it, last in May 2026"),
        ([State(played_at=MARCH), LIKED, LIKED, LIKED],
         "You played one episode of it in March 2026"),
        ([State(finished=True), LIKED], "You liked it in March 2026"),
        ([State(played_at=MAY, plays=3, undated=True)], "You have played it"),
        ([State(played_at=MAY, undated=True), State(played_at=MARCH)],
         "You have played 2 episodes of it"),
        ([State(verdict=EventKind.LIKE, liked_at=1e300, undated=True)], "You liked it"),
        ([State(played_at=MARCH, plays=12, by="some")], "One of you played it in March 2026"),
        ([State(played_at=MARCH, plays=12, liked_at=MAY, by="all")], "You played it in March 2026"),
        ([State(played_at=MARCH, by="some"), State(played_at=MAY, by="all")],
         "Between you, you played 2 episodes of it, last in May 2026"),
        ([State(stars=4.5, by="some")], "One of you gave it 4.5 of 5"),
        ([State(shown=3)], ""),
    ],
)  # fmt: skip
def test_it_is_told_how_often_and_when_something_was_had(states: list[State], text: str) -> None:
    assert told(states) == text
