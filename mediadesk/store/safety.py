"""Keeps a library from being lost: backups, the check after an unclean end, and the way back."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from os import fsync, getpid
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.store import migrating, parts
from mediadesk.store.connection import Database
from mediadesk.store.parts import is_living

_KEPT = 5
_BUSY_SECONDS = 10
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def folder(library: Path) -> Path:
    """Where the backups of a library lie."""
    return library.parent / "backups"


def kept(library: Path) -> list[Path]:
    """Give the backups that are kept, the newest first."""
    return sorted(folder(library).glob(f"{library.stem}-*.db"), reverse=True)


def back_up(library: Path, target: Path | None = None) -> Path:
    """Copy a library, consistent and compact; nobody's writing waits meanwhile.

    Without a `target` the copy goes to `folder`, where the newest five are kept.

    Raises:
        OSError: if there is such a file already, or the copy can't be written.
        sqlite3.DatabaseError: the same, or the library is damaged. In either case no copy is left.
    """
    if target is not None:
        _copy(library, target)
        return target
    folder(library).mkdir(exist_ok=True)
    made = folder(library) / f"{library.stem}-{_stamp()}.db"
    _copy(library, made)
    others = [each for each in kept(library) if each != made]  # by a clock that was put back since
    for old in others[_KEPT - 1 :]:
        old.unlink(missing_ok=True)
    return made


def way_back(library: Path) -> str:
    """Say in half a sentence how the newest backup that is whole is restored."""
    for backup in kept(library):
        try:
            _examine(backup)
        except UserError:
            continue
        return (
            "restore the newest good backup in the window’s Settings, or with "
            f"“{_command(library, backup)}”"
        )
    return (
        f"restore a backup from elsewhere with “{_command(library, Path('FILE'))}” (no good one "
        f"lies in “{folder(library)}”)"
    )


def check_content(library: Path) -> None:
    """See that what is there is no empty file: a new library begins where there is none.

    Raises:
        UserError: if it is; nothing has been written to it.
    """
    if not is_empty(library):
        return
    newest = next((time.localtime(each.stat().st_mtime) for each in kept(library)), None)
    at = f" (the newest is of {time.strftime('%Y-%m-%d %H:%M', newest)})" if newest else ""
    raise UserError(
        f"The library “{library}” is an empty file, as a full disk or a broken sync leaves it, and "
        f"stays so: {way_back(library)}{at}, or move it away to begin a new one."
    )


def is_empty(library: Path) -> bool:
    """Tell whether there is a file without anything in it."""
    return library.exists() and library.stat().st_size == 0


def damage(file: Path) -> str:
    """Give what is wrong with a database, nothing where it is whole; it is only read.

    Raises:
        sqlite3.DatabaseError: if it can't be read, whole or not.
    """
    try:
        with closing(_reader(file)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return str(error)
        raise
    return "" if found == "ok" else found.splitlines()[-1]


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Tell whether an error says that what was read is no whole database."""
    return error.sqlite_errorcode & 0xFF in _DAMAGE


def told(library: Path, error: BaseException | None) -> UserError | None:
    """Give what a person is told of an error where it comes of a damaged library, else None."""
    if not isinstance(error, sqlite3.DatabaseError):
        return None
    try:
        found = damage(library)
    except sqlite3.DatabaseError:
        return None
    return _damaged(library, found) if found else None


def mark_open(library: Path) -> Path:
    """Note beside the library that this process has it open; who closes it deletes the note."""
    mark = library.with_name(f"{library.name}-open-{getpid()}")
    mark.touch()
    return mark


def check(library: Path, say: Callable[[str], None]) -> None:
    """See whether the library is whole, if a process ended without closing it.

    `say` is called with “checking” before, and with “checked” when all is well.

    Raises:
        UserError: if it is damaged; it has only been read.
        sqlite3.DatabaseError: if it can't be read.
    """
    left = [mark for mark in _marks(library) if not is_living(_owner(mark), mark)]
    if left and library.exists():
        say("checking")
        if found := damage(library):
            raise _damaged(library, found)
        say("checked")
    for mark in left:
        mark.unlink(missing_ok=True)


def check_alone(library: Path) -> None:
    """See that nobody else has the library open.

    Raises:
        UserError: if another process has.
    """
    for mark in _marks(library):
        if _owner(mark) != getpid() and is_living(_owner(mark), mark):
            raise UserError(
                f"The library “{library}” is open in another MediaDesk (process {_owner(mark)}): "
                "close that first, then try again."
            )


def stage(library: Path, file: Path) -> None:
    """Lay a copy of a backup beside the library; whoever opens that next takes it instead.

    Raises:
        UserError: if the file is no library, damaged, or made by a newer MediaDesk, if somebody
            else has the library open, or if the disk is full.
    """
    check_alone(library)
    _examine(file)
    try:
        library.parent.mkdir(parents=True, exist_ok=True)
        _staged(library).unlink(missing_ok=True)
        _copy(file, _staged(library), then=_make_new_device)
    except (OSError, sqlite3.DatabaseError) as error:
        raise UserError(
            f"“{file}” can't be copied to “{library.parent}” ({error}): free some disk space there."
        ) from error


