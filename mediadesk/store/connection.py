"""The connection that everything is read and written through."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


class Database:
    """An open database; sqlite-utils, which takes long to load, is left to the migrations."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self.act = ""  # the id of what is being written, if it has one: see `Store.acting`

    def query(
        self, sql: str, values: Sequence[object] | Mapping[str, object] = ()
    ) -> Iterator[dict[str, Any]]:
        """Give the rows of a query, column → value."""
        cursor = self.conn.execute(sql, values)
        names = [column[0] for column in cursor.description]
        for row in cursor:
            yield dict(zip(names, row, strict=True))
