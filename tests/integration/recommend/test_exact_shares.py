"""What is said to be due to a seed is so, of every ranker that is shipped, on random people."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from recommend_factory import DAY, NOW, Made, cloud, item_id, said, save, scores

from mediadesk.api import Event, EventKind, Opinion, Ranker, RankRequest, Run, Scores
from mediadesk.models import Models
from mediadesk.recommend.history import History
from mediadesk.recommend.index import Index
from mediadesk.recommend.ranking import Parts, Ranking
from mediadesk.recommend.recommender import Recommender
from mediadesk.recommend.rehearsing import Rehearsing
from mediadesk.recommend.requests import Requests
from mediadesk.recommend.values import Evidence
from mediadesk.store import Database, Store, oplog
from mediadesk_next.novelty import Novelty
from mediadesk_next.ranker import Next
from mediadesk_taste import Taste
from mediadesk_together.ranker import Together

COUNT = 90
IDS = [item_id(n) for n in range(COUNT)]
CROWD = ("ann", "bob", "cy", "dee")
CLOSE = 2e-4  # the rankers reckon in single precision


def describe(db: Database, n: int) -> None:
    """Give an item what rankers go by beside vectors: series, artists, years, genres."""
    told = {
        "year": 1960 + n * 7 % 60,
        "genres": json.dumps([("Drama", "Comedy", "Horror")[n % 3]]),
        "series": f"Series {n % 4}" if n % 2 else "",
        "season": 1 if n % 2 else None,
        "episode": n // 4 if n % 2 else None,
        "added_at": NOW - n * DAY,
    }
    columns = ", ".join(f"{name} = ?" for name in told)
    db.conn.execute(f"UPDATE item SET {columns} WHERE id = ?", [*told.values(), IDS[n]])


@pytest.fixture
def parts(store: Store, models: Models) -> Parts:
    """Every ranker that is shipped, on a library that all of them have something to say of."""
    themes = np.arange(COUNT) % 5
    audio, frames = cloud(themes, 48, seed=1), cloud(themes, 48, seed=2)
    save(
        store,
        [
            Made(
                number=n,
                theme=int(themes[n]),
                vectors={"audio": audio[n], "keyframes": frames[n]},
                artist=f"Artist {n % 9}",
            )
            for n in range(COUNT)
        ],
    )
    random = np.random.default_rng(3)

    def write(db: Database) -> None:
        for n in range(COUNT):
            describe(db, n)
        for person in CROWD:
            for n in random.permutation(COUNT)[:40].tolist():
                kind = EventKind.LIKE if n % 5 < 2 else EventKind.LESS
                oplog.add_event(db, profile=person, item=IDS[n], kind=kind, at=NOW - DAY - n)

    store.write(write)
    rankers = (Taste(), Together(), Next(str), Novelty(str))
    return Parts(rankers=[(ranker, models.runner(ranker.model)) for ranker in rankers])


def person(seed: int) -> list[Opinion]:
    random = np.random.default_rng(seed)
    judged = random.permutation(COUNT)[: int(random.integers(3, 40))].tolist()
    return [
        Opinion(item=IDS[n], value=float(random.uniform(-1, 1)), at=NOW - 3_000 + 60 * k)
        for k, n in enumerate(judged)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_without_a_seed_every_shipped_ranker_says_less_by_what_it_put_down_to_it(
    store: Store, parts: Parts, tmp_path: Path, seed: int
) -> None:
    index = Index(store, tmp_path / "index")
    index.refresh()
    ranking = Ranking(
        Requests(index, History()),
        Rehearsing(index),
        lambda: parts,
        guard=lambda _, call: call(),
    )
    held = person(seed)
    judged = {opinion.item for opinion in held}
    among = [item for item in IDS if item not in judged]
    answer = ranking.rank(store.read(), "me", among=among, held=held, now=NOW)
    ranked = answer.ranked
    left = ranking.without(answer, [*judged])
    less = dict(zip(judged, left, strict=True))
    due: defaultdict[tuple[int, str, str], float] = defaultdict(float)
    for n, item in enumerate(among):
        told = ranked.parts(item)
        assert sum(part.share for part in told) == pytest.approx(ranked.values[n], abs=CLOSE)
        for part in told:
            if part.seed:  # one ranker may have several things to say of it
                due[n, part.ranker, part.seed] += part.share
    assert {ranker for _, ranker, _ in due} >= {"taste", "together", "next"}
    for (n, ranker, named), share in due.items():
        change = ranked.shares[ranker][n] - less[named].shares[ranker][n]
        assert change == pytest.approx(share, abs=CLOSE), (ranker, among[n], named)


class Listened:
    """A ranker with an ear on it, which may keep to itself what would be without a seed."""

    def __init__(self, ranker: Ranker, *, tells: bool) -> None:
        self.name, self.model = ranker.name, ranker.model
        self._ranker, self._tells = ranker, tells
        self.asked: list[int] = []

    def rank(self, request: RankRequest, run: Run) -> Scores:
        self.asked.append(len(request.without))
        told = self._ranker.rank(request, run)
        return told if self._tells else replace(told, without=None)


def test_who_can_tell_what_is_left_without_seeds_is_asked_once_and_says_what_others_would(
    store: Store, parts: Parts, tmp_path: Path
) -> None:
    index = Index(store, tmp_path / "index")
    index.refresh()
    held = person(2)
    among = [item for item in IDS if item not in {opinion.item for opinion in held}]
    seeds = [held[-1].item, "nobody's", *(opinion.item for opinion in held[:4])]
    left = {}
    for tells in (True, False):
        heard = [(Listened(ranker, tells=tells), run) for ranker, run in parts.rankers]
        ranking = Ranking(
            Requests(index, History()),
            Rehearsing(index),
            lambda heard=heard: Parts(rankers=heard),
            guard=lambda _, call: call(),
        )
        answer = ranking.rank(store.read(), "me", among=among, held=held, now=NOW)
        for ranker, _ in heard:
            ranker.asked.clear()
        assert ranking.without(answer, ["nobody's"]) == [answer.ranked]
        left[tells] = ranking.without(answer, seeds)
        times = [5] if tells else [5, *[0] * 5]
        assert [ranker.asked for ranker, _ in heard] == [times] * len(heard)
        assert left[tells][1] is answer.ranked
    for told, asked in zip(left[True], left[False], strict=True):
        for name, shares in asked.shares.items():
            assert told.shares[name] == pytest.approx(shares, abs=CLOSE), name


def test_a_ranker_that_is_wrong_about_a_seed_is_found_out(
    store: Store, models: Models, parts: Parts, tmp_path: Path
) -> None:
    """The test above would see it: a share that names another seed is not what is missing then."""

    class Liar:
        name, model = "liar", Together.model

        def __init__(self) -> None:
            self._true = Together()

        def rank(self, request: RankRequest, run: Run) -> Scores:
            told = self._true.rank(request, run)
            if told.seed is None:
                return told
            return Scores(
                values=told.values,
                confidence=told.confidence,
                causes=told.causes,
                shares=told.shares,
                cause=told.cause,
                seed=np.where(told.seed >= 0, (told.seed + 1) % len(request.history), -1),
            )

    index = Index(store, tmp_path / "index")
    index.refresh()
    lying = Parts(rankers=[(Liar(), models.runner(Liar.model))])
    ranking = Ranking(
        Requests(index, History()), Rehearsing(index), lambda: lying, guard=lambda _, call: call()
    )
    held = person(0)
    among = [item for item in IDS if item not in {opinion.item for opinion in held}]
    answer = ranking.rank(store.read(), "me", among=among, held=held, now=NOW)
    wrong = 0
    for n, item in enumerate(among):
        for part in answer.ranked.parts(item):
            if part.seed:
                (left,) = ranking.without(answer, [part.seed])
                less = answer.ranked.shares["liar"][n] - left.shares["liar"][n]
                wrong += abs(less - part.share) > CLOSE
    assert wrong > len(among)


def test_the_reasons_of_why_add_up_to_the_score_and_say_which_place_is_left_without_a_seed(
    store: Store, parts: Parts, tmp_path: Path
) -> None:
    recommender = Recommender(store, Index(store, tmp_path / "index"), lambda: parts)
    random = np.random.default_rng(5)

    def write(db: Database) -> None:
        for n in random.permutation(COUNT)[:12].tolist():
            kind = EventKind.LIKE if n % 5 < 2 else EventKind.LESS
            oplog.add_event(db, profile="me", item=IDS[n], kind=kind, at=NOW - 3_600)

    store.write(write)
    panel = recommender.panel("me", now=NOW)
    picks = next(shelf for shelf in panel.shelves if shelf.id == "picks").items
    moved = 0
    for pick in picks[:4]:
        why = recommender.why(pick.item, profile="me", now=NOW)
        assert sum(reason.share for reason in why.reasons) == pytest.approx(why.score, abs=1e-3)
        assert sum(why.rankers.values()) == pytest.approx(why.score, abs=1e-9)
        assert {reason.seed for reason in why.reasons if reason.seed} <= why.without.keys()
        moved += sum(rank != why.rank for rank in why.without.values())
    assert moved


def test_what_two_items_have_to_do_with_is_evidence_where_no_moments_are(
    store: Store, parts: Parts, tmp_path: Path
) -> None:
    recommender = Recommender(store, Index(store, tmp_path / "index"), lambda: parts)
    liked = {"profile": "me", "item": IDS[10], "kind": EventKind.LIKE, "at": NOW - 3_600}
    store.write(lambda db: oplog.add_event(db, **liked))
    told = recommender.why(IDS[55], profile="me", now=NOW).reasons
    assert Evidence(kind="tag", item=IDS[55], text="Artist 1") in [one.evidence for one in told]


def test_what_is_supposed_of_one_person_never_gets_to_another(
    store: Store, parts: Parts, tmp_path: Path
) -> None:
    recommender, other = (
        Recommender(store, Index(store, tmp_path / name), lambda: parts) for name in "ab"
    )
    much = Event(id="", profile="bob", item=IDS[3], kind=EventKind.LIKE, at=NOW - 1)
    supposed, usual = recommender.panel("bob", now=NOW, supposing=much), other.panel("bob", now=NOW)
    assert scores(supposed) != pytest.approx(scores(usual), abs=1e-3)
    for name in ("ann", "bob"):
        own, alone = (each.panel(name, now=NOW) for each in (recommender, other))
        assert said(own) == said(alone)
        assert scores(own) == pytest.approx(scores(alone), abs=1e-6)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (EventKind.LIKE, "Because you liked “Item 10”: "),
        (EventKind.RATED, "Because you rated “Item 10” 4.5 of 5: "),
        (EventKind.FINISHED, "Because you played “Item 10”: "),
    ],
)
def test_a_reason_says_what_one_did_with_its_seed(
    store: Store, parts: Parts, tmp_path: Path, kind: EventKind, says: str
) -> None:
    recommender = Recommender(store, Index(store, tmp_path / "index"), lambda: parts)
    store.write(
        lambda db: oplog.add_event(
            db, profile="me", item=IDS[10], kind=kind, value=0.9, at=NOW - 3_600
        )
    )
    told = recommender.why(IDS[55], profile="me", now=NOW).reasons
    assert any(reason.text.startswith(says) for reason in told)
