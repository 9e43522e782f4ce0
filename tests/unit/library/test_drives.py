"""What is told of the drive that a folder lies on, and that /proc and its like are nobody's."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from library_factory import rest
from media_factory import clip

from mediadesk.library import drives
from mediadesk.library.scan import scan_root
from mediadesk.store import Store, roots

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is of Linux")
Mount = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Partition:
    """A mount as psutil tells it."""

    mountpoint: str
    fstype: str
    opts: str = "rw"
    device: str = ""


@pytest.fixture
def mount(monkeypatch: pytest.MonkeyPatch) -> Mount:
    """Has the system tell of these mounts, folder → type of file system, in this order."""

    def tell(**mounts: str) -> None:
        told = [Partition(f"/{path.replace('_', '/')}", kind) for path, kind in mounts.items()]
        monkeypatch.setattr(drives.psutil, "disk_partitions", lambda **_: told)

    return tell


def test_the_folders_of_the_system_are_told_from_those_of_people(tmp_path: Path) -> None:
    assert {"/proc", "/sys"} <= drives.system_folders()
    assert drives.is_system(Path("/proc/self/root"))
    assert not drives.is_system(tmp_path)
    assert not drives.is_system(Path("/"))


def test_a_scan_of_the_whole_disk_enters_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, process = tmp_path / "disk", tmp_path / "disk" / "proc" / "1"
    process.mkdir(parents=True)
    rest(clip(disk / "Film.mp4"), clip(process / "exe.mp4"))
    monkeypatch.setattr(drives, "system_folders", lambda: frozenset({str(disk / "proc")}))
    store = Store(tmp_path / "library.db")
    store.write(lambda db: roots.add(db, disk))
    assert scan_root(store, disk).changed == 1
    store.close()


def test_a_folder_lies_on_the_innermost_mount_around_it(mount: Mount) -> None:
    mount(home_ann_NAS="NFS4", **{"": "ext4"}, home="btrfs", home_ann="xfs")
    lies_on = {
        "/home/ann/NAS": "nfs4",
        "/home/ann/NAS/Films": "nfs4",
        "/home/ann/NASA": "xfs",
        "/home/bob": "btrfs",
        "/srv": "ext4",
    }
    for path, kind in lies_on.items():
        assert drives.file_system(Path(path)) == kind
    mount(home="btrfs")
    assert drives.file_system(Path("/srv")) == "", "nothing is told of it"


def test_only_a_file_system_of_this_machine_alone_tells_of_all_changes(mount: Mount) -> None:
    mount(a="ext4", b="NFS4", c="fuse.sshfs", d="fuseblk", e="CIFS", f="vfat")
    tells = {path: drives.tells_changes(Path(f"/{path}/Films")) for path in "abcdefg"}
    assert [path for path, each in tells.items() if each] == ["a", "d", "f"]


def test_a_file_without_blocks_is_elsewhere_only_where_a_cloud_is_known(
    mount: Mount, tmp_path: Path
) -> None:
    mount(a="ext4", b="fuse.sshfs", c="fuse.OneDriver")
    assert drives.placeholders(Path("/a")) is None
    assert drives.placeholders(Path("/b")) is None, "it tells nothing of blocks"
    is_elsewhere = drives.placeholders(Path("/c/Films"))
    assert is_elsewhere is not None
    sparse, empty, here = (tmp_path / name for name in ("sparse", "empty", "here"))
    with sparse.open("wb") as file:
        file.truncate(1 << 20)
    empty.touch()
    with here.open("wb") as file:
        file.write(b"x" * (1 << 16))
        os.fsync(file.fileno())  # some file systems give blocks only then
    assert [is_elsewhere(each.stat()) for each in (sparse, empty, here)] == [True, False, False]


def test_a_drive_that_comes_and_goes_is_known_by_the_links_to_its_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = tmp_path / "by-uuid"
    links.mkdir()
    devices = {uuid: tmp_path / f"sd{uuid[0]}" for uuid in ("aaaa-1", "bbbb-2")}
    for uuid, device in devices.items():
        device.touch()
        (links / uuid).symlink_to(device)
    mapped = tmp_path / "mapped"
    mapped.symlink_to(devices["bbbb-2"])
    mounts = {
        "/media/ann/USB DISK": str(devices["aaaa-1"]),
        "/mnt/secret": str(mapped),
        "/mnt/nas": "nas:/films",
        "/home": str(devices["aaaa-1"]),
    }
    told = [Partition(folder, "ext4", device=device) for folder, device in mounts.items()]
    monkeypatch.setattr(drives.psutil, "disk_partitions", lambda **_: told)
    monkeypatch.setattr(drives, "_BY_UUID", links)
    lies_on = {
        "/media/ann/USB DISK/Films": "aaaa-1",
        "/mnt/secret": "bbbb-2",
        "/mnt/nas": "",
        "/home/ann": "",
        "/media/ann": "",
    }
    assert {path: drives.identity(Path(path)) for path in lies_on} == lies_on
    monkeypatch.setattr(drives, "_BY_UUID", tmp_path / "none")
    assert drives.identity(Path("/mnt/secret")) == "", "nothing is told of it"
