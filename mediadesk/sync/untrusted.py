"""A database in one file that devices lay for each other, with a check sum, encrypted or not.

Whoever can write to the shared folder can write anything into such a file. So it is read as data
alone: its schema must be ours to the letter, nothing but reading is allowed, and what its rows say
is for the caller to check before anybody believes it. What is encrypted is never on a disk
otherwise.

A kind of file is a `Form`; `write` makes one of it, `reading` opens one:

    PACK = Form(format=1, tables=("CREATE TABLE thing(id TEXT PRIMARY KEY) STRICT",))
    write(target, PACK, lambda db: db.executemany("INSERT INTO thing VALUES(?)", rows), key=key)
    with reading(file, PACK, key=key) as db:
        rows = db.execute("SELECT id FROM thing ORDER BY id").fetchall()
"""

import hashlib
import secrets
import sqlite3
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.host.install.disk import write_bytes
from mediadesk.paths import shown
from mediadesk.sync import crypto
from mediadesk.sync.crypto import DamagedError, Key

_META = "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID"
_TOLD = """SELECT name, CAST(value AS TEXT) FROM meta
    WHERE name IN ('format', 'digest') AND length(value) <= 64"""
_BLANK = b"0" * 64
"""What stands in the place of the check sum while that is made."""
_STEPS = 1_000
_MOST_STEPS = 2_000_000  # times `_STEPS`: a check of the largest takes a part of them
_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_PRAGMA,
    sqlite3.SQLITE_TRANSACTION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What files of one kind are like.

    Args:
        format: the number of what is written; files with a greater one are of a newer MediaDesk.
        tables: the statements that make its tables and indexes, to the letter; a table `meta` comes
            by itself, and holds the format and the check sum.
        most_bytes: the size of the largest file that is read, decrypted or not.
        longest: the greatest length of a value or row, in bytes.
        digests: of formats that were written with another check sum, what makes it of an opened
            file; without, it is the SHA-256 of the whole file with zeros in its place.
    """

    format: int
    tables: tuple[str, ...]
    most_bytes: int = 2**28
    longest: int = 2**20
    digests: Mapping[int, Callable[[sqlite3.Connection], str]] = field(default_factory=dict)


def write(
    target: Path,
    form: Form,
    fill: Callable[[sqlite3.Connection], object],
    *,
    key: Key | None = None,
) -> None:
    """Write a file, encrypted with a `key`: after a crash it is the old one or the new one.

    Args:
        target: where to.
        form: what it is like.
        fill: puts the rows into the tables, which are there, and empty.
        key: what to encrypt it with.

    Raises:
        OSError: if it can't be written; then the one before is still there.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in (_META, *form.tables):
            connection.execute(statement)
        fill(connection)
        told = {"format": str(form.format), "digest": secrets.token_hex(32)}
        connection.executemany("INSERT INTO meta VALUES(?, ?)", told.items())
        connection.commit()
        made = connection.serialize()
    place = told["digest"].encode()
    made = made.replace(place, _sum(made, place).encode())
    for left in target.parent.glob(f".{target.name}.*.tmp"):  # by one that was killed
        left.unlink(missing_ok=True)
    write_bytes(target, key.seal(made) if key else made)


@contextmanager
def reading(file: Path, form: Form, *, key: Key | None = None) -> Iterator[sqlite3.Connection]:
    """Open a file that anybody may have written, once its form and its check sum are seen right.

    Nothing but reading can be done with what this gives. What is found wrong with the file while it
    is read becomes a UserError, too; raise `refusal` for what its rows should not say.

    Args:
        file: which.
        form: what it must be like.
        key: what it must be encrypted with; without one it must not be encrypted.

    Raises:
        OSError: if the file can't be read.
        UserError: if it is not what a MediaDesk with that key writes, damaged, or of a newer one.
    """
    try:
        content = crypto.opened(file, _content(file, form), key)
        with closing(_open(content, form)) as connection:
            _check(file, form, connection, content)
            yield connection
    except (DamagedError, sqlite3.DatabaseError, UnicodeDecodeError, OverflowError) as error:
        raise refusal(file, str(error)) from error


def refusal(file: Path, why: str) -> UserError:
    """Give the error that says why a file can't be taken over."""
    return UserError(
        f"“{shown(file)}” can't be taken over ({why}): have its device sync again, or delete it."
    )


def _content(file: Path, form: Form) -> bytes:
    if not stat.S_ISREG(file.stat().st_mode):
        raise refusal(file, "it is no file")
    with file.open("rb") as opened:
        content = opened.read(form.most_bytes + 1)
    if len(content) > form.most_bytes:
        raise refusal(file, f"it is larger than {form.most_bytes // 2**20} MiB")
    return content


def _open(content: bytes, form: Form) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.deserialize(content)
    connection.execute("PRAGMA trusted_schema=off")
    connection.execute("PRAGMA cell_size_check=on")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, form.longest)
    connection.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
    )
    steps = iter(range(_MOST_STEPS))
    connection.set_progress_handler(lambda: next(steps, None) is None, _STEPS)
    return connection


def _check(file: Path, form: Form, connection: sqlite3.Connection, content: bytes) -> None:
    meta = _meta(file, form, connection)
    found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if found != "ok":
        raise refusal(file, found)
    digest = form.digests.get(int(meta["format"]))
    made = digest(connection) if digest else _sum(content, meta["digest"].encode())
    if made != meta["digest"]:
        raise refusal(file, "its check sum is wrong")


def _meta(file: Path, form: Form, connection: sqlite3.Connection) -> dict[str, str]:
    # As text, whatever they are: nothing has been checked yet.
    schema = {
        sql
        for (sql,) in connection.execute("SELECT CAST(sql AS TEXT) FROM sqlite_schema")
        if sql is not None
    }
    is_ours = {sql for sql in schema if sql.startswith("CREATE TABLE meta(")} == {_META}
    meta = {"format": "", "digest": ""} | dict(connection.execute(_TOLD) if is_ours else ())
    if not meta["format"].isdecimal():
        raise refusal(file, "it is no file that a MediaDesk writes")
    if int(meta["format"]) > form.format:
        raise UserError(
            f"“{shown(file)}” was written by a newer MediaDesk: update this one to take it over."
        )
    if schema != {_META, *form.tables}:
        raise refusal(file, "it is no file that a MediaDesk writes")
    return meta


def _sum(content: bytes, place: bytes) -> str:
    """Make the check sum of a file, in which `place` stands where that goes."""
    blank = content.replace(place, _BLANK) if len(place) == len(_BLANK) else content
    return hashlib.sha256(blank).hexdigest()
