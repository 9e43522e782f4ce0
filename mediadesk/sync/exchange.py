"""Takes over what other devices have laid into the shared folder, and lays there what is new here.

Each device writes files of its own, see `segments`, and reads all: also copies that a cloud drive
made of two versions of one file, for whose log it is stands inside. Which files have come yet, and
in which order, does not matter: what goes on from something that is still to come waits for it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mediadesk.store import Database, Store, bundles, devices, merges, merging, oplog
from mediadesk.store.bundles import Bundle
from mediadesk.store.merging import ForkedError, Log, Merged
from mediadesk.sync import segments, shared
from mediadesk.sync.alone import alone
from mediadesk.sync.bundle import ALL
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
    """What an exchange came to: what came, what this device wrote, and what is wrong with files.

    `cut` are the things of which a device that was revoked said something that counts no more.
    """

    taken: tuple[Taken, ...] = ()
    given: int = 0
    cut: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def touched(self) -> tuple[str, ...]:
        """The things that may be others now."""
        every = (thing for each in self.taken for thing in each.merged.touched)
        return tuple(dict.fromkeys((*every, *self.cut)))

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
        dry_run: tell what would come and go, and change nothing: all is rolled back.

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
    me = store.write(oplog.device_id)
    before = {each.file: each for each in bundles.listed(store.read())}
    shut, tops = devices.shut(store.read()), merges.tops(store.read())
    known, called = tops | dict.fromkeys(shut, ALL), devices.names(store.read())
    own = {device for device, _, _ in merging.own(store.read())} | {me}
    read = [
        found
        for each in shared.files(folder)
        if segments.layer(each.name) not in shut
        and (
            found := shared.read(
                each, before.get(each.name), key, me=me, own=own, known=known, called=called
            )
        )
    ]
    files = [seen for seen, _ in read]
    is_still = files == list(before.values()) and not any(logs for _, logs in read)
    if is_still and not segments.plan(store.read(), files).is_due:
        return Report(problems=_problems(me, files))

    def take(db: Database) -> Report:
        found, taken = _merge(db, read)
        cut = devices.apply(db)
        devices.keep_name(db)
        merges.note(db, tops)
        report = Report(
            taken=_by_device(taken),
            given=segments.plan(db, found).given,
            cut=tuple(cut),
            problems=_problems(oplog.device_id(db), found),
        )
        if report.has_erased:  # it stands in ours until they are made anew, which may fail
            found = segments.outdated(oplog.device_id(db), found)
        bundles.keep(db, found)
        settle(db, report.touched)
        if dry_run:
            raise _NotKept(report)
        return report

    try:
        report = store.write(take, durable=True)
    except _NotKept as looked:
        report = looked.report
    if key is None and (report.given or report.has_erased):
        shared.check_plain(folder)
    if not dry_run:
        _lay(store, folder, key)
    return report


def _merge(
    db: Database, read: Sequence[tuple[Bundle, Sequence[Log]]]
) -> tuple[list[Bundle], list[Taken]]:
    """Take over logs; give what the files are now, and what came from each log."""
    taken, wrong = [], dict[str, str]()
    logs = [(seen.file, log) for seen, logs in read for log in logs]
    for file, log in sorted(logs, key=lambda pair: pair[1].follows):
        try:
            taken.append(_take(db, log))
        except ForkedError:
            wrong[file] = _forked(file, log.name)
    shut = devices.shut(db)
    for file, log in logs:
        if log.follows > merging.top(db, log.device) and log.device not in shut:
            wrong[file] = _waiting(log.name)
    me = oplog.device_id(db)
    found = [
        replace(seen, problem=wrong[seen.file])
        if seen.file in wrong
        else segments.checked(db, me, seen, logs)
        for seen, logs in read
    ]
    return found, taken


def _take(db: Database, log: Log) -> Taken:
    log = devices.counting(db, log)
    touched = _part(db, log) if log.ops and merging.is_own(db, log.device) else []
    merged = merging.take(db, log)
    merged = replace(merged, touched=(*touched, *merged.touched))
    return Taken(device=log.device, name=log.name, merged=merged)


def _part(db: Database, log: Log) -> list[str]:
    """Have what was written here go by another name where another library writes under its own.

    That is this one as it was before it was put back, or after that.
    """
    same, top = merging.common(db, log), merging.top(db, log.device)
    if not top or log.follows > top or (log.follows and not same):
        if log.device != oplog.device_id(db):
            return []
        same = segments.laid(db, log.device)  # what we wrote since may stand there otherwise
    elif same == log.ops[-1][1]:
        return []
    return merging.part(db, log.device, after=same)


def _by_device(taken: Sequence[Taken]) -> tuple[Taken, ...]:
    """Join what came from several parts of one log."""
    found: dict[str, Taken] = {}
    for each in taken:
        so_far = found.get(each.device)
        merged = so_far.merged + each.merged if so_far else each.merged
        found[each.device] = replace(each, merged=merged)
    return tuple(each for each in found.values() if each.merged.ops)


def _problems(me: str, files: Iterable[Bundle]) -> tuple[str, ...]:
    """Give what is wrong with files of others: ours are made anew."""
    told = (each.problem for each in files if not segments.is_own(me, each.file))
    return tuple(dict.fromkeys(filter(None, told)))


def _waiting(name: str) -> str:
    return f"Part of what “{name}” wrote has not arrived yet: it is taken over as soon as it has."


def _forked(file: str, name: str) -> str:
    return (
        f"“{file}” says something else than what “{name}” wrote before: two copies of one library "
        "write under its name. Sync once more on each of them."
    )


def _lay(store: Store, folder: Path, key: Key | None) -> None:
    db = store.read()
    plan = segments.plan(db, bundles.listed(db))
    if not plan.is_due:
        return
    me = oplog.device_id(db)
    laid = [
        shared.lay(
            merging.log(db, each.device, follows=each.follows, last=each.last),
            folder / segments.name(me, each),
            key,
        )
        for each in plan.fresh
    ]
    shared.remove(folder, me, plan.spare)

    def keep(db: Database) -> None:
        bundles.forget(db, plan.spare)
        for each in laid:
            bundles.add(db, each)

    store.write(keep)
