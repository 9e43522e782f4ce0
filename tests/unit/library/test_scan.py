import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from mediadesk.api import Item, Kind
from mediadesk.library import beside, drives
from mediadesk.library.patience import Pulse
from mediadesk.library.scan import Report, scan_folders, scan_root
from mediadesk.library.walk import Folder, walk
from mediadesk.paths import spelled
from mediadesk.store import Store, library, locations, roots
from mediadesk.store.folders import known_folders, save_folders

_OLD = 1_600_000_000


@pytest.fixture
def root(tmp_path: Path, store: Store) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    store.write(lambda db: roots.add(db, folder))
    return folder


def _put(path: Path, content: bytes = b"x", *, at: float = _OLD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at, at))
    return path


def _known(store: Store, root: Path) -> dict[str, bool]:
    """Give path below the root → whether it is missing."""
    found = locations.known_files(store.read(), root)
    return {str(Path(each[0]).relative_to(root)): bool(locations.beyond(each)[2]) for each in found}


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
    assert [each.files for each in roots.listed(store.read())] == [4]


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
    assert (report.changed, report.settling) == (1, (str(root),) * 2)
    assert scan_root(store, root, settle_seconds=0).changed == 2


def test_a_known_file_being_rewritten_is_not_missing(store: Store, root: Path) -> None:
    _put(root / "a.mp4")
    scan_root(store, root)
    _put(root / "a.mp4", b"half", at=time.time())
    assert scan_root(store, root) == Report(settling=(str(root),))
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
    stored = {
        Path(each[0]).name: locations.beyond(each)[0]
        for each in locations.known_files(store.read(), root)
    }
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
    assert locations.count_unread(store.read()) == 0
    _put(root / "a.srt", at=_OLD + 1)
    assert scan_root(store, root).sidecars_changed == ("item-a.mp4",)
    (root / "a.srt").unlink()
    assert scan_root(store, root).sidecars_changed == ("item-a.mp4",)
    assert library.find_id(store.read(), str(path)) == "item-a.mp4"


def _give_items(db: Database) -> None:
    for place in locations.unread(db, limit=100):
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
def test_names_that_are_not_utf_8_are_scanned_like_all_others(store: Store, root: Path) -> None:
    folder, film = os.fsdecode(b"caf\xe9"), os.fsdecode(b"b\xff.mp4")
    for path in (root / film, root / folder / film, root / folder / "\uef80.mp4"):
        _put(path)
    (root / folder / film).with_suffix(".srt").touch()
    assert scan_root(store, root) == Report(changed=3)
    assert scan_root(store, root) == Report()
    places = {place.path for place in locations.unread(store.read(), limit=9)}
    assert places == {root / film, root / folder / film, root / folder / "\uef80.mp4"}
    known = {each[0]: each for each in locations.known_files(store.read(), root)}
    assert "\uefff.srt" in locations.beyond(known[spelled(root / folder / film)])[0]
    (root / folder).rename(root / os.fsdecode(b"\xe8"))
    assert scan_folders(store, root) == Report(changed=2, missing=2)
    (root / film).unlink()
    assert scan_folders(store, root, [spelled(root)]).missing == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only there names are bytes")
def test_files_may_go_from_a_root_whose_name_is_not_utf_8(store: Store, root: Path) -> None:
    odd = root / os.fsdecode(b"caf\xe9")
    for name in ("a.mp4", "b.mp4"):
        _put(odd / "old" / name)
    store.write(lambda db: roots.add(db, odd))
    assert scan_root(store, odd) == Report(changed=2)
    for place in locations.unread(store.read(), limit=9):
        item = Item(id=place.path.name, kind=Kind.CLIP, title="", path=None)
        store.write(partial(library.save_item, item=item, facts={}, location=place))
    (odd / "old").rename(odd / "new")
    assert scan_root(store, odd) == Report(changed=2, missing=2)


