"""The lane of a guest: what is kept of what it learnt, on a real store and without its process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from mediadesk.api import VIDEO, Array, Feature, Item, Kind, Sample, UserError
from mediadesk.extract.guests import GuestWork
from mediadesk.host import Plugin, Registry, Source
from mediadesk.host.workers import Outcome, Work
from mediadesk.store import Store, backlog, features, jobs, library, locations, roots
from mediadesk.store.jobs import Task
from mediadesk.store.locations import Location

TASK = Task(name="reader", version=1, model="", kinds=("film",))


def unit(length: int) -> Array:
    """Give a vector that can be kept."""
    vector: Array = np.eye(1, length, dtype=np.float32)[0]
    return vector


class Reader:
    """An extractor that gives the vector which an item's title names."""

    name, version, kinds, model = "reader", 1, VIDEO, None

    def prepare(self, item: Item, media: object) -> Sample:  # noqa: ARG002 - as the API asks
        return Sample(texts=(item.title,))

    def encode(self, samples: Sequence[Sample], run: object) -> list[Feature]:  # noqa: ARG002
        return [Feature(summary=unit(int(sample.texts[0]))) for sample in samples]


class Desk:
    """A store with films, and the lane of a plugin."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "library.db")
        self.store.write(lambda db: roots.add(db, folder))
        self.registry = Registry(points=())
        self.is_open = True
        reader = Reader()
        plugin = Plugin(name="stranger", version="1.0", source=Source.INSTALLED)
        self.registry.admit(plugin, {"extractors": [reader]})
        self.lane = GuestWork(
            self.store, self.registry, {"reader": reader}, [TASK], is_open=lambda: self.is_open
        )

    def work(self, title: str) -> Work:
        """Add a film, and claim the work on it."""
        path = self.folder / f"{title}.mkv"
        path.touch()
        item = Item(id=title, kind=Kind.FILM, title=title, path=path)
        place = Location(path=path, root=self.folder, size=1, mtime_ns=1)
        self.store.write(lambda db: locations.save_locations(db, [place]))
        self.store.write(lambda db: library.save_item(db, item, facts={}, location=place))
        backlog.fill(self.store, [TASK])
        (claimed,) = self.lane.claim(1, idle=True)
        return claimed

    def done(self, work: Work) -> Outcome:
        """Do a work."""
        return Outcome(work=work, result=work.function(*work.arguments))

    def states(self) -> dict[str, str]:
        """Give item → state of its job."""
        rows = self.store.read().conn.execute("SELECT item, state FROM job ORDER BY item")
        return dict(rows.fetchall())

    def kept(self, item: str) -> dict[str, Feature]:
        """Give what is kept of an item."""
        return features.of_item(self.store.read(), item)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def test_what_is_finished_after_its_plugin_was_removed_with_its_data_is_not_kept(
    desk: Desk,
) -> None:
    outcome = desk.done(desk.work("4"))
    desk.store.write(lambda db: features.forget(db, "reader"))
    desk.lane.settle([outcome])
    assert desk.kept("4") == {}
    assert desk.states() == {}


def test_what_is_to_be_done_again_is_not_taken_for_done(desk: Desk) -> None:
    outcome = desk.done(desk.work("4"))
    desk.store.write(lambda db: jobs.requeue(db, ["4"], ["reader"]))
    desk.lane.settle([outcome])
    assert desk.states() == {"4": "pending"}


def test_no_file_is_blamed_for_a_guest_that_has_ended_for_good(desk: Desk) -> None:
    work = desk.work("4")
    desk.is_open = False
    desk.lane.settle([Outcome(work=work, death="it can't be started again")])
    assert desk.states() == {"4": "pending"}


def test_only_vectors_that_are_kept_say_how_long_others_must_be(desk: Desk) -> None:
    with pytest.raises(UserError, match=r"a vector \[9000\]"):
        desk.done(desk.work("9000"))
    desk.lane.settle([desk.done(desk.work("4"))])
    with pytest.raises(UserError, match="a vector of 5 numbers, and 4 are expected"):
        desk.done(desk.work("5"))
    again = GuestWork(desk.store, desk.registry, {}, [TASK], is_open=lambda: True)
    with pytest.raises(ValueError, match="and 4 are expected"):
        again._dimensions.check("reader", Feature(summary=unit(5)))
