import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from mediadesk.api import Item, Kind
from mediadesk.library.scan import Report, scan, scan_root
from mediadesk.library.walk import walk
from mediadesk.store import Store, library

_OLD = 1_600_000_000


@pytest.fixture
def root(tmp_path: Path, store: Store) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    store.write(lambda db: library.add_root(db, folder))
    return folder


def _put(path: Path, content: bytes = b"x", *, at: float = _OLD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at, at))
    return path


def _known(store: Store, root: Path) -> dict[str, bool]:
    """Give path below the root → whether it is missing."""
    found = library.known_files(store.read(), root)
    return {str(Path(path).relative_to(root)): bool(each[3]) for path, each in found.items()}


def test_media_files_are_found_in_every_folder_and_nothing_else(store: Store, root: Path) -> None:
    for name in ("a.mp4", "b/c/d.MP3", "影/电影 一.mkv", "dir.mp4/e.flac"):
        _put(root / name)
    for name in (
        ".hidden.mp4", ".git/a.mp4", "a.mp4.part", "b.tmp", "notes.txt", "lost+found/x.mp4",
        "@eaDir/y.mp3", "a.jpg",
    ):  # fmt: skip
        _put(root / name)
    if hasattr(os, "mkfifo"):
        os.mkfifo(root / "pipe.mp4")
    report = scan_root(store, root)
    assert report == Report(changed=4)
    assert _known(store, root) == dict.fromkeys(
        ["a.mp4", "b/c/d.MP3", "影/电影 一.mkv", "dir.mp4/e.flac"], False
    )
    assert [each.files for each in library.roots(store.read())] == [4]


def test_a_second_scan_finds_no_change(store: Store, root: Path) -> None:
    _put(root / "a.mp4")
    _put(root / "a.en.srt")
    scan_root(store, root)
    assert scan_root(store, root) == Report()


def test_changed_files_wait_to_be_read_again(store: Store, root: Path) -> None:
    _put(root / "a.mp4")
    _put(root / "b.mp4")
    scan_root(store, root)
    _put(root / "a.mp4", b"longer")
    _put(root / "b.mp4", at=_OLD + 1)
    assert scan_root(store, root).changed == 2


def test_a_file_still_being_written_is_left_for_later(store: Store, root: Path) -> None:
    _put(root / "new.mp4", at=time.time() - 3)
    _put(root / "ahead.mp4", at=time.time() + 5)
    _put(root / "from tomorrow.mp4", at=time.time() + 100_000)
    report = scan_root(store, root)
    assert (report.changed, report.settling) == (1, 2)
    assert scan_root(store, root, settle_seconds=0).changed == 2


def test_a_known_file_being_rewritten_is_not_missing(store: Store, root: Path) -> None:
    _put(root / "a.mp4")
    scan_root(store, root)
    _put(root / "a.mp4", b"half", at=time.time())
    assert scan_root(store, root) == Report(settling=1)
    assert _known(store, root) == {"a.mp4": False}


def test_a_deleted_file_is_missing_and_comes_back(store: Store, root: Path) -> None:
    path = _put(root / "a.mp4")
    _put(root / "b.mp4")
    scan_root(store, root)
    path.unlink()
    assert scan_root(store, root) == Report(missing=1)
    assert _known(store, root) == {"a.mp4": True, "b.mp4": False}
    assert scan_root(store, root) == Report()
    _put(root / "a.mp4")
    assert scan_root(store, root) == Report(changed=1)
    assert _known(store, root) == {"a.mp4": False, "b.mp4": False}


def test_subtitles_belong_to_the_file_whose_name_they_begin_with(store: Store, root: Path) -> None:
    for name in (
        "Film.mkv", "Film.Part2.mkv", "other.mp4", "Film.srt", "film.EN.srt",
        "Film.zh-TW.forced.ass", "Film.Part2.vtt", "Subs/Film.de.srt",
        "Subs/unknown.srt", "Filmed.srt", "Film.txt",
    ):  # fmt: skip
        _put(root / name)
    scan_root(store, root)
    stored = {Path(p).name: each[2] for p, each in library.known_files(store.read(), root).items()}
    assert stored["other.mp4"] == "[]"
    for name in ("Film.srt", "film.EN.srt", "Film.zh-TW.forced.ass", "Subs/Film.de.srt"):
        assert f'{root / name}"' in stored["Film.mkv"]
    assert stored["Film.mkv"].count(str(root)) == 4
    assert stored["Film.Part2.mkv"].count(str(root)) == 1


