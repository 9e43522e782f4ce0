"""When something is seen, where it goes on, and that a glance moves no place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mediadesk.api import Event, EventKind
from mediadesk.recommend.profile import State, graded, states
from mediadesk.recommend.watched import goes_on_at, seen_from

_HOURS_2 = 7200.0
_LATE = 3900.0  # 1:05:00


def play(position: float, watched: float | None, *, at: float, length: float = _HOURS_2) -> Event:
    told = {"position": position} | ({} if watched is None else {"watched": watched})
    return Event(
        id=f"p{at}", profile="me", item="a", kind=EventKind.PLAYED, at=at, value=position / length,
        context=told,
    )  # fmt: skip


def other(kind: EventKind, at: float, value: float = 0.0) -> Event:
    return Event(id=f"{kind}{at}", profile="me", item="a", kind=kind, at=at, value=value)


def state(*events: Event) -> State:
    return states(events)["a"]


def test_a_film_is_seen_from_nine_tenths_or_from_its_credits_on() -> None:
    assert seen_from(1000, []) == 900
    assert seen_from(1000, [(0, "One"), (850, "End Credits")]) == 850
    assert seen_from(1000, [(0, "One"), (850, "The weekend")]) == 900
    assert seen_from(1000, [(0, "Opening credits")]) == 900
    assert seen_from(1000, [(0, "One"), (950, "Credits")]) == 900
    assert seen_from(0, []) == 0


def test_it_goes_on_only_where_more_than_a_moment_was_watched() -> None:
    assert goes_on_at(50, _HOURS_2) == 0
    assert goes_on_at(61, _HOURS_2) == 61
    assert goes_on_at(12, 200) == 12
    assert goes_on_at(9, 200) == 0
    assert goes_on_at(9, 0) == 0


def test_opening_a_film_for_a_moment_near_its_start_keeps_the_place() -> None:
    kept = state(play(_LATE, 600, at=1), play(8, 8, at=2), play(23, 23, at=3))
    assert (kept.position, kept.played_at) == (_LATE, 3)
    assert kept.progress == _LATE / _HOURS_2
    assert kept.underway


def test_a_glance_at_the_end_neither_loses_the_place_nor_counts_as_seen() -> None:
    kept = state(play(_LATE, 600, at=1), play(7000, 5, at=2))
    assert (kept.position, kept.finished, kept.underway) == (_LATE, False, True)
    assert not state(play(7000, 5, at=1)).finished


def test_gone_to_and_left_at_once_the_place_is_kept_and_no_opinion_is_drawn() -> None:
    kept = state(play(_LATE, 0.25, at=1))
    assert (kept.position, kept.underway, kept.value) == (_LATE, True, None)


def test_begun_and_then_gone_elsewhere_it_was_left_at_once_and_the_place_is_kept() -> None:
    gone = state(play(12, 12, at=1), play(_LATE, 0.25, at=2))
    assert (gone.position, gone.underway, gone.value) == (_LATE, True, graded(0))


def test_looked_into_for_a_moment_it_was_left_at_once_wherever_that_was() -> None:
    looked = state(play(_LATE, 20, at=1))
    assert (looked.position, looked.value) == (_LATE, graded(0))


def test_a_place_that_was_gone_to_later_goes_before_one_where_hardly_more_was_watched() -> None:
    assert state(play(30, 30, at=1), play(_LATE, 20, at=2)).position == _LATE
    assert state(play(_LATE, 20, at=1), play(30, 30, at=2)).position == _LATE
    assert state(play(30, 30, at=1), play(7000, 20, at=2)).position == 30, "a look at its end"


def test_what_was_begun_anew_stays_begun_anew_after_a_glance() -> None:
    assert state(play(_LATE, 600, at=1), play(30, None, at=2), play(40, 10, at=3)).position == 40


def test_watching_on_from_another_place_moves_it_there() -> None:
    assert state(play(_LATE, 600, at=1), play(100, 60, at=2)).position == 100
    assert state(play(_LATE, 600, at=1), play(_LATE + 20, 20, at=2)).position == _LATE + 20
    short = [play(90, 90, at=1, length=120), play(8, 7, at=2, length=120)]
    assert state(*short).position == 8  # seven seconds are more than a twentieth of it


def test_a_stale_older_play_never_wins() -> None:
    assert state(play(_LATE, 600, at=5), play(300, 300, at=4)).position == _LATE


def test_who_looks_into_a_seen_film_has_still_seen_it_and_is_not_underway() -> None:
    seen = state(other(EventKind.FINISHED, 1, 1.0), play(40, 40, at=2))
    assert (seen.finished, seen.underway, seen.position) == (True, False, 0)
    again = state(other(EventKind.FINISHED, 1, 1.0), play(700, 660, at=2))
    assert (again.finished, again.underway, again.position) == (True, True, 700)


def test_played_to_where_it_is_seen_it_begins_anew() -> None:
    seen = state(play(3000, 600, at=1), play(6600, 400, at=2))
    assert (seen.finished, seen.underway, seen.position) == (True, False, 0)


def test_marked_as_seen_it_leaves_continue_and_keeps_its_position() -> None:
    marked = state(play(_LATE, 600, at=1), other(EventKind.SEEN, 2))
    assert (marked.underway, marked.progress, marked.position) == (False, 1, _LATE)
    assert state(play(_LATE, 600, at=1), other(EventKind.SEEN, 2), play(200, 90, at=3)).underway


def test_taken_off_continue_the_position_stays_and_playing_brings_it_back() -> None:
    gone = state(play(_LATE, 600, at=1), other(EventKind.DISMISSED, 2))
    assert (gone.underway, gone.position) == (False, _LATE)
    back = state(play(_LATE, 600, at=1), other(EventKind.DISMISSED, 2), play(8, 8, at=3))
    assert (back.underway, back.position) == (True, _LATE)


told = st.tuples(st.floats(0, 0.89), st.floats(0, 120))


@given(st.lists(told, min_size=1, max_size=12))
def test_the_position_never_moves_back_unless_one_watched_on_from_there(
    tellings: list[tuple[float, float]],
) -> None:
    plays: list[Event] = []
    shown = 0.0
    for at, (share, watched) in enumerate(tellings):
        position = max(share * _HOURS_2, watched)
        plays.append(play(position, watched, at=at))
        now = state(*plays).position
        if now < shown:
            assert watched >= 60
            assert now == position
        shown = now
