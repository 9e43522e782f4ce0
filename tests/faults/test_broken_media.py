"""Broken files through the real analysis: each comes to an end, and nothing else suffers.

MEDIADESK_BROKEN_FILES says how many there are. More than the usual are made of real films and music
too, where the evaluation data is.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import broken_media
import library_factory
import psutil
import pytest
from broken_media import Whole
from worker_peaks import WorkerPeaks, peak

from mediadesk.engine.client import Client
from mediadesk.engine.messages import Status, Verbs
from mediadesk.host import Registry
from mediadesk.store import Store, features
from mediadesk.understand import FEATURE

_EACH = 3  # of a round, usually
_USUAL = len(broken_media.SUFFIXES) * len(broken_media.DAMAGES) // _EACH
COUNT = int(os.environ.get("MEDIADESK_BROKEN_FILES", _USUAL))
_OVER = {"done", "skipped", "failed"}
_SECONDS = 60
_MIB = 1 << 20
# 845 and 101 were seen with 1,100 files.
_MOST_MIB = 1024  # of a worker; 1,536 more than it has at its start is where it would end
_MOST_MORE_MIB = 256  # of the engine, than whole files took


@dataclass
class Window:
    """What a window would hold: the engine's process, and how often it had to be replaced."""

    data: Path
    restarts: int = 0
    client: Client = field(init=False)

    @contextmanager
    def opened(self) -> Iterator[psutil.Process]:
        """Give the engine's process while it is there."""
        self.client = Client(self.data, on_change=lambda _: None, on_restart=self._count)
        try:
            self.client.call(Verbs.status).result(_SECONDS)
            yield psutil.Process(self.client._process.pid)
        finally:
            self.client.close()

    def analysed(self, folder: Path) -> Status:
        """Add a folder and wait till nothing is left to be done; how long, pytest limits."""
        self.client.call(Verbs.add_folder, str(folder)).result(_SECONDS)
        return self.client.call(Verbs.analyze, wait=True).result()

    def _count(self) -> None:
        self.restarts += 1


@dataclass(frozen=True)
class Found:
    """What the library says after all."""

    places: list[tuple[Path, str | None, str | None]]
    """File, item, problem."""
    kinds: dict[str, str]
    jobs: list[tuple[str, str, str, str | None, float | None]]
    """Item, extractor, state, problem, seconds."""
    partial: list[tuple[str, str, str]]
    """Item, extractor, problem."""

    @classmethod
    def of(cls, database: Path) -> "Found":
        store = Store(database)
        conn = store.read().conn
        places = conn.execute("SELECT path, item, problem FROM location").fetchall()
        jobs = conn.execute("SELECT item, extractor, state, problem, took FROM job").fetchall()
        found = cls(
            places=[(Path(path), item, problem) for path, item, problem in places],
            kinds=dict(conn.execute("SELECT id, kind FROM item").fetchall()),
            jobs=jobs,
            partial=features.problems(store.read()),
        )
        store.close()
        return found

    @property
    def given_up(self) -> list[str]:
        """What is said of files that ended a worker, or kept it for too long."""
        problems = [*(place[2] for place in self.places), *(job[3] for job in self.jobs)]
        return [each for each in problems if each and ("gave this file up" in each
                                                       or "was given up" in each)]  # fmt: skip


