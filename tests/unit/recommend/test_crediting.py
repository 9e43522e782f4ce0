from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from mediadesk.api import Event, EventKind
from mediadesk.recommend.candidates import dice
from mediadesk.recommend.crediting import label, leader, margins
from mediadesk.recommend.interleaving import team_draft
from mediadesk.recommend.profile import DAY
from mediadesk.recommend.sequential import is_told
from mediadesk.store.contests import Contest

START = 20_000 * DAY
HOUR = 3_600.0
CONTEST = Contest(first="a", second="b", since=START)
AFTER = START + 1_000 * DAY
NUMBERS = count()
SHOWN, OPENED, PLAYED, FINISHED = (
    EventKind.SHOWN, EventKind.OPENED, EventKind.PLAYED, EventKind.FINISHED,
)  # fmt: skip
LIKE, UNDO = EventKind.LIKE, EventKind.UNDO


def did(
    kind: EventKind,
    item: str,
    at: float,
    arm: str = "",
    *,
    contest: Contest = CONTEST,
    **more: object,
) -> Event:
    """Something done so many hours after the start; an arm means one of that day."""
    now = START + at * HOUR
    context = {"arm": label(contest, arm, now)} if arm else {}
    value = float(more.pop("share", 0.0))
    return Event(
        id=f"d:{next(NUMBERS)}",
        profile="me",
        item=item,
        kind=kind,
        at=now,
        value=value,
        context=context | more,
    )


def won(*events: Event) -> list[int]:
    return [leader(margin) for margin in margins(events, CONTEST, AFTER)]


def test_a_like_a_play_and_a_look_count_by_what_they_say() -> None:
    seen = [did(SHOWN, name, 1, "a") for name in ("liked", "played", "left", "opened", "less")]
    told = margins(
        [
            *seen,
            did(LIKE, "liked", 1.1),
            did(PLAYED, "played", 1.2, share=0.45),
            did(OPENED, "left", 1.3),
            did(PLAYED, "left", 1.4, share=0.02),
            did(OPENED, "opened", 1.5),
            did(EventKind.LESS, "less", 1.6),
        ],
        CONTEST,
        AFTER,
    )
    assert told == [pytest.approx(1 + 0.25 + 0.1)]
    assert margins(seen, replace(CONTEST, first="b", second="a"), AFTER) == [0]


def test_who_has_more_of_a_day_wins_it() -> None:
    both = [did(SHOWN, "x", 1, "a"), did(SHOWN, "y", 1, "b")]
    assert won(*both) == [0]
    assert won(*both, did(FINISHED, "x", 3)) == [1]
    assert won(*both, did(FINISHED, "x", 3), did(LIKE, "y", 4)) == [-1]
    assert won(*both, did(LIKE, "x", 3), did(LIKE, "y", 4)) == [0]
    assert won(*both, did(LIKE, "z", 3)) == [0], "it stood nowhere"


def test_a_day_is_one_trial_however_often_it_is_looked_at() -> None:
    seen = [did(SHOWN, name, at, name) for name in "ab" for at in (1, 5, 9)]
    assert won(*seen, did(LIKE, "a", 2), did(LIKE, "a", 9)) == [1]
    other = [did(SHOWN, "y", 25, "b"), did(LIKE, "y", 26)]
    assert won(*seen, did(LIKE, "a", 2), *other) == [1, -1]


def test_an_evening_goes_past_midnight_and_the_next_day_is_another() -> None:
    evening = [did(SHOWN, "film", 23, "a"), did(FINISHED, "film", 25)]
    assert won(*evening) == [1]
    again = [did(SHOWN, "film", 20, "a"), did(PLAYED, "film", 44, share=0.9)]
    assert won(*again) == [0], "found elsewhere a day later"
    late = did(SHOWN, "film", 25, "a")
    drawn = {
        "arm": label(CONTEST, "a", START + 23 * HOUR)
    }  # a panel that was not left since yesterday
    stayed = Event(
        id="d:x", profile="me", item="film", kind=SHOWN, at=late.at, value=0.0, context=drawn
    )
    assert won(did(SHOWN, "film", 23, "a"), stayed, did(LIKE, "film", 26)) == [1]


def test_what_the_card_itself_says_counts_before_it_is_told_that_it_was_seen() -> None:
    assert won(did(LIKE, "x", 1, "a"), did(SHOWN, "x", 1.5, "a")) == [1]


def test_what_was_taken_back_or_nobody_watched_wins_no_day() -> None:
    seen = did(SHOWN, "x", 1, "a")
    like = did(LIKE, "x", 2)
    assert won(seen, like) == [1]
    assert won(seen, like, did(UNDO, "x", 3)) == [0]
    assert won(seen, like, did(UNDO, "x", 60, event=like.id)) == [0]
    assert won(seen, did(FINISHED, "x", 3, unattended=2 * HOUR)) == [0]


