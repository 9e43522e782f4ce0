"""A contest of two rankers by the engine's verbs: what it refuses, counts and keeps."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mediadesk.api import UserError
from mediadesk.engine.contests import _judged
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Card, ContestView, Origin
from mediadesk.recommend.crediting import label
from mediadesk.recommend.profile import DAY
from mediadesk.store import contests, registers
from mediadesk.store.contests import Contest
from mediadesk.store.standing import standing


def picks(engine: Engine, profile: str | None = None) -> list[Card]:
    shelves = engine.for_you(profile=profile).shelves
    return next(list(shelf.items) for shelf in shelves if shelf.id == "picks")


def see(engine: Engine, profile: str | None = None) -> dict[str, Origin]:
    """Look at the top picks; give where each stood."""
    seen = {
        card.id: Origin(page="for-you", shelf="picks", slot=slot, arm=card.arm)
        for slot, card in enumerate(picks(engine, profile), start=1)
    }
    engine.shown(seen, profile=profile)
    return seen


def test_what_is_liked_of_the_picks_wins_the_day(ready: Engine) -> None:
    ready.feedback(ready.ids()[0], "like")
    none = ready.contests.status()
    assert (none.verdict, none.arms, none.since, none.says) == (
        "none", (), None, "Nothing has competed yet."
    )  # fmt: skip
    assert none.rankers[0] == "blend"
    assert {"taste", "together", "next", "novelty"} <= set(none.rankers)
    made = ready.contests.start("taste", "blend")
    assert made.says == "“taste” and “blend” compete on the top picks of “me” from now on"
    assert ready.contests.status().says.startswith("Nothing has been counted yet: look at For you")
    seen = see(ready)
    assert {origin.arm.partition("@")[0] for origin in seen.values()} == {"taste", "blend"}
    liked = next(item for item, origin in seen.items() if origin.arm.startswith("blend"))
    ready.event(liked, "played", share=0.8, origin=seen[liked])
    now = ready.contests.status()
    assert (now.sittings, now.share, now.verdict) == (0, None, "open"), "the day is not over"
    ready.contests.stop()
    ended = ready.contests.status()
    assert ended.until is not None
    assert ended.until >= now.since
    assert (ended.wins, ended.losses, ended.ties, ended.share) == (0, 1, 0, 0.0)
    assert ended.says == "There was no difference that could be told."
    assert {card.arm for card in picks(ready)} == {""}


def began(engine: Engine, first: str, second: str, *, days: float) -> Contest:
    """Have a contest go on since so many days ago."""
    contest = Contest(first=first, second=second, since=time.time() - days * DAY)
    edit = contests.edit("me", contest)
    engine._store.write(lambda db: registers.write(db, [edit]))
    return contest


def test_days_that_are_over_are_counted_and_only_those(ready: Engine) -> None:
    ready.feedback(ready.ids()[0], "like")
    contest = began(ready, "taste", "blend", days=4)
    for ago, arm in ((3, "blend"), (2, "blend"), (0, "taste")):
        at = time.time() - ago * DAY
        origin = Origin(page="for-you", shelf="picks", slot=1, arm=label(contest, arm, at))
        ready.event(ready.ids()[ago], "finished", share=1.0, at=at, origin=origin)
    now = ready.contests.status()
    assert (now.wins, now.losses, now.ties, now.share, now.verdict) == (0, 2, 0, 0.0, "open")
    assert now.says.startswith("No difference so far: about ")
    assert now.says.endswith(" more days will tell if it goes on like this.")


def test_an_arm_that_is_silent_is_named(ready: Engine) -> None:
    ready.feedback(ready.ids()[0], "like")
    ready.contests.start("taste", "together")
    assert {card.arm for card in picks(ready)} == {""}
    now = ready.contests.status()
    assert now.says == (
        "“together” has nothing to say yet, so nothing is compared: wait until it has, or stop the "
        "contest and start one with another."
    )
    assert now.verdict == "open"


def test_a_contest_outlives_a_restart_and_is_taken_back(
    ready: Engine, open_engine: Callable[..., Engine], tmp_path: Path
) -> None:
    ready.feedback(ready.ids()[0], "like")
    made = ready.contests.start("taste", "blend")
    before = picks(ready)
    assert before[0].arm
    assert ready.ledger.listed().leanings == (), "it is nothing that was learnt"
    ready.close()
    again = open_engine(tmp_path / "ready")
    assert [(card.id, card.arm) for card in picks(again)] == [
        (card.id, card.arm) for card in before
    ]
    stopped = again.contests.stop()
    again.organising.undo(stopped.id)
    assert again.contests.status().until is None
    again.organising.undo(made.id)
    assert again.contests.status().verdict == "none"
    assert {card.arm for card in picks(again)} == {""}


def test_each_person_has_a_contest_of_their_own_and_groups_have_none(ready: Engine) -> None:
    for name in ("ann", "bob"):
        ready.profiles.add(name)
        ready.feedback(ready.ids()[0], "like", profile=name)
    ready.profiles.add("both", members=["ann", "bob"])
    ready.contests.start("taste", "blend", profile="ann")
    assert picks(ready, "ann")[0].arm
    assert {card.arm for name in ("bob", "both") for card in picks(ready, name)} == {""}
    assert ready.contests.status(profile="bob").verdict == "none"
    with pytest.raises(UserError, match="“both” is a group: start a contest as one of"):
        ready.contests.start("taste", "blend", profile="both")


@pytest.mark.parametrize(
    ("arms", "says"),
    [
        (("taste", "taste"), "“taste” can't compete with itself: name two different rankers"),
        (("taste", "tast"), "no ranker “tast”: did you mean “taste”\\? There are blend, "),
        (("xxx", "taste"), "no ranker “xxx”: there are blend, "),
    ],
)
def test_what_can_not_compete_is_refused(ready: Engine, arms: tuple[str, str], says: str) -> None:
    with pytest.raises(UserError, match=says):
        ready.contests.start(*arms)


def test_one_contest_at_a_time_and_none_in_private(ready: Engine) -> None:
    with pytest.raises(UserError, match="Nothing competes on the top picks of “me”: start"):
        ready.contests.stop()
    ready.feedback(ready.ids()[0], "like")
    ready.contests.start("taste", "blend")
    with pytest.raises(UserError, match="stop that with “mediadesk contest stop” first"):
        ready.contests.start("taste", "next")
    ready._household.private = True
    see(ready)
    assert ready.contests.status().sittings == 0
    for act in (ready.contests.stop, lambda: ready.contests.start("next", "blend")):
        with pytest.raises(UserError, match="private"):
            act()


def test_what_was_done_before_or_after_does_not_count(ready: Engine) -> None:
    ready.feedback(ready.ids()[0], "like")
    started = time.time()
    ready.contests.start("taste", "blend")
    seen = see(ready)
    card, origin = next(iter(seen.items()))
    ready.event(card, "finished", share=1.0, at=started - 60, origin=origin)
    ready.contests.stop()
    assert ready.contests.status().ties == 1
    ready.event(card, "finished", share=1.0, at=time.time() + 60, origin=origin)
    assert ready.contests.status().ties == 1


def test_a_panel_that_was_kept_is_of_no_use_when_something_else_competes(ready: Engine) -> None:
    marks = [standing(ready._store.read())]
    for act in (lambda: ready.contests.start("taste", "blend"), ready.contests.stop):
        act()
        marks.append(standing(ready._store.read()))
    assert len(set(map(repr, marks))) == 3


def judged(wins: int, losses: int, ties: int = 0, **more: object) -> ContestView:
    fields = {"profile": "me", "rankers": ("blend", "next", "taste"), "arms": ("taste", "next")}
    return _judged(
        ContestView(
            **fields | more,
            since=1.0,
            sittings=wins + losses + ties,
            wins=wins,
            losses=losses,
            ties=ties,
        )
    )


def test_the_verdict_is_told_as_a_sentence() -> None:
    won, lost = judged(12, 1, 3), judged(1, 12)
    assert (won.verdict, won.needed, won.says) == (
        "first", None, "“taste” is better than “next” for you."
    )  # fmt: skip
    assert won.low > 0.5
    assert (lost.verdict, lost.says) == ("second", "“next” is better than “taste” for you.")
    assert lost.high == pytest.approx(1 - won.low)
    assert judged(0, 0, 2).says == judged(5, 5).says
    assert "can't be told yet how long" in judged(5, 5).says
    assert judged(5, 1, 6).needed == 2 * (judged(5, 1).needed or 0)
    assert "about 1 more day will" in judged(7, 0).says
    gone = judged(2, 1, rankers=("blend", "taste"))
    assert gone.says.startswith("“next” is not there any more, so nothing competes: enable")
