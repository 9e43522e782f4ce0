"""What the packs of the shared folder were when they were last read or written."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from mediadesk.store.connection import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack by its name in the shared folder, which one of its device's it is.

    `size` is in bytes: of the file, or, where it is of this device, of what was said in it. It is
    `taken` once all in it is known; `problem` says what could not be used.
    """

    file: str
    device: str
    number: int
    size: int
    mtime_ns: int
    taken: bool
    problem: str | None = None


def listed(db: Database) -> list[Pack]:
    """Give all packs, those of a device in their order."""
    rows = db.query(
        "SELECT file, device, number, size, mtime_ns, taken, problem FROM pack"
        " ORDER BY device, number"
    )
    return [Pack(**row | {"taken": bool(row["taken"])}) for row in rows]


def keep(db: Database, pack: Pack) -> None:
    """Keep a pack as it is now."""
    db.conn.execute(
        "INSERT OR REPLACE INTO pack(file, device, number, size, mtime_ns, taken, problem)"
        " VALUES(:file, :device, :number, :size, :mtime_ns, :taken, :problem)",
        asdict(pack),
    )


def forget_gone(db: Database, files: Sequence[str]) -> None:
    """Forget packs but for those of these names."""
    sql = "DELETE FROM pack WHERE file NOT IN (SELECT value FROM json_each(?))"
    db.conn.execute(sql, [json.dumps(files)])


def forget_spent(db: Database, device: str, numbers: Sequence[int]) -> None:
    """Forget the packs of a device but for those of these numbers."""
    db.conn.execute(
        "DELETE FROM pack WHERE device = ? AND number NOT IN (SELECT value FROM json_each(?))",
        [device, json.dumps(numbers)],
    )


def forget_all(db: Database) -> None:
    """Have all packs be read, and this device's be written, anew."""
    db.conn.execute("DELETE FROM pack")
