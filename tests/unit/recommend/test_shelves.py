from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.api import Item, Kind
from mediadesk.recommend import sentences
from mediadesk.recommend.again import Known
from mediadesk.recommend.calibration import Taste
from mediadesk.recommend.drafts import Draft, View
from mediadesk.recommend.profile import DAY, State
from mediadesk.recommend.shelves import arrange

NOW = 1_000 * DAY


def item(name: str, **more: object) -> Item:
    return Item(**{"id": name, "kind": Kind.FILM, "title": name.upper(), "path": f"/{name}"} | more)


def view(items: list[Item], **more: object) -> View:
    fields = {
        "order": [each.id for each in items],
        "seed": lambda _: "",
        "worth": {each.id: float(len(items) - n) for n, each in enumerate(items)},
        "items": {each.id: each for each in items},
        "states": {},
        "begun": [],
        "near": {},
        "rare": [],
        "spare": [],
        "discoveries": [],
        "starts": [],
        "found": {},
        "moods": {},
        "again": {},
        "touched": set(),
        "shared": {},
        "understood": {each.id for each in items},
        "tastes": [],
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
    resting, due = set(draw(some)), set(draw(some))
    states = {
        each: State(played_at=NOW - DAY, progress=0.5, position=draw(st.sampled_from([0.0, 60.0])))
        for each in draw(some)
    }
    return view(
        items,
        states=states,
        begun=list(states),
        near={seed: dict.fromkeys(draw(some), "audio") for seed in draw(some)[:3]},
        rare=draw(some),
        order=[each for each in ids if each not in resting],
        spare=[each for each in ids if each in resting],
        discoveries=draw(some),
        again={
            name: [
                Known(item=each, text="before", is_due=each in due, is_open=each in due)
                for each in draw(some)
            ]
            for name in ("listen", "watch")
        },
        moods={"calm": draw(some)},
        found={"rain": draw(some)},
        shared=dict.fromkeys(draw(some), "Liked by Ann"),
        touched=set(draw(some)),
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
    states = {
        "a": State(played_at=5.0, progress=0.3, position=750.0),
        "b": State(played_at=9.0, progress=0.5),
        "gone": State(played_at=7.0, progress=0.5),
    }
    made = view([item("a"), item("b")], order=[], states=states, begun=["b", "gone", "a"])
    draft = arrange(made, 2)[0]
    assert [entry.item for entry in draft.entries] == ["b", "a"]
    assert [entry.text for entry in draft.entries] == ["You have begun it", "You stopped at 12:30"]


def many(count: int, **more: object) -> list[Item]:
    return [item(f"i{n:02}", **more) for n in range(count)]


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (10, [*(f"i{n:02}" for n in range(7)), "i20 tail", "i21 tail", "i40 try"]),
        (12, [*(f"i{n:02}" for n in range(8)), "i20 tail", "i21 tail", "i08", "i40 try"]),
    ],
)
def test_two_of_ten_are_of_the_long_tail_and_the_last_is_tried_out_and_they_say_so(
    limit: int, said: list[str]
) -> None:
    made = view(many(50), rare=["i20", "i21", "i49"], discoveries=["i03", "i40"])
    words = {"": "", sentences.UNUSUAL: " tail", sentences.DISCOVERY: " try"}
    assert [e.item + words[e.text] for e in arrange(made, limit)[0].entries] == said


@given(
    st.sets(st.integers(0, 49)),
    st.sets(st.integers(0, 49)),
    st.integers(1, 3),
    st.integers(0, 49),
)
def test_each_ten_has_two_of_the_long_tail_wherever_they_rank_while_there_are_any(
    rare: set[int], touched: set[int], tens: int, tried: int
) -> None:
    ids = [f"i{n:02}" for n in range(50)]
    made = view(
        many(50),
        rare=[ids[n] for n in sorted(rare)],
        touched={ids[n] for n in touched},
        discoveries=[ids[tried]],
    )
    left = {ids[n] for n in rare - touched}
    shown = [entry.item for entry in arrange(made, 10 * tens)[0].entries]
    for start in range(0, len(shown), 10):
        row = set(shown[start : start + 10])
        assert len(row & left) >= min(2, len(left - set(shown[:start])))