@pytest.mark.timeout(300 + 3 * COUNT)
def test_broken_files_all_come_to_an_end_and_whole_ones_are_understood(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole, media = written(tmp_path / "whole"), tmp_path / "media"
    sources = broken_media.whole(tmp_path / "to break")
    if COUNT > _USUAL:
        sources = {suffix: [*files, *real(suffix)] for suffix, files in sources.items()}
    each = 1 if COUNT > _USUAL else _EACH
    broken = dict(broken_media.corpus(media, sources, count=COUNT, each=each))
    library_factory.rest(*whole, *media.iterdir())
    places = library_factory.places(tmp_path / "data", tmp_path_factory.getbasetemp())
    window = Window(places.data)
    with window.opened() as engine, WorkerPeaks(engine) as peaks:
        window.analysed(whole[0].parent)
        before = peak(engine)
        status = window.analysed(media)
        more = peak(engine) - before
    found = Found.of(places.database)
    sys.stdout.write(told(found, peaks, before, more))

    # Nothing ends but what it is about: neither the engine nor, without being told, a worker.
    assert window.restarts == 0
    assert len(peaks.by_process) <= (os.cpu_count() or 1)
    assert found.given_up == []
    assert (status.busy, status.unread) == (False, 0)
    assert sum(work.waiting + work.left for work in status.work) == 0
    # Nothing is lost: a file is an item, or one sentence says why it is none.
    assert len(broken) == COUNT
    assert {path for path, *_ in found.places} == {*whole, *broken}
    assert all(_is_sentence(problem) for _, item, problem in found.places if item is None)
    # Nor is a job: each item has one of every part for its kind, and each is over.
    own: dict[str, set[str]] = {item: set() for _, item, _ in found.places if item}
    for item, extractor, *_ in found.jobs:
        own[item].add(extractor)
    assert own == {item: parts(found.kinds[item]) for item in own}
    assert {job[2] for job in found.jobs} <= _OVER
    assert [job for job in found.jobs if job[2] != "done" and not _is_sentence(job[3])] == []
    # Damage is the file's, never a plugin's.
    assert [job[3] for job in found.jobs if job[3] and "The plugin “" in job[3]] == []
    # What was read in part only is done, and told.
    assert sum(work.partial for work in status.work) == len(found.partial) > 0
    said = {(problem.extractor, problem.sentence) for problem in status.problems}
    assert {(extractor, problem) for _, extractor, problem in found.partial[:100]} <= said
    in_part = {each[:2] for each in found.partial}
    assert {job[2] for job in found.jobs if job[:2] in in_part} == {"done"}
    # What is whole is understood beside all that, and wholly.
    wholly = {item for path, item, _ in found.places if path in whole}
    assert len(wholly - {None}) == len(whole)
    assert {job[2] for job in found.jobs if job[0] in wholly} <= {"done", "skipped"}
    assert {job[1] for job in found.jobs if job[0] in wholly and job[2] == "done"} == parts(
        "episode"
    )
    assert [each for each in found.partial if each[0] in wholly] == []
    if sys.platform == "linux":
        assert peaks.most < _MOST_MIB * _MIB
        assert more < _MOST_MORE_MIB * _MIB


def parts(kind: str) -> set[str]:
    """Give the names of all that is to be done to an item of a kind."""
    registry = Registry()
    extractors = {each.name for each in registry.extractors if kind in each.kinds}
    return extractors | {FEATURE} | {each.name for each in registry.taggers}


def written(folder: Path) -> list[Path]:
    """Write whole files, of which two are long episodes of the series that others are broken of."""
    made = broken_media.whole(folder / "made", seed=50)
    kept = [(suffix, files[0]) for suffix, files in made.items()]
    kept += [(suffix, made[suffix][1]) for suffix in (".mkv", ".ts")]
    media = folder / "media"
    media.mkdir()
    paths = [
        media / f"{each.named(n, 'whole')}{suffix}"
        for n, (suffix, each) in enumerate(kept, start=80)
    ]
    for path, (_, each) in zip(paths, kept, strict=True):
        path.write_bytes(each.data)
    return paths


def real(suffix: str) -> list[Whole]:
    """Give real files of a kind, of a megabyte at most, three at most."""
    files = sorted(library_factory.SHARED.rglob(f"*{suffix}"), key=lambda path: path.stat().st_size)
    return [Whole(path.read_bytes()) for path in files if path.stat().st_size <= _MIB][-3:]


def told(found: Found, peaks: WorkerPeaks, before: int, more: int) -> str:
    """Say in figures what became of them."""
    states = Counter((extractor, state) for _, extractor, state, *_ in found.jobs)
    refused = sum(item is None for _, item, _ in found.places)
    items = {item for _, item, _ in found.places} - {None}
    slowest = max(found.jobs, key=lambda job: job[4] or 0)
    return "\n".join(
        [
            f"{len(found.places)} files, {refused} refused at opening,",
            f"{len(items)} items, {len(found.jobs)} jobs:",
            *(f"  {name} {state}: {n}" for (name, state), n in sorted(states.items())),
            *(f"  {name} partial: {n}" for name, n in Counter(p[1] for p in found.partial).items()),
            f"given up: {len(found.given_up)}; the slowest job took {slowest[4]:.1f} s",
            *found.given_up,
            f"{len(peaks.by_process)} worker processes, {peaks.most // _MIB} MiB at most",
            f"the engine {before // _MIB} MiB, and {more // _MIB} more with broken files",
            "",
        ]
    )


def _is_sentence(problem: str | None) -> bool:
    return bool(problem) and len(problem or "") < 700 and "\n" not in (problem or "")
