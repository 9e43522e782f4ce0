"""seccomp: system calls that a guest never needs, and those whose effects Landlock lets pass."""

import ctypes.util
import errno
import fcntl
import os
import socket
from collections.abc import Iterator

# Its own search for the library runs gcc and ldconfig, which may be missing and take a while.
_LIBRARIES = {"c": "libc.so.6", "seccomp": "libseccomp.so.2"}
_find = ctypes.util.find_library
ctypes.util.find_library = lambda name: _LIBRARIES.get(name) or _find(name)
try:
    import pyseccomp  # type: ignore[import-untyped]
    from pyseccomp import Arg
finally:
    ctypes.util.find_library = _find

_REFUSED = (
    # Other processes.
    "execve execveat fork vfork tkill ptrace kcmp process_vm_readv process_vm_writev ioprio_set "
    "migrate_pages move_pages sched_setattr sched_setparam sched_setscheduler "
    # The network, and what else processes speak through.
    "socket connect bind listen accept accept4 sendmsg sendmmsg "
    "shmget shmat shmctl semget semop semtimedop semctl msgget msgsnd msgrcv msgctl "
    "mq_open mq_unlink add_key request_key keyctl "
    # What Landlock lets pass on files that may be read, or on any.
    "chmod fchmod fchmodat chown fchown fchownat lchown utime utimes utimensat futimesat "
    "setxattr fsetxattr lsetxattr removexattr fremovexattr lremovexattr "
    "name_to_handle_at open_by_handle_at "
    "inotify_init inotify_init1 inotify_add_watch fanotify_init fanotify_mark "
    # Limits, identity and the machine.
    "setrlimit setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups "
    "capset unshare setns chroot pivot_root mount umount umount2 quotactl swapon swapoff acct "
    "syslog bpf perf_event_open userfaultfd personality modify_ldt ioperm iopl vhangup "
    "init_module finit_module delete_module kexec_load kexec_file_load reboot "
    "sethostname setdomainname settimeofday clock_settime adjtimex clock_adjtime lookup_dcookie"
)
_NEWER = range(424, 548)
"""Calls since Linux 5.1 have the same number on all machines, and libraries do without them.

Among them are io_uring, pidfd and mounting; those that are yet to come are unknown as well.
"""
_WORD = 0xFFFFFFFF  # the kernel looks at the lower half of such arguments only
_CLONE_THREAD = 0x00010000
_TIOCSTI, _TIOCLINUX, _FIOSETOWN, _SIOCSPGRP = 0x5412, 0x541C, 0x8901, 0x8902
_F_SETOWN_EX = 15
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_MM = 1, 4, 35
_PUNCH_HOLE, _COLLAPSE_RANGE, _MADV_REMOVE = 0x02, 0x08, 9

Rule = tuple[int, str | int, tuple[Arg, ...]]


def forbid(*, truncate: bool) -> None:
    """Refuse such calls to all threads of this process, for ever.

    Args:
        truncate: whether to refuse to shorten files by their paths, which Landlock guards only
            since version 3 of its interface.

    Raises:
        OSError: if the kernel or the library can't.
    """
    calls = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    calls.set_attr(pyseccomp.Attr.CTL_TSYNC, 1)
    # The 32-bit calls, which have numbers of their own; nothing of ours makes one.
    calls.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)
    for action, call, conditions in rules(truncate=truncate):
        number = call if isinstance(call, int) else resolve(call)
        if number >= 0:  # a machine may lack it
            calls.add_rule(action, number, *conditions)
    calls.load()


def resolve(call: str) -> int:
    """Give the number of a call on this machine, negative if it has none."""
    return int(pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, call))


def rules(*, truncate: bool) -> Iterator[Rule]:
    """Give (action, call, conditions that must all hold); several rules may name one call."""
    refuse, unknown = pyseccomp.ERRNO(errno.EPERM), pyseccomp.ERRNO(errno.ENOSYS)
    for call in _REFUSED.split():
        yield refuse, call, ()
    for unheard in ("memfd_create", *_NEWER):  # such files are memory that no limit counts
        yield unknown, unheard, ()
    for call, condition in _conditional():
        yield refuse, call, (condition,)
    # onnxruntime wants each thread on a core of its own and complains if that fails.
    yield pyseccomp.ERRNO(0), "sched_setaffinity", (Arg(0, pyseccomp.NE, 0),)
    if truncate:
        yield refuse, "truncate", ()
        for call, flags in (("open", 1), ("openat", 2)):
            # A truncating open that does not write, as Landlock sees it.
            shortens = os.O_ACCMODE | os.O_TRUNC
            yield refuse, call, (Arg(flags, pyseccomp.MASKED_EQ, shortens, os.O_TRUNC),)
            yield refuse, call, (Arg(flags, pyseccomp.MASKED_EQ, shortens, shortens),)


def _conditional() -> Iterator[tuple[str, Arg]]:
    yield "clone", Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0)
    # Aborting and interrupting itself must work.
    for call in ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"):
        yield call, Arg(0, pyseccomp.NE, os.getpid())
    yield "prlimit64", Arg(2, pyseccomp.NE, 0)
    yield "setpriority", Arg(0, pyseccomp.NE, os.PRIO_PROCESS)
    yield "setpriority", Arg(1, pyseccomp.NE, 0)
    # Event loops wake themselves through a pair; an address would reach someone else.
    yield "socketpair", Arg(0, pyseccomp.NE, socket.AF_UNIX)
    yield "sendto", Arg(4, pyseccomp.NE, 0)
    for request in (_TIOCSTI, _TIOCLINUX, _FIOSETOWN, _SIOCSPGRP):
        yield "ioctl", Arg(1, pyseccomp.MASKED_EQ, _WORD, request)
    # A file's owner gets a signal of one's choice when something comes in; a lease makes others
    # wait when they open it.
    for command in (fcntl.F_SETOWN, _F_SETOWN_EX, fcntl.F_SETLEASE):
        yield "fcntl", Arg(1, pyseccomp.MASKED_EQ, _WORD, command)
    for option in (_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_MM):
        yield "prctl", Arg(0, pyseccomp.MASKED_EQ, _WORD, option)
    # Holes in memory that the host has mapped can't always be filled again: then it dies.
    for way in (_PUNCH_HOLE, _COLLAPSE_RANGE):
        yield "fallocate", Arg(1, pyseccomp.MASKED_EQ, way, way)
    yield "madvise", Arg(2, pyseccomp.MASKED_EQ, _WORD, _MADV_REMOVE)
