"""What was had before comes again in its time, and what is not wanted never does."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recommend_factory import DAY, NOW, Made, cloud, item_id, save

from mediadesk.api import EventKind, Json, Kind
from mediadesk.recommend.again import MUSIC
from mediadesk.recommend.recommender import Recommender
from mediadesk.recommend.values import Panel
from mediadesk.store import Database, Store, oplog, profiles

COUNT = 36
KINDS = [Kind.SONG, Kind.FILM, Kind.EPISODE, Kind.MUSIC_VIDEO, Kind.CLIP, Kind.PODCAST]
OF_ALL = [item_id(n) for n in range(COUNT)]
SONGS, FILMS, EPISODES = OF_ALL[0::6], OF_ALL[1::6], OF_ALL[2::6]
KIND_OF = {item: KINDS[n % 6] for n, item in enumerate(OF_ALL)}
MARCH = datetime(2026, 3, 15, 12, tzinfo=UTC).timestamp()
TODAY = datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()


@pytest.fixture
def made(store: Store) -> None:
    """Six songs, films, episodes of one series, music videos, clips and podcasts."""
    rows = cloud(np.arange(COUNT) // 6 % 3, 64, seed=1)
    save(
        store,
        [
            Made(number=n, theme=0, kind=KINDS[n % 6], vectors={"audio": rows[n]})
            for n in range(COUNT)
        ],
    )

    def write(db: Database) -> None:
        for number, item in enumerate(EPISODES, start=1):
            db.conn.execute(
                "UPDATE item SET series = 'Lost', season = 1, episode = ? WHERE id = ?",
                [number, item],
            )

    store.write(write)


def do(
    store: Store,
    kind: EventKind,
    *items: str,
    at: float,
    value: float = 0.0,
    who: str = "me",
    context: Json | None = None,
) -> None:
    def write(db: Database) -> None:
        for item in items:
            oplog.add_event(
                db, profile=who, item=item, kind=kind, at=at, value=value, context=context
            )

    store.write(write)


def shelves(panel: Panel) -> dict[str, list[str]]:
    return {shelf.id: [pick.item for pick in shelf.items] for shelf in panel.shelves}


def reason(panel: Panel, item: str) -> str:
    picks = (pick for shelf in panel.shelves for pick in shelf.items)
    return next(pick.reasons[0].text.partition(":")[0] for pick in picks if pick.item == item)


def test_music_comes_again_after_a_week_and_a_film_does_not(
    store: Store, recommender: Recommender, made: None
) -> None:
    do(store, EventKind.FINISHED, *SONGS, *FILMS, at=NOW)
    later = recommender.panel("me", limit=COUNT, now=NOW + 3 * DAY)
    assert not {*SONGS, *FILMS} & set(shelves(later)["picks"])
    panel = recommender.panel("me", limit=COUNT, now=NOW + 9 * DAY)
    picks = shelves(panel)["picks"]
    assert set(SONGS) <= set(picks)
    assert not set(FILMS) & set(picks)
    assert {reason(panel, song) for song in SONGS} == {"You played it in January 2027"}


def test_a_song_among_the_picks_says_how_often_it_was_played_and_its_score_adds_up(
    store: Store, recommender: Recommender, made: None
) -> None:
    for day in range(12):
        do(store, EventKind.FINISHED, SONGS[0], at=MARCH - day * DAY)
    do(store, EventKind.FINISHED, *SONGS[1:], at=MARCH)
    do(store, EventKind.LIKE, *SONGS, at=MARCH)
    panel = recommender.panel("me", limit=COUNT, now=TODAY)
    picks = next(shelf.items for shelf in panel.shelves if shelf.id == "picks")
    ranked = {pick.item: pick for pick in picks}
    back = [item for item in SONGS if item in ranked and ranked[item].rankers]
    assert len(back) == 2, "of six opinions, four are left to compare with"
    for item in back:
        why = recommender.why(item, profile="me", now=TODAY)
        assert why.note == ""
        assert why.rank is not None
        assert sum(each.share for each in why.reasons) == pytest.approx(why.score)
        assert item not in {each.seed for each in why.reasons}, "it does not explain itself"
        assert why.score == pytest.approx(ranked[item].score)
        assert why.rankers["fondness"] > 0
        times = "You finished it 12 times, and last played it in March 2026"
        said = times if item == SONGS[0] else "You liked it, and played it in March 2026"
        assert ranked[item].reasons[0].text.startswith(said)


def test_a_film_that_was_loved_comes_again_after_half_a_year_below_all_else(
    store: Store, recommender: Recommender, made: None
) -> None:
    do(store, EventKind.FINISHED, *FILMS, *EPISODES, at=MARCH)
    do(store, EventKind.LIKE, *FILMS[:3], EPISODES[4], at=MARCH)
    assert "watch" not in shelves(recommender.panel("me", limit=6, now=MARCH + 100 * DAY))
    panel = recommender.panel("me", limit=6, now=TODAY)
    assert list(shelves(panel))[-1] == "watch"
    assert set(shelves(panel)["watch"]) == {*FILMS[:3], EPISODES[0]}, "a series from its beginning"
    assert reason(panel, FILMS[0]) == "You liked it, and played it in March 2026"
    assert reason(panel, EPISODES[0]) == "You played 6 episodes of it, last in March 2026"


@pytest.mark.parametrize("kind", [EventKind.NOT_NOW, EventKind.LESS, EventKind.HIDE])
@pytest.mark.parametrize("number", [0, 5])
def test_a_series_of_which_an_episode_is_closed_does_not_come_again(
    store: Store, recommender: Recommender, made: None, kind: EventKind, number: int
) -> None:
    do(store, EventKind.FINISHED, *FILMS, *EPISODES[:4], at=MARCH)
    do(store, EventKind.LIKE, *FILMS[:3], *EPISODES[:4], at=MARCH)
    before = shelves(recommender.panel("me", limit=6, now=TODAY))
    assert set(before["watch"]) == {*FILMS[:3], EPISODES[0]}
    do(store, kind, EPISODES[number], at=TODAY - 60)
    after = shelves(recommender.panel("me", limit=6, now=TODAY))
    assert set(after["watch"]) == set(FILMS[:3])


def test_a_series_that_is_underway_stands_on_continue_alone(
    store: Store, recommender: Recommender, made: None
) -> None:
    do(store, EventKind.FINISHED, *FILMS, *EPISODES[:4], at=MARCH)
    do(store, EventKind.LIKE, *FILMS[:3], *EPISODES[:4], at=MARCH)
    do(store, EventKind.PLAYED, EPISODES[4], at=TODAY - 200 * DAY, value=0.4)
    placed = shelves(recommender.panel("me", limit=6, now=TODAY))
    assert placed["continue"] == [EPISODES[4]]
    assert set(placed["watch"]) == set(FILMS[:3])


def test_what_is_underway_below_the_end_of_continue_does_not_come_again(
    store: Store, recommender: Recommender, made: None
) -> None:
    do(store, EventKind.FINISHED, *FILMS, *EPISODES[:4], at=MARCH)
    do(store, EventKind.LIKE, *FILMS[:3], *EPISODES[:4], at=MARCH)
    do(store, EventKind.PLAYED, EPISODES[4], at=TODAY - 200 * DAY, value=0.4)
    clips = OF_ALL[4::6][:4]
    do(store, EventKind.PLAYED, *clips, at=TODAY - DAY, value=0.4)
    placed = shelves(recommender.panel("me", limit=4, now=TODAY))
    assert set(placed["continue"]) == set(clips)
    assert set(placed["watch"]) == set(FILMS[:3])


def test_what_played_to_an_empty_room_is_not_missed(
    store: Store, recommender: Recommender, made: None
) -> None:
    do(store, EventKind.LIKE, *FILMS[:2], *SONGS, at=MARCH)
    do(store, EventKind.FINISHED, *FILMS[2:], at=MARCH + DAY, context={"unattended": 7_200})
    for film in FILMS[2:]:
        why = recommender.why(film, profile="me", now=TODAY)
        assert why.rankers.get("fondness", 0) == 0
        assert sum(each.share for each in why.reasons) == pytest.approx(why.score)


def test_what_one_of_a_group_slept_through_only_the_other_misses(
    store: Store, recommender: Recommender, made: None
) -> None:
    store.write(lambda db: profiles.add(db, "We", members=["me", "Bob"]))
    do(store, EventKind.FINISHED, *SONGS, at=MARCH, context={"unattended": 7_200})
    do(store, EventKind.FINISHED, *SONGS, at=MARCH, who="Bob")
    for who in ("me", "Bob"):
        do(store, EventKind.LIKE, *FILMS, *EPISODES, at=MARCH, who=who)
    whys = [recommender.why(song, profile="We", now=TODAY) for song in SONGS]
    assert max(abs(why.rankers.get("Bob: fondness", 0)) for why in whys) > 0
    assert not [why for why in whys if "me: fondness" in why.rankers]


def test_what_played_to_an_empty_room_is_neither_new_nor_the_reason_for_anything(
    store: Store, recommender: Recommender, made: None
) -> None:
    do(store, EventKind.FINISHED, *FILMS[:2], at=MARCH, context={"unattended": 7_200})
    do(store, EventKind.NOT_NOW, FILMS[1], at=TODAY)
    panel = recommender.panel("me", limit=COUNT, now=TODAY)
    assert reason(panel, FILMS[0]) == "It was played, though perhaps nobody was there"
    whys = [recommender.why(item, profile="me", now=TODAY) for item in OF_ALL]
    texts = {each.text for why in whys for each in why.reasons}
    assert not [text for text in texts if text.startswith("Because")]


def test_one_member_of_a_group_is_not_all_of_it(
    store: Store, recommender: Recommender, made: None
) -> None:
    store.write(lambda db: profiles.add(db, "We", members=["Ann", "Bob"]))
    do(store, EventKind.FINISHED, *OF_ALL, at=MARCH, who="Ann")
    do(store, EventKind.LIKE, *FILMS, *EPISODES, at=MARCH, who="Bob")
    both = {"members": ["Ann", "Bob"]}
    do(store, EventKind.FINISHED, FILMS[1], at=MARCH + DAY, who="We", context=both)
    panel = recommender.panel("We", limit=COUNT, now=TODAY)
    assert reason(panel, FILMS[0]) == "One of you played it in March 2026"
    assert reason(panel, FILMS[1]) == "You played it in March 2026"
    assert reason(panel, EPISODES[0]) == (
        "Between you, you played 6 episodes of it, last in March 2026"
    )


def test_what_an_import_tells_without_a_time_is_no_longer_fresh(
    store: Store, recommender: Recommender, made: None
) -> None:
    do(store, EventKind.FINISHED, *SONGS, at=TODAY - 60, context={"undated": True})
    panel = recommender.panel("me", limit=COUNT, now=TODAY)
    assert set(SONGS) <= set(shelves(panel)["picks"])
    assert not [song for song in SONGS if "2026" in reason(panel, song)]


@pytest.mark.parametrize("at", [-1e15, 1e15, 1e300, -1e300])
def test_a_time_that_cannot_be_fails_no_panel(
    store: Store, recommender: Recommender, made: None, at: float
) -> None:
    do(store, EventKind.HIDE, *set(OF_ALL) - set(FILMS), at=at)
    do(store, EventKind.FINISHED, *FILMS, at=at)
    panel = recommender.panel("me", limit=COUNT, now=TODAY)
    assert reason(panel, FILMS[1]) == "You have played it"


def test_a_library_that_was_played_through_yesterday_has_its_panel(
    store: Store, recommender: Recommender, made: None
) -> None:
    do(store, EventKind.FINISHED, *OF_ALL, at=TODAY - DAY)
    panel = recommender.panel("me", limit=40, now=TODAY)
    assert list(shelves(panel)) == ["listen", "watch"]
    sound = {item for item in OF_ALL if KIND_OF[item] in {Kind.SONG, Kind.PODCAST}}
    assert set(shelves(panel)["listen"]) == sound
    assert set(shelves(panel)["watch"]) == set(OF_ALL) - sound - set(EPISODES[1:])


def test_what_one_of_a_group_does_not_want_never_comes_again(
    store: Store, recommender: Recommender, made: None
) -> None:
    store.write(lambda db: profiles.add(db, "We", members=["Ann", "Bob"]))
    do(store, EventKind.FINISHED, *OF_ALL, at=MARCH, who="Ann")
    do(store, EventKind.LIKE, *OF_ALL, at=MARCH, who="Ann")
    do(store, EventKind.LESS, *SONGS, at=MARCH, who="Bob")
    panel = recommender.panel("We", limit=40, now=TODAY)
    shown = {item for shelf in shelves(panel).values() for item in shelf}
    assert shown
    assert not shown & set(SONGS)


def test_what_is_known_and_what_is_new_are_mixed_in_a_library_of_music(
    store: Store, recommender: Recommender
) -> None:
    rows = cloud(np.arange(300) % 5, 64, seed=2)
    songs = [
        Made(number=n, theme=n % 5, kind=Kind.SONG, vectors={"audio": rows[n]}) for n in range(300)
    ]
    save(store, songs)
    heard = {one.id for one in songs[:150]}
    do(store, EventKind.FINISHED, *heard, at=MARCH)
    do(store, EventKind.LIKE, *[one.id for one in songs[:150:5]], at=MARCH)
    for day in range(5):
        picks = shelves(recommender.panel("me", now=TODAY + day * DAY))["picks"]
        assert 3 <= len(heard & set(picks)) <= 7


ACTS = st.tuples(
    st.sampled_from(OF_ALL),
    st.sampled_from([kind for kind in EventKind if kind is not EventKind.SEARCHED]),
    st.floats(0, 1),
    st.integers(0, 500),
)
NUMBERS = count()


@pytest.mark.usefixtures("made")
@given(acts=st.lists(ACTS, max_size=60), through=st.booleans(), limit=st.integers(1, 14))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_panel_is_right_whatever_was_done(
    store: Store,
    recommender: Recommender,
    acts: list[tuple[str, EventKind, float, int]],
    through: bool,
    limit: int,
) -> None:
    who = f"p{next(NUMBERS)}"  # each example is one more person of the household

    def write(db: Database) -> None:
        said = [(item, EventKind.FINISHED, 1.0, 300) for item in OF_ALL] if through else []
        for item, kind, value, days in [*said, *acts]:
            at = TODAY - days * DAY - 1
            oplog.add_event(db, profile=who, item=item, kind=kind, value=value, at=at)

    store.write(write)
    panel = recommender.panel(who, limit=limit, now=TODAY)
    assert recommender.panel(who, limit=limit, now=TODAY) == panel
    states = recommender.states(who)
    never = {item for item, state in states.items() if state.unwanted or state.rests_until > TODAY}
    had = {item for item, state in states.items() if state.had}
    placed = shelves(panel)
    shown = {item for shelf in placed.values() for item in shelf}
    assert not shown & never
    assert all(len(shelf) <= limit for shelf in placed.values())
    new = set(OF_ALL) - had - never
    picks = placed.get("picks", [])
    assert {KIND_OF[item] for item in set(picks) & had} <= MUSIC
    assert len(picks) >= min(limit, len(new))
    if set(OF_ALL) - never:
        assert shown, "something can be shown"
    for shelf in panel.shelves:
        for pick in shelf.items:
            text = pick.reasons[0].text
            assert text
            assert pick.item not in had or not text.startswith("Not played yet")
            assert pick.reasons[0].seed != pick.item
