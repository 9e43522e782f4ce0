"""Extraction and tagging on a real store, with real workers and plugins written for the test."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import plugin_factory
import pytest
import worker_tasks
from worker_tasks import until

from mediadesk.api import Feature, Item, Kind, ModelSpec, Run, UserError
from mediadesk.extract import pipeline as pipelines
from mediadesk.extract.claims import emptied
from mediadesk.extract.extraction import Extraction
from mediadesk.extract.pipeline import Pipeline, Station
from mediadesk.extract.tagging import Tagging
from mediadesk.host import Registry
from mediadesk.host.registry import TRUSTED
from mediadesk.host.workers import Workers
from mediadesk.store import Store, backlog, features, jobs, library, locations, roots
from mediadesk.store.jobs import Task
from mediadesk.store.locations import Location

PLUGIN = """
LOG = Path({log!r})

def say(what):
    with LOG.open("a") as file:
        file.write(f"{{what}} {{os.getpid()}}\\n")

class Reader:
    name, version, kinds, model = "reader", 1, AUDIO, None

    def prepare(self, item, media):
        say(f"prepare:{{item.title}}")
        text = item.path.read_text()
        times = LOG.read_text().count(f":{{item.title}} ")
        if text == "kill" or (text == "kill once" and times < 2):
            os.kill(os.getpid(), signal.SIGKILL)
        if text == "skip": raise Skip("there is nothing to hear")
        if text == "damaged": raise UnreadableError(f"“{{item.path}}” is damaged: copy it again.")
        if text == "bug": raise ZeroDivisionError("boom")
        if text == "no sample": return "text"
        if text == "greedy": bytearray(1600 << 20)
        problem = "Only the first half can be read." if text == "partly" else ""
        return Sample(texts=(text,), data={{"title": item.title}}, problem=problem)

    def encode(self, samples, run):
        say("encode:" + "+".join(s.data["title"] for s in samples))
        return [self.feature(s.texts[0]) for s in samples]

    def feature(self, text):
        if text == "bad sample": raise ValueError("can't encode this")
        if text == "no feature": return 5
        if text == "no json": return Feature(data={{"when": object()}})
        if text == "numpy tag": return Feature(tags={{"loud": np.float32(0.5)}})
        if text == "matrix": return Feature(summary=np.zeros((2, 2), np.float32))
        if text == "not a number": return Feature(summary=np.full(2, np.nan, np.float32))
        return Feature(summary=np.array([1.0, 0.0], np.float32), tags={{text[:99]: 1.0}},
                       moments=(Moment(start=0.0, end=1.0, text=text, image=b"jpeg"),))

class Namer:
    name, version, model = "namer", 1, None

    def tag(self, features, run):
        say("tag:" + str(len(features)))
        return [self.one(own) for own in features]

    def one(self, own):
        read = own["reader"].tags if "reader" in own else {{}}
        if "tagger bug" in read: raise KeyError("lost")
        if "tagger nonsense" in read: return {{"a": "b"}}
        return {{f"named {{label}}": 0.5 for label in read}}

@hookimpl
def extractors(): return [Reader()]

