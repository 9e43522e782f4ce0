"""What the system shows of itself, as in /proc, holds nobody's files."""

import sys
from pathlib import Path

import pytest
from library_factory import rest
from media_factory import clip

from mediadesk.library import drives
from mediadesk.library.scan import scan_root
from mediadesk.store import Store, roots

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is of Linux")


def test_the_folders_of_the_system_are_told_from_those_of_people(tmp_path: Path) -> None:
    assert {"/proc", "/sys"} <= drives.system_folders()
    assert drives.is_system(Path("/proc/self/root"))
    assert not drives.is_system(tmp_path)
    assert not drives.is_system(Path("/"))


def test_a_scan_of_the_whole_disk_enters_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, process = tmp_path / "disk", tmp_path / "disk" / "proc" / "1"
    process.mkdir(parents=True)
    rest(clip(disk / "Film.mp4"), clip(process / "exe.mp4"))
    monkeypatch.setattr(drives, "system_folders", lambda: frozenset({str(disk / "proc")}))
    store = Store(tmp_path / "library.db")
    store.write(lambda db: roots.add(db, disk))
    assert scan_root(store, disk).changed == 1
    store.close()
