"""The index's cache, which a window's engine and a command use at the same time."""

from __future__ import annotations

import json
import os
import pkgutil
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st
from index_victim import DIMENSIONS, STEP
from recommend_factory import Made, cloud, item_id, save

from mediadesk.recommend import cache, mapped
from mediadesk.recommend.index import Index
from mediadesk.store import Store

VICTIM = Path(__file__).parents[2] / "index_victim.py"


def add(store: Store, numbers: range) -> None:
    rows = cloud(np.array(numbers) % 5, DIMENSIONS, seed=numbers.start + 1)
    made = zip(numbers, rows, strict=True)
    save(store, [Made(number=n, theme=0, vectors={"x": row}) for n, row in made])


def opened(store: Store, folder: Path) -> Index:
    index = Index(store, folder, exact_below=50)
    index.refresh()
    return index


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def stems(folder: Path) -> set[str]:
    """Give what the one file names."""
    told = json.loads((folder / "index.json").read_bytes())["spaces"]
    return {each["stem"] for one in told for each in (one, one.get("graph", one))}


def is_whole(folder: Path) -> bool:
    """Whether there is what the one file names, and nothing else."""
    return {Path(name).stem for name in names(folder)} == stems(folder) | {"index"}


def test_with_nothing_new_nobody_writes(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    add(store, range(100))
    one, other = opened(store, folder), opened(store, folder)
    one.save()
    add(store, range(100, 140))
    for each in (one, other):
        each.refresh()
        while each.build():
            pass
    other.save()
    before = names(folder)
    for _ in range(2):
        one.save()
        other.save()
    assert names(folder) == before
    add(store, range(140, 160))
    one.refresh()
    one.save()
    assert names(folder) != before, "and what is new is kept"
    assert Index(store, folder).seq == one.seq
    other.save()
    assert Index(store, folder).seq == one.seq, "who lags behind takes nothing back"


def test_a_graph_is_kept_beside_vectors_that_another_process_saved(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    add(store, range(100))
    one, other = opened(store, folder), opened(store, folder)
    one.save()
    while other.build():
        pass
    other.save()
    assert Index(store, folder, exact_below=50).build() == 0
    before = names(folder)
    one.save()
    while one.build():
        pass
    one.save()
    assert names(folder) == before


def test_who_finds_another_saving_does_not_save(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "index"
    add(store, range(60))
    one, other = opened(store, folder), opened(store, folder)
    write = mapped.write

    def meanwhile(path: Path, vectors: object) -> None:
        write(path, vectors)  # type: ignore[arg-type]
        other.save()

    monkeypatch.setattr(mapped, "write", meanwhile)
    one.save()
    assert not caplog.text
    assert is_whole(folder)
    assert not Index(store, folder).refresh()


def test_who_lags_behind_what_another_saves_before_it_comes_to_it_does_not_save(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "index"
    add(store, range(60))
    one = opened(store, folder)
    add(store, range(60, 90))
    newer = opened(store, folder)
    look = one._cache.lacks

    def and_then(*what: object) -> int:
        lacking = look(*what)  # type: ignore[arg-type]
        newer.save()
        return lacking

    monkeypatch.setattr(one._cache, "lacks", and_then)
    one.save()
    assert Index(store, folder).seq == 90
    assert is_whole(folder)


@pytest.mark.parametrize("name", ["space-*.npz", "space-*.npy", "graph-*", "index.json"])
def test_what_has_lost_a_file_is_written_again(store: Store, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "index"
    add(store, range(60))
    index = opened(store, folder)
    while index.build():
        pass
    index.save()
    next(folder.glob(name)).unlink()
    index.save()
    again = Index(store, folder, exact_below=50)
    assert not again.refresh()
    assert again.build() == 0


def test_what_another_saves_right_after_takes_no_vectors_away(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "index"
    add(store, range(60))
    one = opened(store, folder)
    keep = one._cache.save

    def and_then(*what: object) -> object:
        kept = keep(*what)  # type: ignore[arg-type]
        add(store, range(60, 90))
        opened(store, folder).save()
        return kept

    monkeypatch.setattr(one._cache, "save", and_then)
    one.save()
    assert not caplog.text
    assert isinstance(one.spaces["x"].matrix, np.memmap)
    assert is_whole(folder)


def test_a_load_that_another_saves_meanwhile_takes_up_the_newer_one(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "index"
    add(store, range(60))
    one = opened(store, folder)
    one.save()
    add(store, range(60, 90))
    one.refresh()
    read = np.load

    def late(*what: object, **more: object) -> object:
        one.save()
        return read(*what, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(np, "load", late)
    assert Index(store, folder).seq == one.seq == 90
    assert not caplog.text


def test_what_is_named_is_on_the_disk_before_it_is_named(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "index"
    add(store, range(60))
    index = opened(store, folder)
    while index.build():
        pass
    fsync, replace = os.fsync, Path.replace
    synced: list[int] = []
    lacking: list[str] = []

    def noted(file: int) -> None:
        fsync(file)
        synced.append(os.fstat(file).st_ino)

    def looked_at(path: Path, target: Path) -> Path:
        if target.name == "index.json":
            files = [file for file in folder.iterdir() if file.name != "index.json"]
            assert {file.suffix for file in files} >= {".npy", ".npz", ".usearch"}
            lacking.extend(file.name for file in files if file.stat().st_ino not in synced)
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(Path, "replace", looked_at)
    index.save()
    assert not lacking
    if os.name != "nt":
        assert synced.count(folder.stat().st_ino) == 1
        assert synced[-1] == folder.stat().st_ino


def test_a_save_that_fails_at_its_end_leaves_what_was_there(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "index"
    add(store, range(60))
    index = opened(store, folder)
    index.save()
    before = names(folder)
    add(store, range(60, 90))
    index.refresh()

    def broken(place: Path) -> None:
        raise OSError(f"the disk of {place} is gone")

    with monkeypatch.context() as patched:
        patched.setattr(cache, "sync_folder", broken)
        index.save()
    assert "can't be kept" in caplog.text
    assert names(folder) == before
    assert Index(store, folder).seq == 60
    index.save()
    assert Index(store, folder).seq == 90


@pytest.mark.parametrize(
    "of", ["mediadesk.recommend.mapped.write", "mediadesk.recommend.cache.Graph.save"]
)
def test_what_a_bad_disk_has_lost_right_away_is_not_kept(
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    of: str,
) -> None:
    folder = tmp_path / "index"
    add(store, range(60))
    index = opened(store, folder)
    index.save()
    before = names(folder)
    add(store, range(60, 90))
    index.refresh()
    while index.build():
        pass
    queries = index.vectors("x", [item_id(n) for n in (3, 70)])
    expected = index.neighbours("x", queries, 1)[0]
    write = pkgutil.resolve_name(of)

    def half(*args: object) -> None:
        write(*args)
        (file,) = (each for each in args if isinstance(each, Path))
        os.truncate(file, file.stat().st_size // 2)

    with monkeypatch.context() as patched:
        patched.setattr(of, half)
        index.save()
    assert "can't be kept" in caplog.text
    assert names(folder) == before
    assert index.neighbours("x", queries, 1)[0] == expected == [[item_id(3)], [item_id(70)]]
    index.save()
    assert opened(store, folder).neighbours("x", queries, 1)[0] == expected


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit for the size of files")
def test_a_graph_that_finds_no_room_is_told_once(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import resource

    folder = tmp_path / "index"
    add(store, range(600))
    index = opened(store, folder)
    index.save()
    before = names(folder)
    while index.build():
        pass
    held = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, held[1]))
    try:
        index.save()
        index.save()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, held)
    assert [record.getMessage().count("can't be kept") for record in caplog.records] == [1]
    assert names(folder) == before
    index.save()
    assert Index(store, folder, exact_below=50).build() == 0, "and then there was room"


def test_a_save_is_skipped_while_another_process_holds_the_lock(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    add(store, range(60))
    index = opened(store, folder)
    with FileLock(tmp_path / "index.lock"):
        index.save()
        assert not names(folder)
    index.save()
    assert is_whole(folder)


ACTS = ("add", "follow", "build", "save", "start", "delete")


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 1)), max_size=25))
def test_in_whatever_turn_two_save_and_load_each_finds_what_the_library_holds(
    acts: list[tuple[str, int]],
) -> None:
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store = stack.enter_context(closing(Store(place / "library.db")))
        folder = place / "index"
        add(store, range(60))
        indexes = [opened(store, folder), opened(store, folder)]
        numbers = count(60, STEP)
        best = 0
        for act, who in acts:
            index = indexes[who]
            if act == "add":
                first = next(numbers)
                add(store, range(first, first + STEP))
            elif act == "delete":
                shutil.rmtree(folder, ignore_errors=True)
                best = 0
            elif act == "save":
                index.save()
                best = max(best, index.seq)
                assert Index(store, folder).seq >= best
                assert not best or is_whole(folder)
            else:
                _do[act](indexes, who, store, folder)
        afresh = opened(store, place / "elsewhere")
        for index in (*indexes, Index(store, folder, exact_below=50)):
            index.refresh()
            ids = afresh.spaces["x"].ids
            np.testing.assert_array_equal(index.vectors("x", ids), afresh.vectors("x", ids))


def _follow(indexes: list[Index], who: int, _: Store, __: Path) -> None:
    indexes[who].refresh()


def _build(indexes: list[Index], who: int, _: Store, __: Path) -> None:
    indexes[who].build(most=40)


def _start(indexes: list[Index], who: int, store: Store, folder: Path) -> None:
    indexes[who] = Index(store, folder, exact_below=50)


_do: dict[str, Callable[[list[Index], int, Store, Path], None]] = {
    "follow": _follow, "build": _build, "start": _start,
}  # fmt: skip


def test_two_processes_save_and_load_at_once(store: Store, tmp_path: Path) -> None:
    rounds = 12
    path = tmp_path / "shared"
    path.mkdir()
    Store(path / "library.db").close()
    with ExitStack() as stack:
        both = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, str(VICTIM), str(path), str(first), str(rounds)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            for first in (0, 10_000)
        ]
        for one in both:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in both:
            assert one.stdin is not None
            one.stdin.write("\n")
            one.stdin.flush()
        for one in both:
            _, complaints = one.communicate(timeout=120)
            assert (one.returncode, complaints) == (0, "")
    with closing(Store(path / "library.db")) as shared:
        index = opened(shared, path / "index")
        index.save()
        assert len(index.spaces["x"]) == 2 * rounds * STEP
    assert is_whole(path / "index")
