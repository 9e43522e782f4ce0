"""Items of which another device has the file: known here, and not to be played here."""

import json
import time
from collections.abc import Iterable

from mediadesk.api import Item
from mediadesk.store.connection import Database
from mediadesk.store.registers import DEVICE
from mediadesk.store.touched import touch
from mediadesk.texts import plain, plain_in

MISSING = 3
"""What `location.missing` says of them."""
ROOT = "device:"
"""What the root of a device begins with; its id follows."""
_PROBLEM = "Its files are on another device."
_TEXTS = ("title", "duration", "artist", "album", "description", "series", "album_artist")
_NUMBERS = ("year", "season", "episode", "disc", "track")
_COLUMNS = ("id", "kind", *_TEXTS, *_NUMBERS, "genres", "added_at", "facts")


def called(device: str) -> str:
    """Give SQL for the name that people gave a device, NULL without one; `device` is SQL, too."""
    return (
        f"(SELECT value ->> '$' FROM register WHERE item = '{DEVICE}' || {device}"
        " AND field = 'name' AND profile = '' AND value <> 'null')"
    )


def put(db: Database, device: str, name: str, items: Iterable[Item]) -> None:
    """Say that a device has the files of items; of one that is known here nothing else is changed.

    Args:
        db: the library, in a write.
        device: its id.
        name: what people call it.
        items: what it has.
    """
    known = list(items)
    call(db, device, name)
    db.conn.executemany(
        f"INSERT INTO item({', '.join(_COLUMNS)}) VALUES({', '.join('?' * len(_COLUMNS))})"
        " ON CONFLICT DO NOTHING",
        map(_row, known),
    )
    for each in known:
        place(db, device, each.id)
    touch(db, [each.id for each in known])


def call(db: Database, device: str, name: str) -> None:
    """Have the root of a device's items be there, and the device be known, though it said nothing.

    It stands under the name that people gave the device, else under this one, which it gave itself.
    """
    now = time.time()
    db.conn.execute(
        "INSERT OR IGNORE INTO device(id, name, mine) VALUES(?, ?, 0)", [device, plain(name)]
    )
    db.conn.execute(
        "INSERT INTO root(path, added_at, scanned_at, problem, drive)"
        f" VALUES(?, ?, ?, ?, coalesce({called('?')}, ?))"
        " ON CONFLICT DO UPDATE SET drive = excluded.drive WHERE drive <> excluded.drive",
        [f"{ROOT}{device}", now, now, _PROBLEM, device, plain(name)],
    )


def follow_names(db: Database) -> None:
    """Have what is on devices stand under the names that people gave these since."""
    for device in devices(db):
        db.conn.execute(
            f"UPDATE root SET drive = coalesce({called('?')}, drive) WHERE path = ?",
            [device, f"{ROOT}{device}"],
        )


def devices(db: Database) -> list[str]:
    """Give the devices that have items."""
    sql = "SELECT substr(path, ?) FROM root WHERE path GLOB 'device:*' ORDER BY path"
    return [device for (device,) in db.conn.execute(sql, [len(ROOT) + 1])]


def place(db: Database, device: str, item: str, *, size: int = 0) -> None:
    """Say that a device whose root is there has the file of an item that is known, in bytes."""
    root = f"{ROOT}{device}"
    db.conn.execute(
        "INSERT INTO location"
        "(path, root, item, content, size, mtime_ns, seen_at, missing, sidecars)"
        f" VALUES(?, ?, ?, ?, ?, 0, ?, {MISSING}, '[]')"
        " ON CONFLICT DO UPDATE SET size = max(size, excluded.size)",
        [f"{root}/{item}", root, item, item, size, time.time()],
    )


def _row(item: Item) -> tuple[object, ...]:
    told = plain_in([getattr(item, name) for name in (*_TEXTS, *_NUMBERS)])
    genres = json.dumps(plain_in(list(item.genres)), ensure_ascii=False)
    return (item.id, item.kind.value, *told, genres, item.added_at, "{}")
