"""Packs: what devices know of the files that they have, so that no other one analyses them again.

A pack never changes once it is there. A device lays what is new into a further one, and writes a
few anew as one where they are small, or most in them does not count any more.
"""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import Annotated

import msgspec
from msgspec import Meta

from mediadesk.api import UserError
from mediadesk.store import (
    Database,
    Store,
    devices,
    elsewhere,
    forgetting,
    oplog,
    packfiles,
    packing,
    unpacking,
)
from mediadesk.store.packfiles import Pack
from mediadesk.store.packing import FACTS, Entry
from mediadesk.store.unpacking import Taken
from mediadesk.sync import shared
from mediadesk.sync.alone import alone
from mediadesk.sync.compaction import together
from mediadesk.sync.crypto import Key
from mediadesk.sync.untrusted import Form, reading, refusal, write

SUFFIX = ".mdpack"
_MOST_BYTES = 2**26
_FULL = 2**25  # of bodies; what is left of a file is for the database around them
_LARGEST = _MOST_BYTES - _FULL - 2**20
_MOST_ENTRIES = 1_000_000
_AT_ONCE, _MOST_AT_ONCE = 2**19, 40  # bytes and entries that are written while others wait
_RACE_NS = 2 * 10**9  # the coarsest clock of a file system
FORM = Form(
    format=1,
    tables=(
        """CREATE TABLE pack(
    device TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL) STRICT""",
        """CREATE TABLE entry(
    item TEXT NOT NULL, what TEXT NOT NULL, body BLOB, PRIMARY KEY(item, what)) STRICT""",
    ),
    most_bytes=_MOST_BYTES,
    longest=_MOST_BYTES,
)
_Head = tuple[
    Annotated[str, Meta(pattern="^[A-Za-z0-9]{8,64}$")],
    Annotated[str, Meta(max_length=1_000)],
    Annotated[int, Meta(ge=1, le=2**53)],
]
_Row = tuple[
    Annotated[str, Meta(pattern="^[A-Za-z0-9-]{1,64}$")],
    Annotated[str, Meta(pattern="^(facts|picture|feature/.{1,200})$")],
    bytes | None,
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came: items that may be others now, and how many features; and what is wrong."""

    touched: tuple[str, ...] = ()
    features: int = 0
    given: int = 0
    problems: tuple[str, ...] = ()

    @property
    def items(self) -> int:
        """How many items something came of."""
        return len(self.touched)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    device: str
    name: str
    number: int
    entries: list[Entry]


def exchange(store: Store, folder: Path, *, key: Key | None) -> Report:
    """Take over what other devices know of their files, and tell what is known here.

    Nothing waits long for it: it writes a little at a time, and goes on where it was stopped.

    Args:
        store: the library.
        folder: the shared one.
        key: what packs are encrypted with, None if they are not.

    Raises:
        UserError: if the folder can't be read or written, or if another process does not finish
            syncing this library.
    """
    with alone(store):
        device = store.write(oplog.device_id)
        revoked = {each.device for each in devices.bounds(store.read())}
        for each in revoked.intersection(elsewhere.devices(store.read())):
            _forget(store, each)
        files = shared.files(folder, suffix=SUFFIX)
        passed = revoked | oplog.restored(store.read())
        taken, problems = _take_all(store, files, key, passed=passed)
        given = _lay_all(store, folder, device, key)
        return Report(
            touched=tuple(dict.fromkeys(item for each in taken for item in each.items)),
            features=sum(each.features for each in taken),
            given=given,
            problems=tuple(problems),
        )


def forget(store: Store) -> None:
    """Forget what other devices told, for nothing is shared any more; their packs stay there."""
    with alone(store):
        for device in elsewhere.devices(store.read()):
            _forget(store, device)


def _forget(store: Store, device: str) -> None:
    while store.write(partial(forgetting.forget, device=device)):
        pass


def _take_all(
    store: Store, files: Sequence[Path], key: Key | None, *, passed: set[str]
) -> tuple[list[Taken], list[str]]:
    known = {each.file: each for each in packfiles.listed(store.read())}
    called = devices.names(store.read())
    store.write(partial(packfiles.forget_gone, files=[each.name for each in files]))
    taken, problems = [], list[str]()
    # Of one device the first pack comes first, so that little has to wait for its facts.
    for file in sorted(files, key=lambda each: (len(each.name), each.name)):
        if file.name.partition(".")[0] in passed:
            continue
        try:
            status = file.stat()
            before = known.get(file.name)
            at = 0 if abs(time.time_ns() - status.st_mtime_ns) < _RACE_NS else status.st_mtime_ns
            now = status.st_size, status.st_mtime_ns
            if before and before.taken and (before.size, before.mtime_ns) == now:
                problems += [before.problem] if before.problem else []
                continue
            content = _read(file, key)
            if content.device in passed:
                continue
            found = list(_take(store, content))
            unsound = sum(each.unsound for each in found)
            problem = _unsound(file, unsound) if unsound else None
            pack = Pack(
                file=file.name,
                device=content.device,
                number=content.number,
                size=status.st_size,
                mtime_ns=at,
                taken=not any(each.waiting for each in found),
                problem=problem,
            )
            store.write(partial(packfiles.keep, pack=pack))
            taken += found
            problems += [problem] if problem else []
        except FileNotFoundError:  # its device made it anew with others, as one
            continue
        except OSError as error:
            problems.append(f"“{file}” can't be read ({error.strerror}): sync again.")
        except UserError as error:
            problems.append(shared.refused(error, file, called))
    return taken, problems


def _read(file: Path, key: Key | None) -> _Content:
    with reading(file, FORM, key=key) as db:
        try:
            heads = db.execute("SELECT device, name, number FROM pack LIMIT 2").fetchall()
            [(device, name, number)] = msgspec.convert(heads, list[_Head])
            rows = db.execute("SELECT item, what, body FROM entry LIMIT ?", [_MOST_ENTRIES + 1])
            entries = [
                Entry(item=item, what=what, body=body)
                for item, what, body in (msgspec.convert(row, _Row) for row in rows)
            ]
        except ValueError as error:
            raise refusal(file, f"it is none that a MediaDesk writes: {error}") from error
    if len(entries) > _MOST_ENTRIES:
        raise refusal(file, "it has more entries than a MediaDesk writes")
    return _Content(device=device, name=name, number=number, entries=entries)


def _unsound(file: Path, count: int) -> str:
    return (
        f"“{file.name}” says {count:,} things that no MediaDesk says: they are left out; update "
        "MediaDesk on its device, and here."
    )


def _take(store: Store, content: _Content) -> Iterator[Taken]:
    store.write(partial(elsewhere.call, device=content.device, name=content.name))
    in_order = sorted(content.entries, key=lambda each: each.what != FACTS)
    for some in _portions(in_order):
        yield store.write(
            partial(unpacking.take, device=content.device, number=content.number, entries=some)
        )


def _portions(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    some, size = list[Entry](), 0
    for each in entries:
        if some and (len(some) == _MOST_AT_ONCE or size >= _AT_ONCE):
            yield some
            some, size = [], 0
        some.append(each)
        size += len(each.body or b"")
    if some:
        yield some


def _lay_all(store: Store, folder: Path, device: str, key: Key | None) -> int:
    """Tell what was not told yet, and clear away what does not count; give how much that was."""
    there = {each.name for each in folder.glob(f"{device}.*{SUFFIX}")}
    laid = [each for each in packfiles.listed(store.read()) if each.device == device]
    gone = {each.number for each in laid if each.file not in there}
    counting = packing.sizes(store.read(), device)
    lost = set(counting) - {each.number for each in laid if each.file in there}
    # Where most of a pack does not count any more, the rest of it goes into another.
    spent = {each.number for each in laid if 2 * counting.get(each.number, 0) < each.size}
    if lost or spent:
        store.write(partial(packing.unsay, device=device, numbers=lost | spent))
    given = 0
    if not packing.is_said(store.read()):
        upto = packing.standing(store.read())
        first = next(_batches(packing.unsaid(store.read(), device)), [])
        if first:
            whole = [each for each in laid if each.number not in gone | lost | spent]
            size = sum(len(each.body or b"") for each in first)
            few = together([each.size for each in whole], size, most=_FULL)
            again = {each.number for each in whole[len(whole) - few :]}
            store.write(partial(packing.unsay, device=device, numbers=again))
        if first and key is None:
            shared.check_plain(folder)
        for entries in _batches(packing.unsaid(store.read(), device)):
            _lay(store, folder, device, entries, key)
            given += len(entries)
        store.write(partial(packing.note_said, upto=upto))
    if given:
        counting = packing.sizes(store.read(), device)
    _clear(store, folder, device, counting)
    return given


def _batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    some, size = list[Entry](), 0
    for each in entries:
        if some and size + len(each.body or b"") > _FULL:
            yield some
            some, size = [], 0
        some.append(each)
        size += len(each.body or b"")
    if some:
        yield some


def _lay(
    store: Store, folder: Path, device: str, entries: Sequence[Entry], key: Key | None
) -> None:
    db = store.read()
    named = (_number(each, device) for each in folder.glob(f"{device}.*{SUFFIX}"))
    number = 1 + max([0, *named, *packing.sizes(db, device)])
    name = devices.names(db)[device]
    file = folder / f"{device}.{number}{SUFFIX}"

    def fill(made: Connection) -> None:
        made.execute("INSERT INTO pack VALUES(?, ?, ?)", [device, name, number])
        made.executemany(
            "INSERT INTO entry VALUES(?, ?, ?)",
            [
                (each.item, each.what, each.body)
                for each in entries
                if len(each.body or b"") <= _LARGEST
            ],
        )

    try:
        write(file, FORM, fill, key=key)
    except OSError as error:
        raise UserError(
            f"Nothing can be written to the shared folder “{folder}” ({error.strerror}): free "
            "some space there, or check its rights; what came from others is kept."
        ) from error
    size = sum(len(each.body or b"") for each in entries)

    def note(written: Database) -> None:
        packing.note(written, device, number, entries)
        packfiles.keep(
            written,
            Pack(file=file.name, device=device, number=number, size=size, mtime_ns=0, taken=True),
        )

    store.write(note)


def _clear(store: Store, folder: Path, device: str, counting: Collection[int]) -> None:
    """Delete this device's packs but for the `counting` ones, by their numbers."""
    for file in folder.glob(f"{device}.*{SUFFIX}"):
        if _number(file, device) not in counting:
            file.unlink(missing_ok=True)
    store.write(partial(packfiles.forget_spent, device=device, numbers=list(counting)))


def _number(file: Path, device: str) -> int:
    number = file.name[len(device) + 1 : -len(SUFFIX)]
    return int(number) if number.isdecimal() and number.isascii() else 0
