"""Broken files through the real analysis: each comes to an end, and nothing else suffers.

MEDIADESK_BROKEN_FILES says how many there are. More than the usual 150 are made of real films and
music too, where the evaluation data is.
"""

import os
import sys
from collections import Counter
from pathlib import Path

import broken_media
import library_factory
import pytest
from worker_peaks import WorkerPeaks

from mediadesk.engine.engine import Engine
from mediadesk.store import Store, features

_USUAL = 150
COUNT = int(os.environ.get("MEDIADESK_BROKEN_FILES", _USUAL))
_OVER = {"done", "skipped", "failed"}
_MIB = 1 << 20
_MOST_MIB = 1536 + 256  # what a worker may have, and what it has at its start


@pytest.mark.timeout(60 + 3 * COUNT)
def test_broken_files_all_come_to_an_end_and_whole_ones_are_understood(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    media = tmp_path / "media"
    media.mkdir()
    for suffix, (data,) in broken_media.whole(tmp_path / "whole", seconds=3).items():
        (media / f"whole{suffix}").write_bytes(data)
    sources = broken_media.whole(tmp_path / "to break")
    if COUNT > _USUAL:
        sources = {suffix: [*files, *real(suffix)] for suffix, files in sources.items()}
    broken = dict(broken_media.corpus(media, sources, count=COUNT))
    library_factory.rest(*media.iterdir())
    places = library_factory.places(tmp_path / "data", tmp_path_factory.getbasetemp())
    engine = Engine(places)
    try:
        with WorkerPeaks() as peaks:
            engine.add_folder(str(media))
            status = engine.analyze(wait=True)
    finally:
        engine.close()
    assert (status.busy, status.unread) == (False, 0)
    assert sum(work.waiting + work.left for work in status.work) == 0

    store = Store(places.database)
    conn = store.read().conn
    found = conn.execute("SELECT path, item, problem FROM location").fetchall()
    jobs = conn.execute("SELECT item, extractor, state, problem FROM job").fetchall()
    partial = features.problems(store.read())
    store.close()
    sys.stdout.write(_told(found, jobs, partial, peaks))

    # Nothing is lost: a file is an item, or one sentence says why it is none.
    assert {Path(path) for path, *_ in found} == {media / p for p in _media(media)}
    assert len(broken) == COUNT
    refused = {path: problem for path, item, problem in found if item is None}
    assert all(_is_sentence(problem) for problem in refused.values())
    # Nor is a job: each item has one of every part, and each is over.
    parts = {item: {e for i, e, *_ in jobs if i == item} for _, item, _ in found if item}
    assert all({"text", "tags"} <= own for own in parts.values())
    assert {state for *_, state, _ in jobs} <= _OVER
    unexplained = [job for job in jobs if job[2] != "done" and not _is_sentence(job[3])]
    assert unexplained == []
    # Damage is the file's, never a plugin's.
    assert [problem for *_, problem in jobs if problem and "The plugin “" in problem] == []
    # What was read in part only is done, and told.
    assert sum(work.partial for work in status.work) == len(partial) > 0
    told = {(problem.extractor, problem.sentence) for problem in status.problems}
    assert {(extractor, problem) for _, extractor, problem in partial[:100]} <= told
    assert {state for i, e, state, _ in jobs if (i, e) in {p[:2] for p in partial}} == {"done"}
    wholly = {item for path, item, _ in found if Path(path).stem == "whole"}
    assert len(wholly) == len(sources)
    assert {job[2] for job in jobs if job[0] in wholly} <= {"done", "skipped"}
    assert [told for told in partial if told[0] in wholly] == []
    if sys.platform == "linux":
        assert peaks.most < _MOST_MIB * _MIB


def real(suffix: str) -> list[bytes]:
    """Give real files of a kind, of a megabyte at most, three at most."""
    files = sorted(library_factory.SHARED.rglob(f"*{suffix}"), key=lambda path: path.stat().st_size)
    return [path.read_bytes() for path in files if path.stat().st_size <= _MIB][-3:]


def _media(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.suffix in broken_media.SUFFIXES]


def _is_sentence(problem: str | None) -> bool:
    return bool(problem) and len(problem or "") < 700 and "\n" not in (problem or "")


def _told(
    found: list[tuple[str, str | None, str | None]],
    jobs: list[tuple[str, str, str, str | None]],
    partial: list[tuple[str, str, str]],
    peaks: WorkerPeaks,
) -> str:
    """Say in figures what became of them."""
    states = Counter((extractor, state) for _, extractor, state, _ in jobs)
    given_up = [problem for *_, problem in jobs if problem and "gave this file up" in problem]
    return "\n".join(
        [
            f"{len(found)} files, {sum(item is None for _, item, _ in found)} refused at opening,",
            f"{len({item for _, item, _ in found} - {None})} items, {len(jobs)} jobs:",
            *(f"  {name} {state}: {n}" for (name, state), n in sorted(states.items())),
            *(f"  {name} partial: {n}" for name, n in Counter(p[1] for p in partial).items()),
            f"given up: {len(given_up)}",
            f"{len(peaks.by_process)} worker processes, {peaks.most // _MIB} MiB at most",
            "",
        ]
    )
