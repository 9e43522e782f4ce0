"""The index's cache is killed at any moment of a save: it is the old one or the new one."""

import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from mediadesk.recommend.index import Index
from mediadesk.store import Store

_VICTIM = Path(__file__).parents[1] / "index_victim.py"


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed otherwise there")
def test_a_kill_leaves_the_old_index_or_the_new_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dice = random.Random(7)  # noqa: S311 - the same moments each time
    folder, reached = tmp_path / "index", 0
    for n in range(4):
        command = [sys.executable, str(_VICTIM), str(tmp_path), str(n * 10_000), "1000"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as victim:
            assert victim.stdin is not None
            assert victim.stdout is not None
            assert victim.stdout.readline() == b"ready\n"
            victim.stdin.write(b"\n")
            victim.stdin.flush()
            time.sleep(dice.uniform(0.2, 0.6))
            victim.kill()
        with closing(Store(tmp_path / "library.db")) as store:
            index = Index(store, folder, exact_below=50)
            assert index.seq >= reached
            reached = index.seq
            index.refresh()
            assert index.vectors("x", index.spaces["x"].ids).any(axis=1).all()
    assert reached, "the victim saved, or nothing was tested"
    assert not caplog.text
    with closing(Store(tmp_path / "library.db")) as store:
        (folder / "index.json").unlink()
        index.save()
        assert not Index(store, folder, exact_below=50).refresh()
    left = {file.stem.partition("-")[0] for file in folder.iterdir()}
    assert left <= {"index", "space", "graph"}, "and what was left over is gone"
    assert len(list(folder.glob("space-*"))) == 2
