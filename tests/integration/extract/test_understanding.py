"""What is derived from several features, on a real store, with real workers and the real model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import library_factory
import numpy as np
import pytest
from worker_tasks import until

from mediadesk.api import AUDIO, VIDEO, Array, Feature, Item, Kind, Moment, Run, UserError, unit
from mediadesk.extract.pipeline import Pipeline, Station
from mediadesk.extract.understanding import Understanding
from mediadesk.host.workers import Outcome, Workers
from mediadesk.models import Models
from mediadesk.store import (
    Database,
    Store,
    backlog,
    features,
    jobs,
    library,
    locations,
    registers,
    roots,
    told,
)
from mediadesk.store.jobs import Task
from mediadesk.store.registers import Edit
from mediadesk.understand import FEATURE, MODEL, VERSION
from mediadesk.understand.kinds import SURE_KIND

KINDS = tuple(sorted(VIDEO | AUDIO))
READER = Task(name="keyframes", version=1, model="m", kinds=KINDS)
FUSE = Task(name=FEATURE, version=VERSION, model="f", kinds=KINDS, after=("keyframes",))
TAGGER = Task(name="namer", version=1, model="", kinds=KINDS, after=("keyframes", FEATURE))


def vector(seed: int, length: int) -> Array:
    return unit(np.random.default_rng(seed).standard_normal(length)).astype(np.float32)


class Desk:
    """A store whose items have features, and the lane over them."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder = folder / "videos"
        self.store = Store(folder / "library.db")
        self.store.write(lambda db: roots.add(db, self.folder))
        self.run = run

    def add(self, title: str, **known: Feature) -> None:
        place = locations.Location(path=self.folder / title, root=self.folder, size=1, mtime_ns=1)
        item = Item(id=title, kind=Kind.CLIP, title=title, path=place.path, duration=60.0)
        self.store.write(lambda db: locations.save_locations(db, [place]))
        self.store.write(lambda db: library.save_item(db, item, facts={}, location=place))
        for name, feature in known.items():
            self.learn(title, name, feature)

    def learn(self, item: str, name: str, feature: Feature) -> None:
        self.store.write(lambda db: features.save(db, item, name, feature, version=1, model="m"))

    def lane(self) -> Understanding:
        return Understanding(self.store, self.run, FUSE, followers=lambda: [FEATURE, "namer"])

    def finish(self) -> None:
        lane = self.lane()
        while works := lane.claim(2, idle=True):
            lane.settle(
                [Outcome(work=each, result=each.function(*each.arguments)) for each in works]
            )

    def again(self, item: str) -> None:
        self.store.write(lambda db: jobs.requeue(db, [item], [FEATURE]))

    def of(self, item: str) -> Feature:
        return features.of_item(self.store.read(), item)[FEATURE]

    def jobs_of(self, item: str) -> dict[str, tuple[str, str | None]]:
        found = jobs.of_item(self.store.read(), item)
        return {name: (state, problem) for name, state, problem in found}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    opened = Models(library_factory.models(tmp_path_factory.getbasetemp()))
    yield opened
    opened.close()


@pytest.fixture
def make(tmp_path: Path, models: Models) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def desk(run: Run | None = None) -> Desk:
        made.append(Desk(tmp_path, run or models.runner(MODEL)))
        return made[-1]

    yield desk
    for each in made:
        each.store.close()


SEEN = Feature(
    summary=vector(1, 1280),
    moments=tuple(
        Moment(start=10.0 * n, end=10.0 * n, vector=vector(n, 1280), image=b"jpeg%d" % n)
        for n in range(6)
    ),
)
SAID = Feature(
    summary=vector(2, 512),
    moments=(Moment(start=5, end=9, vector=vector(2, 512), text="The sea is calm today."),),
    data={
        "sound": {"language": "en", "language_confidence": 0.9},
        "language": "fr",
        "tracks": [{"language": "fr", "passages": 1, "confidence": 0.9}],
    },
)


