import os
from pathlib import Path

import pytest

from mediadesk.api import UserError
from mediadesk.library import excludes
from mediadesk.library.scan import Report, scan_folders, scan_root
from mediadesk.store import Store, locations, roots

_OLD = 1_600_000_000


@pytest.fixture
def root(tmp_path: Path, store: Store) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    store.write(lambda db: roots.add(db, folder))
    return folder


def _put(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (_OLD, _OLD))
    return path


def _there(store: Store, root: Path) -> set[str]:
    return {
        str(Path(each[0]).relative_to(root))
        for each in locations.known_files(store.read(), root)
        if not locations.beyond(each)[2]
    }


def _exclude(store: Store, root: Path, *patterns: str) -> None:
    store.write(lambda db: roots.set_excludes(db, root, patterns))


def test_patterns_leave_out_files_and_folders_as_in_gitignore(store: Store, root: Path) -> None:
    for name in ("a.mp4", "a.sample.mp4", "Extras/x.mp4", "b/Extras/y.mp4", "b/c.sample.mp4"):
        _put(root / name)
    _exclude(store, root, "*.sample.mp4", "/Extras/")
    assert scan_root(store, root) == Report(changed=2)
    assert _there(store, root) == {"a.mp4", "b/Extras/y.mp4"}


def test_what_is_excluded_later_leaves_the_library_and_comes_back(store: Store, root: Path) -> None:
    for name in ("a.mp4", "talk/b.mp4", "talk/deep/c.mp4"):
        _put(root / name)
    scan_root(store, root)
    _exclude(store, root, "talk/")
    assert scan_root(store, root) == Report(left_out=2)
    assert [each[0] for each in locations.known_files(store.read(), root)] == [str(root / "a.mp4")]
    assert scan_root(store, root) == Report()
    _exclude(store, root, "talk/*", "!talk/b.mp4")
    assert scan_root(store, root) == Report(changed=1)
    assert _there(store, root) == {"a.mp4", "talk/b.mp4"}
    _exclude(store, root)
    scan_root(store, root)
    assert _there(store, root) == {"a.mp4", "talk/b.mp4", "talk/deep/c.mp4"}


def test_patterns_hold_for_a_drive_that_is_away(store: Store, root: Path) -> None:
    _put(root / "a.mp4")
    _put(root / "talk" / "b.mp4")
    scan_root(store, root)
    root.rename(root.with_name("away"))
    _exclude(store, root, "talk/", "!*.mp4")  # as git does, it enters no folder that is left out
    report = scan_root(store, root)
    assert (report.left_out, report.missing) == (1, 1)
    assert [each[0] for each in locations.known_files(store.read(), root)] == [str(root / "a.mp4")]


def test_an_ignore_file_holds_below_its_folder_and_the_deeper_one_decides(
    store: Store, root: Path
) -> None:
    for name in ("a.mkv", "b.mp4", "s/a.mkv", "s/b.mp4", "s/t/a.mkv", "u/only.mkv"):
        _put(root / name)
    _put(root / ".mediadeskignore", "# no Matroska\n*.mkv\n")
    _put(root / "s" / "t" / ".mediadeskignore", "!a.mkv\n")
    _put(root / "u" / ".ignore", "!only.mkv")
    scan_root(store, root)
    assert _there(store, root) == {"b.mp4", "s/b.mp4", "s/t/a.mkv", "u/only.mkv"}


@pytest.mark.parametrize(
    ("name", "text", "left_out"),
    [
        (".nomedia", "", True),
        (".nomedia", "x", True),
        (".ignore", "\n", True),
        (".ignore", "*.mkv", False),
        (".mediadeskignore", "", False),
    ],
)
def test_markers_leave_whole_folders_out_as_elsewhere(
    store: Store, root: Path, name: str, text: str, left_out: bool
) -> None:
    _put(root / "a.mp4")
    _put(root / "phone" / "ringtones" / "r.mp3")
    _put(root / "phone" / name, text)
    scan_root(store, root)
    assert _there(store, root) == ({"a.mp4"} if left_out else {"a.mp4", "phone/ringtones/r.mp3"})


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_marker_that_leads_nowhere_leaves_nothing_out(store: Store, root: Path) -> None:
    _put(root / "s" / "a.mp4")
    (root / "s" / ".ignore").symlink_to(root / "gone")
    assert scan_root(store, root).warnings == ()
    assert _there(store, root) == {"s/a.mp4"}


def test_a_line_that_is_no_pattern_is_told_and_the_others_hold(store: Store, root: Path) -> None:
    _put(root / "a.mkv")
    _put(root / "b.mp4")
    path = _put(root / ".mediadeskignore", "!\n*.mkv\n")
    report = scan_root(store, root)
    assert _there(store, root) == {"b.mp4"}
    assert report.warnings == (f"“{path}” has the line “!”, which is no pattern: mend it.",)


def test_a_line_that_was_mended_is_told_no_more_after_a_look_into_its_folder(
    store: Store, root: Path
) -> None:
    _put(root / "s" / "t" / "a.mkv")
    inner = _put(root / "s" / "t" / ".mediadeskignore", "!\n")
    outer = _put(root / ".mediadeskignore", "!\n")
    scan_root(store, root)

    def told() -> list[bool]:
        (known,) = roots.listed(store.read())
        return [any(f"“{path}”" in one for one in known.warnings) for path in (outer, inner)]

    assert told() == [True, True]
    _put(inner, "*.iso")
    scan_folders(store, root, [str(inner.parent)])
    assert told() == [True, False]
    _put(inner, "!")
    scan_folders(store, root, [str(inner.parent)])
    assert told() == [True, True]
    inner.unlink()
    (root / "s" / "t" / "a.mkv").unlink()
    inner.parent.rmdir()
    scan_folders(store, root, [str(root / "s")])
    assert told() == [True, False], "it went away with its folder"


def test_a_pattern_that_is_none_is_refused_in_a_sentence() -> None:
    with pytest.raises(UserError, match="“!” is no pattern: write one as in"):
        excludes.of_root("/r", ["*.mkv", "!"])
    assert excludes.of_root("/r", []) is None


def test_a_new_ignore_file_is_noticed_by_a_look_into_its_folder(store: Store, root: Path) -> None:
    for name in ("a.mp4", "s/b.mkv", "s/t/c.mkv"):
        _put(root / name)
    scan_root(store, root)
    mark = _put(root / ".mediadeskignore", "*.mkv")
    assert scan_folders(store, root, [str(root)]).left_out == 2
    assert _there(store, root) == {"a.mp4"}
    mark.unlink()
    assert scan_folders(store, root, [str(root)]).changed == 2
    assert _there(store, root) == {"a.mp4", "s/b.mkv", "s/t/c.mkv"}


def test_a_look_into_a_folder_that_is_left_out_finds_nothing(store: Store, root: Path) -> None:
    _put(root / "a.mp4")
    _put(root / "s" / ".nomedia")
    scan_root(store, root)
    for name in ("s/b.mkv", "s/t/c.mkv", ".hidden/d.mkv", "@eaDir/e.mkv"):
        path = _put(root / name)
        assert scan_folders(store, root, [str(path.parent)]) == Report()
    assert _there(store, root) == {"a.mp4"}
