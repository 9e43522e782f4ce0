"""What the system tells of changes, on real folders."""

import errno
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediadesk.library import drives, watch
from mediadesk.library.watch import Watching
from mediadesk.paths import spelled


@pytest.fixture
def heard() -> threading.Event:
    return threading.Event()


@pytest.fixture
def watching(heard: threading.Event) -> Iterator[Watching]:
    made = Watching(heard.set)
    yield made
    made.close()


@pytest.fixture
def root(tmp_path: Path, watching: Watching) -> Path:
    folder = tmp_path / "media"
    (folder / "s").mkdir(parents=True)
    watching.follow([folder])
    if not watching.roots:
        pytest.skip(f"nothing tells of changes on {drives.file_system(tmp_path)} here")
    return folder


def _taken(watching: Watching, heard: threading.Event) -> set[str]:
    """Give what was touched, once it rests."""
    assert heard.wait(5)
    while (rest := watching.rests(time.monotonic())) != 0:
        assert rest is not None
        time.sleep(rest)
    touched, is_flood = watching.take()
    assert not is_flood
    heard.clear()
    return set(touched)


def test_the_folders_of_new_moved_and_removed_files_are_told(
    root: Path, watching: Watching, heard: threading.Event
) -> None:
    (root / "s" / "a.mp4").write_bytes(b"x")
    assert _taken(watching, heard) == {str(root / "s")}
    (root / "s" / "a.mp4").rename(root / "b.mp4")
    assert _taken(watching, heard) == {str(root), str(root / "s")}
    (root / "b.mp4").unlink()
    assert _taken(watching, heard) == {str(root)}
    (root / "s" / "t").mkdir()
    assert {str(root / "s"), str(root / "s" / "t")} <= _taken(watching, heard)
    if sys.platform == "linux":
        odd = root / "s" / os.fsdecode(b"caf\xe9")
        odd.mkdir()
        (odd / os.fsdecode(b"\xff.mp4")).touch()
        assert spelled(odd) in _taken(watching, heard)
    (root / "s" / "t" / "c.mp3").write_bytes(b"x")
    assert _taken(watching, heard) == {str(root / "s" / "t")}
    (root / "s").rename(root / "u")
    assert {str(root), str(root / "u")} <= _taken(watching, heard)


def test_what_is_no_matter_of_the_library_is_not_told(
    root: Path, watching: Watching, heard: threading.Event
) -> None:
    (root / "notes.txt").write_text("x")
    (root / "s" / "x.part").write_text("x")
    (root / "s" / ".mediadeskignore").write_text("*.mkv")
    assert _taken(watching, heard) == {str(root / "s")}
    (root / "s" / "folder.jpg").write_bytes(b"x")
    assert _taken(watching, heard) == {str(root / "s")}


def test_a_burst_is_told_once_when_it_is_over(
    root: Path, watching: Watching, heard: threading.Event
) -> None:
    for n in range(1_000):
        (root / "s" / f"{n}.mp3").write_bytes(b"")
    assert _taken(watching, heard) == {str(root / "s")}
    assert watching.rests(time.monotonic()) is None


def test_a_root_that_is_left_or_gone_is_watched_no_more(
    root: Path, watching: Watching, heard: threading.Event
) -> None:
    before = threading.active_count()
    watching.follow([])
    assert watching.roots == frozenset()
    assert threading.active_count() < before
    (root / "a.mp4").write_bytes(b"")
    assert not heard.wait(0.3)
    watching.follow([root])
    (root / "b.mp4").write_bytes(b"")
    assert _taken(watching, heard) == {str(root)}


def test_too_many_folders_are_told_in_a_sentence(
    tmp_path: Path, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def schedule(self, *_args: object, **_more: object) -> None:
            raise OSError(errno.ENOSPC, "inotify watch limit reached")

        def is_alive(self) -> bool:
            return False

    monkeypatch.setattr(watch, "Observer", Full)
    watching.follow([tmp_path])
    assert watching.roots == frozenset()
    [(path, sentence)] = watching.problems
    assert path == tmp_path
    assert "raise fs.inotify.max_user_watches" in sentence
    watching.follow([])
    assert watching.problems == []


_LIMITED = """
import sys, threading
from pathlib import Path
Path("/proc/sys/user/max_inotify_watches").write_text("8")
from mediadesk.library.watch import Watching
before = threading.active_count()
watching = Watching(lambda: None)
watching.follow([Path(sys.argv[1])])
assert watching.roots == frozenset()
[(path, sentence)] = watching.problems
assert "raise fs.inotify.max_user_watches" in sentence, sentence
assert threading.active_count() == before
watching.follow([Path(sys.argv[1]) / "1"])
assert watching.roots and not watching.problems
watching.close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is that of inotify")
def test_a_limit_that_is_met_inside_a_root_is_told_too(tmp_path: Path) -> None:
    own = ["unshare", "--user", "--map-root-user"]  # which has a limit of its own
    if shutil.which(own[0]) is None or subprocess.run([*own, "true"], check=False).returncode:
        pytest.skip("no user namespace can be made here")
    for n in range(20):
        (tmp_path / str(n)).mkdir()
    subprocess.run([*own, sys.executable, "-c", _LIMITED, str(tmp_path)], check=True)


def test_a_network_drive_is_not_watched(
    tmp_path: Path, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Mount:
        mountpoint, opts = str(tmp_path), "rw"

        def __init__(self, fstype: str) -> None:
            self.fstype = fstype

    for kind in ("nfs4", "cifs", "fuse.sshfs", "9p"):
        monkeypatch.setattr(drives.psutil, "disk_partitions", lambda kind=kind, **_: [Mount(kind)])
        watching.follow([tmp_path])
        assert watching.roots == frozenset(), kind
        assert watching.problems == []


def test_the_name_of_a_place_is_that_of_its_drive(monkeypatch: pytest.MonkeyPatch) -> None:
    class Mount:
        fstype, opts = "ext4", "rw"

        def __init__(self, mountpoint: str) -> None:
            self.mountpoint = mountpoint

    mounts = [Mount(path) for path in ("/", "/home", "/media/ann/BLUE", "/run/media/ann/Red 2")]
    monkeypatch.setattr(drives.psutil, "disk_partitions", lambda **_: mounts)
    names = {
        "/media/ann/BLUE": "BLUE",
        "/media/ann/BLUE/Films": "BLUE",
        "/run/media/ann/Red 2/a/b": "Red 2",
        "/home/ann/Videos": "Videos",
        "/media/ann/GREEN/Films": "Films",
        "/": "/",
    }
    for path, name in names.items():
        assert drives.name(Path(path)) == name