def test_a_root_that_is_gone_makes_its_files_missing_and_forgets_nothing(
    store: Store, root: Path, tmp_path: Path
) -> None:
    _put(root / "a.mp4")
    scan_root(store, root)
    root.rename(tmp_path / "unplugged")
    report = scan_root(store, root)
    assert (report.missing, report.warnings) == (1, ())
    assert report.problem == (f"“{root}” is not there: reconnect the drive or remove the folder.")
    assert locations.problems(store.read()) == [(root, report.problem)]
    (tmp_path / "unplugged").rename(root)
    assert scan_root(store, root) == Report(changed=1)
    assert locations.problems(store.read()) == []


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
    warnings: list[str] = []
    found = []
    for folder in walk([Folder(str(root))], skip=(), warn=warnings.append):
        if not found:
            shutil.rmtree(root / "3")
        found.append(folder.path)
    assert [str(root / "3") in sentence for sentence in warnings] == [True]
    assert "went away during the scan" in warnings[0]
    assert sum(path.endswith("deep") for path in found) == 4


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can reach, as that of pytest is not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Have the rights of others, where root would have them all."""
    is_root = os.geteuid() == 0
    try:
        if is_root:
            os.seteuid(65534)
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.mark.skipif(os.name != "posix", reason="rights are POSIX ones here")
def test_a_folder_that_may_not_be_read_costs_one_sentence(store: Store, open_folder: Path) -> None:
    _put(open_folder / "closed" / "a.mp4")
    _put(open_folder / "open" / "b.mp4")
    (open_folder / "closed").chmod(0)
    os.utime(open_folder, (_OLD, _OLD))
    store.write(lambda db: roots.add(db, open_folder))
    roots.listed(store.read())  # others may not open the database
    with _as_nobody():
        report = scan_root(store, open_folder)
    _put(open_folder / "c.mp4")
    os.utime(open_folder, (_OLD + 1, _OLD + 1))
    with _as_nobody():
        again = scan_folders(store, open_folder)
    (open_folder / "closed").chmod(0o755)
    assert _known(store, open_folder) == {"open/b.mp4": False, "c.mp4": False}
    assert report.warnings == again.warnings == (
        f"“{open_folder / 'closed'}” may not be read: grant yourself access to it.",
    )  # fmt: skip
    assert scan_folders(store, open_folder) == Report(changed=1)  # for it may be read by now
    assert _known(store, open_folder) == dict.fromkeys(
        ["open/b.mp4", "c.mp4", "closed/a.mp4"], False
    )
    assert roots.listed(store.read())[0].warnings == ()


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_into_another_folder_of_the_library_lists_nothing_twice(
    store: Store, root: Path, tmp_path: Path
) -> None:
    drive = tmp_path / "drive"
    _put(drive / "films" / "a.mp4")
    (root / "all").symlink_to(drive)
    (root / "some").symlink_to(drive / "films")
    assert scan_root(store, root) == Report(changed=1)
    store.write(lambda db: roots.add(db, drive))
    assert scan_root(store, drive) == Report(changed=1)
    assert scan_root(store, root) == Report(missing=1)
    assert _known(store, drive) == {"films/a.mp4": False}
    assert list(_known(store, root).values()) == [True]  # by the link that was met first
    _put(root / "b.mp4")
    assert scan_folders(store, root, [str(root)]) == Report(changed=1)


def test_a_file_belongs_to_the_innermost_root_only(store: Store, root: Path) -> None:
    _put(root / "a.mp4")
    _put(root / "inner" / "b.mp4")
    scan_root(store, root)
    store.write(_give_items)
    inner = root / "inner"
    store.write(lambda db: roots.add(db, inner))
    assert scan_root(store, root) == Report()
    assert scan_root(store, inner) == Report()
    assert _known(store, root) == {"a.mp4": False}
    assert _known(store, inner) == {"b.mp4": False}
    assert store.write(lambda db: roots.remove(db, inner))
    assert scan_root(store, root) == Report()
    assert _known(store, root) == {"a.mp4": False, "inner/b.mp4": False}
    assert locations.count_unread(store.read()) == 0


def test_many_files_come_in_batches(store: Store, root: Path) -> None:
    for n in range(4500):
        _put(root / f"{n // 100}" / f"{n}.mp3", b"")
    calls: list[int] = []
    report = scan_root(
        store, root, on_batch=lambda: calls.append(locations.count_unread(store.read()))
    )
    assert report.changed == 4500
    assert calls == [2000, 4000, 4500]


def test_a_root_removed_during_its_scan_leaves_nothing_behind(store: Store, root: Path) -> None:
    for n in range(2500):
        _put(root / f"{n // 100}" / f"{n}.mp3", b"")
    scan_root(store, root, on_batch=lambda: store.write(lambda db: roots.remove(db, root)))
    assert roots.listed(store.read()) == ()
    assert locations.count_unread(store.read()) == 0


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
    assert sorted(report.warnings) == [
        f"“{root / name}” leads back to itself: remove that link." for name in ("loop.mkv", "loop")
    ]


def _stale(*folders: Path, at: float = _OLD) -> None:
    """Give folders an old time, as if nothing had happened in them of late."""
    for folder in folders:
        os.utime(folder, (at, at))


def test_a_look_at_one_folder_finds_what_came_and_went_there(store: Store, root: Path) -> None:
    for name in ("a.mp4", "s/b.mp4", "s/t/c.mp4", "u/d.mp4"):
        _put(root / name)
    scan_root(store, root)
    _put(root / "s" / "new.mp4")
    (root / "s" / "b.mp4").unlink()
    _put(root / "s" / "v" / "w" / "deep.mp4")
    _put(root / "u" / "unseen.mp4")
    report = scan_folders(store, root, [str(root / "s")])
    assert (report.changed, report.missing) == (2, 1)
    assert {name for name, missing in _known(store, root).items() if not missing} == {
        "a.mp4", "s/new.mp4", "s/v/w/deep.mp4", "s/t/c.mp4", "u/d.mp4",
    }  # fmt: skip
    assert [each.files for each in roots.listed(store.read())] == [5]


def test_a_look_at_a_folder_that_is_gone_looks_around_it(store: Store, root: Path) -> None:
    _put(root / "a.mp4")
    _put(root / "s" / "t" / "c.mp4")
    scan_root(store, root)
    shutil.rmtree(root / "s")
    assert scan_folders(store, root, [str(root / "s" / "t")]) == Report(missing=1)
    assert _known(store, root) == {"a.mp4": False, "s/t/c.mp4": True}
    assert known_folders(store.read(), root).keys() == {str(root)}


def test_a_file_written_in_place_is_found_by_a_look_at_its_folder(store: Store, root: Path) -> None:
    _put(root / "s" / "a.mp4")
    scan_root(store, root)
    _put(root / "s" / "a.mp4", b"longer")
    assert scan_folders(store, root, [str(root / "s")]).changed == 1


def test_without_a_change_of_any_folder_no_file_is_looked_at(store: Store, root: Path) -> None:
    path = _put(root / "s" / "a.mp4")
    _stale(root / "s", root)
    scan_root(store, root)
    _put(path, b"longer")
    assert scan_folders(store, root) == Report()
    assert scan_root(store, root).changed == 1


def test_a_root_that_is_gone_is_told_by_a_look_at_its_folders(store: Store, root: Path) -> None:
    _put(root / "s" / "a.mp4")
    scan_root(store, root)
    root.rename(root.with_name("away"))
    for touched in (None, [str(root / "s")]):
        report = scan_folders(store, root, touched)
        assert report.problem == f"“{root}” is not there: reconnect the drive or remove the folder."
    root.with_name("away").rename(root)
    assert scan_folders(store, root) == Report(changed=1)


def test_a_new_link_in_a_folder_brings_no_file_twice(store: Store, root: Path) -> None:
    _put(root / "real" / "a.mp4")
    _put(root / "s" / "b.mp4")
    scan_root(store, root)
    (root / "s" / "link").symlink_to(root / "real", target_is_directory=True)
    scan_folders(store, root, [str(root / "s")])
    assert _known(store, root) == {"real/a.mp4": False, "s/b.mp4": False}
    assert scan_root(store, root) == Report()


def test_a_file_that_settles_is_found_by_the_next_look(store: Store, root: Path) -> None:
    _put(root / "s" / "a.mp4", at=time.time())
    _stale(root / "s", root)
    assert scan_root(store, root).settling == (str(root / "s"),)
    os.utime(root / "s" / "a.mp4", (_OLD, _OLD))
    _stale(root / "s", root)
    assert scan_folders(store, root).changed == 1


def test_a_file_that_settles_is_counted_once(store: Store, root: Path) -> None:
    _put(root / "s" / "a.mp4", at=time.time())
    _put(root / "s" / "b.mp4")
    scan_root(store, root)
    os.utime(root / "s" / "a.mp4", (_OLD, _OLD))
    scan_folders(store, root, [str(root / "s")])
    assert [each.files for each in roots.listed(store.read())] == [2]


def test_folders_of_an_inner_root_are_looked_at_as_its_own(store: Store, root: Path) -> None:
    _put(root / "inner" / "b.mp4")
    _put(root / "a.mp4")
    scan_root(store, root)
    inner = root / "inner"
    store.write(lambda db: roots.add(db, inner))
    scan_root(store, inner)
    _put(inner / "c.mp4")
    assert scan_folders(store, root, [str(root), str(inner)]) == Report()
    assert scan_folders(store, inner, [str(inner)]) == Report(changed=1)
    store.write(lambda db: roots.remove(db, inner))
    assert scan_root(store, root) == Report()
    assert len(_known(store, root)) == 3


def test_a_changed_picture_or_nfo_has_the_file_read_again_and_stay_the_item(
    store: Store, root: Path
) -> None:
    for name in ("Film.mp4", "other.mp4"):
        _put(root / name)
    scan_root(store, root)
    store.write(_give_items)
    _put(root / "Film.nfo")
    assert scan_root(store, root).changed == 1
    assert [place.path.name for place in locations.unread(store.read(), limit=9)] == ["Film.mp4"]
    assert library.find_id(store.read(), str(root / "Film.mp4")) == "item-Film.mp4"
    store.write(_give_items)
    assert scan_root(store, root) == Report()
    _put(root / "Film.nfo", at=_OLD + 1)
    assert scan_root(store, root).changed == 1
    (root / "Film.nfo").unlink()
    assert scan_root(store, root).changed == 1
    _put(root / "folder.jpg")
    assert scan_root(store, root).changed == 2, "a picture of the folder is one of both"


def test_a_picture_of_a_series_has_its_seasons_read_again(store: Store, root: Path) -> None:
    for name in ("Series/Season 1/e1.mkv", "Series/Season 1/extra/x.mkv", "Other/a.mkv"):
        _put(root / name)
    scan_root(store, root)
    store.write(_give_items)
    nfo = _put(root / "Series" / "tvshow.nfo")
    assert scan_folders(store, root, [str(nfo.parent)]).changed == 1
    assert [place.path.name for place in locations.unread(store.read(), limit=9)] == ["e1.mkv"]
    nfo.unlink()
    assert scan_folders(store, root).changed == 1
    assert scan_root(store, root) == Report()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems mark such files in other ways")
def test_a_file_in_a_cloud_is_told_and_not_read_until_it_is_here(
    store: Store, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drives, "file_system", lambda _: "fuse.onedriver")
    _put(root / "here.mp4", b"x" * 5000)
    for name in ("cloud.mp4", "other.mp4"):
        with (root / name).open("wb") as file:
            file.truncate(1 << 20)
        os.utime(root / name, (_OLD, _OLD))
    assert scan_root(store, root).changed == 3
    assert [place.path.name for place in locations.unread(store.read(), limit=9)] == ["here.mp4"]
    [(path, sentence)] = locations.problems(store.read())
    assert path == root
    assert sentence.startswith(
        f"“{root}” has 2 files that are in the cloud, not on this disk: have"
    )
    assert scan_root(store, root) == Report()
    (root / "cloud.mp4").write_bytes(b"x" * (1 << 20))
    os.utime(root / "cloud.mp4", (_OLD, _OLD))
    assert scan_root(store, root).changed == 1
    assert locations.count_unread(store.read()) == 2
    [(_, sentence)] = locations.problems(store.read())
    assert sentence.startswith(f"“{root / 'other.mp4'}” is in the cloud, not on this disk")
    store.write(_give_items)
    with (root / "here.mp4").open("wb") as file:
        file.truncate(5000)
    os.utime(root / "here.mp4", (_OLD, _OLD))
    scan_root(store, root)
    listed = library.listed(store.read(), ["item-here.mp4"])["item-here.mp4"]
    assert (listed.available, listed.drive) == (False, "the cloud")
    assert library.kept(store.read(), ["item-here.mp4"]) == {"item-here.mp4"}


def test_sparse_files_of_an_ordinary_disk_are_read(store: Store, root: Path) -> None:
    with (root / "sparse.mp4").open("wb") as file:
        file.truncate(1 << 20)
    os.utime(root / "sparse.mp4", (_OLD, _OLD))
    scan_root(store, root)
    assert locations.count_unread(store.read()) == 1


@pytest.mark.skipif(os.name != "posix", reason="rights are POSIX ones here")
def test_a_file_whose_rights_changed_is_tried_again_and_a_damaged_one_is_not(
    store: Store, root: Path
) -> None:
    for name in ("closed.mp4", "damaged.mp4"):
        _put(root / name)
    scan_root(store, root)

    def fail(db: Database) -> None:
        for place in locations.unread(db, limit=9):
            locations.set_problem(db, place, f"“{place.path}” can't be read.")

    store.write(fail)
    assert locations.count_unread(store.read()) == 0
    time.sleep(0.02)  # the clock of a file system is coarser than ours
    (root / "closed.mp4").chmod(0o600)
    for look in (scan_folders, scan_root):
        assert look(store, root) == Report()
        assert [place.path.name for place in locations.unread(store.read(), limit=9)] == [
            "closed.mp4"
        ]


def test_what_could_not_be_read_is_tried_again_when_its_drive_is_back(
    store: Store, root: Path
) -> None:
    _put(root / "a.mp4")
    scan_root(store, root)
    [place] = locations.unread(store.read(), limit=9)
    store.write(lambda db: locations.set_problem(db, place, "It broke off."))
    root.rename(root.with_name("away"))
    scan_root(store, root)
    root.with_name("away").rename(root)
    scan_root(store, root)
    assert locations.count_unread(store.read()) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows forbids such names")
def test_names_with_line_breaks_quotes_and_signs_are_names(store: Store, root: Path) -> None:
    names = ["two\nlines.mp4", "tab\t.mp3", "“quoted”%s_?*.mkv", "back\\slash.mp4", "émoji 🎬.mp4"]
    for name in names:
        _put(root / "a\nfolder" / name)
    assert scan_root(store, root) == Report(changed=5)
    assert set(_known(store, root)) == {f"a\nfolder/{name}" for name in names}
    _put(root / "a\nfolder" / "new.mp4")
    assert scan_folders(store, root, [str(root / "a\nfolder")]) == Report(changed=1)
    assert scan_root(store, root) == Report()


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is that of Linux")
def test_a_folder_deeper_than_the_system_can_open_costs_one_sentence(
    store: Store, root: Path
) -> None:
    _put(root / "a.mp4")
    here = os.open(root, os.O_RDONLY)
    try:
        for _ in range(20):
            os.mkdir("d" * 250, dir_fd=here)
            inner = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
    finally:
        os.close(here)
    report = scan_root(store, root)
    assert report.changed == 1
    [sentence] = report.warnings
    assert "lies too deep" in sentence
    shutil.rmtree(root)


class _Loose(Pulse):
    """Takes a folder away for the moment when somebody comes to it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._aside = folder.parent.with_name("aside")

    def ask(self, folder: str) -> None:
        super().ask(folder)
        if folder == str(self._folder):
            self._folder.rename(self._aside)

    def rest(self) -> None:
        if self._aside.exists():
            self._aside.rename(self._folder)
            _stale(self._folder.parent)
        super().rest()


