"""An export leaves out no table that tells of a person."""

import sqlite3

from mediadesk.store import Store, personal

DERIVED = {
    "artwork": "pictures of files",
    "bundle": "the state of files in the shared folder",
    "edge": "made anew from what is said of items",
    "feature": "made anew from files",
    "folder": "when folders were looked at",
    "job": "work on files",
    "job_count": "made anew from jobs",
    "learning": "how far tags were learnt from the log",
    "listener": "how far plugins have heard of the log",
    "moment": "made anew from files",
    "pack": "the state of files in the shared folder",
    "packed": "which features lie in which of these",
    "packing": "how far features were laid there",
    "panel_picture": "pictures of files",
    "plugin_fault": "what failed in plugins",
    "plugin_usage": "what plugins cost",
    "task": "kinds of work",
    "told": "what files say of themselves",
    "touched": "what is to be looked at anew",
}
"""Table → what is in it, which is of no person."""
_OWN = ("sqlite_", "_sqlite_")


def test_every_table_of_the_schema_is_exported_or_tells_of_nobody(store: Store) -> None:
    db, read = store.read(), set[str]()

    def note(action: int, table: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table:
            read.add(table)
        return sqlite3.SQLITE_OK

    db.conn.set_authorizer(note)
    try:
        personal.gather(db, "me")
    finally:
        db.conn.set_authorizer(None)
    tables = db.conn.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    )
    kept = {name for (name,) in tables if not name.startswith(_OWN)}
    shadows = {name for name in kept if "_fts" in name or "_trigram" in name}
    left_out = kept - shadows - read
    assert left_out == DERIVED.keys()
