"""What the system tells of the drive that a folder lies on."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

Placeholder = Callable[[os.stat_result], bool]
_MOUNTED_BELOW = ("/media", "/run/media", "/mnt", "/Volumes")
_BY_UUID = Path("/dev/disk/by-uuid")
_NOT_LOCAL = frozenset(
    """
    9p afpfs afs ceph cifs coda davfs davfs2 drvfs fuse glusterfs lustre ncpfs nfs nfs4 nfsd
    prl_fs smb smb2 smb3 smbfs vboxsf virtiofs vmhgfs webdav
    """.split()  # noqa: SIM905
)
# Only these, for others that tell nothing of blocks can't be told apart from them: file systems of
# cloud programs where a file without blocks is one that has to be fetched first.
_CLOUDS = frozenset(
    f"fuse.{name}"
    for name in (
        "onedriver", "google-drive-ocamlfuse", "seadrive", "seadrive-fuse", "pcloud", "drivefs",
        "dropbox", "mega", "odrive", "nextcloud", "owncloud", "insync", "kio-fuse",
    )
)  # fmt: skip
_SYSTEM = frozenset(
    """
    binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fusectl hugetlbfs
    mqueue nsfs proc pstore rpc_pipefs securityfs selinuxfs sysfs tracefs
    """.split()  # noqa: SIM905
)
_RECALLED = 0x1000 | 0x40000 | 0x400000  # offline, recall on open, recall on data access
_DATALESS = 0x40000000


def placeholders(path: Path) -> Placeholder | None:
    """Give how to tell a file that is in a cloud and not on this disk; None where none can be.

    Opening such a file would fetch it. Windows marks them by attributes, macOS as “dataless”; on
    Linux they are files without blocks in the file system of a cloud program that is known.
    """
    if sys.platform == "win32":
        return lambda status: bool(status.st_file_attributes & _RECALLED)
    if sys.platform == "darwin":
        return lambda status: bool(status.st_flags & _DATALESS)
    if file_system(path) in _CLOUDS:
        return lambda status: status.st_blocks == 0 and status.st_size > 0
    return None


def file_system(path: Path) -> str:
    """Give the type of the file system that a folder lies on, in lower case; "" if unknown."""
    found = _partition(path)
    return found.fstype.lower() if found else ""


def is_system(path: Path) -> bool:
    """Tell whether the system shows only itself in a folder, as in /proc: nobody's files are there.

    Through /proc all files can be reached, a hundred times.
    """
    return file_system(path) in _SYSTEM


def system_folders() -> frozenset[str]:
    """Give the mounts where `is_system` holds."""
    mounts = psutil.disk_partitions(all=True)
    return frozenset(each.mountpoint for each in mounts if each.fstype.lower() in _SYSTEM)


def mounts() -> frozenset[tuple[str, str]]:
    """Give (folder, device) of all mounts, without asking the drives.

    On Windows, which does ask them, none: drives are letters there, and lie in no other folder.
    """
    if sys.platform == "win32":
        return frozenset()
    return frozenset((each.mountpoint, each.device) for each in psutil.disk_partitions(all=True))


def tells_changes(path: Path) -> bool:
    """Tell whether the system notices all changes below a folder, also those of others."""
    found = _partition(path)
    if found is None:
        return False
    kind = found.fstype.lower()
    if kind in _NOT_LOCAL or kind.startswith("fuse."):
        return False
    # A folder that is watched there can't be ejected.
    return not (sys.platform == "win32" and {"removable", "remote"} & set(found.opts.split(",")))


def name(path: Path) -> str:
    """Give what a person calls the place of a folder: its drive's name, else its own."""
    found = _partition(path)
    if found is not None:
        mount = Path(found.mountpoint)
        if sys.platform == "win32" and (label := _label(found.mountpoint)):
            return label
        if _comes_and_goes(mount):
            return mount.name
    return path.name or str(path)


def identity(path: Path) -> str:
    """Give the UUID of the drive that a folder lies on, without asking the drive itself.

    "" where none is known: of drives that stay where they are, of the network, and on Windows and
    macOS. See udev's persistent-storage rules for the links to devices.
    """
    found = _partition(path)
    if found is None or not _comes_and_goes(Path(found.mountpoint)) or not _BY_UUID.is_dir():
        return ""
    device = os.path.realpath(found.device)
    return next((link.name for link in _BY_UUID.iterdir() if os.path.realpath(link) == device), "")


def _comes_and_goes(mount: Path) -> bool:
    return mount.as_posix().startswith(tuple(f"{each}/" for each in _MOUNTED_BELOW))


def _partition(path: Path) -> "psutil._ntuples.sdiskpart | None":
    """Give the mount that a path lies on, without asking the drive itself."""
    on_it = (
        each
        for each in psutil.disk_partitions(all=True)
        if path == Path(each.mountpoint) or Path(each.mountpoint) in path.parents
    )
    return max(on_it, key=lambda each: len(each.mountpoint), default=None)


def _label(mount: str) -> str:
    if sys.platform != "win32":
        return ""
    import ctypes

    label = ctypes.create_unicode_buffer(261)
    found = ctypes.windll.kernel32.GetVolumeInformationW(
        mount, label, len(label), None, None, None, None, 0
    )
    return label.value if found else ""
