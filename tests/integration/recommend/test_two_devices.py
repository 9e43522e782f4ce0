"""What was learnt is computed anew on each device from all that was said on any: it is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from recommend_factory import DAY, NOW, Made, cloud, item_id, said, save, scores
from whole_logs import whole_logs

from mediadesk.api import EventKind, RankRequest, Run, Scores
from mediadesk.models import Models
from mediadesk.recommend.index import Index
from mediadesk.recommend.ranking import Parts
from mediadesk.recommend.recommender import Recommender
from mediadesk.store import Database, Store, leanings, merging, oplog, profiles, registers
from mediadesk_taste import Taste

COUNT = 240
KINDS = (EventKind.LIKE, EventKind.LESS, EventKind.PLAYED, EventKind.FINISHED, EventKind.RATED)


class Numbers:
    """Ranks items by their numbers, which say nothing of a taste."""

    name = "numbers"
    model = None

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002
        numbers = [int(item[-4:], 16) for item in request.candidates]
        return Scores(values=np.array(numbers, float))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "other" / "library.db")) as opened:
        yield opened


def fill(store: Store, order: int) -> None:
    """Save the same items and features, from the first on or (-1) from the last on."""
    themes = np.arange(COUNT) % 6
    sound, frames = cloud(themes, 32, seed=1), cloud(themes, 48, seed=2)
    save(store, [
        Made(number=n, theme=int(themes[n]), vectors={"audio": sound[n], "keyframes": frames[n]})
        for n in range(COUNT)[::order]
    ])  # fmt: skip


def live(seed: int, who: str) -> Callable[[Database], None]:
    """Give what a person does on one device in a year; of theme 0 it likes whatever it sees."""
    chance = np.random.default_rng(seed)

    def write(db: Database) -> None:
        profiles.know(db, who)
        for _ in range(400):
            n = int(chance.integers(COUNT))
            kind = EventKind.LIKE if n % 6 == 0 else KINDS[chance.integers(len(KINDS))]
            at, value = NOW - float(chance.uniform(DAY, 365 * DAY)), float(chance.random())
            oplog.add_event(db, profile=who, item=item_id(n), kind=kind, value=value, at=at)

    return write


def lean(name: str) -> Callable[[Database], object]:
    return lambda db: registers.write(db, [leanings.edit("ann", name, 2.0)])


def test_both_come_to_the_same_scores_weights_and_leanings(
    store: Store, other: Store, models: Models, tmp_path: Path
) -> None:
    taste = Taste()
    rankers = [(taste, models.runner(taste.model, urgent=True)), (Numbers(), dict)]
    recommenders = [
        Recommender(
            each,
            Index(each, tmp_path / f"index {n}"),
            lambda: Parts(rankers=rankers),
        )
        for n, each in enumerate((store, other))
    ]
    fill(store, 1)
    fill(other, -1)
    store.write(live(1, "ann"))
    other.write(live(2, "ann"))
    other.write(live(3, "ben"))
    store.write(lean("drama"))
    other.write(lean("war"))
    before = [scores(each.panel("ann", now=NOW)) for each in recommenders]
    assert before[0] != pytest.approx(before[1], abs=1e-6)
    for source, to in ((store, other), (other, store)):
        for log in whole_logs(source.read()):
            to.write(lambda db, log=log: merging.take(db, log))
    store.write(lambda db: profiles.add(db, "both", members=("ann", "ben")))
    (log,) = whole_logs(store.read())
    other.write(lambda db: merging.take(db, log))
    for who in ("ann", "ben", "both"):
        here, there = (each.panel(who, now=NOW) for each in recommenders)
        assert said(here) == said(there)
        assert scores(here) == pytest.approx(scores(there), abs=1e-6)
    weights = [each.weights("ann") for each in recommenders]
    assert weights[0] == pytest.approx(weights[1], abs=1e-6)
    assert len(set(weights[0].values())) > 1, "they were fitted"
    wanted = {"drama": 2.0, "war": 2.0}
    assert leanings.of(store.read(), "ann") == leanings.of(other.read(), "ann") == wanted