@hookimpl
def taggers(): return [Namer()]
"""
READER = Task(name="reader", version=1, model="m1", kinds=("song",))
NAMER = Task(name="namer", version=1, model="", kinds=("song",), after=("reader",))


class Desk:
    """A store with items, a plugin, and the two lanes over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "songs"
        self.folder.mkdir()
        self.log = folder / "log"
        self.log.touch()
        self.disabled = plugin_factory.shipped()
        self.registry = Registry(disabled=self.disabled)
        self.store = Store(folder / "library.db")
        self.store.write(lambda db: roots.add(db, self.folder))
        self.pipeline: Pipeline | None = None
        self.gone: list[Path] = []

    def add(self, **texts: str) -> None:
        for title, text in texts.items():
            path = self.folder / f"{title}.mp3"
            path.write_text(text)
            place = Location(path=path, root=self.folder, size=1, mtime_ns=1)
            item = Item(id=title, kind=Kind.SONG, title=title, path=path)
            self.store.write(lambda db, place=place: locations.save_locations(db, [place]))
            self.store.write(
                lambda db, item=item, place=place: library.save_item(
                    db, item, facts={}, location=place
                )
            )

    def start(
        self,
        tasks: Sequence[Task] = (READER, NAMER),
        run: Callable[[ModelSpec], Run] = lambda _: dict,
    ) -> Pipeline:
        extracting = [task for task in tasks if not task.after]
        tagging = [task for task in tasks if task.after]
        self.store.write(jobs.suspect_running)
        backlog.fill(self.store, tasks)
        extraction = Extraction(
            self.store, self.registry, run, extracting,
            disabled=self.disabled, followers=lambda: [task.name for task in tagging],
            on_gone=self.gone.extend,
        )  # fmt: skip
        tagger = Tagging(self.store, self.registry, run, tagging, on_progress=lambda: None)
        self.pipeline = Pipeline(
            [Station([extraction, tagger], lambda: Workers(2))], on_progress=lambda: None
        )
        self.pipeline.start()
        return self.pipeline

    def finish(self, *tasks: Task) -> None:
        running = self.start(tasks or (READER, NAMER))
        until(lambda: not running.busy, seconds=60)
        running.close()

    def states(self, extractor: str = "reader") -> dict[str, str]:
        rows = self.store.read().conn.execute(
            "SELECT item, state FROM job WHERE extractor = ? ORDER BY item", [extractor]
        )
        return dict(rows.fetchall())

    def problem(self, item: str, extractor: str = "reader") -> str:
        found = {name: text for name, _, text in jobs.of_item(self.store.read(), item)}
        return found[extractor] or ""

    def said(self, what: str) -> list[str]:
        noted = worker_tasks.noted(self.log)
        return [each.partition(":")[2] for each in noted if each.startswith(f"{what}:")]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    site = tmp_path / "site"
    monkeypatch.setenv(TRUSTED, "mine")
    plugin_factory.install(site, "mine", PLUGIN.format(log=str(tmp_path / "log")))
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setattr(pipelines, "_RETRY_SECONDS", 0.1)
    made = Desk(tmp_path)
    yield made
    if made.pipeline is not None:
        made.pipeline.close()
    made.store.close()


def test_each_item_ends_done_skipped_or_failed_with_a_sentence(desk: Desk) -> None:
    desk.add(fine="hello", quiet="skip", broken="damaged", buggy="bug", odd="no sample")
    desk.finish()
    assert desk.states() == {
        "broken": "failed",
        "buggy": "failed",
        "fine": "done",
        "odd": "failed",
        "quiet": "skipped",
    }
    assert desk.problem("quiet") == "there is nothing to hear"
    assert desk.problem("broken").endswith("broken.mp3” is damaged: copy it again.")
    assert desk.problem("buggy") == (
        "The plugin “mine” failed (ZeroDivisionError: boom): update or disable it."
    )
    assert desk.problem("odd") == (
        "The extractor “reader” gave a str instead of a Sample: update or disable its plugin."
    )
    feature = features.of_item(desk.store.read(), "fine")["reader"]
    assert feature.tags == {"hello": 1.0}
    assert feature.moments[0].text == "hello"
    assert library.artwork(desk.store.read(), ["fine"]) == {"fine": b"jpeg"}


def test_what_can_be_read_in_part_is_done_and_tells_what_is_missing(desk: Desk) -> None:
    desk.add(half="partly", fine="hello")
    desk.finish()
    assert desk.states() == {"half": "done", "fine": "done"}
    db = desk.store.read()
    assert features.of_item(db, "half")["reader"].tags == {"partly": 1.0}
    assert features.problems(db) == [("half", "reader", "Only the first half can be read.")]