def test_changed_subtitles_do_not_make_the_file_be_read_again(store: Store, root: Path) -> None:
    path = _put(root / "a.mp4")
    _put(root / "b.mp4")
    scan_root(store, root)
    store.write(_give_items)
    _put(root / "a.srt", at=_OLD)
    report = scan_root(store, root)
    assert report == Report(changed=1, sidecars_changed=("item-a.mp4",))
    assert library.count_unread(store.read()) == 0
    _put(root / "a.srt", at=_OLD + 1)
    assert scan_root(store, root).sidecars_changed == ("item-a.mp4",)
    (root / "a.srt").unlink()
    assert scan_root(store, root).sidecars_changed == ("item-a.mp4",)
    assert library.find_id(store.read(), str(path)) == "item-a.mp4"


def _give_items(db: Database) -> None:
    for place in library.unread(db, limit=100):
        item = Item(id=f"item-{place.path.name}", kind=Kind.CLIP, title="t", path=None)
        library.save_item(db, item, facts={}, location=place)


def test_links_in_a_circle_end_and_files_go_by_their_own_names(store: Store, root: Path) -> None:
    _put(root / "real" / "a.mp4")
    (root / "a link first").symlink_to(root / "real", target_is_directory=True)
    (root / "real" / "up").symlink_to(root, target_is_directory=True)
    (root / "dangling.mp4").symlink_to(root / "nothing")
    assert scan_root(store, root) == Report(changed=1)
    assert _known(store, root) == {"real/a.mp4": False}


def test_a_linked_folder_elsewhere_is_part_of_the_library(
    store: Store, root: Path, tmp_path: Path
) -> None:
    _put(tmp_path / "elsewhere" / "a.mp4")
    (root / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert scan_root(store, root) == Report(changed=1)


@pytest.mark.skipif(sys.platform != "linux", reason="only there names are bytes")
def test_a_name_that_is_not_text_is_told_and_skipped(store: Store, root: Path) -> None:
    _put(root / "a.mp4")
    (root / os.fsdecode(b"caf\xe9")).mkdir()
    (root / os.fsdecode(b"b\xff.mp4")).touch()
    report = scan_root(store, root)
    assert report.changed == 1
    assert len(report.warnings) == 2
    assert all("rename it" in sentence and "�" in sentence for sentence in report.warnings)
    assert [sentence for _, sentence in library.problems(store.read())] == list(report.warnings)


def test_a_root_that_is_gone_makes_its_files_missing_and_forgets_nothing(
    store: Store, root: Path, tmp_path: Path
) -> None:
    _put(root / "a.mp4")
    scan_root(store, root)
    root.rename(tmp_path / "unplugged")
    report = scan_root(store, root)
    assert (report.missing, report.warnings) == (1, ())
    assert report.problem == (f"“{root}” is not there: reconnect the drive or remove the folder.")
    assert library.problems(store.read()) == [(root, report.problem)]
    (tmp_path / "unplugged").rename(root)
    assert scan_root(store, root) == Report(changed=1)
    assert library.problems(store.read()) == []


def test_an_empty_mount_point_counts_as_a_missing_drive(store: Store, root: Path) -> None:
    path = _put(root / "a.mp4")
    assert scan_root(store, root).problem is None
    path.unlink()
    report = scan_root(store, root)
    assert report.problem is not None
    assert "reconnect the drive" in report.problem
    assert _known(store, root) == {"a.mp4": True}


def test_an_empty_new_folder_is_no_problem(store: Store, root: Path) -> None:
    assert scan_root(store, root) == Report()


def test_a_folder_that_vanishes_during_the_scan_costs_one_sentence(root: Path) -> None:
    for n in range(5):
        _put(root / f"{n}" / "deep" / "a.mp4")
    known = {
        str(root / f"{n}" / "deep" / "a.mp4"): (1, _OLD * 10**9, "[]", False) for n in range(5)
    }
    warnings: list[str] = []
    found = []
    for folder in walk(str(root), skip=(), warn=warnings.append):
        if not found:
            shutil.rmtree(root / "3")
        found.append(folder.path)
    assert [str(root / "3") in sentence for sentence in warnings] == [True]
    assert "went away during the scan" in warnings[0]
    assert sum(path.endswith("deep") for path in found) == 4
    [batch] = scan(root, known, now=time.time())
    assert batch.missing == (str(root / "3" / "deep" / "a.mp4"),)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can reach, as that of pytest is not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.name != "posix", reason="rights are POSIX ones here")
