"""Brings a database to the schema of this version, one migration after the other."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from mediadesk.store import parts
from mediadesk.store.connection import Database
from mediadesk.store.schema import SCHEMA

if TYPE_CHECKING:
    from sqlite_utils import Database as FullDatabase


def make(path: Path) -> None:
    """Make a new database, whole or not at all; one that another process made meanwhile stays.

    Raises:
        OSError: if it can't be written.
        sqlite3.DatabaseError: the same.
    """
    part = parts.part_of(path)
    try:
        with closing(sqlite3.connect(part)) as connection:
            db = Database(connection)
            migrate(db)
            stamp(db)
        try:
            path.hardlink_to(part)
        except FileExistsError:
            return
        except OSError:  # there are no such links on this drive
            part.rename(path)
    finally:
        for left in (part, part.with_name(f"{part.name}-journal")):
            left.unlink(missing_ok=True)


def is_due(db: Database) -> bool:
    """Whether the database lacks anything that this version has."""
    return not SCHEMA.keys() <= _applied(db)


def unknown(db: Database) -> set[str]:
    """Name what a database has of a newer MediaDesk."""
    return _applied(db) - SCHEMA.keys()


def lacking(db: Database) -> set[str]:
    """Name what a database lacks of what its own migrations make, such as “item.title”.

    Nothing where these statements have been found to be run already; without an index it is slow
    and no more.
    """
    if _is_stamped(db):
        return set()
    db.conn.execute("BEGIN")  # another process may be migrating it
    try:
        applied, own = _applied(db), _parts(db.conn)
    finally:
        db.conn.execute("ROLLBACK")
    with closing(sqlite3.connect(":memory:")) as whole:
        for name, statements in SCHEMA.items():
            for statement in statements if name in applied else ():
                whole.execute(statement)
        return _parts(whole) - own


def stamp(db: Database) -> None:
    """Note in a database that it has all that this version has."""
    if not _is_stamped(db):
        db.conn.execute(f"PRAGMA user_version = {_mark()}")


def migrate(db: Database) -> None:
    """Run what the database lacks, each migration whole or not at all."""
    import sqlite_utils  # it takes 0.2 s, and is seldom needed
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("mediadesk")
    for name, statements in SCHEMA.items():
        migrations(name=name)(_runner(statements))
    migrations.apply(sqlite_utils.Database(db.conn, execute_plugins=False, strict=True))


def _runner(statements: Sequence[str]) -> Callable[["FullDatabase"], None]:
    def run(db: "FullDatabase") -> None:
        for statement in statements:  # `executescript` would commit first and not be atomic
            db.conn.execute(statement)

    return run


def _applied(db: Database) -> set[str]:
    has_any = "SELECT 1 FROM sqlite_schema WHERE name = '_sqlite_migrations'"
    if db.conn.execute(has_any).fetchone() is None:
        return set()
    sql = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'mediadesk'"
    return {name for (name,) in db.conn.execute(sql)}


def _is_stamped(db: Database) -> bool:
    return bool(db.conn.execute("PRAGMA user_version").fetchone()[0] == _mark())


def _mark() -> int:
    return crc32(repr(SCHEMA).encode()) >> 1  # it is kept as a signed number of 32 bits


def _parts(connection: sqlite3.Connection) -> set[str]:
    """Name the columns of tables, but for those of virtual ones, and triggers."""
    sql = """SELECT part.name || coalesce('.' || column.name, '')
        FROM (SELECT name, CASE WHEN type = 'table' AND rootpage THEN name END AS own
            FROM sqlite_schema WHERE type IN ('table', 'trigger')) part
        LEFT JOIN pragma_table_xinfo(part.own) column"""
    return {name for (name,) in connection.execute(sql)}
