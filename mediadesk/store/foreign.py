"""Reads the database of another program, which may have it open, without touching it."""

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from mediadesk.api import UnreadableError, UserError

_MAGIC = b"SQLite format 3\0"
_JOURNALS = ("-wal", "-journal")  # what is not in the file yet, or not out of it
_NAMES_ANOTHER = bytes.fromhex("d9d505f920a163d7")  # ends a journal of several databases
_TRIES = 5
_PAUSE_SECONDS = 0.2


def is_database(path: Path) -> bool:
    """Tell by its content whether a file is an SQLite database.

    Raises:
        OSError: if it can't be read.
    """
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def content(path: Path) -> bytes:
    """Give an SQLite file as it is with what stands in the journals beside it.

    The files are copied and only the copy is opened: SQLite writes even where it only reads.

    Raises:
        UserError: if it is no database, is damaged, or is being written all the time.
        OSError: if it can't be read.
    """
    for _ in range(_TRIES):
        with TemporaryDirectory(prefix="mediadesk-") as folder:
            copy = Path(folder, "copy.db")
            if _copied(path, copy):
                return _whole(path, copy)
        time.sleep(_PAUSE_SECONDS)
    raise UnreadableError(f"“{path}” is being written: close the program that it belongs to.")


def _copied(path: Path, copy: Path) -> bool:
    """Copy a database with its journals; tell whether nobody wrote there meanwhile."""
    before = _stamps(path)
    try:
        for beside in before:
            shutil.copyfile(f"{path}{beside}", f"{copy}{beside}")
    except FileNotFoundError:  # a journal that was put away meanwhile
        return False
    return _stamps(path) == before


def _stamps(path: Path) -> dict[str, tuple[int, int]]:
    """Give sizes in bytes and times of change in nanoseconds, of those that are there."""
    found = {"": path.stat()}
    for beside in _JOURNALS:
        try:
            found[beside] = Path(f"{path}{beside}").stat()
        except FileNotFoundError:
            continue
    return {beside: (stat.st_size, stat.st_mtime_ns) for beside, stat in found.items()}


def _whole(path: Path, copy: Path) -> bytes:
    journal = Path(f"{copy}-journal")
    # SQLite rolls that back, and then deletes the file that it names, which may be any.
    if journal.exists() and journal.read_bytes().endswith(_NAMES_ANOTHER):
        raise UnreadableError(
            f"“{path}” is in the middle of a change: start and end the program that it belongs to."
        )
    try:
        with closing(sqlite3.connect(copy)) as db:
            db.execute("PRAGMA trusted_schema=off")
            db.execute("PRAGMA journal_mode=delete")  # takes in what the journals hold
    except sqlite3.DatabaseError as error:
        raise UserError(
            f"“{path}” is no database that can be read ({error}): choose the other program's own, "
            "or a backup of it."
        ) from error
    return copy.read_bytes()
