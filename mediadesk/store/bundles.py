"""What the files of the shared folder were when they were last read or written."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from mediadesk.store.connection import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A file of the shared folder, by its name there.

    `edits` counts what is in it if it is of the device that it is named after; `problem` says why
    it was not taken over.
    """

    file: str
    size: int
    mtime_ns: int
    edits: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device that is known here; `heard_at` is the unix time of the last edit of another one."""

    id: str
    name: str
    mine: bool
    ops: int
    heard_at: float | None


def listed(db: Database) -> list[Bundle]:
    """Give all files by name."""
    rows = db.query("SELECT * FROM bundle ORDER BY file")
    return [Bundle(**row) for row in rows]


def keep(db: Database, bundles: Iterable[Bundle]) -> None:
    """Forget the files that were known, and keep these."""
    db.conn.execute("DELETE FROM bundle")
    for each in bundles:
        add(db, each)


def add(db: Database, bundle: Bundle) -> None:
    """Keep a file as it is now."""
    db.conn.execute(
        "INSERT OR REPLACE INTO bundle(file, size, mtime_ns, edits, problem)"
        " VALUES(:file, :size, :mtime_ns, :edits, :problem)",
        asdict(bundle),
    )


def devices(db: Database) -> list[Device]:
    """Give all devices, this one first, then by name."""
    rows = db.conn.execute(
        "SELECT id, name, mine, (SELECT count(*) FROM op WHERE op.device = device.id), heard_at"
        " FROM device WHERE mine < 2 ORDER BY mine DESC, name COLLATE NOCASE, id"
    )
    return [
        Device(id=row[0], name=row[1], mine=bool(row[2]), ops=row[3], heard_at=row[4])
        for row in rows
    ]