def clear(library: Path) -> None:
    """Delete the half copies of those that were killed while they made them."""
    for place in (library.parent, folder(library)):
        _clear(place)


def take_staged(library: Path) -> Path | None:
    """Put the library that was staged in its place; give where the one before is kept.

    Raises:
        UserError: if somebody else has the library open, or the one before can't be kept; then
            it stays in its place, and the other one staged.
    """
    if not _staged(library).exists():
        return None
    check_alone(library)
    try:
        before = _set_aside(library) if library.exists() else None
    except (OSError, sqlite3.DatabaseError) as error:
        raise UserError(
            f"The library “{library}” is not restored yet, for what it is now can't be kept in "
            f"“{folder(library)}” ({error}): free some disk space there, or check its rights; the "
            "next start goes on with it."
        ) from error
    # The journal first: it would be taken for one of the restored library.
    for name in (f"{library.name}-wal", f"{library.name}-shm"):
        library.with_name(name).unlink(missing_ok=True)
    _staged(library).replace(library)
    for mark in _marks(library):
        mark.unlink(missing_ok=True)
    return before


def _make_new_device(library: Path) -> None:
    """Have who goes on from an old state write under another name than who went on before."""
    with closing(sqlite3.connect(library)) as connection, connection:
        connection.execute("UPDATE device SET mine = 2 WHERE mine = 1")


def _set_aside(library: Path) -> Path:
    if not is_empty(library):  # its copy would pass for the newest of the backups
        try:
            return back_up(library)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
    # Damaged: as it is, with its journal.
    folder(library).mkdir(exist_ok=True)
    kept_as = folder(library) / f"damaged-{_stamp()}.db"
    journal, its_journal = (each.with_name(f"{each.name}-wal") for each in (library, kept_as))
    try:
        shutil.copyfile(library, kept_as)
        if journal.exists() and journal.stat().st_size:
            shutil.copyfile(journal, its_journal)
    except OSError:
        kept_as.unlink(missing_ok=True)
        its_journal.unlink(missing_ok=True)
        raise
    return kept_as


def _damaged(library: Path, found: str) -> UserError:
    return UserError(
        f"The library “{library}” is damaged ({found}) and stays as it is: {way_back(library)}."
    )


def _examine(file: Path) -> None:
    if not file.is_file():
        raise UserError(f"There is no file “{file}”: name a backup.")
    try:
        found = damage(file)
        with closing(_reader(file)) as connection:
            db = Database(connection)
            is_ours = not found and {"_sqlite_migrations", "item", "event"} <= _tables(connection)
            newer = migrating.unknown(db) if is_ours else set()
            lacking = migrating.lacking(db) if is_ours else set()
    except sqlite3.DatabaseError as error:
        raise UserError(f"“{file}” can't be read ({error}): name another backup.") from error
    if found:
        raise UserError(f"“{file}” is damaged, or no library ({found}): name another backup.")
    if not is_ours:
        raise UserError(f"“{file}” is no library of MediaDesk: name one of its backups.")
    if newer:
        raise UserError(
            f"“{file}” was made by a newer MediaDesk (it has {', '.join(sorted(newer))}): update "
            "this program, or name another backup."
        )
    if lacking:
        raise UserError(
            f"“{file}” lacks {', '.join(sorted(lacking))}, which every library of its version has: "
            "name another backup."
        )


def _clear(place: Path) -> None:
    for part in place.glob(f"{parts.PREFIX}*"):
        parts.clear(part)


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}


def _copy(source: Path, target: Path, *, then: Callable[[Path], None] = lambda _: None) -> None:
    """Copy a library, and do with the copy what comes `then`, before it has its name."""
    if target.exists():
        raise FileExistsError(f"“{target}” is there already")
    _clear(target.parent)  # where it is no folder of ours, nobody else does
    part = parts.part_of(target)  # whoever is killed leaves no half a backup
    journal = part.with_name(f"{part.name}-journal")  # SQLite leaves it where a disk is full
    part.unlink(missing_ok=True)
    try:
        with closing(_reader(source)) as connection:
            # As bytes, for its name may be no UTF-8.
            connection.execute("VACUUM INTO CAST(? AS TEXT)", [os.fsencode(part)])
        then(part)
        with part.open("rb+") as written:
            fsync(written.fileno())
        part.replace(target)
    except (OSError, sqlite3.DatabaseError):
        part.unlink(missing_ok=True)
        journal.unlink(missing_ok=True)
        raise


def _reader(file: Path) -> sqlite3.Connection:
    address = f"{file.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS)


def _staged(library: Path) -> Path:
    return library.with_name(f"{library.name}-restored")


def _marks(library: Path) -> Iterator[Path]:
    return library.parent.glob(f"{library.name}-open-[0-9]*")


def _owner(mark: Path) -> int:
    return int(mark.name.rpartition("-")[2])


def _stamp() -> str:
    return datetime.now().astimezone().strftime("%Y%m%d-%H%M%S-%f")


def _command(library: Path, file: Path) -> str:
    return f'mediadesk --data-dir "{library.parent}" restore "{file}"'
