"""What a recommender remembers of earlier answers changes none: it says what a new one says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from recommend_factory import DAY, NOW, Made, cloud, item_id, said, save, scores

from mediadesk.api import EventKind, Feature, Kind, Opinion, Scores
from mediadesk.models import Models
from mediadesk.recommend import profile, rehearsing, requests
from mediadesk.recommend.blend import Ranked, blend
from mediadesk.recommend.candidates import Candidates
from mediadesk.recommend.fondness import FONDNESS
from mediadesk.recommend.history import History
from mediadesk.recommend.index import Index
from mediadesk.recommend.ranking import Parts
from mediadesk.recommend.recommender import Recommender
from mediadesk.recommend.rehearsing import Rank, Rehearsing
from mediadesk.recommend.requests import Requests
from mediadesk.recommend.standing import Standing
from mediadesk.recommend.values import Why
from mediadesk.store import Database, Store, changes, features, oplog, profiles, registers, versions
from mediadesk.store.registers import TAG, Edit
from mediadesk.understand import FEATURE
from mediadesk_taste import Taste
from mediadesk_together.ranker import Together

COUNT, STEPS = 60, 15
IDS = [item_id(n) for n in range(COUNT)]
ANN, BEN, BOTH, KID = "ann", "ben", "both", "kid"
KINDS = (Kind.SONG, Kind.FILM, Kind.CLIP)
ALLOWED = frozenset(IDS[::2])
Chance = np.random.Generator


@pytest.fixture
def library(store: Store) -> Store:
    themes = np.arange(COUNT) % 6
    blocks = {"audio": cloud(themes, 32, seed=1), "keyframes": cloud(themes, 48, seed=2)}
    made = [
        Made(
            number=n,
            theme=int(themes[n]),
            vectors={name: rows[n] for name, rows in blocks.items()},
            kind=KINDS[n % 3],
        )
        for n in range(COUNT)
    ]
    save(store, made)
    for name in (ANN, BEN, KID):
        store.write(partial(profiles.add, name=name))
    store.write(lambda db: profiles.add(db, BOTH, members=(ANN, BEN)))
    return store


@pytest.fixture
def begin(library: Store, models: Models, tmp_path: Path) -> Callable[[], Recommender]:
    """Give what begins a recommender that remembers nothing."""
    run = {each: models.runner(each.model, urgent=True) for each in (Taste, Together)}

    def new() -> Recommender:
        return Recommender(
            library,
            Index(library, tmp_path / "index"),
            lambda: Parts(rankers=[(taste, run[Taste]), (together, run[Together])]),
            allowed=lambda _, who: ALLOWED if who == KID else None,
        )

    taste, together = Taste(), Together()
    return new


@pytest.fixture
def elsewhere(library: Store) -> Iterator[Store]:
    """The same library, as another process has it."""
    with closing(Store(library.path)) as store:
        yield store


def happen(store: Store, chance: Chance, at: float) -> None:
    """Let some of what changes a panel happen, by anybody."""
    what = chance.choice(["event"] * 6 + ["tag", "merge", "part", "undo", "group", "language"])
    one, other = (IDS[n] for n in chance.choice(COUNT, 2, replace=False))
    who = str(chance.choice([ANN, BEN, KID]))

    def write(db: Database) -> None:
        if what == "tag":
            registers.write(db, [Edit(item=one, field=f"{TAG}calm", value=True)])
        elif what == "merge":
            change = changes.act(db, "merged", lambda act: _follow(db, one, other, act))
            if chance.random() < 0.5:
                changes.undo(db, change.id)
        elif what == "language":
            spoken = {"languages": {str(chance.choice(["en", "fr"])): 1.0}}
            features.save(db, one, FEATURE, Feature(data=spoken), version=1, model="")
        elif what == "part":
            versions.part(db, old=one)
        elif what == "undo":
            oplog.add_event(db, profile=who, item=_last(db, who), kind=EventKind.UNDO, at=at)
        else:
            _tell(db, chance, BOTH if what == "group" else who, one, at)

    store.write(write)


def _follow(db: Database, old: str, new: str, change: str) -> list[str]:
    versions.follow(db, old=old, new=new, change=change)
    return [old, new]


def _last(db: Database, who: str) -> str:
    found = [event.item for event in oplog.events(db, profile=who)]
    return found[-1] if found else IDS[0]


def _tell(db: Database, chance: Chance, who: str, item: str, at: float) -> None:
    kinds = [EventKind.LIKE, *(kind for kind in EventKind if kind is not EventKind.UNDO)]
    kind = kinds[chance.integers(len(kinds))]
    context: dict[str, object] = {"members": [ANN, BEN]} if who == BOTH else {}
    if kind is EventKind.SEARCHED:
        context["query"] = "calm"
    value = float(chance.random())
    oplog.add_event(db, profile=who, item=item, kind=kind, value=value, context=context, at=at)


def live(store: Store, chance: Chance, count: int) -> None:
    """Let everybody have done a lot in a year."""

    def write(db: Database) -> None:
        for _ in range(count):
            who = str(chance.choice([ANN, BEN, KID]))
            at = NOW - float(chance.uniform(DAY, 365 * DAY))
            _tell(db, chance, who, IDS[chance.integers(COUNT)], at)

    store.write(write)


@pytest.mark.parametrize("seed", range(3))
def test_a_panel_is_that_of_a_recommender_which_remembers_nothing(
    library: Store, elsewhere: Store, begin: Callable[[], Recommender], seed: int
) -> None:
    chance = np.random.default_rng(seed)
    live(library, chance, 150)
    remembering, now = begin(), NOW
    for step in range(STEPS):
        now += 45 * DAY if step % 6 == 5 else 60.0
        happen(library if step % 3 else elsewhere, chance, now)
        for who in (ANN, BOTH) if step % 2 else (BEN, KID):
            kept, new = (each.panel(who, now=now) for each in (remembering, begin()))
            assert said(kept) == said(new), f"{who} after {step} steps"
            assert scores(kept) == pytest.approx(scores(new), abs=1e-6)


def test_why_is_that_of_a_recommender_which_remembers_nothing(
    library: Store, begin: Callable[[], Recommender]
) -> None:
    chance = np.random.default_rng(1)
    live(library, chance, 150)
    remembering, now = begin(), NOW
    for _ in range(3):
        now += 60.0
        happen(library, chance, now)
        picks = [
            pick.item for shelf in remembering.panel(ANN, now=now).shelves for pick in shelf.items
        ]
        for item in picks[:4]:
            whys: list[Why] = [
                each.why(item, profile=ANN, now=now) for each in (remembering, begin())
            ]
            kept, new = (replace(why, score=0.0, rankers={}, reasons=()) for why in whys)
            assert kept == new
            assert whys[0].score == pytest.approx(whys[1].score, abs=1e-6)
            assert whys[0].rankers == pytest.approx(whys[1].rankers, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_standing_after_news_is_that_of_all_states_at_once(seed: int) -> None:
    chance = np.random.default_rng(seed)
    standing = Standing()
    for _ in range(30):
        changed = {IDS[n] for n in chance.choice(COUNT, int(chance.integers(1, 6)), replace=False)}
        found = {item: _state(chance) for item in changed if chance.random() < 0.8}
        if chance.random() < 0.7:  # what was never asked for is not stepped forward
            assert (standing.opinions, standing.had) is not None
        if chance.random() < 0.7:
            assert (standing.liked, standing.underway) is not None
        before = dict(standing)
        after = standing.after(changed, found)
        anew = Standing(after)
        others = {item: state for item, state in before.items() if item not in changed}
        assert after == others | found
        assert standing == before, "what was given stays as it was"
        assert after.opinions == anew.opinions
        assert (after.had, after.liked, after.underway) == (anew.had, anew.liked, anew.underway)
        standing = after


def _state(chance: Chance) -> profile.State:
    return profile.State(
        verdict=[None, EventKind.LIKE, EventKind.HIDE][chance.integers(3)],
        progress=float(chance.choice([0.0, 0.5, 1.0])),
        played_at=None if chance.random() < 0.3 else NOW,
        value=None if chance.random() < 0.3 else float(chance.uniform(-1, 1)),
        at=float(chance.integers(5)),
    )


def held(count: int) -> list[Opinion]:
    """Give opinions on what is gone; ids are digests, as of real contents."""
    names = (hashlib.blake2b(str(n).encode(), digest_size=8).hexdigest() for n in range(count))
    return [
        Opinion(item=f"gone {name}", value=(-1.0) ** n, at=float(n)) for n, name in enumerate(names)
    ]


def test_a_request_tells_the_latest_opinions_of_a_long_history(
    library: Store, tmp_path: Path
) -> None:
    index = Index(library, tmp_path / "index")
    index.refresh()
    most = requests._MOST_OPINIONS
    every = held(most + 5)
    made = Requests(index, History()).make(library.read(), ANN, among=IDS[:3], held=every, now=NOW)
    assert made.history == tuple(every[5:])
    assert {block.history.shape[0] for block in made.blocks.values()} == {most}


def test_what_was_judged_is_predicted_from_what_was_held_shortly_before(
    library: Store, tmp_path: Path
) -> None:
    index = Index(library, tmp_path / "index")
    index.refresh()
    asked: list[list[float]] = []

    def rank(_: object, before: Sequence[Opinion], at: float) -> Ranked:
        asked.append([opinion.at for opinion in before] + [at])
        raise _AskedError

    with pytest.raises(_AskedError):
        Rehearsing(index).weights(["one", "other"], held(1_300), rank)
    most = rehearsing._BEFORE
    (before,) = asked
    at = int(before[-1])  # that of the first of 80 that end in the last quarter of 640
    assert 480 <= at + 80 <= 640
    assert before == [float(n) for n in range(at - most, at + 1)]


def test_weights_are_learnt_anew_only_if_what_they_are_learnt_from_changes(
    library: Store, tmp_path: Path
) -> None:
    index = Index(library, tmp_path / "index")
    index.refresh()
    asked: list[Sequence[str]] = []

    def rank(among: Sequence[str], before: Sequence[Opinion], _: float) -> Ranked:
        asked.append(among)
        values = {name: np.arange(len(among)) % (2.0 + n) for n, name in enumerate(names)}
        scores = {name: Scores(values=own, confidence=1.0) for name, own in values.items()}
        return blend(among, scores, history=before)

    names, every = ["one", "other"], held(1_300)
    rehearsing = Rehearsing(index)

    def times(opinions: Sequence[Opinion]) -> int:
        before = len(asked)
        kept = rehearsing.weights(names, opinions, rank)
        count = len(asked) - before
        assert kept == Rehearsing(index).weights(names, opinions, rank)
        return count

    assert times(every) == 2
    assert times([replace(every[0], value=-1.0), *every[1:-1], replace(every[-1], value=0)]) == 0
    again = replace(every[3], at=2_000.0)
    assert times([*every[:3], *every[4:], again]) == 0, "what is played again moves nothing else"
    assert times([*every[:3], *every[5:], again, replace(every[4], at=2_001.0)]) == 0
    judged = next(n for n, opinion in enumerate(every) if opinion.item == asked[-1][0])
    said = replace(every[judged], value=0.5)
    assert times([*every[:judged], said, *every[judged + 1 :]]) == 1, "the round that it is of"
    other = next(item for item in asked[-1] if item in IDS)
    assert times([replace(every[0], item=other), *every[1:]]) == 2


class _AskedError(Exception):
    pass


def test_weights_stay_though_other_candidates_are_asked_for(
    library: Store, begin: Callable[[], Recommender], monkeypatch: pytest.MonkeyPatch
) -> None:
    live(library, np.random.default_rng(0), 150)
    alone = [(n, NOW - DAY * (400 - n)) for n in range(0, COUNT, 2)]  # nobody may have been there

    def write(db: Database) -> None:
        for n, at in alone:
            for who in (ANN, BEN):
                context = {"unattended": 7_200.0}
                oplog.add_event(
                    db, profile=who, item=IDS[n], kind=EventKind.FINISHED, context=context, at=at
                )

    library.write(write)
    rehearsed: list[object] = []
    rehearse = rehearsing._rehearse
    monkeypatch.setattr(
        rehearsing, "_rehearse", lambda *asked: (rehearsed.append(asked), rehearse(*asked))[1]
    )
    monkeypatch.setattr(Candidates, "gather", _some)
    remembering = begin()
    for who in (ANN, BOTH):
        remembering.panel(who, now=NOW)
        known = remembering.states(who).opinions
        assert {item for item, _ in ((IDS[n], at) for n, at in alone)} & {o.item for o in known}
        count = len(rehearsed)
        assert count
        for day in range(1, 8):
            remembering.panel(who, now=NOW + day * DAY)
        for opinion in known[::7]:
            remembering.why(opinion.item, profile=who, now=NOW)
        assert len(rehearsed) == count


def _some(_: object, db: object, states: object, held: object, **asked: float) -> tuple[str, ...]:
    """Give candidates of one day, as a large library has them: others the next."""
    return tuple(IDS[int(asked["now"] // DAY) % 5 :: 3])


def test_what_is_held_of_something_new_says_how_rankers_count_and_nothing_else(
    begin: Callable[[], Recommender], monkeypatch: pytest.MonkeyPatch
) -> None:
    liked = [
        Opinion(item=item, value=1.0, at=NOW - DAY * (9 - n)) for n, item in enumerate(IDS[:9])
    ]
    told: list[list[Opinion]] = []
    weights = Rehearsing.weights

    def noting(own: Rehearsing, names: list[str], held: list[Opinion], rank: Rank) -> object:
        told.append(held)
        return weights(own, names, held, rank)

    monkeypatch.setattr(Rehearsing, "weights", noting)
    ask = partial(begin().ranked, ANN, among=IDS[8:], now=NOW)
    new, alone = ask(held=liked, but=[IDS[8]]), ask(held=liked[:8])
    assert new.scores.keys() == alone.scores.keys()
    assert new.values.tolist() == alone.values.tolist()
    assert told == [liked, liked[:8]]
    assert FONDNESS in ask(held=liked).scores


def test_what_was_said_of_an_item_does_not_explain_it(
    library: Store, begin: Callable[[], Recommender]
) -> None:
    films = [item for item, n in zip(IDS, range(COUNT), strict=True) if KINDS[n % 3] is Kind.FILM]

    def write(db: Database) -> None:
        for item in films[:4]:
            oplog.add_event(db, profile=ANN, item=item, kind=EventKind.LIKE, at=NOW - 100 * DAY)

    library.write(write)
    why = begin().why(films[0], profile=ANN, now=NOW)
    assert why.rankers["taste"]
    assert FONDNESS not in why.rankers
