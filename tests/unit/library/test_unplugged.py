"""A drive that goes while its folders are looked through."""

import os
from pathlib import Path

import pytest

from mediadesk.library.patience import Pulse
from mediadesk.library.scan import Report, scan_folders, scan_root
from mediadesk.paths import spelled
from mediadesk.store import Store, locations, roots

_OLD = 1_600_000_000


class _Unplugging(Pulse):
    """Takes the drive away when somebody comes to a folder whose path ends so."""

    def __init__(self, root: Path, end: str) -> None:
        super().__init__()
        self.root = root
        self.end = end

    def ask(self, folder: str) -> None:
        if folder.endswith(self.end) and any(self.root.iterdir()):
            self.root.rename(self.root.with_name("unplugged"))
            self.root.mkdir()
        super().ask(folder)

    def plug_in(self) -> None:
        self.root.rmdir()
        self.root.with_name("unplugged").rename(self.root)


@pytest.fixture
def root(tmp_path: Path, store: Store) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    store.write(lambda db: roots.add(db, folder))
    return folder


def _put(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.touch()
    os.utime(path, (_OLD, _OLD))


def _here(store: Store) -> dict[str, bool]:
    """Give the name of each file → whether it can be reached."""
    rows = store.read().conn.execute("SELECT path, missing FROM location").fetchall()
    return {Path(path).stem: not missing for path, missing in rows}


def test_a_drive_that_goes_during_the_first_scan_is_away_in_one_sentence(
    store: Store, root: Path
) -> None:
    for name in "abcd":
        _put(root / name / f"{name}.mp4")
    drive = _Unplugging(root, "/b")
    report = scan_root(store, root, pulse=drive)
    assert report.problem is not None
    assert "is empty: reconnect the drive" in report.problem
    assert report.warnings == ()
    assert locations.problems(store.read()) == [(root, report.problem)]
    assert _here(store) == {"a": False}, "what was found is kept, as away"
    assert roots.listed(store.read())[0].files == 1
    drive.plug_in()
    assert scan_root(store, root) == Report(changed=4)
    assert locations.problems(store.read()) == []


def test_a_drive_that_goes_during_a_look_at_its_folders_is_away(store: Store, root: Path) -> None:
    for name in "abcd":
        _put(root / name / f"{name}.mp4")
    scan_root(store, root)
    _put(root / "a" / "new.mp4")
    drive = _Unplugging(root, "/a")
    report = scan_folders(store, root, [spelled(root), spelled(root / "a")], pulse=drive)
    assert report.problem is not None
    assert locations.problems(store.read()) == [(root, report.problem)]
    drive.plug_in()
    assert scan_folders(store, root).missing == 0
    assert _here(store) == dict.fromkeys([*"abcd", "new"], True)
