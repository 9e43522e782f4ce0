"""The lane of a guest: what is kept of what it learnt, on a real store and without its process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from mediadesk.api import VIDEO, Array, Feature, Item, Kind, Metadata, Sample, Skip, UserError
from mediadesk.extract.guests import GuestWork
from mediadesk.host import Plugin, Registry, Source
from mediadesk.host.workers import Outcome, Work
from mediadesk.store import Store, backlog, features, jobs, library, locations, roots
from mediadesk.store.jobs import Task
from mediadesk.store.locations import Location

TASK = Task(name="reader", version=1, model="", kinds=("film",))
SAYS = Task(name="says", version=1, model="", kinds=("film",))
TEXT = Task(name="text", version=1, model="", kinds=("film",))
TAGS = Task(name="tags", version=1, model="", kinds=("film",), after=("reader",))


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


class Says:
    """A reader of metadata that knows a description of every film."""

    name, version, kinds = "says", 1, VIDEO

    def read(self, item: Item) -> Metadata:
        return Metadata(description=f"The plot of {item.title}.")


class Desk:
    """A store with films, and the lane of a plugin."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "library.db")
        self.store.write(lambda db: roots.add(db, folder))
        self.registry = Registry(points=())
        self.is_open = True
        self.gone: list[Path] = []
        self.parts = {"reader": Reader(), "says": Says()}
        plugin = Plugin(name="stranger", version="1.0", source=Source.INSTALLED)
        self.registry.admit(
            plugin,
            {"extractors": [self.parts["reader"]], "metadata_readers": [self.parts["says"]]},
        )
        self.lane = self.lane_of(TASK)

    def lane_of(self, task: Task) -> GuestWork:
        """Make the lane of one task."""
        return GuestWork(
            self.store,
            self.registry,
            self.parts,
            [task],
            is_open=lambda: self.is_open,
            followers=lambda: [TAGS.name],
            on_gone=self.gone.extend,
        )

    def work(self, title: str) -> Work:
        """Add a film, and claim the work on it."""
        self.add(title)
        (claimed,) = self.lane.claim(1, idle=True)
        return claimed

    def add(self, title: str, *tasks: Task) -> None:
        """Add a film with these jobs, or that of the extractor."""
        path = self.folder / f"{title}.mkv"
        path.touch()
        item = Item(id=title, kind=Kind.FILM, title=title, path=path)
        place = Location(path=path, root=self.folder, size=1, mtime_ns=1)
        self.store.write(lambda db: locations.save_locations(db, [place]))
        self.store.write(lambda db: library.save_item(db, item, facts={}, location=place))
        backlog.fill(self.store, tasks or [TASK])

    def over(self, item: str, task: Task) -> None:
        """Have a job be done already."""
        job = jobs.Job(item=item, extractor=task.name, suspect=False)
        self.store.write(lambda db: jobs.claim(db, [task], limit=1))
        self.store.write(lambda db: jobs.finish(db, job, state="done"))

    def states_of(self, item: str) -> dict[str, str]:
        """Give job → state."""
        return {name: state for name, state, _ in jobs.of_item(self.store.read(), item)}

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


def test_what_reads_features_runs_again_after_a_new_one(desk: Desk) -> None:
    desk.add("4", TASK, TAGS)
    (work,) = desk.lane.claim(1, idle=True)
    desk.lane.settle([desk.done(work)])
    desk.over("4", TAGS)
    desk.store.write(lambda db: jobs.requeue(db, ["4"], ["reader"]))
    (work,) = desk.lane.claim(1, idle=True)
    desk.lane.settle([desk.done(work)])
    assert desk.states_of("4") == {"reader": "done", "tags": "pending"}


def test_what_an_item_no_longer_has_is_forgotten(desk: Desk) -> None:
    desk.lane.settle([desk.done(desk.work("4"))])
    assert desk.kept("4")["reader"].summary is not None
    desk.store.write(lambda db: jobs.requeue(db, ["4"], ["reader"]))
    (work,) = desk.lane.claim(1, idle=True)
    desk.lane.settle([Outcome(work=work, error=Skip("there is nothing to read"))])
    assert desk.kept("4")["reader"].summary is None
    assert desk.states() == {"4": "skipped"}


def test_what_there_never_was_anything_of_leaves_nothing_and_has_nothing_read_again(
    desk: Desk,
) -> None:
    desk.add("4", SAYS, TAGS)
    desk.over("4", TAGS)
    lane = desk.lane_of(SAYS)
    (work,) = lane.claim(1, idle=True)
    lane.settle([Outcome(work=work, error=Skip("nothing lies beside it"))])
    assert desk.kept("4") == {}
    assert desk.states_of("4") == {"says": "skipped", "tags": "done"}


def test_a_file_that_went_away_waits_for_its_drive_and_is_told_of(desk: Desk) -> None:
    work = desk.work("4")
    path = desk.folder / "4.mkv"
    path.unlink()
    desk.lane.settle([Outcome(work=work, error=FileNotFoundError(2, "gone"))])
    assert (desk.states(), desk.gone) == ({"4": "pending"}, [path])
    assert desk.lane.claim(1, idle=True) == [], "it is not there"


def test_a_guest_that_is_off_is_given_nothing(desk: Desk) -> None:
    desk.add("4")
    desk.is_open = False
    assert desk.lane.claim(1, idle=True) == []
    assert desk.states() == {"4": "pending"}
    desk.is_open = True
    assert [work.key.item for work in desk.lane.claim(1, idle=True)] == ["4"]


def test_new_words_of_a_reader_are_read_by_what_goes_by_them_and_the_same_are_not(
    desk: Desk,
) -> None:
    desk.add("4", SAYS, TEXT)
    lane = desk.lane_of(SAYS)
    for after in ("pending", "done"):
        desk.over("4", TEXT)
        (work,) = lane.claim(1, idle=True)
        lane.settle([desk.done(work)])
        assert desk.states_of("4") == {"says": "done", "text": after}
        desk.store.write(lambda db: jobs.requeue(db, ["4"], ["says"]))
    assert library.items(desk.store.read(), ["4"])["4"].description == "The plot of 4."


def test_what_can_not_be_claimed_whole_is_not_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.add("4")
    monkeypatch.delitem(desk.parts, "reader")
    with pytest.raises(KeyError):
        desk.lane.claim(1, idle=True)
    assert desk.states() == {"4": "pending"}
