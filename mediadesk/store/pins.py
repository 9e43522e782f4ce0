"""The household's PIN as all its devices know it: its hash, as a field of the thing “household”.

The first one that any device took counts, until whoever knows it takes another: each says which it
comes after. So nobody lifts a limit by taking a PIN on a device that has not heard of the first.

Which one was first the clocks of the log tell: a device that has heard of anything later can't come
before that, and one whose clock is ahead comes last. Only a library that has heard of nothing, on a
device whose clock is behind, can take a PIN that seems to be the first.
"""

import json

from mediadesk.api import Json
from mediadesk.store import oplog, registers
from mediadesk.store.connection import Database
from mediadesk.store.registers import Edit

HOUSEHOLD = "household"
_PIN = "pin"


def known(db: Database) -> Json | None:
    """Give `salt` and `hash` of the PIN that counts, None where there is none."""
    return next(reversed(counted(db)), None)


def counted(db: Database) -> list[Json]:
    """Give `salt` and `hash` of the PINs that have counted so far, in turn."""
    rows = db.conn.execute(
        "SELECT value FROM op WHERE item = ? AND kind = 'set' AND field = ? AND value <> 'null'"
        f" AND {oplog.STANDS} ORDER BY hlc, device",
        [HOUSEHOLD, _PIN],
    )
    found: list[Json] = []
    for (value,) in rows:
        told: Json = json.loads(value)
        if not found or told["after"] == found[-1]["salt"]:
            found.append(told)
    return found


def keep(db: Database, *, salt: str, hashed: str) -> None:
    """Have another PIN count from now on."""
    before = known(db)
    told = {"salt": salt, "hash": hashed, "after": before["salt"] if before else ""}
    registers.write(db, [Edit(item=HOUSEHOLD, field=_PIN, value=told)])