def test_a_folder_that_is_gone_for_a_moment_is_looked_at_again(store: Store, root: Path) -> None:
    for name in ("a.mp4", "s/b.mp4", "s/t/c.mp4"):
        _put(root / name)
    _stale(root / "s" / "t", root / "s", root)
    scan_root(store, root)
    report = scan_root(store, root, pulse=_Loose(root / "s"))
    assert [str(root / "s") in sentence for sentence in report.warnings] == [True]
    assert report.missing == 2
    assert scan_folders(store, root) == Report(changed=2), "nothing in its parent has changed"
    assert roots.listed(store.read())[0].warnings == ()


def test_a_look_at_a_folder_of_a_whole_drive_finds_what_came_and_went_there(
    store: Store, tmp_path: Path
) -> None:
    drive = Path(tmp_path.anchor)
    _put(tmp_path / "s" / "a.mp4")

    def add(db: Database) -> None:
        roots.add(db, drive)
        roots.set_excludes(db, drive, ["/*", f"!/{tmp_path.parts[1]}"])  # not all of this machine
        roots.note_looked(db, drive)
        save_folders(db, drive, [(str(drive), 1, 0)])

    store.write(add)
    assert scan_folders(store, drive, [str(tmp_path)]) == Report(changed=1)
    _put(tmp_path / "s" / "b.mp4")
    (tmp_path / "s" / "a.mp4").unlink()
    assert scan_folders(store, drive, [str(tmp_path / "s")]) == Report(changed=1, missing=1)
    assert {Path(path).name for path, *_ in locations.known_files(store.read(), drive)} == {
        "a.mp4", "b.mp4",
    }  # fmt: skip


