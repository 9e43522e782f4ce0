from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.api import EventKind, Item, Kind
from mediadesk.recommend.profile import DAY, State
from mediadesk.recommend.shelves import Draft, View, arrange

NOW = 1_000 * DAY


def item(name: str, **more: object) -> Item:
    return Item(**{"id": name, "kind": Kind.FILM, "title": name.upper(), "path": f"/{name}"} | more)


def view(items: list[Item], **more: object) -> View:
    fields = {
        "order": [each.id for each in items],
        "seeds": {},
        "worth": {each.id: float(len(items) - n) for n, each in enumerate(items)},
        "items": {each.id: each for each in items},
        "states": {},
        "near": {},
        "rare": [],
        "similarity": lambda ids: np.eye(len(ids), dtype=np.float32),
        "has_taste": True,
        "now": NOW,
    }
    return View(**fields | more)


def shelves(drafts: list[Draft]) -> dict[str, list[str]]:
    return {draft.id: [entry.item for entry in draft.entries] for draft in drafts}


@st.composite
def views(draw: st.DrawFn) -> View:
    count = draw(st.integers(0, 60))
    items = [
        item(
            f"i{n}",
            kind=draw(st.sampled_from(list(Kind))),
            duration=draw(st.sampled_from([0.0, 100.0, 5000.0])),
            added_at=NOW - draw(st.integers(0, 60)) * DAY,
            album=draw(st.sampled_from(["", "one", "two"])),
        )
        for n in range(count)
    ]
    ids = [each.id for each in items]
    some = st.lists(st.sampled_from(ids), unique=True) if ids else st.just([])
    begun = State(played_at=NOW - DAY, progress=0.5, position=60.0)
    return view(
        items,
        states={each: draw(st.sampled_from([begun, State(shown=2)])) for each in draw(some)},
        near={seed: dict.fromkeys(draw(some), "audio") for seed in draw(some)[:3]},
        rare=draw(some),
        has_taste=draw(st.booleans()),
    )


@given(views(), st.integers(1, 14))
def test_no_shelf_is_empty_or_too_long_and_nothing_stands_on_two(made: View, limit: int) -> None:
    drafts = arrange(made, limit)
    placed = [e.item for draft in drafts if draft.id != "continue" for e in draft.entries]
    assert len(placed) == len(set(placed))
    assert all(1 <= len(draft.entries) <= limit for draft in drafts)
    assert len({draft.id for draft in drafts}) == len(drafts)
    assert all(entry.item in made.items for draft in drafts for entry in draft.entries)


def test_an_empty_library_has_no_shelves() -> None:
    assert arrange(view([]), 12) == []


def test_continue_holds_what_was_begun_latest_first_and_says_where_it_stopped() -> None:
    items = [item("a"), item("b"), item("c"), item("d")]
    begun = {
        "a": State(played_at=5.0, progress=0.3, position=750.0),
        "b": State(played_at=9.0, progress=0.5, position=20.0),
        "c": State(played_at=7.0, progress=1.0, finished=True),
        "d": State(played_at=8.0, progress=0.5, verdict=EventKind.HIDE),
    }
    draft = arrange(view(items, order=[], states=begun), 12)[0]
    assert [entry.item for entry in draft.entries] == ["b", "a"]
    assert draft.entries[1].text == "You stopped at 12:30"


def test_what_is_tried_out_comes_after_the_first_ten_and_says_so() -> None:
    items = [item(f"i{n:02}") for n in range(50)]
    draft = arrange(view(items, rare=["i20", "i49"]), 12)[0]
    assert [entry.item for entry in draft.entries[:10]] == [f"i{n:02}" for n in range(10)]
    assert [entry.item for entry in draft.entries[10:]] == ["i20", "i49"]
    assert all(entry.text for entry in draft.entries[10:])


def test_hidden_gems_were_never_shown_and_score_in_the_better_half() -> None:
    items = [item(f"i{n:02}") for n in range(30)]
    made = view(items, rare=["i13", "i14", "i29"], states={"i14": State(shown=1)})
    assert shelves(arrange(made, 12))["gems"] == ["i13"]


def test_short_ones_are_videos_below_five_minutes_with_their_true_length() -> None:
    items = [item(f"i{n}", duration=5000.0) for n in range(12)]
    items += [item("v", duration=179.0), item("s", kind=Kind.SONG, duration=179.0)]
    drafts = {draft.id: draft for draft in arrange(view(items), 12)}
    assert [(e.item, e.text) for e in drafts["short"].entries] == [("v", "A short one, 3 min")]


def test_new_here_is_of_the_last_month_newest_first() -> None:
    items = [item(f"i{n}") for n in range(12)]
    items += [item("old"), item("week", added_at=NOW - 7 * DAY), item("day", added_at=NOW - DAY)]
    assert shelves(arrange(view(items), 12))["new"] == ["day", "week"]
