"""Landlock: a guest opens only the files it was given, and what Python itself needs."""

import contextlib
import ctypes
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from landlock import FSAccess, plumbing  # type: ignore[import-untyped]

from mediadesk import resources

_FILE = (
    FSAccess.EXECUTE
    | FSAccess.WRITE_FILE
    | FSAccess.READ_FILE
    | FSAccess.TRUNCATE
    | FSAccess.IOCTL_DEV
)
_READ = FSAccess.READ_FILE | FSAccess.READ_DIR
# No links, pipes, sockets or devices: whoever tidies these folders up later has no sandbox.
_WRITE = (
    _READ
    | FSAccess.WRITE_FILE
    | FSAccess.TRUNCATE
    | FSAccess.MAKE_REG
    | FSAccess.MAKE_DIR
    | FSAccess.REMOVE_FILE
    | FSAccess.REMOVE_DIR
    | FSAccess.REFER
)
# A file given alone may be mapped by the host, which dies of SIGBUS when it shrinks.
_WRITE_ONE = FSAccess.READ_FILE | FSAccess.WRITE_FILE
_DEVICE = FSAccess.READ_FILE | FSAccess.WRITE_FILE | FSAccess.IOCTL_DEV
_TCP = 0b11  # bind, connect
_OTHERS = 0b11  # abstract sockets of, and signals to, processes outside
_RULE_PATH_BENEATH = 1
_RESTRICT_SELF_TSYNC = 1 << 3

_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/dev/random",
    "/dev/urandom",
    "/dev/zero",
    "/sys/devices/system/cpu",
)
# Not all of /proc/self: below it are the connections and the mounts of the whole machine.
_PROC = (
    "/proc/self/maps",
    "/proc/self/stat",
    "/proc/self/statm",
    "/proc/self/status",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys/vm/overcommit_memory",
)


class _RulesetAttr(ctypes.Structure):
    """The kernel's structure; the library knows only its first field."""

    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


def abi() -> int:
    """Give the version of the kernel's Landlock.

    Raises:
        OSError: if it has none, or it is switched off.
    """
    # The library takes what an earlier call left there for its own failure.
    ctypes.set_errno(0)
    return int(plumbing.landlock_abi_version())


def restrict(
    *, readable: Iterable[str], writable: Iterable[str], devices: Iterable[str] = ()
) -> str:
    """Shut this process in for ever; give an empty text, or what is left open.

    Devices may be read, written and controlled. Paths that are not there are left out. Names,
    sizes and times can still be looked up anywhere, by a process that knows or guesses the path:
    Landlock guards opening only.

    Before version 8 of its interface Landlock holds only the calling thread and those that it
    starts. A thread that runs already stays free, and as all share one memory, a plugin could
    make it act for it: so there should be none, and if there is, it is said.

    Raises:
        OSError: if the kernel refuses.
    """
    version = abi()
    others = len(list(Path("/proc/self/task").iterdir())) - 1
    rules = _ruleset(version)
    try:
        for path in {*_SYSTEM, *_python(), *readable}:
            _allow(rules, path, _READ)
        for path in _PROC:
            _allow(rules, path, _READ, keep=True)
        _allow(rules, os.devnull, _WRITE_ONE)
        for path in writable:
            _allow(rules, path, _WRITE if Path(path).is_dir() else _WRITE_ONE)
        for path in devices:
            _allow(rules, path, _DEVICE)
        has_tsync = version >= 8
        plumbing.get_restrict_self()(rules, _RESTRICT_SELF_TSYNC if has_tsync else 0)
    finally:
        os.close(rules)
    if others and not has_tsync:
        return f"Threads that ran before ({others}) are not held back from any file."
    return ""


def _ruleset(version: int) -> int:
    attributes = _RulesetAttr(
        FSAccess.all(), _TCP if version >= 4 else 0, _OTHERS if version >= 6 else 0
    )
    pointer = ctypes.cast(ctypes.pointer(attributes), ctypes.POINTER(plumbing.RulesetAttr))
    return int(plumbing.get_create_ruleset()(pointer, ctypes.sizeof(attributes), 0))


def _allow(rules: int, path: str, rights: int, *, keep: bool = False) -> None:
    """Add a rule; `keep` holds the file open, as the kernel else makes /proc's files anew."""
    with contextlib.ExitStack() as stack:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:  # what is not there, or can't be reached anyway, needs no rule
            return
        if not keep:
            stack.callback(os.close, place)
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _FILE
        rule = plumbing.PathBeneathAttr(rights & FSAccess.all(), place)
        plumbing.get_add_rule()(rules, _RULE_PATH_BENEATH, ctypes.byref(rule), 0)


def _python() -> Iterator[str]:
    """Give where Python, its libraries and this program are read from.

    An entry of `sys.path` may be a folder full of a person's files (the working folder, or the
    repository of an editable install): of those only the packages in use are given.
    """
    for prefix in {sys.prefix, sys.base_prefix}:
        yield from (f"{prefix}/{name}" for name in ("lib", "lib64", "share"))
    for entry in map(Path, sys.path):
        if entry.name in {"site-packages", "dist-packages"} or entry.suffix == ".zip":
            yield str(entry)
    for name, module in list(sys.modules.items()):
        if "." not in name:
            yield from map(str, getattr(module, "__path__", ()))
    yield str(resources.path(""))
    if getattr(sys, "frozen", False):  # the executable holds the modules, `prefix` all else
        yield from (sys.executable, sys.prefix)