def test_files_before_and_after_a_folder_inside_are_told_from_those_in_it(
    store: Store, root: Path
) -> None:
    for name in ("a.mp4", "b.mp4", "m.mp4", "m/a.mp4", "m/n/o.mp4", "m/z.mp4", "n.mp4", "z.mp4"):
        _put(root / name)
    assert scan_root(store, root) == Report(changed=8)
    assert scan_root(store, root) == Report()
    (root / "b.mp4").unlink()
    (root / "m" / "z.mp4").unlink()
    for name in ("m/k.mp4", "p.mp4", "~.mp4"):
        _put(root / name)
    _put(root / "z.mp4", at=_OLD + 5)
    assert scan_root(store, root) == Report(changed=4, missing=2)
    assert {name for name, gone in _known(store, root).items() if gone} == {"b.mp4", "m/z.mp4"}
    assert scan_root(store, root) == Report()


def test_what_a_look_at_a_part_told_is_told_once_where_all_is_looked_at_then(
    store: Store, root: Path
) -> None:
    _put(root / "real" / "a.mp4")
    _put(root / "s" / "b.mp4")
    scan_root(store, root)
    (root / "s" / "loop.mp4").symlink_to("loop.mp4")
    (root / "s" / "link").symlink_to(root / "real", target_is_directory=True)
    [told] = scan_folders(store, root, [str(root / "s")]).warnings
    assert "loop.mp4" in told
    assert roots.listed(store.read())[0].warnings == (told,)


