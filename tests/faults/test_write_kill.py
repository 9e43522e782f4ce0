"""Writing back is killed at any moment: each file is the old one or the new one, whole."""

import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from media_factory import clip, song

from mediadesk.library import nfo, tags, writeback
from mediadesk.library.identify import identify
from mediadesk.library.originals import Originals
from mediadesk.library.scan import scan_root
from mediadesk.library.walk import Folder, walk
from mediadesk.store import Store, parts, roots
from mediadesk.store.locations import Location

_VICTIM = Path(__file__).parents[1] / "write_victim.py"


def _content(path: Path) -> str:
    """Give the id of what a file holds; it must be readable for that."""
    status = path.stat()
    place = Location(path=path, root=path.parent, size=status.st_size, mtime_ns=status.st_mtime_ns)
    return identify(place).item.id


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed otherwise there")
def test_a_kill_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    music = [song(tmp_path / f"{n}.mp3", seconds=20, seed=n) for n in range(2)]
    film = clip(tmp_path / "film.mkv", seconds=0.5)
    contents = {path: _content(path) for path in (*music, film)}
    dice = random.Random(5)  # noqa: S311 - the same moments each time
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, str(_VICTIM), str(tmp_path)], stdout=subprocess.PIPE
        ) as victim:
            assert victim.stdout is not None
            assert victim.stdout.readline() == b"ready\n"
            time.sleep(dice.uniform(0.1, 0.5))
            victim.kill()
        assert {path: _content(path) for path in contents} == contents
        for path in music:
            assert len(set(tags.read(path).get("title", "").split())) <= 1, "it is torn"
        side = film.with_suffix(".nfo")
        if side.exists():
            assert len(set(nfo.parse(side.read_bytes()).title.split())) == 1
    seen = [Path(path).name for each in walk([Folder(str(tmp_path))], skip=(), warn=print)
            for path, _, _ in each.files]  # fmt: skip
    assert sorted(seen) == ["0.mp3", "1.mp3", "film.mkv"], "what was left over is no media"
    for path in music:
        assert tags.read(path)["title"], "the victim wrote, or nothing was tested"
        draft = writeback.draft_tags(path, {"title": "Whole"})
        writeback.carry_out(draft, Originals(tmp_path / "kept"))
        assert tags.read(path)["title"] == "Whole"
    left = sorted(tmp_path.glob(".mediadesk-*"))
    assert len(left) <= 5, "each was killed in the middle of one file at most"
    part = parts.part_of(music[0])
    part.touch()
    (tmp_path / f".mediadesk-{victim.pid}-12345678.mp3").touch()
    with closing(Store(tmp_path / "data" / "library.db")) as store:
        store.write(lambda db: roots.add(db, tmp_path))
        scan_root(store, tmp_path)
    assert list(tmp_path.glob(".mediadesk-*")) == [part], "what somebody is writing stays"