@pytest.mark.skipif(sys.platform != "linux", reason="memory can be limited on Linux only")
def test_a_file_that_takes_too_much_memory_is_told_of_and_no_plugin_is_blamed(desk: Desk) -> None:
    desk.add(bomb="greedy", fine="hello")
    desk.finish()
    assert desk.states() == {"bomb": "failed", "fine": "done"}
    assert desk.problem("bomb") == (
        f"“{desk.folder / 'bomb.mp3'}” asks for more memory than one file may have: it is damaged "
        "or far too large; copy it again or remove it."
    )


def test_more_time_is_allowed_for_larger_files(desk: Desk) -> None:
    desk.add(short="hello", long="hello")
    desk.store.write(
        lambda db: db.conn.execute("UPDATE location SET size = 1e9 WHERE item = 'long'")
    )
    backlog.fill(desk.store, [READER])
    lane = Extraction(desk.store, desk.registry, lambda _: dict, [READER], disabled=desk.disabled)
    allowed = {work.key.item: work.timeout for work in lane.claim(9, idle=True)}
    assert allowed["short"] == pytest.approx(120, abs=1)
    assert allowed["long"] == 320


def test_what_may_not_be_done_now_waits_and_a_suspect_of_it_too(desk: Desk) -> None:
    desk.add(a="hello", b="hello")
    backlog.fill(desk.store, [READER])
    may: list[str] = []
    lane = Extraction(
        desk.store, desk.registry, lambda _: dict, [READER],
        disabled=desk.disabled, free=lambda names: [name for name in names if name in may],
    )  # fmt: skip
    assert lane.claim(9, idle=True) == []
    desk.store.write(lambda db: jobs.claim(db, [READER], limit=1))
    desk.store.write(jobs.suspect_running)
    assert lane.claim(9, idle=True) == []
    assert sorted(desk.states().values()) == ["pending", "suspect"]
    may.append("reader")
    assert [work.alone for work in lane.claim(9, idle=True)] == [False]
    assert lane.claim(9, idle=False) == []
    assert [work.alone for work in lane.claim(9, idle=True)] == [True]


def test_how_long_a_file_took_is_noted(desk: Desk) -> None:
    desk.add(a="hello")
    desk.finish(READER)
    (took,) = desk.store.read().conn.execute("SELECT took FROM job").fetchone()
    assert 0 < took < 60


def test_what_can_not_be_encoded_or_saved_fails_alone_and_names_the_plugin(desk: Desk) -> None:
    wrong = ["bad sample", "no feature", "no json", "matrix", "not a number"]
    desk.add(**dict(zip("abcde", wrong, strict=True)), fine="one", good="two")
    desk.finish()
    assert desk.states() == dict.fromkeys("abcde", "failed") | {"fine": "done", "good": "done"}
    assert desk.problem("a") == (
        "The plugin “mine” failed (ValueError: can't encode this): update or disable it."
    )
    for item in "bcde":
        assert "“reader” gave what can't be kept (" in desk.problem(item)
    assert (
        not desk.store.read()
        .conn.execute(
            "SELECT 1 FROM feature WHERE item IN ('a', 'b', 'c', 'd', 'e') AND extractor = 'reader'"
        )
        .fetchall()
    )


def test_numbers_of_numpy_are_as_good_as_others(desk: Desk) -> None:
    desk.add(a="numpy tag")
    desk.finish()
    assert features.tags(desk.store.read(), ["a"])["a"]["loud"] == 0.5


def test_one_bad_sample_of_a_batch_fails_and_its_neighbours_are_kept(desk: Desk) -> None:
    desk.add(**{f"s{n}": "bad sample" if n == 5 else "hello" for n in range(12)})
    desk.finish()
    assert desk.states() == {f"s{n}": "failed" if n == 5 else "done" for n in range(12)}


def test_a_plugin_that_fails_on_every_file_fails_each_job_and_others_still_work(
    desk: Desk,
) -> None:
    desk.add(**{f"s{n}": "bug" for n in range(8)}, fine="hello")
    desk.finish()
    assert set(desk.states().values()) == {"failed", "done"}
    assert desk.states()["fine"] == "done"
    assert all("“mine” failed" in desk.problem(f"s{n}") for n in range(8))


