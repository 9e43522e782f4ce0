"""Names files that are not whole yet by their maker, to know what a killed one left behind."""

import logging
import os
import zlib
from pathlib import Path

_log = logging.getLogger(__name__)
PREFIX = ".mediadesk-"
_CLOCK_SECONDS = 2.0  # how exact the times of files and of processes are


def part_of(target: Path) -> Path:
    """Give where this process makes what is to become a file: hidden, beside it, with its ending.

    However long the name of that is, this is short.
    """
    number = zlib.crc32(os.fsencode(target.name))
    return target.with_name(f"{PREFIX}{os.getpid()}-{number:08x}{target.suffix}")


def clear(path: Path) -> None:
    """Delete a part, or what SQLite has beside one, if its maker was killed."""
    maker = path.name.removeprefix(PREFIX).partition("-")[0]
    try:
        if maker.isdecimal() and not is_living(int(maker), path):
            path.unlink(missing_ok=True)
    except OSError as error:  # such as on a drive that is read-only now; nobody needs it to go
        _log.info("“%s” is left over and stays (%s)", path, error)


def is_living(maker: int, made: Path) -> bool:
    """Whether the process that made a file goes on; its number may be another's by now."""
    import psutil  # a file of another process is seldom there

    try:
        process = psutil.Process(maker)
        is_older = process.create_time() <= made.stat().st_mtime + _CLOCK_SECONDS
        return is_older and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, FileNotFoundError):
        return False
