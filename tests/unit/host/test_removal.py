"""Folders are deleted however a plugin filled them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from mediadesk.host.removal import delete


def dig(top: Path, depth: int) -> None:
    """Make folders in folders, beyond the longest path of the system."""
    here = os.open(top, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(os.open(b"odd \xff\n", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


@pytest.mark.parametrize("depth", [0, 1, 10, 2_100])
def test_folders_in_folders_are_deleted(tmp_path: Path, depth: int) -> None:
    top = tmp_path / "top"
    for name in ("a", "b/c"):
        (top / name).mkdir(parents=True)
        dig(top / name, depth)
    (top / "file").touch(mode=stat.S_IRUSR)
    delete(top)
    assert list(tmp_path.iterdir()) == []


def test_what_a_link_leads_to_stays(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    (tmp_path / "top" / "deep").mkdir(parents=True)
    (tmp_path / "top" / "deep" / "link").symlink_to(tmp_path / "kept")
    (tmp_path / "top" / "link").symlink_to(tmp_path / "kept")
    dig(tmp_path / "top" / "deep", 1_100)
    delete(tmp_path / "top")
    assert (tmp_path / "kept" / "file").exists()
    assert not (tmp_path / "top").exists()
    delete(tmp_path / "not there")
