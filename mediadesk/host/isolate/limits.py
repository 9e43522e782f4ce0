"""Limits on what a guest or a worker may use, and the measures that a host takes of it."""

import contextlib
import ctypes
import math
import os
import signal
import sys
from pathlib import Path

import psutil

if sys.platform == "linux":
    import resource

_MIB = 1 << 20
_LEAST_FILE_MB = 512  # arrays cross in files as large
_ADDRESS_BYTES = 4 << 30
"""Mapped files, stacks and the room that malloc reserves count as addresses, not as data."""
_THREADS = 1024
_OWN_FILES = 16
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38


def missing() -> str:
    """Say why memory can't be limited here; empty where it can."""
    return "" if sys.platform == "linux" else "Memory can be limited on Linux only."


def apply(*, memory_mb: int, open_files: int, disk_mb: int, has_devices: bool) -> None:
    """Limit this process for ever; it also ends when the thread that started it ends.

    Args:
        memory_mb: MiB of data beyond what is in use now. Shared memory without a file escapes
            this, so that addresses are limited too, 4 GiB more generously.
        open_files: the most files open at once, beside about ten of the guest itself.
        disk_mb: MiB of a single file, 512 at least.
        has_devices: whether it may use a graphics card, whose drivers reserve addresses by the
            terabyte: then these are not limited, and only the host sees shared memory.

    Raises:
        OSError: if the system refuses.
    """
    if sys.platform != "linux":
        return
    bound_memory(memory_mb)
    addresses = int(Path("/proc/self/statm").read_text().split()[0])
    room = memory_mb * _MIB + _ADDRESS_BYTES
    threads = int(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])
    wanted = {
        resource.RLIMIT_AS: addresses * resource.getpagesize() + room,
        resource.RLIMIT_NOFILE: open_files + _OWN_FILES,
        resource.RLIMIT_FSIZE: max(disk_mb, _LEAST_FILE_MB) * _MIB,
        resource.RLIMIT_CORE: 0,
        # It counts all the person's threads, so that those of the whole machine come on top.
        resource.RLIMIT_NPROC: threads + _THREADS,
    }
    if has_devices:
        del wanted[resource.RLIMIT_AS]
    for limit, most in wanted.items():
        _allow(limit, most)
    _set(_PR_SET_NO_NEW_PRIVS, 1)
    _set(_PR_SET_DUMPABLE, 0)  # no memory images of a stranger's crash for the crash reporters
    parent = os.getppid()
    _set(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died meanwhile; if it was dead before, standard input is at end
        os.kill(os.getpid(), signal.SIGKILL)


def bound_memory(mebibytes: int) -> None:
    """Let this process have so much more data than it has now, for ever; on Linux only.

    What goes beyond is a MemoryError, or ends a library that does not look at what it gets.
    """
    if sys.platform != "linux":
        return
    data = int(Path("/proc/self/statm").read_text().split()[5])
    _allow(resource.RLIMIT_DATA, data * resource.getpagesize() + mebibytes * _MIB)


def _allow(limit: int, most: int) -> None:
    allowed = _within(most, resource.getrlimit(limit)[1])
    resource.setrlimit(limit, (allowed, allowed))


def _within(most: int, hard: int) -> int:
    return most if hard == resource.RLIM_INFINITY else min(most, hard)


def _set(option: int, value: int) -> None:
    zero = ctypes.c_ulong(0)
    ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), zero, zero, zero)


def allow_cpu(pid: int, seconds: float) -> None:
    """Let a guest use so many more seconds of processor time; then it gets SIGXCPU.

    Nothing happens where a process is gone, or where the system has no such limit. A hostile
    plugin can block the signal: only the host's deadline ends that one.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
        used = psutil.Process(pid).cpu_times()
        hard = resource.prlimit(pid, resource.RLIMIT_CPU)[1]
        most = _within(math.ceil(used.user + used.system + seconds), hard)
        resource.prlimit(pid, resource.RLIMIT_CPU, (most, hard))


def memory_used(pid: int) -> int:
    """Give the resident memory of a process in bytes, shared pages included; 0 if it is gone."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
