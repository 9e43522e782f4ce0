"""The file in which a device tells the others what it wrote: a database with a check sum.

Whoever can write to the shared folder can write anything into such a file. So it is read as data
alone: its schema must be ours to the letter, nothing but reading is allowed, and all that it says
is checked before anybody believes it. What is encrypted is never on a disk otherwise.
"""

import hashlib
import sqlite3
import stat
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from operator import attrgetter
from pathlib import Path

import msgspec

from mediadesk.api import UserError
from mediadesk.host.install.disk import write_bytes
from mediadesk.paths import shown
from mediadesk.store.merging import Log
from mediadesk.sync import crypto, entries
from mediadesk.sync.crypto import DamagedError, Key

SUFFIX = ".mdsync"
FORMAT = 1
_MOST_BYTES = 2**28  # a million edits; in memory they are several times as large
_LONGEST = 2**20
_MOST_NAMES = 1_000  # of one library: it takes another where it is copied or restored
_STEPS = 1_000
_MOST_STEPS = 2_000_000  # times `_STEPS`: a check of the largest takes a part of them
_MOST_AHEAD = 100 * 365 * 86_400 * 10**6
_SCHEMA = (
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE device(id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE op(
    device TEXT NOT NULL, seq INTEGER NOT NULL, hlc INTEGER NOT NULL, kind TEXT NOT NULL,
    item TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, prev TEXT,
    profile TEXT NOT NULL, change TEXT, PRIMARY KEY(device, seq)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE act(
    device TEXT NOT NULL, id TEXT NOT NULL, at REAL NOT NULL, says TEXT NOT NULL,
    items INTEGER NOT NULL, PRIMARY KEY(device, id)) STRICT, WITHOUT ROWID""",
)
_INSERT_OP = "INSERT INTO op VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_ACT = "INSERT INTO act VALUES(?, ?, ?, ?, ?)"
_META = """SELECT name, CAST(value AS TEXT) FROM meta
    WHERE name IN ('format', 'digest') AND length(value) <= 64"""
_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_PRAGMA,
    sqlite3.SQLITE_TRANSACTION,
}


def write(logs: Sequence[Log], target: Path, *, key: Key | None = None) -> None:
    """Write logs to a file, encrypted with a `key`: after a crash it is the old one or the new one.

    Raises:
        OSError: if it can't be written; then the one before is still there.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in _SCHEMA:
            connection.execute(statement)
        for log in logs:
            connection.execute("INSERT INTO device VALUES(?, ?)", [log.device, log.name])
            connection.executemany(_INSERT_OP, log.ops)
            connection.executemany(_INSERT_ACT, ((log.device, *act) for act in log.acts))
        told = {"format": str(FORMAT), "digest": _digest(logs)}
        connection.executemany("INSERT INTO meta VALUES(?, ?)", told.items())
        connection.commit()
        made = connection.serialize()
    for left in target.parent.glob(f".{target.name}.*.tmp"):  # by one that was killed
        left.unlink(missing_ok=True)
    write_bytes(target, key.seal(made) if key else made)


def read(file: Path, *, key: Key | None = None) -> list[Log]:
    """Give the logs in a file, which must be encrypted with the `key` where there is one.

    Raises:
        OSError: if the file can't be read.
        UserError: if it is not what a MediaDesk with that key writes, damaged, or of a newer one.
    """
    try:
        with closing(_open(crypto.opened(file, _content(file), key))) as connection:
            return _read(file, connection)
    except (DamagedError, sqlite3.DatabaseError, UnicodeDecodeError, OverflowError) as error:
        raise _refusal(file, str(error)) from error


def _content(file: Path) -> bytes:
    if not stat.S_ISREG(file.stat().st_mode):
        raise _refusal(file, "it is no file")
    with file.open("rb") as opened:
        content = opened.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise _refusal(file, f"it is larger than {_MOST_BYTES // 2**20} MiB")
    return content


def _read(file: Path, connection: sqlite3.Connection) -> list[Log]:
    meta = _meta(file, connection)
    found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if found != "ok":
        raise _refusal(file, found)
    names = connection.execute(
        "SELECT id, name FROM device ORDER BY id LIMIT ?", [_MOST_NAMES + 1]
    ).fetchall()
    if len(names) > _MOST_NAMES:
        raise _refusal(file, "it tells of more devices than one library can have been")
    logs = [
        Log(
            device=device,
            name=name,
            ops=connection.execute(
                "SELECT * FROM op WHERE device = ? ORDER BY seq", [device]
            ).fetchall(),
            acts=connection.execute(
                "SELECT id, at, says, items FROM act WHERE device = ? ORDER BY id", [device]
            ).fetchall(),
        )
        for device, name in names
    ]
    if _digest(logs) != meta["digest"]:
        raise _refusal(file, "its check sum is wrong")
    for log in logs:
        _check(file, log)
    return logs


def _check(file: Path, log: Log) -> None:
    if not (log.device.isalnum() and log.device.isascii() and 8 <= len(log.device) <= 64):
        raise _refusal(file, "it names no device")
    if log.ops and log.ops[-1][1] - log.ops[0][1] + 1 != len(log.ops):
        raise _refusal(file, "parts of it are missing")
    # Whoever reads a time goes on from there, so that a fixed bound could be used up.
    last, end = 0, time.time_ns() // 1_000 + _MOST_AHEAD
    for row in log.ops:
        if row[1] < 1 or not last < row[2] < end or not entries.is_sound(row):
            raise _refusal(file, f"its entry {row[1]} is none that a MediaDesk writes")
        last = row[2]
    for act in log.acts:
        if not entries.is_sound_act(act):
            raise _refusal(file, f"its act “{act[0]:.64}” is none that a MediaDesk does")


def _meta(file: Path, connection: sqlite3.Connection) -> dict[str, str]:
    # As text, whatever they are: nothing has been checked yet.
    schema = {
        sql
        for (sql,) in connection.execute("SELECT CAST(sql AS TEXT) FROM sqlite_schema")
        if sql is not None
    }
    is_ours = {sql for sql in schema if sql.startswith("CREATE TABLE meta(")} == {_SCHEMA[0]}
    meta = {"format": "", "digest": ""} | dict(connection.execute(_META) if is_ours else ())
    if not meta["format"].isdecimal():
        raise _refusal(file, "it is no file that a MediaDesk writes")
    if int(meta["format"]) > FORMAT:
        raise UserError(
            f"“{shown(file)}” was written by a newer MediaDesk: update this one to take it over."
        )
    if schema != set(_SCHEMA):
        raise _refusal(file, "it is no file that a MediaDesk writes")
    return meta


def _open(content: bytes) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.deserialize(content)
    connection.execute("PRAGMA trusted_schema=off")
    connection.execute("PRAGMA cell_size_check=on")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    connection.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
    )
    steps = iter(range(_MOST_STEPS))
    connection.set_progress_handler(lambda: next(steps, None) is None, _STEPS)
    return connection


def _digest(logs: Iterable[Log]) -> str:
    made = hashlib.sha256()
    for log in sorted(logs, key=attrgetter("device")):
        for line in ([log.device, log.name], *log.ops, *log.acts):
            made.update(msgspec.json.encode(line) + b"\n")
    return made.hexdigest()


def _refusal(file: Path, why: str) -> UserError:
    return UserError(
        f"“{shown(file)}” can't be taken over ({why}): have its device sync again, or delete it."
    )
