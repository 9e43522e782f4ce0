"""Brings a database to the schema of this version, one migration after the other."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from mediadesk.store.connection import Database
from mediadesk.store.schema import SCHEMA

if TYPE_CHECKING:
    from sqlite_utils import Database as FullDatabase


def is_due(db: Database) -> bool:
    """Whether the database lacks anything that this version has."""
    return not SCHEMA.keys() <= _applied(db)


def unknown(db: Database) -> set[str]:
    """Name what a database has of a newer MediaDesk."""
    return _applied(db) - SCHEMA.keys()


def lacking(db: Database) -> set[str]:
    """Name what a database lacks of what its own migrations make: “item.title”, “item_by_age”."""
    applied = _applied(db)
    with closing(sqlite3.connect(":memory:")) as whole:
        for name, statements in SCHEMA.items():
            for statement in statements if name in applied else ():
                whole.execute(statement)
        return _parts(whole) - _parts(db.conn)


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


def _parts(connection: sqlite3.Connection) -> set[str]:
    """Name the columns of all tables, and what else there is; not what SQLite adds by itself."""
    sql = """SELECT iif(column.name IS NULL, part.name, part.name || '.' || column.name)
        FROM sqlite_schema part
        LEFT JOIN pragma_table_xinfo(part.name) column ON part.type = 'table'
        WHERE part.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND part.name NOT IN
            (SELECT name FROM pragma_table_list WHERE type = 'shadow')"""
    return {name for (name,) in connection.execute(sql)}