def test_a_folder_that_may_not_be_read_costs_one_sentence(store: Store, open_folder: Path) -> None:
    _put(open_folder / "closed" / "a.mp4")
    _put(open_folder / "open" / "b.mp4")
    (open_folder / "closed").chmod(0)
    known = library.known_files(store.read(), open_folder)
    is_root = os.geteuid() == 0
    try:
        if is_root:
            os.seteuid(65534)
        batches = list(scan(open_folder, known, now=time.time()))
    finally:
        if is_root:
            os.seteuid(0)
        (open_folder / "closed").chmod(0o755)
    assert [place[0] for place in batches[-1].changed] == [str(open_folder / "open" / "b.mp4")]
    assert batches[-1].warnings == (
        f"“{open_folder / 'closed'}” may not be read: grant yourself access to it.",
    )


def test_a_file_belongs_to_the_innermost_root_only(store: Store, root: Path) -> None:
    _put(root / "a.mp4")
    _put(root / "inner" / "b.mp4")
    scan_root(store, root)
    store.write(_give_items)
    inner = root / "inner"
    store.write(lambda db: library.add_root(db, inner))
    assert scan_root(store, root) == Report()
    assert scan_root(store, inner) == Report()
    assert _known(store, root) == {"a.mp4": False}
    assert _known(store, inner) == {"b.mp4": False}
    assert store.write(lambda db: library.remove_root(db, inner))
    assert scan_root(store, root) == Report()
    assert _known(store, root) == {"a.mp4": False, "inner/b.mp4": False}
    assert library.count_unread(store.read()) == 0


def test_many_files_come_in_batches(store: Store, root: Path) -> None:
    for n in range(4500):
        _put(root / f"{n // 100}" / f"{n}.mp3", b"")
    calls: list[int] = []
    report = scan_root(
        store, root, on_batch=lambda: calls.append(library.count_unread(store.read()))
    )
    assert report.changed == 4500
    assert calls == [2000, 4000, 4500]


def test_a_root_removed_during_its_scan_leaves_nothing_behind(store: Store, root: Path) -> None:
    for n in range(2500):
        _put(root / f"{n // 100}" / f"{n}.mp3", b"")
    scan_root(store, root, on_batch=lambda: store.write(lambda db: library.remove_root(db, root)))
    assert library.roots(store.read()) == ()
    assert library.count_unread(store.read()) == 0


_Tree = dict[str, tuple[bytes, int]]
_TREES = st.dictionaries(
    st.sampled_from(["a.mp4", "b.mp3", "s/a.mp4", "s/t/c.mkv", "a.srt", "s/a.en.srt", "x.txt"]),
    st.tuples(st.binary(max_size=3), st.integers(_OLD, _OLD + 3)),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=_TREES, after=_TREES)
def test_the_database_follows_any_change_and_scanning_again_finds_none(
    store: Store,
    root: Path,
    before: dict[str, tuple[bytes, int]],
    after: dict[str, tuple[bytes, int]],
) -> None:
    for tree in (before, after):
        shutil.rmtree(root)
        root.mkdir()
        for name, (content, at) in tree.items():
            _put(root / name, content, at=at)
        scan_root(store, root)
        there = {name for name in tree if Path(name).suffix in {".mp4", ".mp3", ".mkv"}}
        assert {name for name, missing in _known(store, root).items() if not missing} == there
        again = scan_root(store, root)
        assert (again.changed, again.missing, again.sidecars_changed) == (0, 0, ())


def test_a_link_that_leads_to_itself_hides_nothing_beside_it(store: Store, root: Path) -> None:
    _put(root / "good.mkv")
    (root / "loop.mkv").symlink_to(root / "loop.mkv")
    (root / "loop").symlink_to(root / "loop")
    report = scan_root(store, root)
    assert _known(store, root) == {"good.mkv": False}
    assert report.problem is None
    assert any("loop.mkv" in warning for warning in report.warnings)
