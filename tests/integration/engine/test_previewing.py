"""What feedback would change is told before it is given, and nothing of that is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import get_args

import pytest

from mediadesk.api import UserError
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Effect, FeedbackKind, Limits, Origin, Panel

TABLES = ("event", "op", "register", "change", "profile")


def written(engine: Engine) -> list[list[tuple[object, ...]]]:
    db = engine._store.read().conn
    return [db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES]


def shelves(panel: Panel) -> dict[str, list[str]]:
    return {shelf.id: [card.id for card in shelf.items] for shelf in panel.shelves}


def on_panel(panel: Panel) -> set[str]:
    return {card for cards in shelves(panel).values() for card in cards}


def places(effect: Effect) -> list[tuple[str, str, int | None, int | None]]:
    return [(move.item.id, move.shelf, move.before, move.after) for move in effect.moves]


def replayed(before: Panel, engine: Engine, item: str, kind: FeedbackKind) -> dict[str, list[str]]:
    """Give the shelves as the moves of a preview make them from those before."""
    told = engine.preview(item, kind)
    places = {
        (shelf.id, card.id): place
        for shelf in before.shelves
        for place, card in enumerate(shelf.items, start=1)
    }
    for move in told.moves:
        assert places.get((move.shelf, move.item.id)) == move.before
        places[move.shelf, move.item.id] = move.after
    found: dict[str, list[str]] = {}
    for (shelf, card), place in sorted(places.items(), key=lambda pair: pair[1] or 0):
        if place is not None:
            found.setdefault(shelf, []).append(card)
            assert len(found[shelf]) == place
    return found


@pytest.mark.parametrize("kind", get_args(FeedbackKind))
def test_a_preview_is_what_follows_and_leaves_no_trace(ready: Engine, kind: FeedbackKind) -> None:
    ids = ready.ids()
    ready.feedback(ids[0], "like")
    item = ids[0] if kind == "undo" else ids[1]
    was, before = written(ready), ready.for_you()
    told = ready.preview(item, kind)
    assert shelves(told.before) == shelves(before)
    assert replayed(before, ready, item, kind) == shelves(told.after)
    assert written(ready) == was
    assert shelves(ready.for_you()) == shelves(before), "nothing was learnt of it"
    assert (told.item.id, told.kind) == (item, kind)
    done = ready.feedback(item, kind)
    after = done.after
    assert shelves(after) == shelves(told.after)
    assert shelves(done.before) == shelves(told.before)
    assert places(done) == places(told)
    assert written(ready) != was
    scores = [card.score for shelf in after.shelves for card in shelf.items]
    foreseen = [card.score for shelf in told.after.shelves for card in shelf.items]
    assert foreseen == pytest.approx(scores, abs=1e-3)


def test_what_a_group_would_say_counts_for_its_members_and_for_nobody_after_it(
    ready: Engine,
) -> None:
    for name in ("ann", "bob"):
        ready.profiles.add(name)
    ready.profiles.add("both", members=["ann", "bob"])
    item = ready.for_you(profile="both").shelves[0].items[0].id
    told = ready.preview(item, "hide", profile="both")
    assert item not in {each for shelf in shelves(told.after).values() for each in shelf}
    assert [(move.item.id, move.after) for move in told.moves if move.item.id == item] == [
        (item, None)
    ]
    assert shelves(ready.for_you(profile="both")) == shelves(told.before)
    assert shelves(ready.feedback(item, "hide", profile="both").after) == shelves(told.after)


def test_others_do_not_hear_of_what_was_only_supposed(ready: Engine) -> None:
    ready.profiles.add("ann")
    item = ready.ids()[0]
    ready.feedback(ready.ids()[1], "like", profile="ann")
    before = ready.for_you(profile="ann")
    ready.event(item, "opened")  # whoever follows the log reads it now
    ready.preview(item, "like")
    assert ready.for_you(profile="ann").shelves == before.shelves


def test_a_preview_of_what_is_no_feedback_says_what_is(ready: Engine) -> None:
    with pytest.raises(UserError, match="adore"):
        ready.preview(ready.ids()[0], "adore")


@pytest.fixture
def made(ready: Engine, monkeypatch: pytest.MonkeyPatch) -> list[Panel]:
    """Give the panels that are made, one after the other."""
    made: list[Panel] = []
    make = ready.recommending._panel

    def counted(profile: str, limit: int, mark: str) -> Panel:
        made.append(make(profile, limit, mark))
        return made[-1]

    monkeypatch.setattr(ready.recommending, "_panel", counted)
    return made


def test_feedback_tells_what_it_did_to_the_panel_that_was_seen_and_makes_no_other(
    ready: Engine, made: list[Panel]
) -> None:
    seen = ready.for_you()
    made.clear()
    first = ready.feedback(seen.shelves[0].items[0].id, "hide")
    assert (first.before, [first.after]) == (seen, made)
    second = ready.feedback(first.after.shelves[0].items[0].id, "hide")
    assert second.before is first.after
    assert len(made) == 2
    other = ready.feedback(second.after.shelves[0].items[0].id, "hide", limit=2)
    assert len(made) == 4, "nothing was seen of so many cards"
    assert max(len(shelf.items) for shelf in other.before.shelves) == 2


def test_that_its_cards_were_seen_makes_no_other_panel(ready: Engine, made: list[Panel]) -> None:
    seen = ready.for_you()
    cards = [card.id for card in seen.shelves[0].items]
    ready.shown({card: Origin(page="for-you") for card in cards})
    done = ready.feedback(cards[0], "like")
    assert (done.before, made) == (seen, [seen, done.after])
    assert ready.recommending._recommender.states(seen.profile)[cards[1]].shown == 1


def test_what_is_kept_from_a_child_meanwhile_is_not_named_any_more(ready: Engine) -> None:
    ready.profiles.add("kid")
    ready.profiles.set_pin("2468")
    left, *others = ready.ids(text="Harbour") + ready.ids(text="Rain")
    assert {left, *others} <= {card for cards in shelves(ready.for_you(profile="kid")).values()
                               for card in cards}  # fmt: skip
    ready.profiles.limit("kid", Limits(allowed_items=(left,)), pin="2468")
    done = ready.feedback(left, "like", profile="kid")
    assert {card for cards in shelves(done.before).values() for card in cards} == {left}
    assert {move.item.id for move in done.moves} <= {left}


def test_feedback_is_not_said_to_have_done_what_was_done_elsewhere(ready: Engine) -> None:
    seen = ready.for_you()
    liked, *played = [card.id for card in seen.shelves[0].items][:3]
    for item in played:
        ready.event(item, "finished", share=1.0)
    foreseen = ready.preview(liked, "like")
    assert shelves(foreseen.before) != shelves(seen)
    done = ready.feedback(liked, "like")
    assert shelves(done.before) == shelves(foreseen.before)
    assert places(done) == places(foreseen)


def test_feedback_given_at_once_is_told_one_after_the_other(
    ready: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, here = ready._access.note, Barrier(2)

    def noted(*args: object, **more: object) -> None:
        with suppress(BrokenBarrierError):
            here.wait(0.5)  # for the other one, if that comes so far
        note(*args, **more)

    monkeypatch.setattr(ready._access, "note", noted)
    items = [card.id for card in ready.for_you().shelves[0].items][:2]
    with ThreadPoolExecutor(2) as hands:
        first, second = hands.map(lambda item: ready.feedback(item, "hide"), items)
    told = sorted((first, second), key=lambda one: len(on_panel(one.before)), reverse=True)
    assert shelves(told[0].after) == shelves(told[1].before)
    for one in (first, second):
        gone = on_panel(one.before) - on_panel(one.after)
        assert gone & set(items) == {one.item.id}
