"""The shared folder: which files devices laid there, what is in them, and this device's own."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.store.bundles import Bundle
from mediadesk.store.merging import Log
from mediadesk.sync import bundle, crypto
from mediadesk.sync.crypto import Key

_RACE_NS = 2 * 10**9  # the coarsest clock of a file system


def files(folder: Path) -> list[Path]:
    """Name the files that devices laid into a shared folder.

    Raises:
        UserError: if it can't be read.
    """
    try:
        found = [each for each in folder.iterdir() if each.suffix == bundle.SUFFIX]
    except OSError as error:
        raise UserError(
            f"The shared folder “{folder}” can't be read ({error.strerror}): plug its drive in, "
            "or name another one with “mediadesk sync setup FOLDER”."
        ) from error
    return sorted(each for each in found if not each.name.startswith("."))


def read(file: Path, before: Bundle | None, key: Key | None) -> tuple[Bundle, list[Log]]:
    """Give what a file is now, and its logs where they are to be taken over.

    A file that is as it was `before` is not read, unless it could not be taken over then.
    """
    seen = Bundle(file=file.name, size=0, mtime_ns=0)
    try:
        status = file.stat()
        known = before and not before.problem and (before.size, before.mtime_ns)
        if before and known == (status.st_size, status.st_mtime_ns):
            return before, []
        is_fresh = abs(time.time_ns() - status.st_mtime_ns) < _RACE_NS
        at = 0 if is_fresh else status.st_mtime_ns
        seen = replace(seen, size=status.st_size, mtime_ns=at)
        logs = bundle.read(file, key=key)
    except OSError as error:
        why = f"“{file}” can't be read ({error.strerror}): sync again."
        return replace(seen, problem=why), []
    except UserError as error:
        return replace(seen, problem=str(error)), []
    return replace(seen, edits=_edits(file, logs)), logs


def lay(logs: Sequence[Log], file: Path, key: Key | None) -> Bundle:
    """Write this device's file, and give what it is now.

    Raises:
        UserError: if it can't be written.
    """
    try:
        bundle.write(logs, file, key=key)
        status = file.stat()
    except OSError as error:
        raise UserError(
            f"Nothing can be written to the shared folder “{file.parent}” ({error.strerror}): free "
            "some space there, or check its rights; what came from others is kept."
        ) from error
    return Bundle(
        file=file.name,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        edits=_edits(file, logs),
    )


def check_plain(folder: Path) -> None:
    """See that no file of a shared folder is encrypted: beside it none is laid that is not.

    Raises:
        UserError: if one is, or the folder can't be read.
    """
    for file in files(folder):
        try:
            if not crypto.is_sealed(file):
                continue
        except OSError:  # as any that can't be read is told of
            continue
        raise UserError(
            f"What is shared through “{folder}” is encrypted, and this device lacks the key: give "
            "it that with “mediadesk sync pair”, as “mediadesk sync key” shows it on another one, "
            "or name another folder."
        )


def _edits(file: Path, logs: Sequence[Log]) -> int:
    if all(log.device != file.stem for log in logs):  # somebody laid another one's file there
        return 0
    return sum(len(log.ops) for log in logs)
