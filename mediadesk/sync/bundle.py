"""The file in which a device tells the others a part of what it wrote: a database with a check sum.

Of the first format are files that hold all that a device wrote, under whatever names.
"""

import hashlib
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec

from mediadesk.store.merging import Log
from mediadesk.sync import entries, untrusted
from mediadesk.sync.crypto import Key
from mediadesk.sync.untrusted import Form, refusal

SUFFIX = ".mdsync"
FORMAT = 3
ALL = 2**63 - 1
"""Beyond the number of any operation."""
_MOST_BYTES = 2**28
_MOST_OPS = 1_000_000  # in memory the smallest are ten times as large; we write two thirds of it
_MOST_NAMES = 1_000  # of one library: it takes another where it is copied or restored
_LAST = 2**53  # the greatest number of an operation: ours never come near
_MOST_AHEAD = 100 * 365 * 86_400 * 10**6
_TABLES = (
    "CREATE TABLE device(id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE op(
    device TEXT NOT NULL, seq INTEGER NOT NULL, hlc INTEGER NOT NULL, kind TEXT NOT NULL,
    item TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, prev TEXT,
    profile TEXT NOT NULL, change TEXT, PRIMARY KEY(device, seq)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE act(
    device TEXT NOT NULL, id TEXT NOT NULL, at REAL NOT NULL, says TEXT NOT NULL,
    items INTEGER NOT NULL, PRIMARY KEY(device, id)) STRICT, WITHOUT ROWID""",
)
_OPS = """SELECT * FROM op WHERE device = :device
    AND seq >= min(:known, (SELECT max(seq) FROM op WHERE device = :device)) ORDER BY seq"""


def write(log: Log, target: Path, *, key: Key | None = None) -> None:
    """Write a log to a file, encrypted with a `key`: after a crash the old one is there or the new.

    Raises:
        OSError: if it can't be written; then the one before is still there.
    """

    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO meta VALUES('follows', ?)", [str(log.follows)])
        connection.execute("INSERT INTO device VALUES(?, ?)", [log.device, log.name])
        connection.executemany("INSERT INTO op VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", log.ops)
        acts = ((log.device, *act) for act in log.acts)
        connection.executemany("INSERT INTO act VALUES(?, ?, ?, ?, ?)", acts)

    untrusted.write(target, _form(), fill, key=key)


def read(
    file: Path, *, key: Key | None = None, known: Mapping[str, int] | None = None
) -> list[Log]:
    """Give the logs in a file, which must be encrypted with the `key` where there is one.

    Of a device of which operations are `known` up to some number, only the last of them and those
    after it are read; where the file has none after it, only its own last one.

    Raises:
        OSError: if the file can't be read.
        UserError: if it is not what a MediaDesk with that key writes, damaged, or of a newer one.
    """
    with untrusted.reading(file, _form(), key=key) as connection:
        logs = _logs(file, connection, known or {})
    for log in logs:
        _check(file, log)
    return logs


def _form() -> Form:
    return Form(format=FORMAT, tables=_TABLES, most_bytes=_MOST_BYTES, digests={1: _digest_of_rows})


def _logs(file: Path, connection: sqlite3.Connection, known: Mapping[str, int]) -> list[Log]:
    names = connection.execute(
        "SELECT id, name FROM device ORDER BY id LIMIT ?", [_MOST_NAMES + 1]
    ).fetchall()
    if len(names) > _MOST_NAMES:
        raise refusal(file, "it tells of more devices than one library can have been")
    if connection.execute("SELECT count(*) FROM op").fetchone()[0] > _MOST_OPS:
        raise refusal(file, "it has more entries than a MediaDesk writes into one")
    return [
        Log(
            device=device,
            name=name,
            ops=connection.execute(
                _OPS, {"device": device, "known": known.get(device, 0)}
            ).fetchall(),
            acts=connection.execute(
                "SELECT id, at, says, items FROM act WHERE device = ? ORDER BY id", [device]
            ).fetchall(),
            follows=_follows(file, connection, device),
        )
        for device, name in names
    ]


def _follows(file: Path, connection: sqlite3.Connection, device: str) -> int:
    told = connection.execute("SELECT value FROM meta WHERE name = 'follows'").fetchone()
    first = connection.execute("SELECT min(seq) FROM op WHERE device = ?", [device]).fetchone()[0]
    if told in {None, ("0",)}:
        return 0
    if told != (str(first),):
        raise refusal(file, "it is not told where it goes on")
    return int(first)


def _check(file: Path, log: Log) -> None:
    if not (log.device.isalnum() and log.device.isascii() and 8 <= len(log.device) <= 64):
        raise refusal(file, "it names no device")
    if log.ops and log.ops[-1][1] - log.ops[0][1] + 1 != len(log.ops):
        raise refusal(file, "parts of it are missing")
    # Whoever reads a time goes on from there, so that a fixed bound could be used up.
    last, end = 0, time.time_ns() // 1_000 + _MOST_AHEAD
    for row in log.ops:
        if not 1 <= row[1] <= _LAST or not last < row[2] < end or not entries.is_sound(row):
            raise refusal(file, f"its entry {row[1]} is none that a MediaDesk writes")
        last = row[2]
    for act in log.acts:
        if not entries.is_sound_act(act):
            raise refusal(file, f"its act “{act[0]:.64}” is none that a MediaDesk does")


def _digest_of_rows(connection: sqlite3.Connection) -> str:
    """Make the check sum of the first format."""
    made = hashlib.sha256()
    for device, name in connection.execute("SELECT id, name FROM device ORDER BY id"):
        rows = connection.execute(_OPS, {"device": device, "known": 0})
        acts = connection.execute(
            "SELECT id, at, says, items FROM act WHERE device = ? ORDER BY id", [device]
        )
        for line in ([device, name], *rows, *acts):
            made.update(msgspec.json.encode(line) + b"\n")
    return made.hexdigest()
