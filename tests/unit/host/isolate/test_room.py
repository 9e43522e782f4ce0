"""How much of the disk a plugin's folders take."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mediadesk.host.isolate import room
from mediadesk.host.isolate.room import Room, taken

MIB = 1 << 20


def test_files_and_folders_are_added_up_and_each_counts(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/large").write_bytes(bytes(100_000))
    for n in range(10):
        (tmp_path / f"empty{n}").touch()
    (tmp_path / "way_out").symlink_to("/usr")
    folders = (tmp_path, tmp_path / "gone")
    assert taken(folders, MIB) == 100_000 + 13 * 4096
    assert 8_000 < taken(folders, 8_000) < 200_000, "it stops when it is too much"


def test_what_is_wrong_is_said_and_not_looked_for_all_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "large").write_bytes(bytes(MIB))
    assert Room((tmp_path,), 0).trouble() == "", "too early"
    monkeypatch.setattr(room, "_SECONDS", 0.0)
    assert Room((tmp_path,), 1).trouble() == ""
    assert "are larger than 0 MiB" in Room((tmp_path,), 0).trouble()


@pytest.mark.skipif(sys.platform == "win32", reason="folders are opened otherwise there")
def test_what_hides_too_deep_to_be_reached_is_no_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_SECONDS", 0.0)
    place = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("x" * 250, dir_fd=place)
        inner = os.open("x" * 250, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.close(place)
    assert "can't be measured (File name too long)" in Room((tmp_path,), 1).trouble()
