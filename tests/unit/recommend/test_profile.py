from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.api import Event, EventKind
from mediadesk.recommend.candidates import is_open, may_fill
from mediadesk.recommend.profile import (
    DAY,
    State,
    effective,
    graded,
    hiding,
    opinions,
    states,
)

FEEDBACK = (EventKind.LIKE, EventKind.LESS, EventKind.HIDE, EventKind.NOT_NOW)


def event(
    kind: EventKind, at: float = 0.0, *, item: str = "a", value: float = 0.0, **context: object
) -> Event:
    return Event(
        id=f"{item}-{kind}-{at}", profile="me", item=item, kind=kind, at=at, value=value,
        context=context,
    )  # fmt: skip


def state(*events: Event) -> State:
    return states(events)["a"]


kinds = st.sampled_from([kind for kind in EventKind if kind is not EventKind.UNDO])
histories = st.lists(st.tuples(kinds, st.sampled_from("abc"), st.floats(0, 1)), max_size=25).map(
    lambda drawn: [
        event(kind, at * 1000.0, item=item, value=value)
        for at, (kind, item, value) in enumerate(drawn)
    ]
)


def test_a_like_is_the_strongest_opinion_and_the_last_word_counts() -> None:
    assert state(event(EventKind.LIKE)).value == 1
    assert state(event(EventKind.LIKE), event(EventKind.LESS, 1)).value == -1
    hidden = state(event(EventKind.LIKE), event(EventKind.HIDE, 1))
    assert hidden.hidden
    assert not hidden.liked
    assert -1 < hidden.value < 0


def test_what_was_watched_is_an_opinion_by_share() -> None:
    assert graded(0.85) == 0.5
    assert graded(0.05) == -0.1
    assert 0 < graded(0.3) < graded(0.6) < 0.5
    assert state(event(EventKind.FINISHED)).value == 0.5
    assert state(event(EventKind.FINISHED), event(EventKind.PLAYED, 1, value=0.02)).value == 0.5


def test_position_and_progress_are_those_of_the_last_playing() -> None:
    begun = state(event(EventKind.PLAYED, value=0.4, position=750.0))
    assert (begun.progress, begun.position, begun.underway, begun.finished) == (
        0.4, 750.0, True, False,
    )  # fmt: skip
    done = state(event(EventKind.PLAYED, value=0.4, position=750.0), event(EventKind.FINISHED, 1))
    assert (done.progress, done.position, done.underway, done.finished) == (1.0, 0.0, False, True)


def test_resting_does_not_lose_the_position() -> None:
    rested = state(
        event(EventKind.PLAYED, value=0.4, position=750.0), event(EventKind.NOT_NOW, 10.0)
    )
    assert rested.position == 750.0
    assert rested.rests_until == 10.0 + 7 * DAY


