from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from recommend_factory import DAY, NOW, Made, cloud, item_id, save

from mediadesk.api import (
    Array,
    Cause,
    EventKind,
    Feature,
    Kind,
    Opinion,
    RankRequest,
    Run,
    Scores,
    UserError,
)
from mediadesk.models import Models
from mediadesk.recommend import graph
from mediadesk.recommend.candidates import Candidates
from mediadesk.recommend.index import Index
from mediadesk.recommend.ranking import Parts
from mediadesk.recommend.recommender import Recommender
from mediadesk.recommend.sentences import month
from mediadesk.recommend.values import Panel, Shelf
from mediadesk.store import (
    Database,
    Store,
    edges,
    features,
    leanings,
    oplog,
    profiles,
    registers,
)
from mediadesk_next.novelty import Novelty
from mediadesk_taste import Taste

THEMES, EACH = 6, 12


@pytest.fixture
def made(store: Store) -> list[Made]:
    """Themes 0 and 1 are music with sound alone; the others are videos with three blocks."""
    themes = np.repeat(np.arange(THEMES), EACH)
    audio = cloud(np.where(themes < 3, themes, -1), 200, seed=1)
    frames, words = cloud(themes, 320, seed=2), cloud(themes, 128, seed=3)
    items = [
        Made(
            number=n,
            theme=int(theme),
            kind=Kind.SONG if theme < 2 else Kind.CLIP,
            vectors={"audio": audio[n]}
            if theme < 2
            else {"audio": audio[n], "keyframes": frames[n], "subtitles": words[n]},
        )
        for n, theme in enumerate(themes)
    ]
    save(store, items, moments=3)
    return items


def say(
    store: Store,
    kind: EventKind,
    item: str,
    *,
    at: float = NOW - 10,
    profile: str = "me",
    value: float = 0.0,
    **context: float,
) -> None:
    store.write(
        lambda db: oplog.add_event(
            db, profile=profile, item=item, kind=kind, at=at, value=value, context=context
        )
    )


def see(store: Store, count: int) -> None:
    """Mark the newest items as seen."""

    def write(db: Database) -> None:
        for n in range(count):
            oplog.add_event(db, profile="me", item=item_id(n), kind=EventKind.SEEN, at=NOW - DAY)

    store.write(write)


def shelf(panel: Panel, name: str) -> Shelf:
    return next((each for each in panel.shelves if each.id == name), None)


def ids(panel: Panel) -> list[str]:
    return [pick.item for each in panel.shelves for pick in each.items]


@pytest.mark.parametrize("theme", range(THEMES))
def test_two_likes_bring_more_of_that_theme(
    store: Store, recommender: Recommender, made: list[Made], theme: int
) -> None:
    for n in (0, 5):
        say(store, EventKind.LIKE, made[theme * EACH + n].id)
    picks = shelf(recommender.panel("me", now=NOW), "picks").items[:10]
    of_theme = {one.id for one in made if one.theme == theme}
    assert sum(pick.item in of_theme for pick in picks) >= 7


