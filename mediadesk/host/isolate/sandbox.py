"""Shuts a guest in: what it may read, write and use, enforced by the kernel where it can."""

import sys
from dataclasses import dataclass

from mediadesk.host.isolate import limits
from mediadesk.host.isolate.limits import allow_cpu, memory_used

__all__ = ["Enforcement", "Policy", "allow_cpu", "available", "enter", "memory_used"]

_LINUX_ONLY = "MediaDesk can enforce this on Linux only."
_TRUNCATE_ABI = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a guest may do.

    `readable` are files or folders; `writable` are folders, or single files that exist and keep
    at least their length. `memory_mb` are MiB beyond what the host's own libraries take, `disk_mb`
    those of one file. `devices` are nodes of graphics cards.
    """

    readable: tuple[str, ...]
    writable: tuple[str, ...]
    memory_mb: int
    open_files: int
    disk_mb: int = 512
    devices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement:
    """What is really enforced: of each an empty text, or a sentence that says why it is not."""

    files: str
    network: str
    memory: str
    processes: str


def available() -> Enforcement:
    """Say what `enter` could enforce here, without doing it."""
    return _enforcement(files=_lacks_files(), calls=_lacks_calls(), memory=limits.missing())


def enter(policy: Policy) -> Enforcement:
    """Shut this process in for ever, and say how far that went.

    Call it on the main thread while no other runs, when native libraries are imported and before
    a plugin's code is. The process is killed when the thread that started it ends.
    """
    memory = limits.missing()
    try:
        limits.apply(
            memory_mb=policy.memory_mb,
            open_files=policy.open_files,
            disk_mb=policy.disk_mb,
            has_devices=bool(policy.devices),
        )
    except OSError as error:
        memory = f"Memory could not be limited ({error.strerror})."
    files, calls = _lacks_files(), _lacks_calls()
    guards_truncation = True
    if not files:
        from mediadesk.host.isolate import sandbox_files

        guards_truncation = sandbox_files.abi() >= _TRUNCATE_ABI
        try:
            files = sandbox_files.restrict(
                readable=policy.readable, writable=policy.writable, devices=policy.devices
            )
        except OSError as error:
            files = f"Landlock could not be applied ({error.strerror})."
    if not calls:
        from mediadesk.host.isolate import sandbox_calls

        try:
            sandbox_calls.forbid(truncate=not guards_truncation)
        except OSError as error:
            calls = f"seccomp could not be applied ({error.strerror})."
    return _enforcement(files=files, calls=calls, memory=memory)


def _enforcement(*, files: str, calls: str, memory: str) -> Enforcement:
    # Landlock alone keeps out neither changed permissions nor services asked through sockets.
    return Enforcement(files=files or calls, network=calls, memory=memory, processes=calls)


def _lacks_files() -> str:
    if sys.platform != "linux":
        return _LINUX_ONLY
    try:
        from mediadesk.host.isolate import sandbox_files

        sandbox_files.abi()
    except ImportError as error:
        return f"The library “landlock” can't be loaded ({error})."
    except OSError as error:
        return f"This kernel has no Landlock or does not use it ({error.strerror})."
    return ""


def _lacks_calls() -> str:
    if sys.platform != "linux":
        return _LINUX_ONLY
    try:
        from mediadesk.host.isolate import sandbox_calls  # noqa: F401 - it loads libseccomp
    except (ImportError, OSError) as error:
        return f"libseccomp can't be loaded ({error}): install the package libseccomp2."
    return ""
