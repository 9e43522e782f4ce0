"""What holds of every ranking and every panel, on random people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from recommend_factory import DAY, NOW, Made, cloud, item_id, save

from mediadesk.api import Cause, EventKind, Opinion, RankRequest, Run, Scores
from mediadesk.models import Models
from mediadesk.recommend.history import History
from mediadesk.recommend.index import Index
from mediadesk.recommend.ranking import Parts, Ranking
from mediadesk.recommend.recommender import Recommender
from mediadesk.recommend.rehearsing import Rehearsing
from mediadesk.recommend.requests import Requests
from mediadesk.store import Database, Store, oplog
from mediadesk_taste import Taste
from mediadesk_together.ranker import Together

COUNT, PEOPLE, DAYS = 64, 50, 20
IDS = [item_id(n) for n in range(COUNT)]
SAID = (EventKind.LIKE, EventKind.LESS, EventKind.HIDE, EventKind.RATED)
DONE = (EventKind.FINISHED, EventKind.PLAYED, EventKind.ABANDONED, EventKind.SEEN)
HARMLESS = (EventKind.SHOWN, EventKind.OPENED, EventKind.DISMISSED)


class Alike:
    """A ranker that adds up likeness × opinion in one block, each opinion for itself."""

    model = None

    def __init__(self, block: str, *, unit: float = 1.0, confidence: float = 1.0) -> None:
        self.name = f"alike-{block}"
        self._block, self._unit, self._confidence = block, unit, confidence

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002
        block = request.blocks[self._block]
        values = np.array([opinion.value for opinion in request.history])
        shares = self._unit * (block.candidates @ block.history.T) * values
        return Scores(
            values=shares.sum(axis=1),
            confidence=self._confidence,
            causes=(Cause(block=self._block),),
            shares=shares,
            cause=np.zeros(shares.shape, int),
            seed=np.broadcast_to(np.arange(len(values)), shares.shape),
        )


@pytest.fixture
def made(store: Store) -> None:
    themes = np.arange(COUNT) % 5
    blocks = {"audio": cloud(themes, 64, seed=1), "keyframes": cloud(themes, 96, seed=2)}
    save(
        store,
        [
            Made(
                number=n,
                theme=int(themes[n]),
                vectors={
                    name: rows[n] for name, rows in blocks.items() if n % 7 or name == "audio"
                },
            )
            for n in range(COUNT)
        ],
    )


def opinions(random: np.random.Generator, most: int) -> tuple[list[Opinion], list[str]]:
    """Give up to `most` random opinions, two of them at least, and the items left."""
    count, order = int(random.integers(2, most)), random.permutation(COUNT)
    held = [
        Opinion(item=IDS[n], value=float(random.uniform(-1, 1)), at=NOW - 1_000 + k)
        for k, n in enumerate(order[:count])
    ]
    return held, [IDS[n] for n in order[count:]]


def people(store: Store, random: np.random.Generator) -> None:
    def write(db: Database) -> None:
        for person in ("ann", "bob", "cy", "dee", "eve", "flo"):
            for n in random.permutation(COUNT)[:40]:
                kind = EventKind.LIKE if random.random() < 0.6 else EventKind.LESS
                oplog.add_event(db, profile=person, item=IDS[n], kind=kind, at=NOW - 500)

    store.write(write)


@pytest.fixture
def ranking(store: Store, models: Models, made: None, tmp_path: Path) -> Ranking:
    people(store, np.random.default_rng(9))
    index = Index(store, tmp_path / "index")
    index.refresh()
    taste = Taste()
    rankers = [
        (taste, models.runner(taste.model, urgent=True)),
        (Alike("audio", unit=1e3), dict),
        (Alike("keyframes", confidence=0.4), dict),
        (Together(), models.runner(Together.model, urgent=True)),
    ]
    return Ranking(
        Requests(index, History()),
        Rehearsing(index),
        lambda: Parts(rankers=rankers),
        guard=lambda _, call: call(),
    )


@pytest.mark.parametrize("seed", range(8))
def test_shares_and_reasons_add_up_to_every_score(
    store: Store, ranking: Ranking, seed: int
) -> None:
    held, among = opinions(np.random.default_rng(seed), 45)
    ranked = ranking.rank(store.read(), "me", among=among, held=held, now=NOW).ranked
    assert np.ptp(ranked.values) > 1
    assert ranked.shares.keys() == {"taste", "alike-audio", "alike-keyframes", "together"}
    for n, item in enumerate(among):
        assert sum(ranked.shares_of(item).values()) == pytest.approx(ranked.values[n], abs=1e-6)
        told = sum(part.share for part in ranked.parts(item))
        assert told == pytest.approx(ranked.values[n], abs=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_without_a_seed_a_score_is_less_by_just_what_was_due_to_it(
    store: Store, ranking: Ranking, seed: int
) -> None:
    held, among = opinions(np.random.default_rng(seed), 45)
    answer = ranking.rank(store.read(), "me", among=among, held=held, now=NOW)
    ranked = answer.ranked
    items = [opinion.item for opinion in held]
    less = dict(zip(items, ranking.without(answer, items), strict=True))
    named = [(n, part) for n, item in enumerate(among) for part in ranked.parts(item) if part.seed]
    assert {part.ranker for _, part in named} == ranked.shares.keys()
    for n, part in named:
        change = ranked.shares[part.ranker][n] - less[part.seed].shares[part.ranker][n]
        exactly = 1e-6 if part.ranker.startswith("alike") else 1e-4  # in single precision
        assert change == pytest.approx(part.share, abs=exactly)


def test_a_ranker_that_was_right_about_a_person_comes_to_count_more(
    store: Store, ranking: Ranking
) -> None:
    by_theme = [
        Opinion(item=IDS[n], value=1.0 if n % 5 < 2 else -1.0, at=NOW - 1_000 + n)
        for n in np.random.default_rng(0).permutation(COUNT)[:40].tolist()
    ]
    among = [item for item in IDS if item not in {opinion.item for opinion in by_theme}]

    def weights(held: Sequence[Opinion]) -> dict[str, float]:
        ranked = ranking.rank(store.read(), "me", among=among, held=held, now=NOW).ranked
        return {
            name: ranked.scale[name] * np.std(own.values) / own.confidence
            for name, own in ranked.scores.items()
        }

    few, many = weights(by_theme[:19]), weights(by_theme)
    assert few == pytest.approx(dict.fromkeys(few, 1.0))
    assert many["alike-audio"] > 1.1
    assert many["together"] < 0.9, "the others like at random"
    assert weights(by_theme) == many


def act(store: Store, random: np.random.Generator, person: str, at: float) -> set[str]:
    """Do up to four things as a person; give the items that this closes for their panel."""
    kinds = [*SAID, *DONE, *HARMLESS]
    acts = [
        (IDS[random.integers(COUNT)], kinds[random.integers(len(kinds))], float(random.uniform()))
        for _ in range(int(random.integers(0, 5)))
    ]

    def write(db: Database) -> None:
        for item, kind, value in acts:
            oplog.add_event(db, profile=person, item=item, kind=kind, value=value, at=at)

    store.write(write)
    return {item for item, kind, _ in acts if kind in {*SAID, *DONE}}


def test_no_panel_of_a_thousand_shows_what_was_seen_or_judged_or_anything_twice(
    store: Store, made: None, tmp_path: Path
) -> None:
    parts = Parts(rankers=[(Alike("audio"), dict)])
    recommender = Recommender(store, Index(store, tmp_path / "index"), lambda: parts)
    random = np.random.default_rng(4)
    closed: dict[str, set[str]] = {f"p{n}": set() for n in range(PEOPLE)}
    wrong = []
    for day in range(DAYS):
        for person, own in closed.items():
            own.update(act(store, random, person, NOW + day * DAY))
            panel = recommender.panel(person, now=NOW + day * DAY + 1)
            picked = {each.id: {pick.item for pick in each.items} for each in panel.shelves}
            begun = picked.pop("continue", set())
            picked.pop("watch", None)  # of what was seen and loved, where nothing is new
            wrong += [item for shelf in picked.values() for item in shelf & own]
            wrong += [item for one, two in combinations(picked.values(), 2) for item in one & two]
            wrong += begun - own
            if COUNT - len(own) > 24:  # some may rest
                assert len(picked["picks"]) == 12, "it never shrinks"
                assert {each.id for each in panel.shelves}.isdisjoint({"watch", "listen"})
    assert wrong == []
