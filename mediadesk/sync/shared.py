"""The shared folder: which files devices laid there, what is in them, and those of its own."""

import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.paths import shown
from mediadesk.store.bundles import Bundle
from mediadesk.store.merging import Log
from mediadesk.sync import bundle, crypto, segments
from mediadesk.sync.crypto import Key, WrongKeyError

_ANY = ".md*"
_RACE_NS = 2 * 10**9  # the coarsest clock of a file system


def files(folder: Path, *, suffix: str = bundle.SUFFIX) -> list[Path]:
    """Name the files of one kind that devices laid into a shared folder.

    Raises:
        UserError: if it can't be read.
    """
    try:
        with os.scandir(folder) as entries:
            found = [Path(entry) for entry in entries if not os.path.isdir(entry)]  # noqa: PTH112 - never raises
    except OSError as error:
        raise UserError(
            f"The shared folder “{folder}” can't be read ({error.strerror}): plug its drive in, "
            "or name another one with “mediadesk sync setup FOLDER”."
        ) from error
    return sorted(
        each for each in found if fnmatch(each.suffix, suffix) and not each.name.startswith(".")
    )


def refused(error: UserError, file: Path, called: Mapping[str, str]) -> str:
    """Tell why a file was refused, of what the key is wrong for the same for all of one device.

    `called` are the names of the devices that are known, by id.
    """
    if not isinstance(error, WrongKeyError):
        return str(error)
    device, folder = segments.layer(file.name), file.parent
    name = called.get(device)
    what = f"What “{name}” laid into “{folder}”" if name else f"“{folder / device}.*”"
    return f"{shown(what)} {error.why}"


def read(
    file: Path,
    before: Bundle | None,
    key: Key | None,
    *,
    me: str,
    own: Collection[str],
    known: Mapping[str, int],
    called: Mapping[str, str],
) -> tuple[Bundle, list[Log]] | None:
    """Give what a file is now, and its logs where they are to be taken over; None if it is gone.

    A file that is as it was `before` is not read, unless it could not be taken over then, or says
    more of a device than is `known`. What goes by one of this device's `own` names, new or old, is
    read wholly, for another library may write in it. `called` are the names of devices.

    Raises:
        UserError: if one of this device can't be read: what would be laid could say otherwise.
    """
    seen = Bundle(file=file.name, size=0, mtime_ns=0)
    is_own = segments.is_own(me, file.name)
    try:
        status = file.stat()
        if before and _is_done(before, status, known):
            return before, []
        is_fresh = abs(time.time_ns() - status.st_mtime_ns) < _RACE_NS
        at = 0 if is_fresh else status.st_mtime_ns
        seen = replace(seen, size=status.st_size, mtime_ns=at)
        others = {device: top for device, top in known.items() if device not in own}
        logs = bundle.read(file, key=key, known={} if is_own else others)
    except FileNotFoundError:  # its device made it anew with others, as one
        return None
    except OSError as error:
        why = f"“{file}” can't be read ({error.strerror}): sync again."
        if is_own:
            raise UserError(f"{why[:-1]}, or check its rights.") from error
        return replace(seen, problem=why), []
    except UserError as error:
        return replace(seen, problem=refused(error, file, called)), []
    if len(logs) != 1 or not logs[0].ops:
        return seen, logs
    [log] = logs
    return replace(seen, device=log.device, follows=log.follows, last=log.ops[-1][1]), logs


def _is_done(before: Bundle, status: os.stat_result, known: Mapping[str, int]) -> bool:
    is_same = (before.size, before.mtime_ns) == (status.st_size, status.st_mtime_ns)
    return is_same and not before.problem and before.last <= known.get(before.device, 0)


def lay(log: Log, file: Path, key: Key | None) -> Bundle:
    """Write a file of this device, and give what it is now.

    Raises:
        UserError: if it can't be written.
    """
    with _telling(file.parent):
        bundle.write(log, file, key=key)
        status = file.stat()
    return Bundle(
        file=file.name,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        device=log.device,
        follows=log.follows,
        last=log.ops[-1][1],
    )


def remove(folder: Path, me: str, files: Iterable[str]) -> None:
    """Delete files of this device, and what it left half written when it was killed.

    Raises:
        UserError: if they can't be deleted.
    """
    with _telling(folder):
        litter = folder.glob(f".{me}*{bundle.SUFFIX}.*.tmp")
        for file in (*(folder / each for each in files), *litter):
            file.unlink(missing_ok=True)


@contextmanager
def _telling(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"Nothing can be written to the shared folder “{folder}” ({error.strerror}): free some "
            "space there, or check its rights; what came from others is kept."
        ) from error


def check_plain(folder: Path) -> None:
    """See that no file of a shared folder is encrypted: beside it none is laid that is not.

    Raises:
        UserError: if one is, or the folder can't be read.
    """
    for file in files(folder, suffix=_ANY):
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
