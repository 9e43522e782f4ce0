"""What a group is told it had then, one of them had then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from mediadesk.api import Event, EventKind
from mediadesk.recommend import recalling, sentences
from mediadesk.recommend.joint import joint
from mediadesk.recommend.profile import State, state

TIMES = [datetime(2024 + n // 12, n % 12 + 1, 15, tzinfo=UTC).timestamp() for n in range(24)]
KINDS = (EventKind.LIKE, EventKind.LESS, EventKind.FINISHED)
MORE_KINDS = (*KINDS, EventKind.HIDE, EventKind.RATED, EventKind.SEEN, EventKind.PLAYED)


def event(kind: EventKind, at: float, *, is_dated: bool) -> Event:
    """Give what somebody did, or what an import told of it without a time."""
    context = {} if is_dated else {"undated": True}
    return Event(id=f"{at}", profile="p", item="a", kind=kind, value=1.0, at=at, context=context)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    times = draw(st.lists(st.sampled_from(TIMES), unique=True, max_size=3))
    kinds, dated = st.sampled_from(MORE_KINDS), st.booleans()
    return [event(draw(kinds), at, is_dated=draw(dated)) for at in times]


def shown(one: State) -> float | None:
    return one.liked_at if one.played_at is None else one.played_at


def check(members: Sequence[Sequence[Event]]) -> None:
    theirs = [state(own) for own in members]
    found = joint({}, [{"a": each} for each in theirs])["a"]
    told, when = recalling.told([found]), shown(found)
    dated = {each.at for own in members for each in own if not each.context}
    assert {at for at in TIMES if sentences.month(at) in told} <= dated, told
    assert when is None or found.undated in {s.undated for s in theirs if shown(s) == when}


def test_two_are_told_no_month_that_is_not_known_and_all_that_are() -> None:
    done = [None, *product(KINDS, (True, False))]
    for first, second, third, fourth in product(done, repeat=4):
        one, other, another, last = (
            [event(each[0], at, is_dated=each[1])] if each else []
            for each, at in zip((first, second, third, fourth), TIMES, strict=False)
        )
        check([one + another, other + last])


@given(st.lists(histories(), min_size=2, max_size=4))
def test_several_are_told_no_month_that_is_not_known(members: list[list[Event]]) -> None:
    check(members)


def test_what_was_played_at_the_first_moment_of_all_was_played() -> None:
    early = State(played_at=0.0, progress=1.0)
    assert joint({}, [{"a": early}, {"a": State(shown=1)}])["a"].played_at == 0.0
