"""Folders and files that can't be read for a while: what is known of them stays as it is."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mediadesk.library import walk
from mediadesk.library.scan import Report, scan_folders, scan_root
from mediadesk.paths import spelled
from mediadesk.store import Store, locations, roots

_OLD = 1_600_000_000
Fail = Callable[[int, str], None]


@pytest.fixture
def root(tmp_path: Path, store: Store) -> Path:
    folder = tmp_path / "media"
    store.write(lambda db: roots.add(db, folder))
    for name in ("shelf/a.mp4", "shelf/deep/b.mp4", "shelfless/c.mp4", "top.mp4"):
        _put(folder / name)
    return folder


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Fail:
    """Have the system say so when a folder whose path ends so is opened; 0: it answers again."""
    opened = walk._open

    def set_up(code: int, end: str) -> None:
        def broken(path: str) -> int | str:
            if code and path.endswith(end):
                raise OSError(code, os.strerror(code))
            return opened(path)

        monkeypatch.setattr(walk, "_open", broken)

    return set_up


def _put(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    for each in (path, path.parent):
        os.utime(each, (_OLD, _OLD))


def _here(store: Store) -> dict[str, bool]:
    rows = store.read().conn.execute("SELECT path, missing FROM location").fetchall()
    return {Path(path).stem: not missing for path, missing in rows}


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.ESTALE])
def test_what_lies_in_a_folder_that_fails_for_a_moment_is_not_missing(
    store: Store, root: Path, fail: Fail, code: int
) -> None:
    scan_root(store, root)
    fail(code, "/shelf")
    report = scan_root(store, root)
    assert (report.missing, report.problem, len(report.warnings)) == (0, None, 1)
    assert _here(store) == dict.fromkeys(["a", "b", "c", "top"], True)
    assert roots.listed(store.read())[0].files == 4
    (root / "shelfless" / "c.mp4").unlink()
    for report in (
        scan_folders(store, root, [spelled(root), spelled(root / "shelf")]),
        scan_folders(store, root),
    ):
        assert len(report.warnings) == 1
    assert _here(store) == {"a": True, "b": True, "c": False, "top": True}, "others do go missing"
    fail(0, "")
    (root / "shelf" / "deep" / "b.mp4").unlink()
    assert scan_folders(store, root).missing == 1, "what went meanwhile is told when it answers"
    assert _here(store) == {"a": True, "b": False, "c": False, "top": True}
    assert locations.problems(store.read()) == []


def test_a_file_that_fails_for_a_moment_is_not_missing(
    store: Store, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan_root(store, root)
    listed = os.scandir

    class Failing:
        def __init__(self, entry: "os.DirEntry[str]") -> None:
            self.name, self.is_file = entry.name, entry.is_file

        def stat(self) -> os.stat_result:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    class Listing:
        def __init__(self, at: int | str) -> None:
            self._at = at

        def __enter__(self) -> "Iterator[Failing | os.DirEntry[str]]":
            with listed(self._at) as entries:
                return iter([Failing(one) if one.name == "a.mp4" else one for one in entries])

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(walk.os, "scandir", Listing)
    monkeypatch.setattr(os, "supports_fd", {*os.supports_fd, Listing})
    report = scan_root(store, root)
    monkeypatch.undo()
    assert (report.missing, len(report.warnings)) == (0, 1)
    assert "a.mp4” can't be read (Input/output error)" in report.warnings[0]
    assert _here(store) == dict.fromkeys(["a", "b", "c", "top"], True)
    assert scan_root(store, root) == Report()


def test_a_drive_that_fails_everywhere_is_told_once(store: Store, root: Path, fail: Fail) -> None:
    for name in range(40):
        _put(root / f"{name:02} gone" / "x.mp4")
    scan_root(store, root)
    fail(errno.EIO, " gone")
    assert scan_root(store, root).missing == 0
    [(_, sentence)] = locations.problems(store.read())
    assert sentence == (
        f"“{root}/00 gone” can't be read (Input/output error): check its drive."
        f" The same goes for 39 more in “{root}”."
    )
    fail(errno.EACCES, "/00 gone")
    scan_root(store, root)
    assert [sentence for _, sentence in locations.problems(store.read())] == [
        f"“{root}/00 gone” may not be read: grant yourself access to it."
    ]