def test_shown_five_times_and_never_opened_it_rests_and_opening_wakes_it() -> None:
    often = [event(EventKind.SHOWN, hour * 3600.0) for hour in range(5)]
    evening, morning, week = 20 * 3600.0, DAY, often[-1].at + 7 * DAY
    assert not states(often[:4])["a"].is_tired(morning)
    tired = state(*often)
    assert [tired.is_tired(at) for at in (evening, morning, week - 1, week)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert not state(*often, event(EventKind.OPENED, 20_000.0)).is_tired(morning)


def test_what_is_shown_while_it_rests_goes_on_resting_and_begins_anew_after_a_week() -> None:
    often = [event(EventKind.SHOWN, hour * 3600.0) for hour in range(5)]
    on_the_third_day = event(EventKind.SHOWN, 2.5 * DAY)
    assert state(*often, on_the_third_day).is_tired(2.6 * DAY)
    assert state(*often, on_the_third_day).is_tired(9 * DAY)
    assert not state(*often, event(EventKind.SHOWN, 8 * DAY)).is_tired(8.1 * DAY)


def test_what_is_painted_again_within_half_an_hour_was_shown_once() -> None:
    assert state(*(event(EventKind.SHOWN, second) for second in range(100))).shown == 1


def test_an_undo_names_the_feedback_it_takes_back() -> None:
    first, second = event(EventKind.LIKE), event(EventKind.HIDE, 1)
    kept = effective([first, second, event(EventKind.UNDO, 2, event=first.id)])
    assert kept == [second]
    twice = [event(EventKind.UNDO, 2, event=first.id), event(EventKind.UNDO, 3, event=first.id)]
    assert effective([first, second, *twice]) == [second]


def test_many_plays_of_one_song_are_taken_back_without_going_through_all_for_each() -> None:
    plays = [event(EventKind.FINISHED, at) for at in range(30_000)]
    undone = [event(EventKind.UNDO, 1e6, event=play.id) for play in plays]
    assert effective([*plays, *undone]) == []
    assert effective([*plays, *undone[1:]]) == plays[:1]


def test_an_undo_takes_back_a_play_only_if_it_names_it() -> None:
    like, seen = event(EventKind.LIKE), event(EventKind.FINISHED, 1)
    assert effective([like, seen, event(EventKind.UNDO, 2)]) == [seen]
    assert effective([like, seen, event(EventKind.UNDO, 2, event=seen.id)]) == [like]


@given(histories, st.sampled_from(FEEDBACK), st.sampled_from("abc"))
def test_undo_inverts_any_feedback(history: list[Event], kind: EventKind, item: str) -> None:
    given_ = [*history, event(kind, 1e6, item=item), event(EventKind.UNDO, 1e6 + 1, item=item)]
    assert states(given_) == states(history)


@given(histories, st.randoms(use_true_random=False))
def test_states_do_not_depend_on_the_order_of_arrival(
    history: list[Event], chance: random.Random
) -> None:
    shuffled = list(history)
    chance.shuffle(shuffled)
    assert states(shuffled) == states(history)


def test_opinions_are_oldest_first_and_of_one_time_by_their_items() -> None:
    known = {item: State(value=1.0, at=at) for item, at in (("c", 2.0), ("b", 1.0), ("a", 2.0))}
    assert [opinion.item for opinion in opinions(known)] == ["b", "a", "c"]


@given(histories)
def test_opinions_are_bounded_and_an_item_has_one_at_most(history: list[Event]) -> None:
    held = opinions(states(history))
    assert all(-1 <= opinion.value <= 1 for opinion in held)
    assert len({opinion.item for opinion in held}) == len(held)
    assert [opinion.at for opinion in held] == sorted(opinion.at for opinion in held)


def test_only_what_was_never_judged_played_or_put_off_is_open() -> None:
    assert is_open(None, 0)
    assert is_open(State(shown=3), 0)
    assert is_open(State(rests_until=5), 6)
    assert may_fill(State(tired=(1, 3)), 2)
    for closed in (
        State(rests_until=5),
        State(tired=(0, 3)),
        State(verdict=EventKind.LIKE),
        State(verdict=EventKind.HIDE),
        State(played_at=1.0),
    ):
        assert not is_open(closed, 0)


def test_what_was_rated_or_marked_as_seen_is_not_recommended_again() -> None:
    assert is_open(state(event(EventKind.OPENED)), 1)
    assert not is_open(state(event(EventKind.RATED, value=0.6)), 1)
    assert not is_open(state(event(EventKind.SEEN)), 1)
    assert states([event(EventKind.SEEN), event(EventKind.UNSEEN, 1)]) == {}


def test_what_hides_an_item_is_the_last_thing_that_was_said_of_it() -> None:
    hide = event(EventKind.HIDE, 1)
    assert hiding([event(EventKind.LIKE), hide, event(EventKind.NOT_NOW, 2)]) == {"a": hide.id}
    assert hiding([hide, event(EventKind.LIKE, 2)]) == {}
    assert hiding([hide, event(EventKind.UNDO, 2, event=hide.id)]) == {}
    again = event(EventKind.HIDE, 3, item="b")
    assert hiding([hide, again]) == {"a": hide.id, "b": again.id}


@pytest.mark.parametrize("kind", FEEDBACK)
def test_feedback_pressed_twice_was_given_once_and_one_undo_takes_it_back(kind: EventKind) -> None:
    twice = [event(kind), event(kind, 1)]
    assert effective(twice) == twice[:1]
    assert states(twice) == states(twice[:1])
    assert states([*twice, event(EventKind.UNDO, 5)]) == {}
    for said in twice:
        assert states([*twice, event(EventKind.UNDO, 5, event=said.id)]) == {}


def test_feedback_given_anew_or_after_another_counts_for_itself() -> None:
    like, less, again = event(EventKind.LIKE), event(EventKind.LESS, 1), event(EventKind.LIKE, 2)
    assert effective([like, less, again]) == [like, less, again]
    later = event(EventKind.LESS, 2_000)
    assert effective([less, later]) == [less, later]
    undone = event(EventKind.UNDO, 1)
    assert effective([like, undone, again]) == [again]


def test_what_was_had_once_rests_for_a_week_and_the_oftener_of_late_the_longer() -> None:
    def rest(*days: float) -> float:
        first = 1_000
        had = [event(EventKind.FINISHED, (first + day) * DAY) for day in days]
        return state(*had).rested_at / DAY - first

    assert rest(0) == pytest.approx(7)
    assert rest(0, 0.01) == pytest.approx(7), "one sitting"
    assert rest(-365, 0) == pytest.approx(7, abs=1e-3)
    assert 20 < rest(*range(-6, 1)) < rest(*range(-29, 1)) < 32
    assert state(event(EventKind.LIKE)).rested_at == 7 * DAY
    assert state(event(EventKind.SHOWN)).rested_at == 0


def test_hidden_less_and_rated_low_are_unwanted_and_a_later_word_lifts_that() -> None:
    for kind in (EventKind.HIDE, EventKind.LESS):
        assert state(event(kind)).unwanted
        assert not state(event(kind), event(EventKind.LIKE, 100)).unwanted
    assert state(event(EventKind.RATED, value=0.4)).unwanted
    assert not state(event(EventKind.RATED, value=0.8)).unwanted
    assert not state(event(EventKind.ABANDONED, value=0.02)).unwanted