def test_nothing_is_analysed_twice(desk: Desk) -> None:
    desk.add(a="one", b="skip", c="damaged")
    desk.finish()
    desk.add(d="four")
    desk.finish()
    assert sorted(desk.said("prepare")) == ["a", "b", "c", "d"]


def test_raising_the_version_does_everything_again_and_another_model_too(desk: Desk) -> None:
    desk.add(a="one", b="skip", c="damaged")
    desk.finish()
    desk.finish(Task(name="reader", version=2, model="m1", kinds=("song",)), NAMER)
    assert sorted(desk.said("prepare")) == ["a", "a", "b", "b", "c", "c"]
    desk.finish(Task(name="reader", version=2, model="m2", kinds=("song",)), NAMER)
    assert len(desk.said("prepare")) == 9
    row = desk.store.read().conn.execute(
        "SELECT version, model FROM feature WHERE item = 'a' AND extractor = 'reader'"
    )
    assert row.fetchone() == (2, "m2")


def test_what_an_item_no_longer_has_is_forgotten(desk: Desk) -> None:
    desk.add(a="one")
    desk.finish()
    (desk.folder / "a.mp3").write_text("skip")
    desk.store.write(lambda db: jobs.requeue(db, ["a"], ["reader"]))
    desk.finish()
    assert desk.states() == {"a": "skipped"}
    feature = features.of_item(desk.store.read(), "a")["reader"]
    assert feature.summary is None
    assert not feature.moments
    assert not features.tags(desk.store.read(), ["a"]).get("a")


def test_what_held_nothing_before_is_not_emptied_again(desk: Desk) -> None:
    desk.add(a="skip")
    backlog.fill(desk.store, [READER, NAMER])
    empty, full = Feature(), Feature(tags={"one": 1.0})
    for before, is_emptied in ((empty, False), (full, True), (empty, False)):
        desk.store.write(
            lambda db, before=before: features.save(db, "a", "reader", before, version=1, model="")
        )
        job = jobs.Job(item="a", extractor="reader", suspect=False)
        assert desk.store.write(lambda db, job=job: emptied(db, job, READER)) is is_emptied


def test_only_a_job_that_kills_a_worker_alone_fails(desk: Desk) -> None:
    desk.add(a="one", b="kill", c="kill once", d="four", e="five")
    desk.finish()
    assert desk.states() == {"a": "done", "b": "failed", "c": "done", "d": "done", "e": "done"}
    assert desk.problem("b") == (
        "reader gave this file up: it ended the worker that read it (SIGKILL). Everything else "
        "goes on; replace the file to try again."
    )
    prepared = desk.said("prepare")
    assert (prepared.count("b"), prepared.count("c")) == (2, 2)
    assert len(prepared) == 7
    assert sorted(prepared[-2:]) == ["b", "c"], "suspects run last, alone"


def test_what_ran_when_the_engine_died_is_tried_alone_and_not_failed(desk: Desk) -> None:
    desk.add(a="one", b="two", c="three")
    backlog.fill(desk.store, [READER])
    died = desk.store.write(lambda db: jobs.claim(db, [READER], limit=2))
    assert len(died) == 2
    running = desk.start()
    assert sorted(desk.states().values()).count("suspect") <= 2
    until(lambda: not running.busy)
    assert set(desk.states().values()) == {"done"}
    assert len(desk.said("prepare")) == 3
    suspects = {job.item for job in died}
    assert set(desk.said("prepare")[1:]) == suspects, "what is not suspect comes first"


def test_a_file_that_went_away_waits_for_its_drive_and_is_analysed_when_it_is_back(
    desk: Desk,
) -> None:
    desk.add(a="one", b="two")
    away = desk.folder.with_name("away")
    desk.folder.rename(away)
    desk.finish()
    assert desk.states() == {"a": "pending", "b": "pending"}
    assert set(desk.gone) == {desk.folder / "a.mp3", desk.folder / "b.mp3"}, "it is told"
    away.rename(desk.folder)
    for title in "ab":
        place = Location(path=desk.folder / f"{title}.mp3", root=desk.folder, size=1, mtime_ns=1)
        desk.store.write(lambda db, place=place: locations.save_locations(db, [place]))
    desk.finish()
    assert desk.states() == {"a": "done", "b": "done"}


