"""What feedback would change is told before it is given, and nothing of that is kept."""

from __future__ import annotations

from typing import get_args

import pytest

from mediadesk.api import UserError
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import FeedbackKind, Panel

TABLES = ("event", "op", "register", "change", "profile")


def written(engine: Engine) -> list[list[tuple[object, ...]]]:
    db = engine._store.read().conn
    return [db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES]


def shelves(panel: Panel) -> dict[str, list[str]]:
    return {shelf.id: [card.id for card in shelf.items] for shelf in panel.shelves}


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
    after = ready.feedback(item, kind)
    assert shelves(after) == shelves(told.after)
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
    assert shelves(ready.feedback(item, "hide", profile="both")) == shelves(told.after)


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
