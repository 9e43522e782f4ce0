"""Episodes of a season are compared, on a real store and in the lane that understands."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from worker_tasks import until

from mediadesk.api import Feature, Item, Kind
from mediadesk.extract.pipeline import Pipeline, Station
from mediadesk.extract.understanding import Understanding
from mediadesk.host.workers import Workers
from mediadesk.models import Models
from mediadesk.store import Store, features, jobs, library, locations, roots, seasons
from mediadesk.store.jobs import Task
from mediadesk.understand import FEATURE, MODEL, VERSION
from mediadesk.understand.seasons import FINGERPRINT

if TYPE_CHECKING:
    from mediadesk.store import Database

TASK = Task(name=FEATURE, version=VERSION, model="f", kinds=("episode",))
RANDOM = np.random.default_rng(0)
INTRO = RANDOM.integers(1, 2**32, 200, dtype=np.uint32)


def prints() -> Feature:
    """18.6 s of intro after 9.3 s of something else."""
    before, after = (RANDOM.integers(1, 2**32, 100, dtype=np.uint32) for _ in range(2))
    head = b64encode(np.concatenate([before, INTRO, after]).tobytes()).decode()
    return Feature(data={"prints": {"head": head, "tail": "", "tail_start": 40, "hop": 0.093}})


def add(store: Store, name: str, *, season: int = 1, episode: int, series: str = "Lost") -> None:
    place = locations.Location(path=Path("/tv") / name, root=Path("/tv"), size=1, mtime_ns=1)
    item = Item(
        id=name, kind=Kind.EPISODE, title=name, path=place.path, series=series, season=season,
        episode=episode,
    )  # fmt: skip

    def save(db: Database) -> None:
        roots.add(db, Path("/tv"))
        locations.save_locations(db, [place])
        library.save_item(db, item, facts={}, location=place)
        features.save(db, name, FINGERPRINT, prints(), version=1, model="")
        jobs.enqueue(db, [TASK], [name])

    store.write(save)


@pytest.fixture
def models(tmp_path: Path) -> Iterator[Models]:
    models = Models(tmp_path / "cache")
    yield models
    models.close()


def understand(store: Store, models: Models) -> None:
    lane = Understanding(store, models.runner(MODEL), TASK, followers=lambda: [FEATURE])
    pipeline = Pipeline([Station([lane], lambda: Workers(1))], on_progress=lambda: None)
    pipeline.start()
    until(lambda: not pipeline.busy)
    pipeline.close()


def spans(store: Store, item: str) -> list[list[object]]:
    found: list[list[object]] = features.of_item(store.read(), item)[FEATURE].data.get("spans", [])
    return found


def test_the_first_episode_learns_its_intro_when_the_second_comes(
    store: Store, models: Models
) -> None:
    add(store, "one", episode=1)
    add(store, "elsewhere", episode=1, season=2)
    understand(store, models)
    assert spans(store, "one") == spans(store, "elsewhere") == []
    add(store, "two", episode=2)
    understand(store, models)
    for name in ("one", "two"):
        ((start, end, label),) = spans(store, name)
        assert (start, end) == (pytest.approx(9.3, abs=1), pytest.approx(27.9, abs=1))
        assert label == "intro"
    assert spans(store, "elsewhere") == []


def test_neighbours_are_the_nearest_of_the_same_season_and_series(store: Store) -> None:
    for n in range(1, 8):
        add(store, f"e{n}", episode=n)
    add(store, "other", episode=4, season=2)
    add(store, "stranger", episode=4, series="Found")
    (item,) = library.items(store.read(), ["e4"]).values()
    assert seasons.neighbours(store.read(), item, FINGERPRINT) == ["e3", "e5", "e2", "e6"]
