"""How much of the disk a plugin's folders take."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

import pytest

from mediadesk.host.isolate import room
from mediadesk.host.isolate.room import Room, sizes

MIB = 1 << 20


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_SECONDS", 0.0)
    monkeypatch.setattr(room, "_SHARE", 0)


def used(folder: Path, most_mb: int) -> Room:
    """Give the room of a process that is always at work."""
    seconds = itertools.count()
    return Room((folder,), most_mb, worked=lambda: next(seconds))


def test_files_and_folders_are_added_up_and_each_counts(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/large").write_bytes(bytes(100_000))
    for n in range(10):
        (tmp_path / f"empty{n}").touch()
    (tmp_path / "way_out").symlink_to("/usr")
    folders = (tmp_path, tmp_path / "gone")
    assert sum(sizes(folders)) == 100_000 + 13 * 4096


def test_what_goes_meanwhile_hides_nothing_that_stays(tmp_path: Path) -> None:
    for n in range(10):
        (tmp_path / f"file{n}").write_bytes(bytes(100_000))
    walk = sizes((tmp_path,))
    total = next(walk)
    for gone in [*tmp_path.iterdir()][:5]:  # all names were read at once
        gone.unlink()
    assert total + sum(walk) >= 5 * 100_000


def test_what_is_wrong_is_said_and_not_looked_for_all_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "large").write_bytes(bytes(MIB))
    assert used(tmp_path, 0).trouble() == "", "too early"
    monkeypatch.setattr(room, "_SECONDS", 0.0)
    assert used(tmp_path, 1).trouble() == ""
    assert "are larger than 0 MiB" in used(tmp_path, 0).trouble()


@pytest.mark.usefixtures("at_once")
def test_who_did_nothing_is_not_looked_at_again(tmp_path: Path) -> None:
    worked = [1]
    kept = Room((tmp_path,), 0, worked=lambda: worked[0])
    assert kept.trouble() == ""
    (tmp_path / "large").write_bytes(bytes(MIB))
    assert kept.trouble() == "", "nothing was done since, so nothing was written"
    worked[0] = 2
    assert "are larger than 0 MiB" in kept.trouble()


@pytest.mark.usefixtures("at_once")
def test_a_long_look_is_taken_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_SLICE_SECONDS", 0.0)
    for n in range(300):
        (tmp_path / f"file{n}").touch()
    kept = used(tmp_path, 1)
    slices = 0
    while not (told := kept.trouble()):
        assert kept.is_looking
        slices += 1
    assert "are larger than 1 MiB" in told
    assert 1 < slices <= 300


@pytest.mark.usefixtures("at_once")
@pytest.mark.skipif(sys.platform == "win32", reason="folders are opened otherwise there")
def test_what_hides_too_deep_to_be_reached_is_no_way_out(tmp_path: Path) -> None:
    place = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("x" * 250, dir_fd=place)
        inner = os.open("x" * 250, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.close(place)
    assert "can't be measured (File name too long)" in used(tmp_path, 1).trouble()
