"""Of another drive at the path of a folder, nothing is taken for what lay on the first.

The drives are folders that are renamed into place; which of them lies there is told by a file.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from library_factory import rest

from mediadesk.api import Item, Kind
from mediadesk.library import drives
from mediadesk.library.scan import Report, scan_folders, scan_root
from mediadesk.paths import spelled
from mediadesk.store import Database, Store, changes, library, locations, places, roots

Plug = Callable[[str], Report]


@pytest.fixture
def root(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the library on what is mounted as “USB DISK”: drive 1, drive 2, or none."""
    for drive in "12":
        film = tmp_path / drive / "Films" / "Film.mkv"
        film.parent.mkdir(parents=True)
        film.write_bytes(drive.encode())
        rest(film)
    mount = tmp_path / "USB DISK"
    inodes = {(tmp_path / drive).stat().st_ino: drive for drive in "12"}

    def identity(path: Path) -> str:
        on_it = mount in path.parents and mount.exists()
        return inodes.get(mount.stat().st_ino, "") if on_it else ""

    monkeypatch.setattr(drives, "identity", identity)
    monkeypatch.setattr(drives, "name", lambda _: mount.name)
    store.write(lambda db: roots.add(db, mount / "Films"))
    return mount / "Films"


@pytest.fixture
def plug(root: Path, store: Store) -> Plug:
    """Unplugs what is there, plugs in a drive by name, looks, and reads what is new."""

    def plug(drive: str) -> Report:
        _unplug(root)
        (root.parents[1] / drive).rename(root.parent)
        report = scan_root(store, root)
        store.write(_read)
        return report

    return plug


def _unplug(root: Path) -> None:
    if root.exists():
        root.parent.rename(root.parents[1] / (root / "Film.mkv").read_text())


def _read(db: Database) -> None:
    for place in locations.unread(db, limit=10):
        content = place.path.read_text()
        item = Item(id=f"film {content}", kind=Kind.FILM, title="", path=None)
        library.save_item(db, item, facts={}, location=place)


def _lies(store: Store, root: Path) -> dict[str, bool]:
    """Give item → whether it is missing, for all that lie in the folder of the library."""
    sql = "SELECT item, missing FROM location WHERE root = ?"
    return dict(store.read().conn.execute(sql, [spelled(root)]).fetchall())


def test_the_first_drive_is_away_under_its_name_and_what_came_is_new(
    store: Store, root: Path, plug: Plug
) -> None:
    assert plug("1") == Report(changed=1)
    assert plug("2") == Report(changed=1, missing=1)
    assert _lies(store, root) == {"film 2": False}
    (gone,) = places.gone(store.read(), limit=9)
    assert (gone.drive, gone.items) == ("USB DISK", ("film 1",))
    away = next(each for each in roots.listed(store.read()) if each.path == gone.root)
    assert away.problem == f"“{gone.root}” is not there: reconnect the drive or remove the folder."


def test_nothing_of_the_first_waits_to_be_followed_by_what_lies_in_its_place(
    store: Store, plug: Plug
) -> None:
    plug("1")
    plug("2")
    sql = "SELECT count(*) FROM location WHERE previous IS NOT NULL UNION ALL SELECT 0 FROM alias"
    assert store.read().conn.execute(sql).fetchall() == [(0,)]


def test_when_the_first_is_back_it_is_all_there_at_once_and_the_second_is_away(
    store: Store, root: Path, plug: Plug
) -> None:
    plug("1")
    plug("2")
    assert plug("1") == Report(changed=1, missing=1)
    assert _lies(store, root) == {"film 1": False}
    (gone,) = places.gone(store.read(), limit=9)
    assert gone.items == ("film 2",)
    plug("2")
    plug("1")
    assert _lies(store, root) == {"film 1": False}
    assert len(roots.listed(store.read())) == 2


def test_a_look_into_some_folders_notices_it_too(store: Store, root: Path, plug: Plug) -> None:
    plug("1")
    _unplug(root)
    (root.parents[1] / "2").rename(root.parent)
    assert scan_folders(store, root, [spelled(root)]) == Report(changed=1, missing=1)


def test_a_folder_that_is_not_there_lies_on_no_drive(store: Store, root: Path, plug: Plug) -> None:
    plug("1")
    plug("2")
    (away,) = (each.path for each in roots.listed(store.read()) if each.path != root)
    assert scan_root(store, away).problem
    assert {each.path for each in roots.listed(store.read())} == {root, away}


def test_an_unplugged_drive_is_away_as_ever(store: Store, root: Path, plug: Plug) -> None:
    plug("1")
    _unplug(root)
    root.mkdir(parents=True)  # what it was mounted on stays
    assert scan_root(store, root).problem
    assert [each.path for each in roots.listed(store.read())] == [root]
    root.rmdir()
    root.parent.rmdir()
    assert plug("1") == Report(changed=1)
    assert _lies(store, root) == {"film 1": False}


def test_a_folder_that_was_taken_out_and_added_again_has_the_drive_that_is_there(
    store: Store, root: Path, plug: Plug
) -> None:
    plug("1")
    plug("2")
    store.write(partial(roots.remove, path=root))
    store.write(partial(roots.add, path=root))
    plug("1")
    assert _lies(store, root) == {"film 1": False}
    assert [each.path for each in roots.listed(store.read())] == [root]
    plug("2")
    assert _lies(store, root) == {"film 2": False}


def test_what_the_excludes_of_a_folder_left_out_stays_with_its_drive(
    store: Store, root: Path, plug: Plug
) -> None:
    plug("1")
    store.write(partial(roots.set_excludes, root=root, patterns=["Film.*"]))
    scan_root(store, root)
    plug("2")
    store.write(partial(roots.set_excludes, root=root, patterns=[]))
    assert _lies(store, root) == {}, "what was left out of drive 1 lies on that one"
    plug("2")
    assert _lies(store, root) == {"film 2": False}


def test_a_folder_that_a_person_moved_to_another_drive_is_as_it_was(
    store: Store, root: Path, plug: Plug
) -> None:
    plug("1")
    _unplug(root)
    (root.parents[1] / "2").rename(root.parent)
    moved = root.rename(root.parent / "All films")
    store.write(partial(roots.move, old=root, new=moved))
    scan_root(store, moved)
    assert [each.path for each in roots.listed(store.read())] == [moved]


def test_what_was_forgotten_comes_back_to_the_drive_where_it_lay(
    store: Store, root: Path, plug: Plug
) -> None:
    only = root.parents[1] / "1" / "Films" / "Only here.mkv"
    only.write_text("only here")
    rest(only)
    plug("1")
    (root / only.name).unlink()
    scan_root(store, root)

    def forget(db: Database, change: str) -> list[str]:
        changes.forget_places(db, ["film only here"], change=change)
        return ["film only here"]

    made = store.write(lambda db: changes.act(db, "Forgot", partial(forget, db)))
    plug("2")
    store.write(lambda db: changes.undo(db, made.id))
    assert _lies(store, root) == {"film 2": False}
    plug("1")
    assert _lies(store, root) == {"film 1": False, "film only here": True}
