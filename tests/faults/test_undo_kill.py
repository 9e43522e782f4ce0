"""Taking writing back is killed at any moment: it is gone on with, and all can be done again."""

import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from media_factory import song
from read_library import ReadLibrary
from undo_victim import turn

from mediadesk.library.originals import digest
from mediadesk.store import Store

_VICTIM = Path(__file__).parents[1] / "undo_victim.py"


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed otherwise there")
def test_whenever_it_is_killed_files_go_on_to_what_they_were_and_back(tmp_path: Path) -> None:
    home = ReadLibrary(tmp_path)
    files = [song(home.root / f"{n}.mp3", seed=n, title="Old") for n in range(8)]
    home.read()
    was = [digest(path) for path in files]
    for path in files:
        home.edit(path, title="New")
    home.writing.write_back(home.writing.plan_write(list(map(str, files)), into="tags").token)
    written = [digest(path) for path in files]
    home.store.close()
    dice = random.Random(7)  # noqa: S311 - the same moments each time
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, str(_VICTIM), str(home.store.path)], stdout=subprocess.PIPE
        ) as victim:
            assert victim.stdout is not None
            assert victim.stdout.readline() == b"ready\n"
            time.sleep(dice.uniform(0.0, 0.4))
            victim.kill()
        found = [digest(path) for path in files]
        assert all(now in each for now, *each in zip(found, was, written, strict=True))
        with closing(Store(home.store.path)) as store:
            seen = []
            for _ in range(2):
                turn(store)
                seen.append([digest(path) for path in files])
        assert sorted(seen) == sorted([was, written])