def test_other_arms_and_other_days_of_them_are_left_alone() -> None:
    assert won(did(SHOWN, "x", 1), did(LIKE, "x", 2)) == []
    assert won(did(SHOWN, "x", 1, "c"), did(LIKE, "x", 2)) == []
    assert won(did(SHOWN, "x", 1, "odd@name"), did(LIKE, "x", 2)) == []
    odd = [did(SHOWN, "x", 1, "odd@name"), did(LIKE, "x", 2)]
    assert margins(odd, replace(CONTEST, first="odd@name"), AFTER) == [1]


def test_an_act_counts_for_the_arm_of_the_card_that_it_was_done_on() -> None:
    seen = did(SHOWN, "x", 1, "a")
    assert won(seen, did(LIKE, "x", 2)) == [1]
    assert won(seen, did(LIKE, "x", 2, "b")) == [-1]
    assert won(seen, did(SHOWN, "x", 2, "b"), did(LIKE, "x", 3)) == [-1], "it moved meanwhile"


def test_what_another_contest_put_there_counts_for_none_of_this_one() -> None:
    other = Contest(first="a", second="c", since=START - HOUR)
    assert won(did(SHOWN, "x", 1, "a", contest=other), did(LIKE, "x", 2)) == []
    again = replace(CONTEST, since=START + 2 * HOUR)
    events = [did(SHOWN, "x", 1, "a"), did(LIKE, "x", 3)]
    assert margins(events, again, AFTER) == []
    assert margins(events, CONTEST, AFTER) == [1]


def test_a_day_is_judged_once_when_nothing_more_can_count_for_it() -> None:
    def judged(at: float, *events: Event, until: float | None = None) -> list[int]:
        end = None if until is None else START + until * HOUR
        found = margins(events, replace(CONTEST, until=end), START + at * HOUR)
        return [leader(margin) for margin in found]

    morning = [did(SHOWN, "x", 1, "a"), did(OPENED, "x", 2)]
    evening = [did(SHOWN, "y", 23, "b"), did(LIKE, "y", 34)]
    assert [judged(at, *morning) for at in (3, 14, 35)] == [[], [], []]
    assert judged(37, *morning) == [1]
    assert judged(37, *morning, *evening) == [-1]
    stale = label(CONTEST, "b", START)
    for seen in (34, 37):
        late = replace(did(SHOWN, "z", seen), context={"arm": stale})
        assert judged(60, *morning, late, did(LIKE, "z", 38)) == [1], "it was told already"
    assert judged(3, *morning, *evening, until=3) == [1], "what is stopped is over at once"
    assert judged(60, *morning, *evening, until=3) == [1]
    liked = did(LIKE, "x", 3)
    took_back = did(UNDO, "x", 50, event=liked.id)
    assert judged(60, did(SHOWN, "x", 1, "a"), liked, took_back, until=4) == [0]


def contest(days: int, seed: int, *, cares: float) -> list[int]:
    """Give who won each day: one arm knows what a person likes, whom that may not concern."""
    chance = np.random.default_rng(seed)
    events = []
    for day in range(days):
        names = [f"{day}/{n}" for n in range(20)]
        likes = dict(zip(names, chance.random(20), strict=True))
        knowing = sorted(names, key=lambda name: likes[name] + chance.normal(0, 0.1))
        guessing = chance.permutation(names).tolist()
        coins = dice(f"{seed}", START + day * DAY)
        drafted = team_draft(knowing[::-1], guessing, 12, coins)
        for place, (name, side) in enumerate(drafted.items()):
            if chance.random() > 0.9**place:
                break
            at = 24 * day + 1 + place / 10
            events.append(did(SHOWN, name, at, "ab"[side]))
            wants = cares * likes[name] + (1 - cares) * chance.random()
            if wants > 0.75 and chance.random() < 0.5:
                events.append(did(PLAYED, name, at + 0.05, share=wants))
    return won(*events)


def told(days: list[int]) -> list[int]:
    """Give who is better after each day, 0 while it can't be told."""
    found = []
    for end in range(1, len(days) + 1):
        wins, losses = (days[:end].count(side) for side in (1, -1))
        found.append((wins > losses) - (wins < losses) if is_told(wins, losses) else 0)
    return found


def test_who_likes_what_an_arm_likes_is_told_that_it_is_better() -> None:
    found = [told(contest(60, seed, cares=1.0)) for seed in range(10)]
    assert all(-1 not in each for each in found)
    assert sum(each[-1] == 1 for each in found) >= 9


def test_who_likes_at_random_is_told_nothing_however_often_they_look() -> None:
    never = [not any(told(contest(40, seed, cares=0.0))) for seed in range(200)]
    assert sum(never) >= 190