def test_an_item_gets_one_vector_its_moments_its_summary_and_its_language(
    make: Callable[..., Desk],
) -> None:
    desk = make()
    desk.add("a", keyframes=SEEN, subtitles=SAID)
    backlog.fill(desk.store, [FUSE])
    pipeline = Pipeline([Station([desk.lane()], lambda: Workers(1))], on_progress=lambda: None)
    pipeline.start()
    until(lambda: not pipeline.busy)
    pipeline.close()
    found = desk.of("a")
    assert found.summary is not None
    assert found.summary.shape == (256,)
    assert np.linalg.norm(found.summary) == pytest.approx(1, abs=1e-5)
    assert found.moments
    assert {each.start for each in found.moments} & {each.start for each in SEEN.moments}
    assert all(each.why for each in found.moments)
    assert all(not each.image and each.vector is None for each in found.moments), "stored once"
    assert [each["text"] for each in found.data["summary"]] == ["The sea is calm today."]
    assert found.data["languages"] == {"en": 0.9}, "the subtitles translate it"
    assert found.data["shares"].keys() == {"subtitles", "keyframes"}
    assert sum(found.data["shares"].values()) == pytest.approx(1, abs=0.01)
    assert desk.jobs_of("a")[FEATURE] == ("done", None)


def test_it_waits_for_extractors_and_taggers_go_again_after_it(make: Callable[..., Desk]) -> None:
    desk = make()
    desk.add("a")
    desk.add("b", keyframes=SEEN)
    backlog.fill(desk.store, [READER, FUSE, TAGGER])
    for job in desk.store.write(lambda db: jobs.claim(db, [READER], limit=2)):
        if job.item == "b":
            desk.store.write(lambda db, job=job: jobs.finish(db, job, state="done"))
    tagged = desk.store.write(lambda db: jobs.claim(db, [TAGGER], limit=2))
    assert not tagged, "a tagger reads what is derived"
    desk.finish()
    assert desk.jobs_of("a")[FEATURE] == ("pending", None)
    assert desk.jobs_of("b")[FEATURE] == ("done", None)
    (job,) = desk.store.write(lambda db: jobs.claim(db, [TAGGER], limit=2))
    desk.store.write(lambda db: jobs.finish(db, job, state="done"))
    desk.again("b")
    desk.finish()
    assert desk.jobs_of("b")["namer"] == ("pending", None)


def test_what_an_item_no_longer_has_is_no_part_of_it(make: Callable[..., Desk]) -> None:
    desk = make()
    desk.add("a", keyframes=SEEN, subtitles=SAID)
    desk.add("only", keyframes=SEEN)
    desk.add("nothing")
    backlog.fill(desk.store, [FUSE])
    desk.finish()
    assert desk.of("a").summary @ desk.of("only").summary < 0.99
    desk.learn("a", "subtitles", Feature())
    desk.again("a")
    desk.finish()
    np.testing.assert_allclose(desk.of("a").summary, desk.of("only").summary, atol=1e-5)
    assert "languages" not in desk.of("a").data
    nothing = desk.of("nothing")
    assert (nothing.summary, nothing.moments, nothing.data.keys()) == (None, (), {"kind"})


def test_what_is_derived_is_never_derived_from_itself(make: Callable[..., Desk]) -> None:
    desk = make()
    desk.add("a", keyframes=SEEN, namer=Feature(tags={"sea": 0.9}))
    desk.learn("a", features.LEARNT, Feature(tags={"sea": 0.8}))
    backlog.fill(desk.store, [FUSE])
    desk.finish()
    first = desk.of("a")
    desk.again("a")
    (work,) = desk.lane().claim(1, idle=True)
    assert work.arguments[0].keys() == {"keyframes"}
    desk.lane().release([work])
    desk.finish()
    again = desk.of("a")
    np.testing.assert_array_equal(again.summary, first.summary)
    assert replace(again, summary=None) == replace(first, summary=None)


