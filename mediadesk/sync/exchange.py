"""Takes over what other devices have laid into the shared folder, and lays there what is new here.

Each device writes one file, of its own, and reads all: also copies that a cloud drive made of two
versions of one file, for whose log it is stands inside.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mediadesk.store import Database, Store, bundles, merging, oplog
from mediadesk.store.bundles import Bundle
from mediadesk.store.merging import ForkedError, Log, Merged
from mediadesk.sync import bundle, shared
from mediadesk.sync.alone import alone
from mediadesk.sync.crypto import Key
from mediadesk.sync.pairing import key_of


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

    @property
    def has_erased(self) -> bool:
        """Whether somebody was erased, who stands in this device's file until it is made anew."""
        return any(each.merged.has_erased for each in self.taken)


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
        UserError: if the folder is not there, or can't be read or written, if what others lay
            there is encrypted and this device has no key, or if another process does not finish
            syncing this library.
    """
    with alone(store):
        return _exchange(store, folder, settle=settle, key=key_of(store), dry_run=dry_run)


def _exchange(
    store: Store,
    folder: Path,
    *,
    settle: Callable[[Database, Sequence[str]], object],
    key: Key | None,
    dry_run: bool,
) -> Report:
    before = {each.file: each for each in bundles.listed(store.read())}
    read = [shared.read(each, before.get(each.name), key) for each in shared.files(folder)]

    def take(db: Database) -> Report:
        found, taken = _merge(db, read)
        others = [each for each in found if each.file != _name(db)]  # ours is made anew
        report = Report(
            taken=tuple(each for each in taken if each.merged.ops),
            given=_unsaid(db, found),
            problems=tuple(each.problem for each in others if each.problem),
        )
        if report.has_erased:  # it stands in ours until that is made anew, which may fail
            found = [each if each in others else replace(each, edits=0) for each in found]
        bundles.keep(db, found)
        if dry_run:
            raise _NotKept(report)
        settle(db, report.touched)
        return report

    try:
        report = store.write(take, durable=True)
    except _NotKept as looked:
        report = looked.report
    if report.given or report.has_erased:
        if key is None:
            shared.check_plain(folder)
        if not dry_run:
            _lay(store, folder, key)
    return report


def _merge(
    db: Database, read: Sequence[tuple[Bundle, list[Log]]]
) -> tuple[list[Bundle], list[Taken]]:
    """Take over logs; give what the files are now, and what came from each."""
    found, taken = [], list[Taken]()
    for seen, logs in read:
        forked = ""
        for log in logs:
            try:
                taken.append(_take(db, log))
            except ForkedError:
                forked = _forked(seen.file, log.name)
        found.append(replace(seen, problem=forked) if forked else seen)
    return found, taken


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


def _lay(store: Store, folder: Path, key: Key | None) -> None:
    db = store.read()
    laid = shared.lay(merging.own(db), folder / _name(db), key)
    store.write(lambda db: bundles.add(db, laid))


def _name(db: Database) -> str:
    return oplog.device_id(db) + bundle.SUFFIX
