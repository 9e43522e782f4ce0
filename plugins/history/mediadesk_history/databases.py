"""Reads the SQLite databases of other programs; they may be anybody's, so nothing in them runs."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import count

from mediadesk.api import UserError

_MAGIC = b"SQLite format 3\0"
_WAL, _PLAIN = b"\2\2", b"\1\1"  # of the journal that the file says that it has
_STEPS_AT_ONCE = 1_000_000
_MOST_STEPS = 5_000  # millions
_MOST_CELL = 16 << 20
Row = Mapping[str, object]


@contextmanager
def opened(name: str, content: bytes) -> Iterator[sqlite3.Connection]:
    """Open a copy in memory, in which rows are mappings.

    Raises:
        UserError: if it is no database, another program's, damaged, or endless.
    """
    if not content.startswith(_MAGIC):
        raise UserError(f"“{name}” is no SQLite database: choose the file as it came.")
    if content[18:20] == _WAL:
        content = content[:18] + _PLAIN + content[20:]
    with closing(sqlite3.connect(":memory:")) as db:
        steps = count()
        db.row_factory = sqlite3.Row
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_CELL)
        db.set_progress_handler(lambda: next(steps) > _MOST_STEPS, _STEPS_AT_ONCE)
        try:
            db.deserialize(content)
            db.execute("PRAGMA trusted_schema=off")
            db.execute("PRAGMA query_only=on")
            yield db
        except (sqlite3.Error, OverflowError) as error:
            raise UserError(
                f"“{name}” is no such database ({error}): choose the file as it came, or a backup "
                "of it."
            ) from error


def has(db: sqlite3.Connection, *tables: str) -> bool:
    """Tell whether these tables or views are there."""
    names = {str(name) for (name,) in db.execute("SELECT name FROM sqlite_schema")}
    return names.issuperset(tables)


def rows(db: sqlite3.Connection, query: str) -> Iterator[Row]:
    """Give what a query finds, as column → value without what is not known."""
    for row in db.execute(query):
        yield {column: row[column] for column in row.keys() if row[column] is not None}  # noqa: SIM118
