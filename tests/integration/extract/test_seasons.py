"""Episodes of a season are compared, on a real store and in the lane that understands."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from mediadesk.api import Feature, Item, Kind
from mediadesk.extract.understanding import Understanding
from mediadesk.host.workers import Outcome
from mediadesk.models import Models
from mediadesk.store import Store, features, jobs, library, locations, roots, told
from mediadesk.store.jobs import Task
from mediadesk.store.seasons import Seasons
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


def tell(db: Database, name: str, episode: int) -> None:
    guessed = {"series": "Lost", "season": episode, "episode": episode, "kind": "episode"}
    told.tell(db, name, "guessed", guessed)
    told.settle(db, [name])


def understand(store: Store, models: Models) -> list[str]:
    """Do all that waits, here; give the items in the order in which that was."""
    lane, done = Understanding(store, models.runner(MODEL), TASK, followers=lambda: [FEATURE]), []
    while works := lane.claim(2, idle=True):
        lane.settle([Outcome(work=each, result=each.function(*each.arguments)) for each in works])
        done += [each.key.item for each in works]
    return done


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
    add(store, "copy", episode=4)
    (item,) = library.items(store.read(), ["e4"]).values()
    found = Seasons(store.read(), FINGERPRINT).neighbours(item)
    assert list(found) == ["e3", "e5", "e2", "e6"]
    assert found["e3"] < found["e5"], "what tells a newer fingerprint from an older one"


def test_episodes_without_numbers_have_neighbours_of_their_own(store: Store) -> None:
    for n in range(1, 10):
        add(store, f"e{n}", episode=n)
    store.write(lambda db: db.conn.execute("UPDATE item SET episode = NULL"))
    found = library.items(store.read(), ["e3", "e9"])
    season = Seasons(store.read(), FINGERPRINT)
    near = {name: list(season.neighbours(found[name])) for name in found}
    assert near == {"e3": ["e2", "e4", "e1", "e5"], "e9": ["e8", "e7", "e6", "e5"]}


def test_two_copies_of_one_episode_are_no_intro_from_end_to_end(
    store: Store, models: Models
) -> None:
    add(store, "one", episode=1)
    add(store, "in HD", episode=1)
    understand(store, models)
    assert spans(store, "one") == spans(store, "in HD") == []


def test_an_episode_that_is_filed_elsewhere_is_compared_there_and_forgotten_here(
    store: Store, models: Models
) -> None:
    add(store, "one", episode=1)
    add(store, "two", episode=2, season=2)
    understand(store, models)
    assert spans(store, "one") == spans(store, "two") == []

    def file(season: int) -> None:
        def write(db: Database) -> None:
            told.tell(db, "two", "sidecar", {"season": season})
            told.settle(db, ["two"])

        store.write(write)
        understand(store, models)

    store.write(lambda db: [tell(db, name, n) for n, name in enumerate(["one", "two"], start=1)])
    file(1)
    assert len(spans(store, "one")) == len(spans(store, "two")) == 1
    file(2)
    assert spans(store, "one") == spans(store, "two") == []


def test_a_fingerprint_that_changes_is_heard_of_by_the_neighbours(
    store: Store, models: Models
) -> None:
    add(store, "one", episode=1)
    add(store, "two", episode=2)
    understand(store, models)
    assert spans(store, "one")

    def change(db: Database) -> None:
        features.save(db, "two", FINGERPRINT, Feature(), version=1, model="")
        jobs.requeue(db, ["two"], [FEATURE])

    store.write(change)
    understand(store, models)
    assert spans(store, "one") == spans(store, "two") == []


def test_a_whole_season_is_compared_and_then_there_is_peace(store: Store, models: Models) -> None:
    for n in range(1, 8):
        add(store, f"e{n}", episode=n)
    runs = understand(store, models)
    assert all(len(spans(store, f"e{n}")) == 1 for n in range(1, 8))
    assert len(runs) <= 7 * 5, "each once, and for each neighbour that came later"
    assert not understand(store, models)


def test_one_that_failed_is_not_tried_again_for_its_neighbours(
    store: Store, models: Models
) -> None:
    add(store, "one", episode=1)
    lane = Understanding(store, models.runner(MODEL), TASK, followers=lambda: [FEATURE])
    (work,) = lane.claim(1, idle=True)
    lane.settle([Outcome(work=work, error=ValueError("odd"))])
    add(store, "two", episode=2)
    assert understand(store, models) == ["two"]
    assert [state for _, state, _ in jobs.of_item(store.read(), "one")] == ["failed"]


def test_one_that_is_in_hand_while_another_comes_is_compared_with_that_afterwards(
    store: Store, models: Models
) -> None:
    lane = Understanding(store, models.runner(MODEL), TASK, followers=lambda: [FEATURE])
    add(store, "one", episode=1)
    (work,) = lane.claim(1, idle=True)
    add(store, "two", episode=2)
    assert understand(store, models) == ["two"]
    lane.settle([Outcome(work=work, result=work.function(*work.arguments))])
    assert "one" in understand(store, models)
    assert len(spans(store, "one")) == len(spans(store, "two")) == 1


def test_a_season_is_read_once_for_all_that_is_settled_together(
    store: Store, models: Models
) -> None:
    for n in range(1, 8):
        add(store, f"e{n}", episode=n)
    lane = Understanding(store, models.runner(MODEL), TASK, followers=lambda: [FEATURE])
    works = lane.claim(4, idle=True)
    asked: list[str] = []

    def listen(to: Callable[[str], object] | None) -> None:
        store.write(lambda db: db.conn.set_trace_callback(to))

    listen(asked.append)
    lane.settle([Outcome(work=each, result=each.function(*each.arguments)) for each in works])
    listen(None)
    assert sum("season IS" in sql for sql in asked) == 1


def test_what_can_not_be_claimed_whole_is_not_lost(
    store: Store, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, "one", episode=1)
    lane = Understanding(store, models.runner(MODEL), TASK)
    monkeypatch.setattr(library, "items", lambda *_: {})
    with pytest.raises(KeyError):
        lane.claim(1, idle=True)
    assert [state for _, state, _ in jobs.of_item(store.read(), "one")] == ["pending"]
