"""What tests let worker processes do; a module of its own, because workers import it anew."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from pathlib import Path

import psutil


def note(log: Path, name: str) -> str:
    """Append a line with a name and this process, whole even beside others; give the name."""
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{name} {os.getpid()}\n")
    return name


def noted(log: Path) -> list[str]:
    """Give the names in order."""
    return [line.split()[0] for line in log.read_text("utf-8").splitlines()] if log.exists() else []


def warn(file: str) -> None:
    """Log as our own code does of a file."""
    logging.getLogger("mediadesk.library.tags").warning("The tags of “%s” can't be read.", file)


def never_serve(*_: object) -> None:
    """End a worker's process before it begins, as where a library of its own is missing."""
    sys.exit(7)


def serve_late_and_never(*_: object) -> None:
    """End a worker's process a while after it began, as where a library of its own fails slowly."""
    time.sleep(0.4)
    sys.exit(7)


def never_begin(*_: object) -> None:
    """Hang before the first work, as where a library lies on a drive that does not answer."""
    time.sleep(600)


def die(log: Path, name: str) -> None:
    """End this process as a crash would."""
    note(log, name)
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(log: Path, name: str) -> str:
    """End this process the first time only."""
    if name in noted(log):
        return note(log, name)
    die(log, name)
    return ""


def hang(log: Path, name: str) -> None:
    """Never return."""
    note(log, name)
    while True:
        time.sleep(60)


def fail(log: Path, name: str, error: Exception) -> None:
    """Raise."""
    note(log, name)
    raise error


def leave(log: Path, name: str) -> None:
    """Try to end the interpreter, as a careless library would."""
    note(log, name)
    sys.exit(3)


def give_lambda(log: Path, name: str) -> object:
    """Give what can't be pickled."""
    note(log, name)
    return lambda: name


class OddError(Exception):
    """An exception that pickles and can't be unpickled."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def fail_oddly(log: Path, name: str) -> None:
    """Raise what can't be unpickled."""
    note(log, name)
    raise OddError("bo", "om")


def fill_memory(log: Path, name: str, mebibytes: int) -> str:
    """Hold that much memory for a moment."""
    held = bytearray(mebibytes << 20)
    held[:: 1 << 12] = bytes(len(held[:: 1 << 12]))
    return note(log, name)


def wait_for(log: Path, name: str, gate: Path) -> str:
    """Return as soon as there is a file `gate`."""
    note(log, name)
    until(gate.exists)
    return name


def say(text: str) -> None:
    """Write to where a command answers."""
    os.write(1, text.encode())


def niceness() -> int:
    """Give this process's priority."""
    return int(psutil.Process().nice())


def until(holds: object, *, seconds: float = 60.0) -> None:
    """Wait until a callable gives something true.

    Raises:
        TimeoutError: after `seconds`.
    """
    deadline = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} seconds for {holds}")
        time.sleep(0.02)
