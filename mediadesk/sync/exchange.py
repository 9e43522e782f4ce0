"""Takes over what other devices have laid into the shared folder, and lays there what is new here.

Each device writes one file, of its own, and reads all: also copies that a cloud drive made of two
versions of one file, for whose log it is stands inside. A file that is as it was is not read,
unless it could not be taken over.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.store import Database, Store, bundles, merging, oplog
from mediadesk.store.bundles import Bundle
from mediadesk.store.merging import ForkedError, Log, Merged
from mediadesk.sync import bundle

_WAIT_S = 30.0
_RACE_NS = 2 * 10**9  # the coarsest clock of a file system


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was taken over from one file."""

    device: str
    name: str
    merged: Merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an exchange came to: what came, what this device wrote, and what is wrong with files."""

    taken: tuple[Taken, ...] = ()
    given: int = 0
    problems: tuple[str, ...] = ()

    @property
    def touched(self) -> tuple[str, ...]:
        """The things that may be others now."""
        every = (thing for each in self.taken for thing in each.merged.touched)
        return tuple(dict.fromkeys(every))


class _NotKept(Exception):  # noqa: N818 - it is no error
    """Takes back what was only to be looked at."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def exchange(
    store: Store,
    folder: Path,
    *,
    settle: Callable[[Database, Sequence[str]], object],
    dry_run: bool = False,
) -> Report:
    """Take over what is new in a folder, and lay there what is new here.

    Args:
        store: the library.
        folder: the shared one.
        settle: called inside the transaction with the things that may be others now.
        dry_run: tell what would come and go, and change nothing.

    Raises:
        UserError: if the folder is not there, or can't be read or written, or if another process
            does not finish syncing this library.
    """
    from filelock import FileLock, Timeout  # takes a while, and most starts sync nothing

    try:
        with FileLock(store.path.with_name("sync.lock"), timeout=_WAIT_S):
            return _exchange(store, folder, settle=settle, dry_run=dry_run)
    except Timeout as error:
        raise UserError(
            "Another MediaDesk is syncing this library: wait until it is done, or close it."
        ) from error


def _exchange(
    store: Store,
    folder: Path,
    *,
    settle: Callable[[Database, Sequence[str]], object],
    dry_run: bool,
) -> Report:
    before = {each.file: each for each in bundles.listed(store.read())}
    read = [_read(file, before.get(file.name)) for file in _files(folder)]

    def take(db: Database) -> Report:
        found, taken = [], list[Taken]()
        for seen, logs in read:
            forked = ""
            for log in logs:
                try:
                    taken.append(_take(db, log))
                except ForkedError:
                    forked = _forked(seen.file, log.name)
            found.append(replace(seen, problem=forked) if forked else seen)
        bundles.keep(db, found)
        others = [each for each in found if each.file != _name(db)]  # ours is made anew
        report = Report(
            taken=tuple(each for each in taken if each.merged.ops),
            given=_unsaid(db, found),
            problems=tuple(each.problem for each in others if each.problem),
        )
        if dry_run:
            raise _NotKept(report)
        settle(db, report.touched)
        return report

    try:
        report = store.write(take, durable=True)
    except _NotKept as looked:
        return looked.report
    if report.given:
        _lay(store, folder)
    return report


def _files(folder: Path) -> list[Path]:
    try:
        files = [each for each in folder.iterdir() if each.suffix == bundle.SUFFIX]
    except OSError as error:
        raise UserError(
            f"The shared folder “{folder}” can't be read ({error.strerror}): plug its drive in, "
            "or name another one with “mediadesk sync setup FOLDER”."
        ) from error
    return sorted(each for each in files if not each.name.startswith("."))


def _read(file: Path, before: Bundle | None) -> tuple[Bundle, list[Log]]:
    """Give what a file is, and its logs where they are to be taken over."""
    seen = Bundle(file=file.name, size=0, mtime_ns=0)
    try:
        status = file.stat()
        known = before and not before.problem and (before.size, before.mtime_ns)
        if before and known == (status.st_size, status.st_mtime_ns):
            return before, []
        is_fresh = abs(time.time_ns() - status.st_mtime_ns) < _RACE_NS
        at = 0 if is_fresh else status.st_mtime_ns
        seen = replace(seen, size=status.st_size, mtime_ns=at)
        logs = bundle.read(file)
    except OSError as error:
        why = f"“{file}” can't be read ({error.strerror}): sync again."
        return replace(seen, problem=why), []
    except UserError as error:
        return replace(seen, problem=str(error)), []
    return replace(seen, edits=_edits(logs)), logs


def _take(db: Database, log: Log) -> Taken:
    touched: list[str] = []
    if log.device == oplog.device_id(db):
        same = merging.common(db, log)
        if log.ops and same < log.ops[-1][1]:
            # Another library writes under our name: ours as it was before it was replaced.
            touched = merging.part(db, after=same)
    merged = merging.take(db, log)
    merged = replace(merged, touched=(*touched, *merged.touched))
    return Taken(device=log.device, name=log.name, merged=merged)


def _forked(file: str, name: str) -> str:
    return (
        f"“{file}” says something else than what “{name}” wrote before: two copies of one library "
        "write under its name. Sync once more on each of them."
    )


def _unsaid(db: Database, found: Sequence[Bundle]) -> int:
    """Count what this device wrote and its file does not tell."""
    told = {each.file: each.edits for each in found}
    return merging.count_own(db) - told.get(_name(db), 0)


def _lay(store: Store, folder: Path) -> None:
    logs = merging.own(store.read())
    target = folder / _name(store.read())
    try:
        bundle.write(logs, target)
        status = target.stat()
    except OSError as error:
        raise UserError(
            f"Nothing can be written to the shared folder “{folder}” ({error.strerror}): free "
            "some space there, or check its rights; what came from others is kept."
        ) from error
    laid = Bundle(
        file=target.name,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        edits=_edits(logs),
    )
    store.write(lambda db: bundles.add(db, laid))


def _name(db: Database) -> str:
    return oplog.device_id(db) + bundle.SUFFIX


def _edits(logs: Sequence[Log]) -> int:
    return sum(len(log.ops) for log in logs)