def test_taggers_run_after_extractors_in_batches_and_again_after_a_new_feature(
    desk: Desk,
) -> None:
    desk.add(a="one", b="two", c="skip", d="damaged")
    desk.finish()
    assert set(desk.states("namer").values()) == {"done"}
    tags = features.tags(desk.store.read(), ["a", "b", "c", "d"])
    assert tags == {"a": {"one": 1.0, "named one": 0.5}, "b": {"two": 1.0, "named two": 0.5}}
    (desk.folder / "a.mp3").write_text("changed")
    desk.store.write(lambda db: jobs.requeue(db, ["a"], ["reader"]))
    desk.finish()
    assert features.tags(desk.store.read(), ["a"])["a"] == {"changed": 1.0, "named changed": 0.5}


def test_a_tagger_that_goes_wrong_on_one_item_fails_that_job_alone(desk: Desk) -> None:
    desk.add(a="one", b="tagger bug", c="three", d="tagger nonsense")
    desk.finish()
    assert desk.states("namer") == {"a": "done", "b": "failed", "c": "done", "d": "failed"}
    assert "“mine” failed (KeyError" in desk.problem("b", "namer")
    assert "“namer” gave what can't be kept (" in desk.problem("d", "namer")


def test_a_tagger_that_ran_when_the_engine_died_just_runs_again(desk: Desk) -> None:
    desk.add(a="one")
    desk.finish(READER)
    backlog.fill(desk.store, [NAMER])
    desk.store.write(lambda db: jobs.claim(db, [NAMER], limit=5))
    desk.finish()
    assert desk.states("namer") == {"a": "done"}


def test_a_full_disk_keeps_what_was_read_and_goes_on_when_there_is_space(desk: Desk) -> None:
    desk.add(**{f"s{n}": "hello " * 3000 for n in range(6)})
    backlog.fill(desk.store, [READER])

    def limit(pages: int) -> None:
        # Not in a transaction of `write`: the limit belongs to the writer's connection.
        desk.store._writer.submit(
            desk.store._write_db.conn.execute, f"PRAGMA max_page_count = {pages}"
        ).result()

    used = desk.store.read().conn.execute("PRAGMA page_count").fetchone()[0]
    limit(used + 12)
    running = desk.start([READER])
    until(lambda: running.trouble is not None)
    assert "free some disk space" in (running.trouble or "")
    assert running.busy
    limit(2**30)
    until(lambda: not running.busy)
    assert running.trouble is None
    assert set(desk.states().values()) == {"done"}
    assert len(desk.said("prepare")) == 6, "no file was read twice"
    rows = desk.store.read().conn.execute("SELECT count(*) FROM feature").fetchone()
    assert rows == (6,)


def test_a_model_that_is_missing_fails_its_jobs_with_its_sentence(desk: Desk) -> None:
    def missing(_: ModelSpec) -> Run:
        def run(_: object) -> dict[str, object]:
            raise UserError("The model is missing: install it again.")

        return run  # type: ignore[return-value]

    desk.add(a="one")
    (reader,) = desk.registry.extractors
    reader.model = ModelSpec(task="text")  # type: ignore[misc]
    reader.encode = lambda _, run: run({})  # type: ignore[assignment, method-assign, return-value]
    running = desk.start([READER], run=missing)
    until(lambda: not running.busy)
    assert desk.problem("a") == "The model is missing: install it again."


def test_a_whole_folder_that_vanishes_while_it_is_read_fails_nothing(desk: Desk) -> None:
    desk.add(**{f"s{n}": "hello" for n in range(30)})
    running = desk.start()
    until(lambda: desk.said("prepare"))
    shutil.rmtree(desk.folder)
    until(lambda: not running.busy)
    assert set(desk.states().values()) <= {"done", "pending"}
    assert json.dumps(jobs.failures(desk.store.read())) == "[]"
