"""A history as cases: what is known at each moment, and what is to be found."""

from __future__ import annotations

import numpy as np
import pytest

from mediadesk.api import Event, EventKind, Item, Kind, UserError
from mediadesk.engine.trials import replay as module
from mediadesk.engine.trials.replay import Replay, replay
from mediadesk.recommend.candidates import is_open
from mediadesk.recommend.profile import effective, opinions, states

_ITEMS = [Item(id=f"i{n:02}", kind=Kind.FILM, title=f"Item {n}", path=None) for n in range(30)]


def _event(n: int, kind: EventKind, at: float, value: float = 0.0) -> Event:
    return Event(id=f"e{at}", profile="me", item=f"i{n:02}", kind=kind, at=at, value=value)


def _history() -> list[Event]:
    """Likes even items and leaves odd ones, one in 1,000 seconds, after seeing each for a while."""
    kinds = (EventKind.LIKE, EventKind.LESS)
    return [
        event
        for n in range(20)
        for event in (
            _event(n, EventKind.SHOWN, 1_000.0 * n + 1),
            _event(n, kinds[n % 2], 1_000.0 * n + 500),
        )
    ]


def _found(events: list[Event]) -> Replay:
    return replay(_ITEMS, events, who="me", seed=0)


def test_each_item_that_was_liked_is_to_be_found_by_what_came_before() -> None:
    found = _found(_history())
    assert [int(case.relevant[0]) for case in found.cases] == [6, 8, 10, 12, 14, 16, 18]
    for case in found.cases:
        (item,) = case.relevant.tolist()
        assert found.data.item[case.known].tolist() == list(range(item))
        assert sorted(case.candidates.tolist()) == list(range(item, 30))
        assert [opinion.item for opinion in found.held[item]] == [f"i{n:02}" for n in range(item)]


def test_what_happened_later_changes_nothing_that_is_known_then() -> None:
    found, later = _found(_history()[:30]), _found(_history())
    for one, other in zip(found.cases, later.cases, strict=False):
        assert one.relevant.tolist() == other.relevant.tolist()
        assert one.candidates.tolist() == other.candidates.tolist()
        assert found.held[int(one.relevant[0])] == later.held[int(other.relevant[0])]


def test_what_was_undone_or_is_no_item_any_more_never_was() -> None:
    whole = _found(_history())
    undone = [
        *_history(),
        _event(25, EventKind.LIKE, 100_000),
        _event(25, EventKind.UNDO, 100_001),
        Event(id="x", profile="me", item="gone", kind=EventKind.LIKE, at=7.0),
    ]
    found = _found(undone)
    assert [int(case.relevant[0]) for case in found.cases] == [
        int(case.relevant[0]) for case in whole.cases
    ]


def test_what_nobody_may_have_seen_is_to_be_ranked_as_new() -> None:
    alone = Event(
        id="alone",
        profile="me",
        item="i25",
        kind=EventKind.FINISHED,
        at=7.0,
        value=1.0,
        context={"unattended": 7_200.0},
    )
    assert opinions(states([alone])), "it says a little"
    found = _found([alone, *_history()])
    for case in found.cases:
        assert 25 in case.candidates.tolist()
        item = int(case.relevant[0])
        assert "i25" in {each.item for each in found.held[item]}, "it tells how rankers count"
        assert "i25" in found.new[item]
        assert not found.new[item] & {f"i{n:02}" for n in range(item)}, "these were judged"


def test_an_item_begun_long_before_it_was_liked_counts_from_its_beginning() -> None:
    events = [
        *_history(),
        _event(25, EventKind.PLAYED, 7_100, 0.4),
        _event(25, EventKind.LIKE, 9e4),
    ]
    (case,) = [case for case in _found(events).cases if case.relevant[0] == 25]
    assert len(case.known) == 7


def test_what_was_only_begun_or_rated_in_the_middle_was_not_liked() -> None:
    for kind, value, is_liked in (
        (EventKind.PLAYED, 0.3, False),
        (EventKind.FINISHED, 1.0, True),
        (EventKind.RATED, 0.6, False),
        (EventKind.RATED, 0.8, True),
    ):
        found = _found([*_history(), _event(25, kind, 90_000, value)])
        assert (25 in [int(case.relevant[0]) for case in found.cases]) == is_liked, (kind, value)


def test_the_last_of_a_long_history_count_and_a_large_library_is_drawn_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_MOST_CASES", 3)
    monkeypatch.setattr(module, "_MOST_ITEMS", 8)
    found = _found(_history())
    assert [int(case.relevant[0]) for case in found.cases] == [14, 16, 18]
    for case in found.cases:
        assert len(case.candidates) == 8
        assert case.relevant[0] in case.candidates
        assert case.candidates.min() >= case.relevant[0]
    places = {case.candidates.tolist().index(case.relevant[0]) for case in found.cases}
    assert len(places) > 1, "the place tells nothing"


def test_a_history_that_is_too_short_is_said_to_be() -> None:
    for events in ([], _history()[:12]):
        with pytest.raises(UserError, match=r"history of “me” is too short.*import history"):
            _found(events)


@pytest.mark.parametrize("seed", range(8))
def test_what_was_known_at_each_moment_is_what_all_events_before_it_say(seed: int) -> None:
    chance, kinds = np.random.default_rng(seed), list(EventKind)
    events = [
        _event(
            int(chance.integers(30)),
            kinds[chance.integers(len(kinds))],
            float(chance.integers(250)),
            float(chance.integers(11) / 10),
        )
        for _ in range(400)
    ]
    found, done = _found(events), effective(events)
    assert found.cases
    assert found.held.keys() == {int(case.relevant[0]) for case in found.cases}
    for case in found.cases:
        (item,) = case.relevant.tolist()
        (at,) = found.data.at[found.data.item == item]
        before = states(event for event in done if event.at < at)
        assert found.held[item] == opinions(before)
        open_ = {n for n, each in enumerate(_ITEMS) if is_open(before.get(each.id), at)}
        assert set(case.candidates.tolist()) == open_