_NAMES = st.sampled_from(["a.mp4", "b.mp3", "a.srt", "poster.jpg", "a.nfo", ".mediadeskignore"])
_FOLDERS = st.sampled_from(["", "s", "s/t", "s/t/u", "v"])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.lists(
            st.tuples(st.sampled_from(["put", "drop", "move"]), _FOLDERS, _NAMES, _FOLDERS),
            min_size=1,
            max_size=4,
        ),
        min_size=2,
        max_size=4,
    )
)
def test_looking_where_something_came_or_went_finds_the_same_as_looking_everywhere(
    store: Store, root: Path, steps: list[list[tuple[str, str, str, str]]]
) -> None:
    shutil.rmtree(root)
    _put(root / "kept.mp4")
    scan_root(store, root)
    for number, acts in enumerate(steps, start=1):
        for act, folder, name, other in acts:
            path, to = root / folder / name, root / other / f"moved{number}"
            is_inside = to.is_relative_to(path.parent)
            if act == "put" and not path.exists():
                text = b"*.mp3" if name.startswith(".") else b"x"
                _put(path, text, at=_OLD + number)
            elif act == "drop":
                path.unlink(missing_ok=True)
            elif act == "move" and path.parent.is_dir() and not (is_inside or to.exists()):
                to.parent.mkdir(parents=True, exist_ok=True)
                path.parent.rename(to)
        for each in (root, *root.rglob("*/")):
            if time.time() - each.stat().st_mtime < 1000:  # one change later than the last
                _stale(each, at=_OLD + number)
        scan_folders(store, root)
        seen, kept = _known(store, root), known_folders(store.read(), root)
        assert scan_root(store, root) == Report()
        assert (_known(store, root), known_folders(store.read(), root)) == (seen, kept)


_BESIDE = st.sampled_from(
    [f"{stem}{ending}" for stem in ("a", "a-poster", "poster", "b", "a.b")
     for ending in (".nfo", ".jpg", "-fanart.png", "-poster.jpg", "-poster.nfo")]
    + ["tvshow.nfo", "folder.jpg", "Season01-poster.jpg"]
)  # fmt: skip


@given(here=st.sets(_BESIDE), above=st.sets(_BESIDE))
def test_what_lies_beside_many_files_is_summed_up_as_for_one(
    here: set[str], above: set[str]
) -> None:
    listing, around = ({name.lower(): n for n, name in enumerate(names)} for names in (here, above))
    folder = Folder("/r", listing=listing, above=around)
    of_both = listing | {f"../{name}": mtime for name, mtime in around.items()}
    sum_of = folder.sums()
    for stem in ("a", "A", "a-poster", "poster", "b", "a.b", "c"):
        assert sum_of(f"/r/{stem}.mkv") == beside.checksum(stem.lower(), of_both)
