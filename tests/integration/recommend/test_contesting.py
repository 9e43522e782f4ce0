"""Two rankers compete on the top picks of the real way of recommending."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from recommend_factory import DAY, NOW, Made, cloud, save

from mediadesk.api import EventKind, Kind, RankRequest, Run, Scores
from mediadesk.models import Models
from mediadesk.recommend.contesting import BLEND
from mediadesk.recommend.crediting import label, leader, margins
from mediadesk.recommend.fondness import FONDNESS
from mediadesk.recommend.index import Index
from mediadesk.recommend.ranking import Parts
from mediadesk.recommend.recommender import Recommender
from mediadesk.recommend.sequential import is_told
from mediadesk.recommend.values import Panel, Pick
from mediadesk.store import Store, contests, leanings, oplog, registers
from mediadesk.store.contests import Contest
from mediadesk_taste import Taste

THEMES, EACH = 6, 40
DAWN = NOW - NOW % DAY


class Numbers:
    """Likes what has a high number in its id, or a low one, whoever asks."""

    model = None

    def __init__(self, name: str, sign: float) -> None:
        self.name = name
        self._sign = sign

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002
        numbers = [int(item[-4:], 16) for item in request.candidates]
        return Scores(values=self._sign * np.array(numbers, float))


@pytest.fixture
def made(store: Store) -> list[Made]:
    """Items whose themes come in turn, so that their numbers say nothing of them."""
    themes = np.arange(THEMES * EACH) % THEMES
    frames = cloud(themes, 320, seed=2, signal=2.0)
    items = [
        Made(number=n, theme=int(theme), vectors={"keyframes": frames[n]})
        for n, theme in enumerate(themes)
    ]
    save(store, items)
    return items


@pytest.fixture
def recommender(store: Store, models: Models, tmp_path: Path) -> Recommender:
    taste = Taste()
    run = models.runner(taste.model, urgent=True)
    parts = Parts(rankers=[(taste, run), (Numbers("backwards", 1), dict)])
    allowed: dict[str, frozenset[str]] = {}
    made = Recommender(
        store,
        Index(store, tmp_path / "index"),
        lambda: parts,
        allowed=lambda _, profile: allowed.get(profile),
    )
    made.limits = allowed  # what a child may see is the engine's business
    return made


def say(store: Store, kind: EventKind, item: str, at: float, **context: object) -> None:
    store.write(
        lambda db: oplog.add_event(db, profile="me", item=item, kind=kind, at=at, context=context)
    )


def hold(store: Store, first: str, second: str, until: float | None = None) -> None:
    contest = Contest(first=first, second=second, since=DAWN, until=until)
    store.write(lambda db: registers.write(db, [contests.edit("me", contest)]))


def running(store: Store) -> Contest:
    contest = contests.current(store.read(), "me")
    assert contest is not None
    return contest


def top(panel: Panel) -> list[Pick]:
    return next(list(shelf.items) for shelf in panel.shelves if shelf.id == "picks")


def arms(picks: list[Pick]) -> Counter[str]:
    return Counter(pick.arm.partition("@")[0] for pick in picks)


def test_the_top_picks_are_drafted_from_both_and_say_by_whom(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    say(store, EventKind.LIKE, made[0].id, NOW - 3 * DAY)
    plain = recommender.panel("me", now=DAWN)
    assert arms(top(plain)) == {"": 12}
    hold(store, "taste", "backwards")
    panel = recommender.panel("me", now=DAWN)
    picks = top(panel)
    assert arms(picks) == {"taste": 6, "backwards": 6}
    assert {pick.arm for pick in picks} == {
        label(running(store), arm, DAWN) for arm in ("taste", "backwards")
    }
    themes = {one.id: one.theme for one in made}
    own = [pick for pick in picks if pick.arm.startswith("taste")]
    assert Counter(themes[pick.item] for pick in own)[0] >= 4
    for pick in picks:
        assert set(pick.rankers) == {pick.arm.partition("@")[0]}, "each by its own ranking"
        assert pick.score == pytest.approx(sum(pick.rankers.values()))
        assert pick.reasons
    others = [pick for shelf in panel.shelves if shelf.id != "picks" for pick in shelf.items]
    assert arms(others) == {"": len(others)}
    assert not {pick.item for pick in picks} & {pick.item for pick in others}
    hold(store, "taste", "backwards", until=NOW)
    assert recommender.panel("me", now=DAWN) == plain
    assert arms(top(recommender.panel("ann", now=DAWN))) == {"": 12}


def test_a_draft_stays_all_day_until_something_is_learnt(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    say(store, EventKind.LIKE, made[0].id, NOW - 3 * DAY)
    hold(store, "taste", "backwards")
    morning = recommender.panel("me", now=DAWN)
    assert recommender.panel("me", now=DAWN + 20 * 3_600) == morning
    say(store, EventKind.LIKE, top(morning)[0].item, DAWN + 20 * 3_600)
    learnt = recommender.panel("me", now=DAWN + 21 * 3_600)
    assert top(learnt)[0].item != top(morning)[0].item
    heads = {top(recommender.panel("me", now=DAWN + day * DAY))[0].arm[0] for day in range(9)}
    assert heads == {"t", "b"}, "each day has its own coins"


def test_an_arm_can_be_all_rankers_together(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    say(store, EventKind.LIKE, made[0].id, NOW - 3 * DAY)
    plain = top(recommender.panel("me", now=DAWN))
    hold(store, BLEND, "backwards")
    picks = top(recommender.panel("me", now=DAWN))
    assert arms(picks) == {BLEND: 6, "backwards": 6}
    first = next(pick for pick in picks if pick.arm.startswith(BLEND))
    assert (first.item, first.score, first.reasons) == (
        plain[0].item, plain[0].score, plain[0].reasons
    )  # fmt: skip
    hold(store, "gone", BLEND)
    assert top(recommender.panel("me", now=DAWN)) == plain, "an arm without a say has no picks"


def test_an_arm_picks_what_its_ranker_alone_would_on_one_look_at_the_library(
    store: Store,
    recommender: Recommender,
    made: list[Made],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    say(store, EventKind.LIKE, made[0].id, NOW - 3 * DAY)
    parts = Parts(rankers=[(Numbers("backwards", 1), dict)])
    lone = Recommender(store, Index(store, tmp_path / "lone"), lambda: parts)
    alone = [pick.item for pick in top(lone.panel("me", now=DAWN))]
    hold(store, "taste", "backwards")
    looked = Mock(wraps=recommender._viewing.view)
    monkeypatch.setattr(recommender._viewing, "view", looked)
    picks = top(recommender.panel("me", now=DAWN))
    own = [pick.item for pick in picks if pick.arm.startswith("backwards")]
    assert own == alone[:6]
    assert looked.call_count == 1


def test_an_arm_picks_what_all_together_think_the_least_of(
    store: Store, made: list[Made], tmp_path: Path
) -> None:
    rankers = [(Numbers(name, sign), dict) for name, sign in (("a", -1), ("b", -1), ("c", 1))]
    recommender = Recommender(
        store, Index(store, tmp_path / "index"), lambda: Parts(rankers=rankers)
    )
    say(store, EventKind.LIKE, made[0].id, NOW - 3 * DAY)
    hold(store, BLEND, "c")
    picks = top(recommender.panel("me", now=DAWN))
    assert arms(picks) == {BLEND: 6, "c": 6}
    own = [int(pick.item[-4:], 16) for pick in picks if pick.arm.startswith("c")]
    assert min(own) > len(made) * 0.6


def test_before_anything_is_known_of_a_person_nothing_competes(
    store: Store, recommender: Recommender, made: list[Made], models: Models, tmp_path: Path
) -> None:
    taste = Taste()
    run = models.runner(taste.model, urgent=True)
    lone = Recommender(store, Index(store, tmp_path / "x"), lambda: Parts(rankers=[(taste, run)]))
    hold(store, "taste", BLEND)
    assert arms(top(lone.panel("me", now=DAWN))) == {"": 12}


class Silent:
    """Knows nothing of anything, or the same of all."""

    name, model = "silent", None

    def __init__(self, value: float) -> None:
        self._value = value

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002
        return Scores(values=np.full(len(request.candidates), self._value))


@pytest.mark.parametrize("value", [0.0, 0.7])
def test_an_arm_with_nothing_to_say_does_not_compete(
    store: Store, made: list[Made], tmp_path: Path, value: float
) -> None:
    rankers = [(Numbers("backwards", 1), dict), (Silent(value), dict)]
    recommender = Recommender(
        store, Index(store, tmp_path / "index"), lambda: Parts(rankers=rankers)
    )
    say(store, EventKind.LIKE, made[0].id, NOW - 3 * DAY)
    edit = registers.Edit(item=made[7].id, field="tag/noisy", value=True)
    store.write(lambda db: registers.write(db, [edit, leanings.edit("me", "noisy", -3)]))
    assert recommender.silent_arms("me", now=DAWN) == ()
    hold(store, "silent", "backwards")
    assert arms(top(recommender.panel("me", now=DAWN))) == {"": 12}
    assert recommender.silent_arms("me", now=DAWN) == ("silent",)
    hold(store, BLEND, "backwards")
    assert arms(top(recommender.panel("me", now=DAWN))) == {BLEND: 6, "backwards": 6}
    assert recommender.silent_arms("me", now=DAWN) == ()


def test_why_explains_the_ranking_of_the_arm_that_put_it_there(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    say(store, EventKind.LIKE, made[0].id, NOW - 3 * DAY)
    hold(store, "taste", "backwards")
    panel = recommender.panel("me", now=DAWN)
    for pick in top(panel):
        why = recommender.why(pick.item, profile="me", now=DAWN)
        assert (why.rankers, why.score) == (pick.rankers, pick.score)
        assert set(why.rankers) == {pick.arm.partition("@")[0]}
        assert sum(reason.share for reason in why.reasons) <= max(why.score, 0) + 1e-6
    taste = next(pick for pick in top(panel) if pick.arm.startswith("taste"))
    assert recommender.why(taste.item, profile="me", now=DAWN).without[made[0].id] is not None
    other = next(pick for shelf in panel.shelves if shelf.id != "picks" for pick in shelf.items)
    why = recommender.why(other.item, profile="me", now=DAWN)
    assert set(why.rankers) == {"taste", "backwards"}


def test_a_contest_of_a_newer_version_goes_on(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    say(store, EventKind.LIKE, made[0].id, NOW - 3 * DAY)
    hold(store, "taste", "backwards")
    edit = contests.edit("me", running(store))
    newer = replace(edit, value=edit.value | {"stakes": "high"})
    store.write(lambda db: registers.write(db, [newer]))
    assert arms(top(recommender.panel("me", now=DAWN))) == {"taste": 6, "backwards": 6}


def test_what_was_missed_counts_in_both_arms(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    song = Made(number=999, theme=0, kind=Kind.SONG, vectors=made[0].vectors)
    save(store, [song])
    say(store, EventKind.LIKE, song.id, NOW - 200 * DAY)
    for one in made[:3]:
        say(store, EventKind.LIKE, one.id, NOW - 3 * DAY)
    hold(store, "taste", "backwards")
    picks = top(recommender.panel("me", now=DAWN))
    assert arms(picks) == {"taste": 6, "backwards": 6}
    assert all(FONDNESS in pick.rankers for pick in picks)


def test_what_a_child_may_not_see_no_arm_can_pick(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    say(store, EventKind.LIKE, made[0].id, NOW - 3 * DAY)
    hold(store, "taste", "backwards")
    allowed = frozenset(one.id for one in made[:60])
    recommender.limits["me"] = allowed
    picks = top(recommender.panel("me", now=DAWN))
    assert len(picks) == 12
    assert {pick.item for pick in picks} <= allowed


def test_what_was_asked_for_less_of_counts_in_both_arms(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    say(store, EventKind.LIKE, made[0].id, NOW - 3 * DAY)
    hold(store, "taste", "backwards")
    before = {pick.item: pick for pick in top(recommender.panel("me", now=DAWN))}
    noisy = [next(item for item, pick in before.items() if pick.arm.startswith(arm))
             for arm in ("taste", "backwards")]  # fmt: skip
    edits = [registers.Edit(item=item, field="tag/noisy", value=True) for item in noisy]
    store.write(lambda db: registers.write(db, [*edits, leanings.edit("me", "noisy", -3)]))
    after = {pick.item for pick in top(recommender.panel("me", now=DAWN))}
    assert not after & set(noisy)


def test_who_likes_one_theme_is_told_after_some_days_that_taste_is_better(
    store: Store, recommender: Recommender, made: list[Made]
) -> None:
    themes = {one.id: one.theme for one in made}
    say(store, EventKind.LIKE, made[0].id, DAWN - DAY)
    hold(store, "taste", "backwards")
    lists = []
    for day in range(14):
        now = DAWN + day * DAY + 3_600
        picks = top(recommender.panel("me", now=now))
        lists.append([pick.item for pick in picks])
        for pick in picks:
            say(store, EventKind.SHOWN, pick.item, now, arm=pick.arm)
        if wanted := next((pick for pick in picks if themes[pick.item] == 0), None):
            say(store, EventKind.LIKE, wanted.item, now + 60)
    events = list(oplog.events(store.read(), profile="me"))
    days = [leader(margin) for margin in margins(events, running(store), DAWN + 16 * DAY)]
    assert len(days) == 14
    assert is_told(days.count(1), days.count(-1))
    assert days.count(1) > days.count(-1)
