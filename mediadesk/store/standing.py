"""Where the library stands, in a few numbers that change with all that is shown of it."""

from mediadesk.api import EventKind
from mediadesk.store import browse, features, oplog
from mediadesk.store.connection import Database
from mediadesk.store.contests import CONTESTS
from mediadesk.store.leanings import LEANINGS
from mediadesk.store.removing import COLLECTION, IN


def standing(db: Database) -> tuple[object, ...]:
    """Give what changes with every event, item, place, tag and feature, and with what plugins may.

    That something was shown changes nothing here: it counts from the next day on at the earliest.
    It costs the same however large the library is, but for the collections that limits go by.
    """
    touched, _ = browse.last(db)
    newest = db.conn.execute(
        "SELECT id, hlc FROM event WHERE kind <> ? ORDER BY rowid DESC LIMIT 1",
        [EventKind.SHOWN.value],
    ).fetchone()
    _, aliases = oplog.last_event(db)
    roots = db.conn.execute("SELECT path, drive, problem FROM root ORDER BY path").fetchall()
    asked = db.conn.execute("SELECT name, settings, quarantine FROM plugin ORDER BY name")
    people = db.conn.execute("SELECT id, members, limits FROM profile ORDER BY id")
    let_in = db.conn.execute(
        "WITH open(id) AS (SELECT value FROM profile, json_each(limits, '$.allowed_collections'))"
        " SELECT sum(hlc % 2147483647), count(*) FROM register"
        " WHERE field IN (SELECT ? || id FROM open) OR item IN (SELECT ? || id FROM open)",
        [IN, COLLECTION],
    ).fetchone()
    leant = db.conn.execute(
        "SELECT profile, field, value FROM register WHERE item IN (?, ?) ORDER BY profile, field",
        [LEANINGS, CONTESTS],
    )
    told = db.conn.execute("SELECT device, made_at FROM panel GROUP BY device ORDER BY device")
    return (
        aliases,
        newest,
        touched,
        features.last_seq(db),
        roots,
        asked.fetchall(),
        people.fetchall(),
        let_in,
        leant.fetchall(),
        told.fetchall(),
    )