def test_what_only_its_kind_brings_says_so() -> None:
    films, songs = many(20), [item(f"s{n}", kind=Kind.SONG) for n in range(4)]
    kinds = {each.id: each.kind.value for each in (*films, *songs)}
    made = view(
        [*films, *songs],
        worth={one.id: 1.0 - n / 12 for n, one in enumerate(films)} | {s.id: -0.05 for s in songs},
        seed=lambda each: "liked" if each[0] == "i" else "",
        tastes=[Taste(wanted={"film": 0.7, "song": 0.3}, values=kinds)],
    )
    told = {e.item: e.text for e in arrange(made, 10)[0].entries}
    heard = [each for each in told if each[0] == "s"]
    assert 1 <= len(heard) <= 3
    assert {told[each] for each in heard} == {sentences.CHANGE}
    assert {told[each] for each in told if each not in heard} == {""}


def test_what_stands_there_of_the_long_tail_by_itself_counts() -> None:
    made = view(many(50), rare=["i02", "i05", "i20"], discoveries=["i40"])
    ids = [entry.item for entry in arrange(made, 12)[0].entries]
    assert ids == [*(f"i{n:02}" for n in range(11)), "i40"]


def test_what_others_in_the_household_know_is_no_long_tail() -> None:
    made = view(many(50), rare=["i20", "i21", "i22"], touched={"i20"})
    assert [entry.item for entry in arrange(made, 12)[0].entries[8:10]] == ["i21", "i22"]


def test_without_a_taste_nothing_is_tried_out_and_picks_say_who_likes_them() -> None:
    made = view(many(50), has_taste=False, discoveries=["i40"], shared={"i01": "Liked by Ann"})
    entries = arrange(made, 12)[0].entries
    assert [entry.item for entry in entries] == [f"i{n:02}" for n in range(12)]
    assert [entry.text for entry in entries[:3]] == ["", "Liked by Ann", ""]


@given(views(), st.integers(1, 70))
def test_the_picks_never_shrink_while_candidates_remain(made: View, limit: int) -> None:
    drafts = arrange(made, limit)
    rested = [each.item for shelf in made.again.values() for each in shelf if each.is_open]
    here = {item for item in [*made.order, *made.spare, *rested] if item in made.items}
    picked = [len(draft.entries) for draft in drafts if draft.id == "picks"]
    assert sum(picked) == min(limit, len(here))


def test_what_to_begin_with_stands_beside_the_picks_where_there_is_room() -> None:
    made = view(many(50), has_taste=False, starts=[f"i{n:02}" for n in range(0, 50, 5)])
    drafts = {draft.id: draft for draft in arrange(made, 6)}
    assert list(drafts)[:2] == ["picks", "start"]
    assert drafts["start"].title == "Press ♥ on what you like"
    assert [e.item for e in drafts["start"].entries] == [f"i{n:02}" for n in range(0, 30, 5)]
    assert [e.item for e in drafts["picks"].entries] == ["i01", "i02", "i03", "i04", "i06", "i07"]
    few = view(many(17), has_taste=False, starts=["i05"])
    assert "start" not in shelves(arrange(few, 6))


def test_what_rests_only_fills_what_would_be_too_short() -> None:
    items = many(20)
    made = view(items, order=[each.id for each in items[:7]], spare=[each.id for each in items[7:]])
    assert shelves(arrange(made, 9))["picks"] == [f"i{n:02}" for n in range(9)]


def test_hidden_gems_were_never_opened_and_score_in_the_better_half() -> None:
    rare = ["i12", "i13", "i14", "i15", "i16", "i17", "i29"]
    made = view(many(38), rare=rare, states={"i14": State(opened=True), "i15": State(shown=1)})
    found = shelves(arrange(made, 12))
    assert found["picks"][8:10] == ["i12", "i13"]
    assert found["gems"] == ["i15", "i16", "i17"]


