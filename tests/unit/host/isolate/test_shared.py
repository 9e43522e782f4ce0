"""Shared memory, private folders and the files through which arrays cross."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from mediadesk.host.isolate import boxes, shared
from mediadesk.host.isolate.boxes import Inbox, Outbox
from mediadesk.host.isolate.folders import PrivateFolder
from mediadesk.host.isolate.shared import Blocks, Shared, located

needs_blocks = pytest.mark.skipif(
    not hasattr(os, "posix_fallocate"), reason="nothing is shared without posix_fallocate"
)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Shared]:
    made = Shared(tmp_path)
    yield made
    made.close()


@needs_blocks
def test_an_array_lies_in_a_file_that_a_later_one_takes_over(memory: Shared) -> None:
    array = memory.empty((100, 200), np.float32)
    array[:] = 1
    file, at = located(array)
    assert file is not None
    assert (file.parent, at) == (memory.blocks, 0)
    row = array[3:]
    assert located(row) == (file, 3 * 200 * 4)
    del array
    gc.collect()
    assert located(memory.empty((100, 200), np.float32))[0] != file  # it is still in use
    assert (row == 1).all()
    del row
    gc.collect()
    assert located(memory.empty((105, 200), np.float32))[0] in memory.blocks.iterdir()
    assert len(list(memory.blocks.iterdir())) == 2


@needs_blocks
def test_memory_that_is_not_used_again_is_freed(
    memory: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "_SPARE_BYTES", 3_000_000)
    arrays = [memory.empty((1_000_000,), np.uint8) for _ in range(6)]
    assert len(list(memory.blocks.iterdir())) == 6
    arrays.clear()
    gc.collect()
    assert len(list(memory.blocks.iterdir())) == 2
    assert len(memory._spare) == 2
    small = memory.empty((100_000,), np.uint8)
    assert len(memory._spare) == 2  # they are far too large for that
    assert located(small)[0] is not None


def test_a_small_array_is_an_ordinary_one(memory: Shared) -> None:
    assert located(memory.empty((10,), np.int8)) == (None, 0)
    assert located(np.zeros(100_000)) == (None, 0)


@needs_blocks
def test_without_room_an_array_is_an_ordinary_one(
    memory: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    array = memory.empty((100_000,), np.uint8)
    assert located(array) == (None, 0)
    assert not list(memory.blocks.iterdir())


@needs_blocks
def test_a_mapping_is_kept_for_a_few_messages_with_others(memory: Shared) -> None:
    arrays = [memory.empty((100_000,), np.uint8) for _ in range(2)]
    names = [str(located(array)[0].name) for array in arrays]  # type: ignore[union-attr]
    blocks = Blocks(memory.blocks)

    def use(*numbers: int) -> None:
        for n in numbers:
            blocks.get(names[n], 0, (100_000,), np.dtype(np.uint8))
        blocks.settle()

    use(0, 1)
    first = blocks._known[names[0]]
    use()
    assert blocks._known.keys() == set(names)
    for _ in range(7):
        use(0)
    assert blocks._known.keys() == set(names)
    use(0)
    assert blocks._known.keys() == {names[0]}
    assert blocks._known[names[0]] is first


def test_a_private_folder_may_be_closed_by_several_at_once(tmp_path: Path) -> None:
    for _ in range(10):
        made, start = PrivateFolder(tmp_path), Barrier(4)

        def close(made: PrivateFolder = made, start: Barrier = start) -> None:
            start.wait()
            made.close()

        with ThreadPoolExecutor(4) as closing:
            for each in [closing.submit(close) for _ in range(4)]:
                each.result()
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_private_and_goes(tmp_path: Path) -> None:
    made = PrivateFolder(tmp_path)
    assert made.path.stat().st_mode & 0o777 == 0o700
    (made.path / "a").mkdir()
    (made.path / "a/b").touch()
    made.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_process_left_is_removed_and_what_a_living_one_has_is_not(
    tmp_path: Path,
) -> None:
    code = (
        "import os, sys; from pathlib import Path;"
        "from mediadesk.host.isolate.folders import PrivateFolder;"
        "folder = PrivateFolder(Path(sys.argv[1])); (folder.path / 'x').touch(); os._exit(0)"
    )
    living = PrivateFolder(tmp_path)
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    assert len(list(tmp_path.glob("*/x"))) == 1
    other = PrivateFolder(tmp_path)
    assert not list(tmp_path.glob("*/x"))
    assert living.path.is_dir()
    other.close()
    living.close()


def test_a_link_that_somebody_put_there_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    (tmp_path / "mediadesk-1-abcd.lock").symlink_to(precious)
    PrivateFolder(tmp_path).close()
    assert precious.read_text() == "precious"


def test_a_folder_nested_too_deeply_is_told_and_not_fatal(tmp_path: Path) -> None:
    made = PrivateFolder(tmp_path)
    here = os.open(made.path, os.O_RDONLY)
    for _ in range(1_100):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    made.close()
    subprocess.run(["rm", "-rf", str(made.path)], check=True)


def test_arrays_cross_in_a_file_which_gives_memory_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boxes, "_KEPT_BYTES", 1 << 20)
    file = tmp_path / "file"
    file.touch()
    out, into = Outbox(file), Inbox(file, is_ours=True)
    sent = [np.arange(1 << 18), np.arange(100)]
    places = [out.put(array) for array in sent]
    for place, array in zip(places, sent, strict=True):
        found = np.empty_like(array)
        into.read(place, found)
        assert np.array_equal(found, array)
    assert file.stat().st_size > 2 << 20
    into.clear()
    assert file.stat().st_size == 0
    out.rewind()
    assert out.put(sent[1]) == 0
    out.close()
    into.close()


def test_a_small_memory_disk_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shared, "_MEMORY_DISK", tmp_path / "away")
    assert shared._disk() is None
    monkeypatch.setattr(shared, "_MEMORY_DISK", tmp_path)
    monkeypatch.setattr(shared, "_ROOM_WANTED", 1)
    assert shared._disk() == tmp_path
    monkeypatch.setattr(shared, "_ROOM_WANTED", 1 << 62)
    assert shared._disk() is None