def test_a_model_that_can_not_run_fails_the_job_with_a_sentence(make: Callable[..., Desk]) -> None:
    def run(_: object) -> dict[str, Array]:
        raise UserError("The model file “fusion.onnx” is damaged: install MediaDesk again.")

    desk = make(run)
    desk.add("a", keyframes=SEEN)
    backlog.fill(desk.store, [FUSE])
    desk.finish()
    assert desk.jobs_of("a")[FEATURE] == (
        "failed",
        "The model file “fusion.onnx” is damaged: install MediaDesk again.",
    )


def test_what_ran_when_the_engine_died_just_runs_again(make: Callable[..., Desk]) -> None:
    desk = make()
    desk.add("a", keyframes=SEEN)
    backlog.fill(desk.store, [FUSE])
    desk.store.write(lambda db: jobs.claim(db, [FUSE], limit=1))
    desk.store.write(jobs.suspect_running)
    desk.finish()
    assert desk.jobs_of("a")[FEATURE] == ("done", None)


def test_an_item_of_another_kind_is_weighed_anew(make: Callable[..., Desk]) -> None:
    desk = make()
    desk.add("a", keyframes=SEEN, audio=Feature(summary=vector(3, 392)))
    backlog.fill(desk.store, [FUSE])
    desk.finish()
    before = desk.of("a").data["shares"]

    def file(db: Database) -> None:
        told.tell(db, "a", "sidecar", {"kind": "concert"})
        told.settle(db, ["a"])

    desk.store.write(file)
    assert desk.jobs_of("a")[FEATURE] == ("pending", None)
    desk.finish()
    after = desk.of("a").data["shares"]
    assert after["audio"] > after["keyframes"]
    assert before["audio"] < before["keyframes"]


def test_a_clear_kind_is_taken_over_a_guess_but_never_over_what_anybody_said(
    make: Callable[..., Desk],
) -> None:
    desk = make()
    heard = Feature(data={"speech_share": 0.05, "music_share": 0.9})
    for title in ("Live at the sea.mkv", "Live at home.mkv", "Live in court.mkv"):
        desk.add(title, keyframes=SEEN, audio=heard)
    ours, own, nfo = ids = [row[0] for row in desk.store.read().conn.execute(
        "SELECT id FROM item ORDER BY title = 'Live in court.mkv', title = 'Live at home.mkv'"
    )]  # fmt: skip

    def say(db: Database) -> None:
        db.conn.execute("UPDATE item SET duration = 5400")
        for each in ids:
            told.tell(db, each, "guessed", {"title": each, "kind": "film"})
        registers.write(db, [Edit(item=own, field="kind", value="home-video")])
        told.tell(db, nfo, "sidecar", {"kind": "film"})
        told.settle(db, ids)

    desk.store.write(say)
    backlog.fill(desk.store, [FUSE])
    desk.finish()
    known = library.items(desk.store.read(), ids)
    assert desk.of(ours).data["kind"]["concert"] >= SURE_KIND
    assert known[ours].kind is Kind.CONCERT
    assert (known[own].kind, known[nfo].kind) == (Kind.HOME_VIDEO, Kind.FILM)
    desk.learn(ours, "audio", Feature(data={"speech_share": 0.4, "music_share": 0.3}))
    desk.again(ours)
    desk.finish()
    assert library.items(desk.store.read(), ids)[ours].kind is Kind.FILM, "it is clear no more"


def test_passages_of_other_languages_are_sent_to_no_worker(
    make: Callable[..., Desk],
) -> None:
    passages = (Moment(start=0, end=1, text="Hello."), Moment(start=0, end=1, language="de"))
    desk = make()
    desk.add("a", keyframes=SEEN, subtitles=Feature(moments=passages))
    backlog.fill(desk.store, [FUSE])
    [work] = desk.lane().claim(1, idle=True)
    assert work.arguments[0]["subtitles"].moments == passages[:1]
