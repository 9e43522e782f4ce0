from __future__ import annotations

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from mediadesk.api import Event, EventKind
from mediadesk.recommend.candidates import is_open
from mediadesk.recommend.outliers import weigh
from mediadesk.recommend.profile import State, state

PLAYED, FINISHED = EventKind.PLAYED, EventKind.FINISHED
HOUR = 3600.0


def play(kind: EventKind, at: float, share: float, *, number: int = 0, **context: float) -> Event:
    told = {"position": share * 2700, "watched": share * 2700} | context
    return Event(
        id=f"d:{number or int(at)}", profile="me", item="a", kind=kind, at=at, value=share,
        context=told,
    )  # fmt: skip


def sitting(start: float, *shares: float, **context: float) -> list[Event]:
    """An episode of 45 minutes, told every so often and finished."""
    said = [play(PLAYED, start + share * 2700, share, **context) for share in shares]
    return [*said, play(FINISHED, start + 2600, 0.95, **context)]


def test_an_evening_in_front_of_the_screen_is_believed() -> None:
    alone = weigh(sitting(0, 0.1, 0.4, 0.7, unattended=2700.0))
    assert [each.weight for each in alone] == [1.0] * 4
    assert {each.why for each in alone} == {""}


def test_what_goes_on_by_itself_when_nobody_is_there_is_no_opinion() -> None:
    slept = weigh(sitting(0, 0.3, 0.7, unattended=2 * HOUR))
    assert [each.weight for each in slept] == [0.1] * 3
    assert slept[0].why == "it began by itself when nobody had touched anything for 2 h 0 min"
    found = state(sitting(0, 0.3, 0.7, unattended=2 * HOUR))
    assert (found.finished, found.plays, found.played_at, found.position) == (False, 0, None, 0)
    assert found.value is not None
    assert 0 < found.value <= 0.05
    assert is_open(found, 10 * HOUR)


def test_watched_later_by_a_person_it_counts_in_full() -> None:
    slept = sitting(0, 0.3, 0.7, unattended=2 * HOUR)
    found = state([*slept, *sitting(20 * HOUR, 0.3, 0.7)])
    assert (found.finished, found.plays, found.value) == (True, 1, 0.5)
    assert found == state(sitting(20 * HOUR, 0.3, 0.7))


def test_a_screen_that_stood_paused_for_hours_says_little_at_its_end() -> None:
    evening = [play(PLAYED, 900, 0.3), play(PLAYED, 6 * HOUR, 0.32, paused=5 * HOUR)]
    assert [(each.weight, each.why) for each in weigh(evening)] == [
        (1.0, ""),
        (0.1, "it stood paused for 5 h 0 min"),
    ]
    assert state(evening) == state(evening[:1])
    short = play(PLAYED, 6 * HOUR, 0.32, paused=600.0)
    assert weigh([short])[0].weight == 1


def test_what_is_told_twice_happened_once() -> None:
    twice = [play(FINISHED, 0.0, 1.0, number=1), play(FINISHED, 2.0, 1.0, number=2)]
    assert [each.weight for each in weigh(twice)] == [1.0, 0.0]
    assert state(twice).plays == 1
    again = [play(FINISHED, 0.0, 1.0, number=1), play(FINISHED, HOUR, 1.0, number=2)]
    assert state(again).plays == 2


def test_what_was_marked_as_not_seen_and_begun_again_is_not_told_twice() -> None:
    mark = Event(id="d:9", profile="me", item="a", kind=EventKind.UNSEEN, at=1.0)
    again = [play(PLAYED, 0.0, 0.7), mark, play(PLAYED, 2.0, 0.7)]
    assert state(again).progress == 0.7


def test_what_is_told_right_after_an_outlier_is_not_told_twice() -> None:
    slept = play(FINISHED, 0.0, 1.0, number=1, unattended=2 * HOUR)
    assert [each.weight for each in weigh([slept, play(FINISHED, 5.0, 1.0, number=2)])] == [0.1, 1]


def test_what_is_said_on_purpose_always_counts() -> None:
    like = Event(id="d:1", profile="me", item="a", kind=EventKind.LIKE, at=0,
                 context={"unattended": 9 * HOUR})  # fmt: skip
    assert weigh([like])[0].weight == 1


kinds = st.sampled_from([PLAYED, FINISHED, EventKind.ABANDONED])
plays = st.builds(play, kinds, st.floats(0, 50 * HOUR), st.floats(0, 1))
said = st.builds(
    lambda kind, at: Event(id=f"s:{at}", profile="me", item="a", kind=kind, at=at, value=0.8),
    st.sampled_from([EventKind.LIKE, EventKind.LESS, EventKind.RATED, EventKind.SEEN,
                     EventKind.UNSEEN, EventKind.SHOWN, EventKind.DISMISSED]),
    st.floats(0, 50 * HOUR),
)  # fmt: skip
outliers = st.builds(
    lambda kind, at, share, context: play(kind, at, share, number=999_999, **context),
    kinds,
    st.floats(0, 50 * HOUR),
    st.floats(0, 1),
    st.sampled_from([{"unattended": 1.5 * HOUR}, {"unattended": 9 * HOUR}, {"paused": HOUR}]),
)


@given(st.lists(plays | said, max_size=12), outliers)
def test_an_outlier_changes_no_more_than_a_glance_does(base: list[Event], odd: Event) -> None:
    before, after = state(base), state([*base, odd])
    glance = play(PLAYED, odd.at, 0.01, number=999_998)
    glanced = state([*base, glance])
    moved = {each.name for each in fields(State) if getattr(after, each.name) !=
             getattr(before, each.name)}  # fmt: skip
    assert moved <= {"value", "at"}
    if "value" in moved:  # nothing was known; a glance says something then, too
        assert before.value is None
        assert after.value is not None
        assert glanced.value is not None
        assert abs(after.value) <= abs(glanced.value) == 0.1