def test_every_card_has_a_reason_and_the_like_is_named_with_its_moments(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    before = recommender.panel("me", now=NOW)
    assert all(pick.reasons[0].text for each in before.shelves for pick in each.items)
    say(store, EventKind.LIKE, made[40].id)
    after = recommender.panel("me", now=NOW)
    assert ids(after) != ids(before)
    reason = shelf(after, "picks").items[0].reasons[0]
    assert reason.seed == made[40].id
    assert "Item 40" in reason.text
    assert reason.evidence.seed_image.startswith(f"moment/{made[40].id}/")
    assert reason.evidence.t in {0.0, 10.0, 20.0}


def direct(store: Store, *items: str, name: str = "Ann") -> None:
    by = [("sidecar", {"credits": {"director": [name]}})]
    store.write(lambda db: edges.save(db, dict.fromkeys(items, by)))


def test_a_reason_names_whom_both_films_have_to_do_with(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    say(store, EventKind.LIKE, made[40].id)
    pick = shelf(recommender.panel("me", now=NOW), "picks").items[0]
    assert "both with" not in pick.reasons[0].text
    direct(store, made[40].id, pick.item)
    first = shelf(recommender.panel("me", now=NOW), "picks").items[0]
    assert first.item == pick.item
    assert first.reasons[0].text.startswith("Because you liked “Item 40”: both with Ann; the ")
    alike = [each.reasons[0] for each in recommender.similar(made[40].id) if each.item == pick.item]
    assert [reason.text.endswith("; both with Ann") for reason in alike] == [True]


def test_who_made_it_is_a_reason_of_its_own_that_does_not_drown_all_else(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    liked, other, third = made[40].id, made[30].id, made[60].id
    say(store, EventKind.LIKE, liked)
    before = recommender.why(other, profile="me", now=NOW)
    direct(store, liked, other)
    direct(store, third, name="Bob")
    after = recommender.why(other, profile="me", now=NOW)
    assert after.rank < before.rank
    assert after.reasons[0].text.startswith("Because you liked “Item 40”: both with Ann")
    picks = [each.item for each in shelf(recommender.panel("me", now=NOW), "picks").items]
    of_theme = {one.id for one in made if one.theme == made[40].theme}
    assert len(of_theme & set(picks)) >= 5
    direct(store, liked, name="Nobody else")
    assert recommender.why(other, profile="me", now=NOW).rank == before.rank


def test_a_series_and_who_made_a_song_count_as_well(store: Store, made: list[Made]) -> None:
    def write(db: Database) -> None:
        for n in (0, 1):
            db.conn.execute("UPDATE item SET artist = 'Lee' WHERE id = ?", [made[n].id])
        for n in (30, 31):
            db.conn.execute("UPDATE item SET series = 'Lost' WHERE id = ?", [made[n].id])

    store.write(write)
    db = store.read()
    asked, history = [made[n].id for n in (1, 31, 50)], [made[n].id for n in (0, 30, 51)]
    read = partial(edges.nodes, db)
    found = graph.block(graph.nodes(read, asked, history), asked, history)
    assert found is not None
    np.testing.assert_allclose(found.candidates @ found.history.T, np.diag([1, 1, 0]), atol=1e-6)
    assert not found.history[2].any(), "of what has no credits nothing is known"
    assert graph.block(graph.nodes(read, asked[2:], history), asked[2:], history) is None
    assert sorted(edges.beside(db, history, most=10)) == [made[31].id]


def test_few_by_the_same_are_others_and_of_each_liked_one(store: Store, made: list[Made]) -> None:
    first, second, *others = sorted(one.id for one in made)
    direct(store, first, second, others[-1])
    assert edges.beside(store.read(), [first, second], most=1) == [others[-1]]
    many = {"director": ["Ann"], "actor": ["Ben", "Cy", "Dee"]}
    by = [("sidecar", {"credits": many})]
    store.write(lambda db: edges.save(db, {first: by} | dict.fromkeys(others[:9], by)))
    direct(store, second, others[-1], name="Eve")
    assert edges.beside(store.read(), [first, second], most=2) == [others[0], others[-1]]


def test_what_the_same_persons_made_is_a_candidate_however_large_the_library(
    store: Store, recommender: Recommender, made: list[Made], tmp_path: Path
) -> None:
    index = Index(store, tmp_path / "other")
    index.refresh()
    few = Candidates(index, most=10)  # of 72
    liked = Opinion(item=made[40].id, value=1.0, at=NOW)

    def gathered() -> tuple[str, ...]:
        return few.gather(store.read(), {}, [liked], profile="me", now=NOW)

    other = next(one.id for one in made if one.id not in gathered() and one.theme != 3)
    direct(store, liked.item, other)
    assert other in gathered()


def test_an_undo_brings_the_panel_back(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    before = recommender.panel("me", now=NOW)
    say(store, EventKind.LIKE, made[40].id)
    say(store, EventKind.UNDO, made[40].id, at=NOW - 5)
    assert recommender.panel("me", now=NOW) == before


def test_the_same_state_gives_the_same_panel_all_day(
    store: Store, models: Models, recommender: Recommender, made: list[Made], tmp_path: Path
) -> None:
    say(store, EventKind.LIKE, made[3].id)
    panel = recommender.panel("me", now=NOW)
    later = NOW - NOW % DAY + DAY - 60
    assert ids(recommender.panel("me", now=later)) == ids(panel)
    fresh = Recommender(store, Index(store, tmp_path / "other"), recommender._parts)
    assert fresh.panel("me", now=NOW) == panel


def test_cards_remain_where_the_newest_are_seen_and_the_rest_is_not_analysed(
    store: Store, recommender: Recommender
) -> None:
    vectors = cloud(np.zeros(5, int), 200, seed=1)
    save(
        store,
        [
            Made(number=n, theme=0, vectors={"audio": vectors[n]} if n < 5 else {})
            for n in range(300)
        ],
    )
    see(store, 120)
    picks = shelf(recommender.panel("me", now=NOW), "picks").items
    assert len(picks) == 12
    assert not {pick.item for pick in picks} & {item_id(n) for n in range(120)}


class Oldest:
    name = "oldest"
    model = None

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002
        return Scores(values=np.array([int(each[16:], 16) for each in request.candidates]))


def test_what_is_new_are_the_newest_that_are_not_seen_yet(store: Store, tmp_path: Path) -> None:
    vectors = cloud(np.zeros(300, int), 200, seed=1)
    save(store, [Made(number=n, theme=0, vectors={"audio": vectors[n]}) for n in range(300)])
    store.write(lambda db: db.conn.execute("UPDATE item SET added_at = added_at + 90 * 86400"))
    see(store, 60)
    say(store, EventKind.LIKE, item_id(299))
    index = Index(store, tmp_path / "x")
    recommender = Recommender(store, index, lambda: Parts(rankers=[(Oldest(), dict)]))
    panel = recommender.panel("me", now=NOW)
    picked = {pick.item for pick in shelf(panel, "picks").items}
    newest = [item_id(n) for n in range(60, 90) if item_id(n) not in picked]
    assert [pick.item for pick in shelf(panel, "new").items] == newest[:12]


def test_judged_played_and_hidden_items_stay_away(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    say(store, EventKind.LIKE, made[30].id)
    say(store, EventKind.HIDE, made[31].id)
    say(store, EventKind.LESS, made[32].id)
    say(store, EventKind.FINISHED, made[33].id)
    say(store, EventKind.NOT_NOW, made[34].id)
    shown = set(ids(recommender.panel("me", now=NOW, limit=50)))
    assert not shown & {made[n].id for n in range(30, 35)}
    assert made[34].id in ids(recommender.panel("me", now=NOW + 8 * DAY, limit=70))


def test_what_was_begun_stands_on_continue_and_nowhere_else(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    say(store, EventKind.PLAYED, made[50].id, value=0.4, position=750.0)
    panel = recommender.panel("me", now=NOW)
    assert panel.shelves[0].id == "continue"
    assert panel.shelves[0].items[0].reasons[0].text == "You stopped at 12:30"
    assert ids(panel).count(made[50].id) == 1


def test_songs_that_were_skipped_are_not_on_continue_and_take_nobodys_place(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    book = made[23].id
    store.write(
        lambda db: db.conn.execute("UPDATE item SET kind = 'audiobook' WHERE id = ?", [book])
    )
    say(store, EventKind.PLAYED, made[50].id, at=NOW - 2 * DAY, value=0.5, position=300.0)
    say(store, EventKind.PLAYED, book, at=NOW - DAY, value=0.5, position=300.0)
    for n in range(20):
        say(store, EventKind.ABANDONED, made[n].id, at=NOW - 100 + n, value=0.3, position=70.0)
    begun = shelf(recommender.panel("me", now=NOW, limit=2), "continue")
    assert [pick.item for pick in begun.items] == [book, made[50].id]


def test_what_is_gone_or_put_off_takes_no_place_on_continue(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    for n in range(50, 54):
        say(store, EventKind.PLAYED, made[n].id, at=NOW - 100 + n, value=0.5, position=300.0)
    say(store, EventKind.NOT_NOW, made[53].id)
    store.write(lambda db: db.conn.execute("DELETE FROM location WHERE item = ?", [made[52].id]))
    begun = shelf(recommender.panel("me", now=NOW, limit=2), "continue")
    assert [pick.item for pick in begun.items] == [made[51].id, made[50].id]


def test_less_of_this_sinks_what_is_like_it(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    def mean_rank() -> float:
        return np.mean(
            [recommender.why(made[n].id, profile="me", now=NOW).rank for n in range(49, 60)]
        )

    say(store, EventKind.LIKE, made[25].id)
    before = mean_rank()
    say(store, EventKind.LESS, made[48].id)
    assert mean_rank() > before


def test_who_only_wanted_less_of_something_is_not_told_of_likes(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    say(store, EventKind.LESS, made[48].id)
    said = [each.text for each in recommender.why(made[50].id, profile="me", now=NOW).reasons]
    assert "All that you have played or judged, taken together, by picture" in said
    assert not [text for text in said if "liked" in text]


def test_why_explains_the_rank_and_what_each_seed_does(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    for n in (24, 50):  # of two themes
        say(store, EventKind.LIKE, made[n].id)
    best = shelf(recommender.panel("me", now=NOW), "picks").items[0]
    why = recommender.why(best.item, profile="me", now=NOW)
    assert why.rank == 1
    assert why.of == THEMES * EACH - 2
    assert sum(why.rankers.values()) == pytest.approx(why.score)
    assert sum(reason.share for reason in why.reasons) == pytest.approx(why.score)
    assert set(why.without) == {made[24].id, made[50].id}
    assert max(why.without.values()) > 1
    assert why.note == ""


def test_why_explains_but_tells_of_no_seed_what_a_ranker_fails_to_tell(
    store: Store, recommender: Recommender, made: list[Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    rank = Taste.rank

    def broken(self: Taste, request: RankRequest, run: Run) -> Scores:
        if request.without:
            raise UserError("It was stopped.")
        return rank(self, request, run)

    say(store, EventKind.LIKE, made[24].id)
    best = shelf(recommender.panel("me", now=NOW), "picks").items[0].item
    whole = recommender.why(best, profile="me", now=NOW)
    monkeypatch.setattr(Taste, "rank", broken)
    assert whole.without
    assert recommender.why(best, profile="me", now=NOW) == replace(whole, without={})


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        (EventKind.HIDE, "It was hidden."),
        (EventKind.FINISHED, f"You played it in {month(NOW - 10)}."),
        (EventKind.SEEN, "You marked it as seen."),
        (EventKind.LIKE, "You have said what you think of it."),
        (EventKind.NOT_NOW, "It rests for a while."),
    ],
)
def test_why_says_why_an_item_is_no_candidate(
    store: Store, recommender: Recommender, made: list[Made], kind: EventKind, note: str
) -> None:
    say(store, kind, made[24].id)
    why = recommender.why(made[24].id, profile="me", now=NOW)
    assert (why.rank, why.note, why.without) == (None, note, {})


def test_why_tells_a_missing_file_from_one_that_was_never_here(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    def note(change: str) -> str:
        store.write(lambda db: db.conn.execute(f"{change} WHERE item = ?", [made[24].id]))
        return recommender.why(made[24].id, profile="me", now=NOW).note

    assert note("UPDATE location SET missing = 1") == "Its file is missing."
    assert note("DELETE FROM location") == "No file of it is known."


def test_similar_items_are_of_the_same_theme_with_the_matching_moments(
    recommender: Recommender, made: list[Made]
) -> None:
    picks = recommender.similar(made[40].id, limit=8)
    of_theme = {one.id for one in made if one.theme == 3}
    assert len(picks) == 8
    assert all(pick.item in of_theme - {made[40].id} for pick in picks)
    assert all(pick.reasons[0].evidence for pick in picks)
    assert [pick.score for pick in picks] == sorted((p.score for p in picks), reverse=True)


def test_one_persons_likes_leave_the_taste_of_another_alone(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    say(store, EventKind.LIKE, made[30].id, profile="other")
    before = recommender.panel("other", now=NOW)
    say(store, EventKind.LIKE, made[40].id)
    after = recommender.panel("other", now=NOW)
    assert shelf(after, "picks").items[:9] == shelf(before, "picks").items[:9]
    assert shelf(after, "together") is None


def test_without_any_event_picks_are_what_others_like_and_what_is_diverse(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    for n, names in ((40, ("Ann", "Bob")), (3, ("Ann",))):
        for name in names:
            say(store, EventKind.LIKE, made[n].id, profile=name)
    picks = shelf(recommender.panel("me", now=NOW), "picks").items
    assert [pick.item for pick in picks[:2]] == [made[40].id, made[3].id]
    assert picks[0].reasons[0].text.startswith("Well received by “Ann” and “Bob”")
    themes = {one.id: one.theme for one in made}
    assert len({themes[pick.item] for pick in picks}) >= 5


def test_who_shares_a_like_has_more_to_share(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    for n in range(24, 36, 2):
        say(store, EventKind.LIKE, made[n].id, profile="Ann")
        say(store, EventKind.LIKE, made[n + 1].id, profile="Bob")
    say(store, EventKind.LIKE, made[24].id)
    together = shelf(recommender.panel("me", limit=3, now=NOW), "together")
    texts = {pick.reasons[0].text.partition(":")[0] for pick in together.items}
    assert texts == {"Well received by “Ann”"}
    assert {pick.item for pick in together.items} <= {one.id for one in made[25:36]}


def test_a_group_has_a_shelf_of_what_suits_all_its_members(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    store.write(lambda db: profiles.add(db, "We", members=["Ann", "Bob"]))
    for n, name in ((24, "Ann"), (48, "Ann"), (25, "Bob"), (36, "Bob")):
        say(store, EventKind.LIKE, made[n].id, profile=name)
    together = shelf(recommender.panel("We", limit=3, now=NOW), "together")
    assert together.items[0].reasons[0].text.startswith("It should suit all of you")
    for pick in together.items:
        for member in ("Ann", "Bob"):
            found = recommender.why(pick.item, profile=member, now=NOW)
            assert found.rank < found.of / 2


def test_a_like_of_one_in_a_group_is_called_so_though_another_thinks_otherwise_later(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    store.write(lambda db: profiles.add(db, "We", members=["Ann", "Bob"]))
    say(store, EventKind.LIKE, made[24].id, profile="Ann", at=NOW - 100)
    say(store, EventKind.LESS, made[24].id, profile="Bob", at=NOW - 50)
    say(store, EventKind.LIKE, made[48].id, profile="Bob", at=NOW - 40)
    why = recommender.why(made[25].id, profile="We", now=NOW)
    said = [reason.text for reason in why.reasons if reason.seed == made[24].id]
    assert said
    assert all(text.startswith("Because “Item 24” was liked") for text in said)


def test_what_a_member_asked_less_of_is_said_to_a_group_in_words(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    def write(db: Database) -> None:
        profiles.add(db, "We", members=["Ann", "Bob"])
        for one in made[::3]:
            db.conn.execute("UPDATE item SET genres = '[\"Horror\"]' WHERE id = ?", [one.id])
        registers.write(db, [leanings.edit("Ann", "horror", -2.0)])

    store.write(write)
    say(store, EventKind.LIKE, made[48].id, profile="Ann")
    for n in (30, 31):
        why = recommender.why(made[n].id, profile="We", now=NOW)
        assert "Ann: leaning" in {reason.ranker for reason in why.reasons}
        assert not [each.text for each in why.reasons if "The plugin’s ranker" in each.text]
        assert sum(reason.share for reason in why.reasons) == pytest.approx(why.score)


def test_nothing_moves_until_something_is_learnt_whatever_was_shown(
    store: Store, models: Models, made: list[Made], tmp_path: Path
) -> None:
    rankers = [(each, models.runner(each.model)) for each in (Taste(), Novelty(str))]
    index = Index(store, tmp_path / "x")
    recommender = Recommender(store, index, lambda: Parts(rankers=rankers))
    say(store, EventKind.LIKE, made[30].id)
    morning = NOW - NOW % DAY + DAY
    first = recommender.panel("me", now=morning)
    for hour in range(1, 9):
        for item in ids(first):
            say(store, EventKind.SHOWN, item, at=morning + hour * 3_600)
        assert recommender.panel("me", now=morning + hour * 3_600 + 1) == first
    say(store, EventKind.LIKE, shelf(first, "picks").items[0].item, at=morning + 9 * 3_600)
    later = recommender.panel("me", now=morning + 9 * 3_600 + 1)
    assert ids(later) != ids(first)


def test_what_was_passed_by_all_day_gives_way_to_others_and_comes_back_where_there_are_none(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    say(store, EventKind.LIKE, made[30].id)
    morning = NOW - NOW % DAY + DAY
    shown = {pick.item for pick in shelf(recommender.panel("me", now=morning), "picks").items}
    for hour in range(6):
        for item in shown:
            say(store, EventKind.SHOWN, item, at=morning + hour * 3_600)
    few = shelf(recommender.panel("me", now=morning + DAY), "picks")
    assert len(few.items) == 12
    assert not shown & {pick.item for pick in few.items}
    tired = next(iter(shown))
    assert recommender.why(tired, profile="me", now=morning + DAY).note == "It rests for a while."
    all_ = shelf(recommender.panel("me", now=morning + DAY, limit=len(made)), "picks")
    assert shown <= {pick.item for pick in all_.items}
    assert len(all_.items) == len(made) - 1


def test_a_search_gives_a_shelf_of_what_fits_it(
    store: Store, models: Models, made: list[Made], tmp_path: Path
) -> None:
    texts = cloud(np.array([one.theme for one in made]), 64, seed=7, signal=2.0, common=0.0)
    store.write(
        lambda db: [
            features.save(db, one.id, "text", Feature(summary=row), version=1, model="m")
            for one, row in zip(made, texts, strict=True)
        ]
    )
    asked = []

    def embed(text: str) -> Array:
        asked.append(text)
        return texts[50]

    taste = Taste()
    run = models.runner(taste.model, urgent=True)
    recommender = Recommender(
        store, Index(store, tmp_path / "x"), lambda: Parts(rankers=[(taste, run)]), embed=embed
    )
    say(store, EventKind.LIKE, made[30].id)
    assert asked == []
    query = {"query": "rainy kind:clip day"}
    store.write(
        lambda db: oplog.add_event(
            db, profile="me", item="", kind=EventKind.SEARCHED, at=NOW - 5, context=query
        )
    )
    found = shelf(recommender.panel("me", limit=20, now=NOW), f"search-{query['query']}")
    assert len(found.items) >= 3
    themes = {one.id: one.theme for one in made}
    assert {themes[pick.item] for pick in found.items} == {made[50].theme}
    recommender.panel("me", now=NOW)
    assert asked == ["rainy day"], "a text is read once"
    assert shelf(recommender.panel("me", now=NOW + 20 * DAY), found.id) is None


def test_cards_are_there_before_anything_is_understood(
    store: Store, recommender: Recommender
) -> None:
    save(store, [Made(number=n, theme=0, vectors={}) for n in range(30)])
    panel = recommender.panel("me", now=NOW)
    assert len(shelf(panel, "picks").items) == 12
    assert recommender.similar(item_id(3)) == ()


def test_a_like_before_anything_is_understood_does_no_harm(
    store: Store, recommender: Recommender
) -> None:
    save(store, [Made(number=n, theme=0, vectors={}) for n in range(30)])
    say(store, EventKind.LIKE, item_id(3))
    assert item_id(3) not in ids(recommender.panel("me", now=NOW))


def test_an_empty_library_gives_an_empty_panel(recommender: Recommender) -> None:
    assert recommender.panel("me", now=NOW).shelves == ()


class Broken:
    name = "broken"
    model = None

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002
        raise UserError("The plugin “broken” failed: update or disable it.")


class Slow:
    name = "slow"
    model = None

    def __init__(self) -> None:
        self.asked, self.may_end = Event(), Event()

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002
        self.asked.set()
        self.may_end.wait(20)
        return Scores(values=np.ones(len(request.candidates)))


def test_where_a_person_stands_with_items_is_told_while_a_ranker_takes_its_time(
    store: Store, made: list[Made], tmp_path: Path
) -> None:
    say(store, EventKind.LIKE, made[0].id)
    slow = Slow()
    one = Recommender(store, Index(store, tmp_path / "x"), lambda: Parts(rankers=[(slow, dict)]))
    with ThreadPoolExecutor(2) as pool:
        panel = pool.submit(one.panel, "me", now=NOW)
        assert slow.asked.wait(20)
        try:
            before = pool.submit(one.states, "me").result(timeout=5)
            say(store, EventKind.LIKE, made[1].id)
            assert set(one.states("me")) - set(before) == {made[1].id}
        finally:
            slow.may_end.set()
        assert panel.result().shelves


class Told:
    name = "told"
    model = None

    def __init__(self, share: float) -> None:
        self.share = share

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002
        shares = np.outer(np.linspace(1, 2, len(request.candidates)), [1.0, self.share])
        return Scores(
            values=shares.sum(axis=1),
            causes=(Cause(block="quality"), Cause(text="It is new.")),
            shares=shares,
            cause=np.broadcast_to(np.arange(2), shares.shape),
        )


@pytest.mark.parametrize(
    ("share", "first"), [(0.05, "What the public thinks of it"), (0.2, "It is new.")]
)
def test_words_of_a_plugin_go_first_where_they_are_a_cause_worth_telling(
    store: Store, made: list[Made], tmp_path: Path, share: float, first: str
) -> None:
    parts = Parts(rankers=[(Told(share), dict)])
    recommender = Recommender(store, Index(store, tmp_path / "x"), lambda: parts)
    said = [each.text for each in recommender.why(made[9].id, profile="me", now=NOW).reasons]
    assert said[0] == first
    assert len(said) == 2


class Recalls:
    name = "recalls"
    model = None

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002
        shares = np.linspace(1, 2, len(request.candidates))[:, np.newaxis]
        return Scores(
            values=shares[:, 0],
            causes=(Cause(text="It goes with that."),),
            shares=shares,
            cause=np.zeros(shares.shape, int),
            seed=np.full(shares.shape, 0 if request.history else -1),
        )


def test_words_of_a_plugin_about_a_seed_have_its_title(
    store: Store, made: list[Made], tmp_path: Path
) -> None:
    say(store, EventKind.LIKE, made[1].id)
    parts = Parts(rankers=[(Recalls(), dict)])
    recommender = Recommender(store, Index(store, tmp_path / "x"), lambda: parts)
    [reason] = recommender.why(made[9].id, profile="me", now=NOW).reasons
    told = (reason.text, reason.seed, reason.seed_title)
    assert told == ("It goes with that.", made[1].id, "Item 1")


class Wrong:
    name = "wrong"
    model = None

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002
        return Scores(values=np.ones(len(request.candidates) + 1))


def test_a_ranker_that_fails_is_named_and_left_out(
    store: Store, made: list[Made], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Recommender(
        store, Index(store, tmp_path / "x"), lambda: Parts(rankers=[(Broken(), dict)])
    )
    assert broken.panel("me", now=NOW).shelves
    assert "“broken” failed" in caplog.text


def test_a_ranker_that_scores_something_else_is_a_bug_with_its_name(
    store: Store, made: list[Made], tmp_path: Path
) -> None:
    wrong = Recommender(
        store, Index(store, tmp_path / "x"), lambda: Parts(rankers=[(Wrong(), dict)])
    )
    with pytest.raises(ValueError, match="“wrong”"):
        wrong.panel("me", now=NOW)
