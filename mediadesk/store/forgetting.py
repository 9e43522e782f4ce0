"""Forgets what another device said, a little at a time, so that nothing waits long for it."""

import json

from mediadesk.store import elsewhere, jobs, rivals
from mediadesk.store.connection import Database

_AT_ONCE = 40  # items, with all their passages


def forget(db: Database, device: str) -> bool:
    """Forget of some items what a device said, and what is known from it alone; tell if of any.

    It is to be called until it tells that there is nothing more. Whoever stops before that finds
    what is left by `elsewhere.devices`.
    """
    root = f"{elsewhere.ROOT}{device}"
    db.conn.execute("DELETE FROM pack WHERE device = ?", [device])  # they are read anew, if at all
    db.conn.execute("DELETE FROM packing")  # what it alone had told is this device's to tell now
    rows = db.conn.execute(
        # It ends with the first ones: places are found by their paths, and nothing is sorted.
        "SELECT content FROM location WHERE path > :root || '/' AND path < :root || '0'"
        " UNION ALL SELECT DISTINCT item FROM packed WHERE device = :device LIMIT :most",
        {"root": root, "device": device, "most": _AT_ONCE},
    )
    some = list(dict.fromkeys(content for (content,) in rows))
    if not some:
        db.conn.execute("DELETE FROM root WHERE path = ?", [root])
        return False
    placed = db.conn.execute(
        "DELETE FROM location WHERE path IN (SELECT ? || '/' || value FROM json_each(?))"
        " RETURNING item",
        [root, json.dumps(some)],
    ).fetchall()
    db.conn.execute(
        # Each by its item, not by the index of packs: a device has said much.
        "DELETE FROM packed WHERE item IN (SELECT value FROM json_each(?)) AND +device = ?",
        [json.dumps(some), device],
    )
    had = list(dict.fromkeys([*some, *(item for (item,) in placed if item)]))
    jobs.park(db, had)
    rivals.hear_again(db, had)
    _drop(db, had)
    return True


def _drop(db: Database, items: list[str]) -> None:
    """Forget those of some items of which nothing else speaks."""
    speaks = (
        "location WHERE location.item = item.id",
        "location WHERE content = item.id AND location.item IS NOT NULL",
        "location WHERE replaced = item.id AND location.item IS NOT NULL",
        "location WHERE previous = item.id",
        "removed WHERE removed.item = item.id",
        "register WHERE register.item = item.id",
        "event WHERE event.item = item.id",
        "alias WHERE old = item.id",
        "alias WHERE new = item.id",
    )
    unless = "".join(f" AND NOT EXISTS(SELECT 1 FROM {each})" for each in speaks)
    db.conn.execute(
        f"DELETE FROM item WHERE id IN (SELECT value FROM json_each(?)){unless}",
        [json.dumps(items)],
    )