def test_short_ones_are_videos_below_half_an_hour_with_their_true_length() -> None:
    items = many(12, duration=5000.0)
    items += [item(f"v{n}", duration=179.0 + n) for n in range(3)]
    items += [item("s", kind=Kind.SONG, duration=179.0)]
    drafts = {draft.id: draft for draft in arrange(view(items), 12)}
    assert [(e.item, e.text) for e in drafts["short"].entries] == [
        (f"v{n}", "A short one, 3 min") for n in range(3)
    ]


def test_where_most_are_short_that_is_nothing_to_say() -> None:
    assert "short" not in shelves(arrange(view(many(40, duration=60.0)), 12))


def test_new_is_what_was_understood_of_the_last_month_newest_first() -> None:
    items = [*many(12), item("old")]
    items += [item(f"day{n}", added_at=NOW - n * DAY) for n in (9, 7, 8, 6)]
    known = {each.id for each in items} - {"day8"}
    assert shelves(arrange(view(items, understood=known), 12))["new"] == ["day6", "day7", "day9"]


def test_searches_moods_and_what_is_shared_have_shelves_in_the_order_of_their_worth() -> None:
    made = view(
        many(40),
        found={"rainy day": ["i30", "i31", "i32"], "few": ["i38", "i39"]},
        moods={"calm": ["i15", "i16", "i17"], "sad": []},
        shared={f"i{n}": "Liked by Ann" for n in range(20, 24)},
    )
    drafts = arrange(made, 12)
    assert [(draft.id, draft.title) for draft in drafts] == [
        ("picks", "Top picks"),
        ("mood-calm", "Calm"),
        ("together", "Together"),
        ("search-rainy day", "From your search for “rainy day”"),
    ]
    assert drafts[2].entries[0].text == "Liked by Ann"
    assert drafts[3].entries[0].text == "It fits your search for “rainy day”"


def test_what_a_shelf_of_too_few_gives_back_stands_on_the_next() -> None:
    near = {"i39": dict.fromkeys(["i12", "i13"], "audio")}
    made = view(many(40), near=near, moods={"calm": ["i12", "i13", "i14"]})
    assert shelves(arrange(made, 12))["mood-calm"] == ["i12", "i13", "i14"]


def known(*items: str, due: bool = False, open_: bool = False) -> list[Known]:
    return [Known(item=each, text="before", is_due=due, is_open=open_) for each in items]


def test_what_was_loved_and_is_long_ago_stands_below_all_else() -> None:
    back = {"listen": known("i35", "i36"), "watch": known("i37", "i38", "i39", due=True)}
    made = view(many(40), order=[f"i{n:02}" for n in range(30)], again=back, rare=["i12"] * 3)
    drafts = arrange(made, 6)
    assert drafts[-1].id == "watch"
    assert [(e.item, e.text) for e in drafts[-1].entries] == [
        (item, "before") for item in ("i37", "i38", "i39")
    ]
    assert "listen" not in shelves(drafts), "it is not long ago"


def test_music_that_has_rested_fills_the_picks_and_other_things_never() -> None:
    back = {"listen": known("i01", "i02", open_=True), "watch": known("i03", due=True)}
    made = view(many(4), order=["i00"], again=back)
    assert shelves(arrange(made, 6)) == {"picks": ["i00", "i01", "i02"]}


def test_where_nothing_is_new_all_that_was_had_stands_there() -> None:
    back = {"listen": known("i01"), "watch": known("i02", "i00")}
    made = view(many(4), order=[], again=back)
    assert shelves(arrange(made, 6)) == {"listen": ["i01"], "watch": ["i02", "i00"]}


def test_half_of_where_the_picks_are_chosen_is_new_and_what_is_known_is_nothing_new() -> None:
    items = many(80, added_at=NOW - DAY)
    heard = {each.id: State(played_at=1.0) for each in items[:70]}
    placed = shelves(arrange(view(items, states=heard), 40))
    assert len(set(placed["picks"]) - heard.keys()) == 10
    assert not heard.keys() & set(placed.get("new", []))
