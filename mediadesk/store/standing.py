"""Where the library stands, in a few numbers that change with all that is shown of it."""

from mediadesk.store import browse, features, oplog
from mediadesk.store.connection import Database
from mediadesk.store.leanings import LEANINGS


def standing(db: Database) -> tuple[object, ...]:
    """Give what changes with every event, item, place, tag and feature, and with what plugins may.

    It costs the same however large the library is.
    """
    touched, _ = browse.last(db)
    newest = db.conn.execute("SELECT id, hlc FROM event ORDER BY rowid DESC LIMIT 1").fetchone()
    roots = db.conn.execute("SELECT path, drive, problem FROM root ORDER BY path").fetchall()
    asked = db.conn.execute("SELECT name, settings, quarantine FROM plugin ORDER BY name")
    people = db.conn.execute("SELECT id, members, limits FROM profile ORDER BY id")
    leant = db.conn.execute(
        "SELECT profile, field, value FROM register WHERE item = ? ORDER BY profile, field",
        [LEANINGS],
    )
    return (
        oplog.last_event(db),
        newest,
        touched,
        features.last_seq(db),
        roots,
        asked.fetchall(),
        people.fetchall(),
        leant.fetchall(),
    )
